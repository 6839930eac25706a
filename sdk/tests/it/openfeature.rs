//! The provider, through the API of OpenFeature's own crate.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tenantry::openfeature::TenantryProvider;
use tenantry::openfeature::open_feature::provider::{FeatureProvider as _, ProviderStatus};
use tenantry::openfeature::open_feature::{
    Client as OpenFeatureClient, EvaluationContext, EvaluationContextFieldValue, EvaluationDetails,
    EvaluationError, EvaluationErrorCode as Code, EvaluationReason, FlagMetadataValue, Hook,
    HookContext, HookHints, OpenFeature, StructValue, Value, async_trait,
};
use tenantry::testing::{FakeServer, Fault};
use tenantry::{Client, Fixed};

use crate::within;

/// An API of its own with this provider, and a client of it. The API must outlive its client's use.
async fn asking(provider: TenantryProvider) -> OpenFeatureClient {
    let mut api = OpenFeature::default();
    within(api.set_provider(provider)).await;
    api.create_client()
}

async fn asking_fixed(fixed: Fixed) -> OpenFeatureClient {
    asking(TenantryProvider::new(fixed.build())).await
}

fn tenant(key: &str) -> EvaluationContext {
    EvaluationContext::default().with_targeting_key(key)
}

/// A flag, with this as its targeting.
fn with_targeting(fixed: Fixed, key: &str, targeting: &serde_json::Value) -> Fixed {
    let definition = json!({"key": key, "salt": key, "targeting": targeting});
    let definition = serde_json::from_value(definition).expect("a definition");
    fixed.with_definition(definition).expect("a good one")
}

#[tokio::test]
async fn a_plain_flag_is_true_or_false_with_reason_and_variant() {
    let fixed = Client::fixed()
        .with("all", true)
        .with("none", false)
        .with_tenant("some", "acme", true);
    let fixed = with_targeting(fixed, "disabled", &json!({"on": false}));
    let fixed = with_targeting(
        fixed,
        "split",
        &json!({"on": true, "rollout": {"threshold": 99_999}}),
    );
    let prerequisites = json!({"on": true, "prerequisites": [{"flag": "none"}]});
    let client = asking_fixed(with_targeting(fixed, "waits", &prerequisites)).await;
    for (flag, on, reason, own) in [
        ("all", true, EvaluationReason::Default, "DEFAULT"),
        ("none", false, EvaluationReason::Default, "DEFAULT"),
        (
            "some",
            true,
            EvaluationReason::TargetingMatch,
            "TARGETING_MATCH",
        ),
        ("disabled", false, EvaluationReason::Disabled, "DISABLED"),
        ("split", true, EvaluationReason::Split, "SPLIT"),
        (
            "waits",
            false,
            EvaluationReason::TargetingMatch,
            "PREREQUISITE_FAILED",
        ),
    ] {
        let acme = tenant("acme");
        let details = client.get_bool_details(flag, Some(&acme), None).await;
        let details = details.expect(flag);
        assert_eq!(
            (details.value, details.reason),
            (on, Some(reason)),
            "{flag}"
        );
        assert_eq!(
            details.variant.as_deref(),
            Some(if on { "on" } else { "off" })
        );
        assert_eq!(
            details.flag_metadata.values["tenantry_reason"],
            FlagMetadataValue::String(own.into())
        );
    }
}

#[tokio::test]
async fn a_variant_answers_in_the_type_of_its_payload_and_no_other() {
    let client = asking_fixed(
        Client::fixed()
            .with_value("text", "#00f")
            .with_value("integer", 25)
            .with_value("whole", 3.0)
            .with_value("float", 2.5)
            .with_value("truth", false)
            .with_value("nothing", json!(null))
            .with_value(
                "object",
                json!({"rows": 50, "ratio": 0.5, "tags": ["a", true], "in": {"n": null}}),
            )
            .with_value("list", json!([1, 2]))
            .with_value("hole", json!({"tags": [null]})),
    )
    .await;
    let acme = tenant("acme");
    let acme = Some(&acme);
    let text = async |flag| client.get_string_value(flag, acme, None).await;
    assert_eq!(text("text").await.expect("a text"), "#00f");
    assert_eq!(text("nothing").await.expect("its name"), "fixed");
    let integer = async |flag| client.get_int_value(flag, acme, None).await;
    assert_eq!(integer("integer").await.expect("an integer"), 25);
    assert_eq!(integer("whole").await.expect("an integer"), 3);
    let float = async |flag| client.get_float_value(flag, acme, None).await;
    assert_eq!(float("float").await, Ok(2.5));
    assert_eq!(float("integer").await, Ok(25.0));
    let truth = async |flag| client.get_bool_value(flag, acme, None).await;
    assert_eq!(truth("truth").await, Ok(false));
    let object = async |flag| {
        client
            .get_struct_value::<StructValue>(flag, acme, None)
            .await
    };
    let wanted = StructValue::default()
        .with_field("rows", 50)
        .with_field("ratio", 0.5)
        .with_field("tags", Value::Array(vec!["a".into(), true.into()]))
        .with_field("in", StructValue::default());
    assert_eq!(object("object").await, Ok(wanted));

    for error in [
        text("integer").await.expect_err("an integer"),
        integer("float").await.expect_err("a fraction"),
        integer("text").await.expect_err("a text"),
        float("truth").await.expect_err("a truth"),
        truth("text").await.expect_err("a text"),
        object("list").await.expect_err("a list"),
        object("hole").await.expect_err("a null"),
    ] {
        assert_eq!(error.code, Code::TypeMismatch, "{error:?}");
    }
}

#[tokio::test]
async fn a_flag_that_is_off_has_no_text() {
    let client = asking_fixed(
        Client::fixed()
            .with_value("colour", "#00f")
            .with_tenant("colour", "globex", false),
    )
    .await;
    let colour = async |key| {
        let context = tenant(key);
        client
            .get_string_value("colour", Some(&context), None)
            .await
    };
    assert_eq!(colour("acme").await.expect("a text"), "#00f");
    let error = colour("globex").await.expect_err("it is off");
    assert_eq!(error.code, Code::TypeMismatch);
    assert_eq!(
        error.message.as_deref(),
        Some("the value is of type boolean, not string (variant \"off\", reason TARGETING_MATCH)")
    );
}

#[tokio::test]
async fn errors_have_the_codes_of_the_specification() {
    let client = asking_fixed(Client::fixed().with("f", true)).await;
    let nobody = EvaluationContext::default();
    let long = tenant(&"k".repeat(257));
    for (flag, context, code) in [
        ("none", &tenant("acme"), Code::FlagNotFound),
        ("f", &nobody, Code::TargetingKeyMissing),
        ("f", &tenant(""), Code::TargetingKeyMissing),
        ("f", &long, Code::InvalidContext),
    ] {
        let error = client.get_bool_value(flag, Some(context), None).await;
        let error = error.expect_err("an error");
        assert_eq!(error.code, code);
        assert!(error.message.is_some_and(|text| !text.is_empty()));
    }
}

#[tokio::test]
async fn fields_of_the_context_are_attributes_also_those_of_the_client_and_the_api() {
    let condition = |operator: &str, attribute: &str, value: serde_json::Value| json!({"operator": operator, "attribute": attribute, "values": [value]});
    let rule = json!({"conditions": [
        condition("in", "plan", json!("enterprise")),
        condition("number_gte", "seats", json!(10)),
        condition("number_lt", "load", json!(0.5)),
        condition("in", "beta", json!(true)),
        condition("date_before", "since", json!("2026-01-01T00:00:00Z")),
        condition("in", "regions", json!("eu")),
        condition("in", "teams", json!("core")),
    ], "effect": "on"});
    let fixed = with_targeting(Client::fixed(), "f", &json!({"on": true, "rules": [rule]}));
    let mut api = OpenFeature::default();
    api.set_provider(TenantryProvider::new(fixed.build())).await;
    api.set_evaluation_context(EvaluationContext::default().with_custom_field("beta", true))
        .await;
    let mut client = api.create_client();
    client.set_evaluation_context(
        EvaluationContext::default().with_custom_field("plan", "enterprise"),
    );

    let since = time::OffsetDateTime::from_unix_timestamp(1_767_225_599).expect("a moment");
    let offset = time::UtcOffset::from_hms(-5, -30, 0).expect("an offset");
    let regions = Value::Array(vec!["us".into(), "eu".into()]);
    let context = tenant("acme")
        .with_custom_field("seats", 10)
        .with_custom_field("load", 0.25)
        .with_custom_field("since", since.to_offset(offset))
        .with_custom_field("regions", EvaluationContextFieldValue::new_struct(regions))
        .with_custom_field(
            "teams",
            EvaluationContextFieldValue::new_struct(json!(["core"])),
        )
        .with_custom_field("opaque", EvaluationContextFieldValue::new_struct(()));
    let details = client.get_bool_details("f", Some(&context), None).await;
    let details = details.expect("an answer");
    assert!(details.value);
    assert_eq!(
        details.flag_metadata.values["rule"],
        FlagMetadataValue::Int(0)
    );
    for (name, other) in [
        ("seats", 9.into()),
        ("load", 0.5.into()),
        ("plan", "free".into()),
    ] {
        let mut context = context.clone();
        let other: EvaluationContextFieldValue = other;
        context.add_custom_field(name, other);
        let value = client.get_bool_value("f", Some(&context), None).await;
        assert_eq!(value, Ok(false), "{name}");
    }
    let later = time::OffsetDateTime::from_unix_timestamp(1_767_225_600).expect("a moment");
    let context = context.with_custom_field("since", later.to_offset(offset));
    assert_eq!(
        client.get_bool_value("f", Some(&context), None).await,
        Ok(false)
    );
}

#[tokio::test]
async fn status_and_answers_follow_the_stream() {
    let server = FakeServer::start().await;
    server.set("f", true);
    server.fail(Fault::Refuse(503));
    let builder = server
        .builder()
        .timeout(Duration::ZERO)
        .default_on("f", true);
    let flags = builder.build().await.expect("a client");
    let provider = |flags: &Client| {
        TenantryProvider::new(flags.clone()).initialization_timeout(Duration::ZERO)
    };
    assert_eq!(provider(&flags).status(), ProviderStatus::NotReady);
    let client = asking(provider(&flags)).await;
    let ask = async || {
        client
            .get_bool_details("f", Some(&tenant("acme")), None)
            .await
    };
    let error = ask().await.expect_err("no data");
    assert_eq!(
        error.code,
        Code::ProviderNotReady,
        "whatever the builder's default"
    );

    server.recover();
    // Waits for the data, which are on their way.
    let waiting = provider(&flags).initialization_timeout(Duration::from_mins(1));
    let client = asking(waiting).await;
    assert_eq!(provider(&flags).status(), ProviderStatus::Ready);
    let answer = client
        .get_bool_details("f", Some(&tenant("acme")), None)
        .await;
    let answer = answer.expect("an answer");
    assert!(answer.value);
    assert_eq!(
        answer.flag_metadata.values["version"],
        FlagMetadataValue::String("1".into())
    );

    server.fail(Fault::Unreachable);
    let mut status = flags.watch_status();
    within(status.wait_for(|status| !status.connected))
        .await
        .expect("a status");
    assert_eq!(provider(&flags).status(), ProviderStatus::STALE);
    assert!(ask().await.expect("the last answer").value);
}

/// Notes what it was called for.
struct Noting {
    name: &'static str,
    notes: Arc<Mutex<Vec<String>>>,
}

impl Noting {
    fn note(&self, stage: &str, what: &str) {
        let note = format!("{} {stage} {what}", self.name);
        self.notes.lock().expect("no panic").push(note);
    }
}

#[async_trait]
impl Hook for Noting {
    async fn before<'a>(
        &self,
        context: &HookContext<'a>,
        _: Option<&'a HookHints>,
    ) -> Result<Option<EvaluationContext>, EvaluationError> {
        self.note("before", &context.provider_metadata.name);
        Ok(None)
    }

    async fn after<'a>(
        &self,
        _: &HookContext<'a>,
        details: &EvaluationDetails<Value>,
        _: Option<&'a HookHints>,
    ) -> Result<(), EvaluationError> {
        self.note("after", details.variant.as_deref().unwrap_or_default());
        Ok(())
    }

    async fn error<'a>(
        &self,
        _: &HookContext<'a>,
        error: &EvaluationError,
        _: Option<&'a HookHints>,
    ) {
        self.note("error", &error.code.to_string());
    }

    async fn finally<'a>(
        &self,
        context: &HookContext<'a>,
        _: &EvaluationDetails<Value>,
        _: Option<&'a HookHints>,
    ) {
        self.note("finally", context.flag_key);
    }
}

#[tokio::test]
async fn hooks_run_around_answers_and_errors() {
    let notes = Arc::default();
    let hook = |name| Noting {
        name,
        notes: Arc::clone(&notes),
    };
    let flags = Client::fixed().with("f", true).build();
    let provider = TenantryProvider::new(flags).with_hook(hook("provider"));
    let client = asking(provider).await.with_hook(hook("client"));
    let take = || std::mem::take(&mut *notes.lock().expect("no panic"));
    let acme = tenant("acme");
    client
        .get_bool_value("f", Some(&acme), None)
        .await
        .expect("on");
    assert_eq!(
        take(),
        [
            "client before Tenantry",
            "provider before Tenantry",
            "provider after on",
            "client after on",
            "provider finally f",
            "client finally f",
        ]
    );
    client
        .get_bool_value("none", Some(&acme), None)
        .await
        .expect_err("no flag");
    assert_eq!(
        take()[2..],
        [
            "provider error FLAG_NOT_FOUND",
            "client error FLAG_NOT_FOUND",
            "provider finally none",
            "client finally none",
        ]
    );
}
