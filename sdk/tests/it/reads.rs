//! Reads: what an application is told.

use std::sync::{Arc, Mutex};

use serde::Deserialize;
use tenantry::{Attributes, Client, Context, Outcome, Reason};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{self, Layer, SubscriberExt as _};

use crate::peer::Peer;
use crate::{at_revision, builder, connected, within};

/// A flag with one variant that carries `payload`, on for everybody.
fn carrying(key: &str, payload: &str) -> String {
    format!(
        r#"{{"flag":{{"key":"{key}","salt":"s","targeting":{{"on":true,"rollout":{{"threshold":100000}},"variants":[{{"name":"only","weight":1,"payload":{payload}}}]}}}}}}"#
    )
}

async fn with_flags(flags: &[(&str, &str)]) -> (Peer, Client) {
    let peer = Peer::start().await;
    for (key, payload) in flags {
        peer.put(&format!("flag/{key}"), Some(&carrying(key, payload)));
    }
    let client = connected(&peer).await;
    at_revision(&client, flags.len().try_into().expect("a few")).await;
    (peer, client)
}

#[tokio::test]
async fn values_come_in_the_type_that_is_asked_for_or_not_at_all() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Limits {
        seats: u32,
    }
    let (_peer, client) = with_flags(&[
        ("text", r#""dark""#),
        ("number", "50"),
        ("fraction", "0.5"),
        ("truth", "true"),
        ("limits", r#"{"seats":7,"later":"more"}"#),
        ("nothing", "null"),
    ])
    .await;
    assert_eq!(client.value("text", "acme", String::new()), "dark");
    assert_eq!(client.value("number", "acme", 0), 50);
    assert_eq!(client.value("number", "acme", 0_u8), 50);
    assert!((client.value("number", "acme", 0.0) - 50.0_f64).abs() < f64::EPSILON);
    assert!((client.value("fraction", "acme", 0.0) - 0.5_f64).abs() < f64::EPSILON);
    assert!(client.value("truth", "acme", false));
    assert_eq!(
        client.value("limits", "acme", Limits { seats: 0 }),
        Limits { seats: 7 }
    );
    assert_eq!(
        client
            .flag("limits")
            .value("acme", Limits { seats: 0 })
            .seats,
        7
    );
    assert_eq!(client.counters().wrong_types, 0);

    assert_eq!(client.value("text", "acme", 3), 3);
    assert_eq!(
        client.value("number", "acme", String::from("default")),
        "default"
    );
    assert_eq!(client.value("fraction", "acme", 3), 3);
    assert_eq!(client.value("nothing", "acme", 3), 3);
    assert_eq!(client.counters().wrong_types, 4);
    assert_eq!(client.value("no-such-flag", "acme", 3), 3);
    assert_eq!(
        client.value("text", "", String::from("default")),
        "default",
        "no tenant, no value"
    );
    assert_eq!(client.counters().wrong_types, 4);
}

#[tokio::test]
async fn the_nearest_default_counts_and_only_where_there_is_no_answer() {
    let peer = Peer::start().await;
    peer.put_flag("off", 0);
    let client = builder(&peer)
        .default_on("off", true)
        .default_on("unknown", true);
    let client = client.build().await.expect("a client");
    at_revision(&client, 1).await;
    assert!(
        !client.is_enabled("off", "acme"),
        "the server's answer, not the default"
    );
    assert!(!client.is_enabled_or("off", "acme", true));
    assert!(client.is_enabled("unknown", "acme"));
    assert!(
        !client.is_enabled_or("unknown", "acme", false),
        "the call before the builder"
    );
    assert!(
        client.flag("unknown").is_enabled("acme"),
        "the builder before off"
    );
    assert!(
        !client.flag("unknown").default_on(false).is_enabled("acme"),
        "the handle before both"
    );
    assert!(!client.is_enabled("another", "acme"));

    let context = Context::tenant("acme");
    assert!(client.is_enabled_for("unknown", &context));
    let handle = client.flag("another").default_on(true);
    assert!(handle.is_enabled_for(&context));
    let evaluation = handle.evaluate(&context);
    assert_eq!(
        (evaluation.on, evaluation.reason),
        (true, Reason::FlagNotFound)
    );
}

#[tokio::test]
async fn a_flag_that_compiles_nowhere_answers_with_the_default() {
    let peer = Peer::start().await;
    peer.put_flag("poison", 7_000_000);
    let client = builder(&peer)
        .default_on("poison", true)
        .build()
        .await
        .expect("a client");
    at_revision(&client, 1).await;
    assert!(client.is_enabled("poison", "acme") && client.flag("poison").is_enabled("acme"));
    let evaluation = client.evaluate("poison", &Context::tenant("acme"));
    assert_eq!(
        (evaluation.on, evaluation.reason),
        (true, Reason::ParseError)
    );
}

#[tokio::test]
async fn no_tenant_is_off_and_counted() {
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let client = connected(&peer).await;
    assert!(!client.is_enabled("new-billing", ""));
    assert!(!client.is_enabled_or("new-billing", "", true));
    assert!(!client.flag("new-billing").is_enabled(""));
    let evaluation = client.evaluate("new-billing", &Context::tenant(""));
    assert_eq!(
        (evaluation.on, evaluation.reason),
        (false, Reason::TargetingKeyMissing)
    );
    assert_eq!(client.counters().empty_tenants, 4);
    assert!(
        client.is_enabled_or("unknown", "", true),
        "an unknown flag comes first"
    );
    assert_eq!(client.counters().empty_tenants, 4);
}

/// Collects what this thread logs of empty keys.
#[derive(Clone, Default)]
struct Empty(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Empty {
    fn on_event(&self, event: &Event<'_>, _: layer::Context<'_, S>) {
        let line = format!("{event:?}");
        if line.contains("empty tenant key") {
            self.0.lock().expect("no panic").push(line);
        }
    }
}

#[tokio::test]
async fn that_a_tenant_was_empty_is_logged_once_whatever_it_was_for() {
    type Use = fn(&Client);
    let uses: [Use; 4] = [
        |client| client.record("new-billing", "", Outcome::success()),
        |client| client.watch("new-billing", "").success(),
        |client| assert!(!client.is_enabled("new-billing", "")),
        |client| assert!(!client.evaluate("new-billing", &Context::tenant("")).on),
    ];
    for first in uses {
        let logged = Empty::default();
        let subscriber = tracing_subscriber::registry().with(logged.clone());
        let _here = tracing::subscriber::set_default(subscriber);
        let peer = Peer::start().await;
        peer.put_flag("new-billing", 100_000);
        let client = connected(&peer).await;
        first(&client);
        let lines = || logged.0.lock().expect("no panic").clone();
        assert_eq!(lines().len(), 1, "{:?}", lines());
        for again in uses {
            again(&client);
        }
        assert_eq!(lines().len(), 1, "{:?}", lines());
        assert_eq!(client.counters().empty_tenants, 5);
    }
}

#[tokio::test]
async fn evaluations_and_explanations_tell_why() {
    let (_peer, client) = with_flags(&[("page-size", "50")]).await;
    let evaluation = client.evaluate("page-size", &Context::tenant("acme"));
    assert_eq!((evaluation.on, evaluation.reason), (true, Reason::Default));
    assert_eq!(evaluation.payload::<u32>(), Some(50));
    assert_eq!(evaluation.payload::<String>(), None);
    assert_eq!(
        evaluation.variant.map(|variant| variant.name),
        Some("only".to_owned())
    );
    let explanation = client.explain("page-size", &Context::tenant("acme"));
    assert!(explanation.on && !explanation.steps.is_empty());
}

#[tokio::test]
async fn rules_read_the_attributes_of_the_call() {
    let peer = Peer::start().await;
    let flag = r#"{"flag":{"key":"beta","salt":"s","targeting":{"on":true,"rules":[{"conditions":[{"operator":"in","attribute":"plan","values":["enterprise"]}],"effect":"on"}],"rollout":{"threshold":0}}}}"#;
    peer.put("flag/beta", Some(flag));
    let client = connected(&peer).await;
    let attributes: Attributes = [("plan", "enterprise")].into_iter().collect();
    let context = Context::tenant("acme").with_attributes(&attributes);
    assert!(client.is_enabled_for("beta", &context));
    assert!(client.flag("beta").is_enabled_for(&context));
    assert!(
        !client.is_enabled("beta", "acme"),
        "without attributes the rule does not apply"
    );
}

#[tokio::test]
async fn a_handle_finds_its_flag_when_it_comes_and_when_it_comes_back() {
    let peer = Peer::start().await;
    let client = connected(&peer).await;
    let handle = client.flag("new-billing").default_on(true);
    assert!(handle.is_enabled("acme"), "the default");
    peer.put_flag("new-billing", 0);
    at_revision(&client, 1).await;
    assert!(!handle.is_enabled("acme"));
    peer.put("flag/new-billing", None);
    at_revision(&client, 2).await;
    assert!(handle.is_enabled("acme"), "the default again");
    peer.put_flag("other", 100_000);
    peer.put_flag("new-billing", 0);
    at_revision(&client, 4).await;
    assert!(!handle.is_enabled("acme"));
    assert_eq!(handle.key(), "new-billing");
}

#[tokio::test]
async fn listeners_are_told_what_changed_and_what_hangs_on_it() {
    let peer = Peer::start().await;
    let waits = r#"{"flag":{"key":"waits","salt":"s","targeting":{"on":true,"prerequisites":[{"flag":"base"}],"rollout":{"threshold":100000}}}}"#;
    peer.put_flag("base", 0);
    peer.put("flag/waits", Some(waits));
    peer.put_flag("other", 0);
    let client = connected(&peer).await;
    at_revision(&client, 3).await;
    let mut changes = client.changes();
    peer.put_flag("base", 100_000);
    let notice = within(changes.next()).await.expect("a change");
    assert_eq!((notice.revision, notice.missed), (4, false));
    assert!(
        notice.keys.iter().map(AsRef::as_ref).eq(["base", "waits"]),
        "{notice:?}"
    );
    assert!(
        client.is_enabled("waits", "acme"),
        "the answers are there before the notice"
    );
}

#[tokio::test]
async fn a_listener_that_does_not_keep_up_is_told_so() {
    let peer = Peer::start().await;
    let client = connected(&peer).await;
    let mut changes = client.changes();
    for revision in 1..=200 {
        peer.put_flag("new-billing", 0);
        at_revision(&client, revision).await;
    }
    let notice = within(changes.next()).await.expect("a change");
    assert!(notice.missed && notice.revision > 1);
    let mut last = notice;
    while last.revision < 200 {
        last = within(changes.next()).await.expect("a change");
        assert!(!last.missed);
    }
}
