//! What `tracing` is told of a tenant's answers.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tenantry::{Client, Telemetry};
use tracing::field::{Empty, Field, Visit};
use tracing::span::{Id, Record};
use tracing::{Event, Subscriber, info_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry;

type Fields = BTreeMap<String, String>;

/// Notes events, and what is recorded in spans after they were made.
#[derive(Clone, Default)]
struct Notes {
    events: Arc<Mutex<Vec<(String, Fields)>>>,
    records: Arc<Mutex<Fields>>,
}

struct Reader<'a>(&'a mut Fields);

impl Visit for Reader<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Notes {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::new();
        event.record(&mut Reader(&mut fields));
        let (name, target) = (event.metadata().name(), event.metadata().target());
        let mut events = self.events.lock().expect("no panic");
        events.push((format!("{target} {name}"), fields));
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(&mut Reader(&mut self.records.lock().expect("no panic")));
    }
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn flags() -> Client {
    Client::fixed()
        .with_tenant("new-billing", "acme", true)
        .with_value("page-size", 50)
        .with("dark-mode", false)
        .build()
}

#[test]
fn answers_are_events_with_the_attributes_of_the_conventions() {
    let notes = Notes::default();
    tracing::subscriber::with_default(registry().with(notes.clone()), || {
        let acme = flags().for_tenant("acme").expect("a tenant");
        assert!(acme.is_enabled("new-billing"), "of which nothing is told");
        let acme = acme.observed(Telemetry::new().events());
        assert!(acme.is_enabled("new-billing"));
        assert!(!acme.is_enabled_or("dark-mode", true));
        assert_eq!(acme.value("page-size", 20), 50);
        assert_eq!(acme.value("page-size", String::new()), "");
        assert!(!acme.evaluate("none").on);
    });
    let told = |flag: &str, rest: &[(&str, &str)]| {
        let mut all = fields(&[
            ("feature_flag.key", flag),
            ("feature_flag.provider.name", "Tenantry"),
            ("feature_flag.context.id", "acme"),
        ]);
        all.extend(fields(rest));
        (
            "tenantry::evaluation feature_flag.evaluation".to_owned(),
            all,
        )
    };
    let answer = |flag: &str, variant: &str, reason: &str| {
        told(
            flag,
            &[
                ("feature_flag.result.variant", variant),
                ("feature_flag.result.reason", reason),
            ],
        )
    };
    let error = |flag: &str, error: &str| {
        told(
            flag,
            &[
                ("error.type", error),
                ("feature_flag.result.reason", "error"),
            ],
        )
    };
    let mut events = notes.events.lock().expect("no panic").clone();
    // The warnings of the SDK itself are another matter.
    events.retain(|(name, _)| name.starts_with("tenantry::evaluation "));
    assert_eq!(
        events,
        [
            answer("new-billing", "on", "targeting_match"),
            answer("dark-mode", "off", "default"),
            answer("page-size", "fixed", "default"),
            error("page-size", "type_mismatch"),
            error("none", "flag_not_found"),
        ]
    );
    assert!(notes.records.lock().expect("no panic").is_empty());
}

#[test]
fn answers_are_fields_of_the_span_that_has_declared_them() {
    let notes = Notes::default();
    tracing::subscriber::with_default(registry().with(notes.clone()), || {
        let span = info_span!(
            "request",
            "tenantry.tenant" = Empty,
            "tenantry.flag.new-billing" = Empty,
            "tenantry.flag.page-size" = Empty,
            "tenantry.flag.none" = Empty,
        );
        let _entered = span.enter();
        let telemetry = Telemetry::new().span_fields();
        let acme = flags()
            .for_tenant("acme")
            .expect("a tenant")
            .observed(telemetry);
        let handle = flags().flag("page-size");
        assert!(acme.is_enabled("new-billing") && acme.is_enabled(&handle));
        assert!(!acme.is_enabled("dark-mode") && !acme.is_enabled("none"));
        assert_eq!(acme.value("page-size", json!(0)), json!(50));
    });
    let records = notes.records.lock().expect("no panic").clone();
    assert_eq!(
        records,
        fields(&[
            ("tenantry.tenant", "acme"),
            ("tenantry.flag.new-billing", "on"),
            ("tenantry.flag.page-size", "fixed"),
        ])
    );
    assert!(notes.events.lock().expect("no panic").is_empty());
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn the_layer_observes_every_request() {
    use ::axum::Router;
    use ::axum::body::Body;
    use ::axum::http::Request;
    use ::axum::routing::get;
    use tenantry::TenantFlags;
    use tenantry::axum::TenantLayer;
    use tower::ServiceExt as _;

    let notes = Notes::default();
    let _here = tracing::subscriber::set_default(registry().with(notes.clone()));
    let telemetry = Telemetry::new().span_fields().events();
    let layer = TenantLayer::from_header(flags(), "x-tenant").observed(telemetry);
    let ask = async |flags: TenantFlags| flags.is_enabled("new-billing").to_string();
    let service = Router::new().route("/", get(ask)).layer(layer);
    let request = Request::get("/").header("x-tenant", "acme");
    let span = info_span!("request", "tenantry.tenant" = Empty);
    let answering = service.oneshot(request.body(Body::empty()).expect("a request"));
    tracing::Instrument::instrument(answering, span)
        .await
        .expect("an answer");
    let records = notes.records.lock().expect("no panic").clone();
    assert_eq!(records, fields(&[("tenantry.tenant", "acme")]));
    assert_eq!(notes.events.lock().expect("no panic").len(), 1);
}

/// What the conventions demand is what arrives where OpenTelemetry's own SDK exports its logs.
#[test]
fn an_answer_is_exported_by_opentelemetrys_own_sdk() {
    use opentelemetry::logs::AnyValue;
    use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
    use opentelemetry_sdk::logs::{InMemoryLogExporter, SdkLoggerProvider};

    let exporter = InMemoryLogExporter::default();
    let builder = SdkLoggerProvider::builder().with_simple_exporter(exporter.clone());
    let provider = builder.build();
    let bridge = OpenTelemetryTracingBridge::new(&provider);
    tracing::subscriber::with_default(registry().with(bridge), || {
        let acme = flags().for_tenant("acme").expect("a tenant");
        let acme = acme.observed(Telemetry::new().events());
        assert!(acme.is_enabled("new-billing"));
        assert!(!acme.is_enabled("none"));
    });
    let logs = exporter.get_emitted_logs().expect("no panic");
    let told: Vec<_> = logs
        .iter()
        .filter(|log| log.record.event_name() == Some("feature_flag.evaluation"))
        .map(|log| {
            let record = &log.record;
            let target = record.target().expect("a target");
            assert_eq!(target, "tenantry::evaluation");
            assert_eq!(record.severity_text(), Some("INFO"));
            let attributes = record.attributes_iter();
            let attributes = attributes.map(|(key, value)| match value {
                AnyValue::String(text) => (key.as_str().to_owned(), text.as_str().to_owned()),
                other => panic!("{key}: {other:?}"),
            });
            attributes.collect::<Fields>()
        })
        .collect();
    let answer = |flag: &str, rest: &[(&str, &str)]| {
        let mut all = fields(&[
            ("feature_flag.key", flag),
            ("feature_flag.provider.name", "Tenantry"),
            ("feature_flag.context.id", "acme"),
        ]);
        all.extend(fields(rest));
        all
    };
    assert_eq!(
        told,
        [
            answer(
                "new-billing",
                &[
                    ("feature_flag.result.variant", "on"),
                    ("feature_flag.result.reason", "targeting_match"),
                ]
            ),
            answer(
                "none",
                &[
                    ("feature_flag.result.reason", "error"),
                    ("error.type", "flag_not_found"),
                ]
            ),
        ]
    );
    provider.shutdown().expect("it stops");
}
