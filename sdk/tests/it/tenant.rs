//! One tenant's flags at one moment.

use tenantry::testing::FakeServer;
use tenantry::{Attributes, Client, Context, Reason};

use crate::within;

#[test]
fn all_questions_agree_with_the_clients() {
    let flags = Client::fixed()
        .with_tenant("f", "acme", true)
        .with_value("size", 7)
        .build();
    let handle = flags.flag("f");
    for tenant in ["acme", "globex"] {
        let bound = flags.for_tenant(tenant).expect("a tenant");
        assert_eq!(bound.tenant(), tenant);
        assert_eq!(bound.is_enabled("f"), flags.is_enabled("f", tenant));
        assert_eq!(bound.is_enabled(&handle), flags.is_enabled("f", tenant));
        assert_eq!(bound.value("size", 1), 7);
        let context = Context::tenant(tenant);
        assert_eq!(bound.evaluate("f"), flags.evaluate("f", &context));
        assert_eq!(bound.evaluate("none").reason, Reason::FlagNotFound);
    }
}

#[test]
fn there_are_no_flags_of_nobody() {
    let flags = Client::fixed().build();
    assert!(flags.for_tenant("").is_err());
    assert!(flags.for_tenant("k".repeat(256)).is_ok());
    assert!(flags.for_tenant("k".repeat(257)).is_err());
}

#[test]
fn defaults_are_the_handles_then_the_builders_then_off() {
    let flags = Client::fixed().build();
    let acme = flags.for_tenant("acme").expect("a tenant");
    assert!(!acme.is_enabled("none"));
    assert!(acme.is_enabled_or("none", true));
    assert!(acme.is_enabled(&flags.flag("none").default_on(true)));
    assert_eq!(acme.value("none", "text".to_owned()), "text");
}

#[test]
fn a_handle_of_another_client_is_taken_by_its_key() {
    let one = Client::fixed().with("a", false).with("b", true).build();
    let other = Client::fixed().with("b", false).with("a", true).build();
    let acme = other.for_tenant("acme").expect("a tenant");
    assert!(acme.is_enabled(&one.flag("a")));
    assert!(!acme.is_enabled(&one.flag("b")));
}

#[test]
fn attributes_are_part_of_every_question() {
    let definition = r#"{"key": "f", "salt": "s", "targeting": {"on": true, "rules": [{
        "conditions": [{"operator": "in", "attribute": "plan", "values": ["enterprise"]}],
        "effect": "on"}]}}"#;
    let definition = serde_json::from_str(definition).expect("a definition");
    let fixed = Client::fixed().with_definition(definition);
    let flags = fixed.expect("a good definition").build();
    let acme = flags.for_tenant("acme").expect("a tenant");
    assert!(!acme.is_enabled("f"));
    let attributes: Attributes = [("plan", "enterprise")].into_iter().collect();
    let known = acme.with_attributes(attributes);
    assert!(known.is_enabled("f") && known.is_enabled(&flags.flag("f")));
    assert_eq!(known.evaluate("f").rule, Some(0));
}

#[tokio::test]
async fn answers_are_those_of_one_moment() {
    let server = FakeServer::start().await;
    server.set("f", false);
    let flags = server.client().await;
    let handle = flags.flag("f");
    let late = flags.flag("late");
    let before = flags.for_tenant("acme").expect("a tenant");
    server.set("f", true);
    server.set("late", true);
    within(server.applied()).await;
    assert!(!before.is_enabled("f") && !before.is_enabled(&handle));
    assert!(late.is_enabled("acme"), "now the handle knows its place");
    assert!(!before.is_enabled(&late), "which was empty then");
    let after = flags.for_tenant("acme").expect("a tenant");
    assert!(after.is_enabled("f") && after.is_enabled(&late));
}
