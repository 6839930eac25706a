//! Clients with fixed answers, without a runtime.

use serde_json::json;
use tenantry::model::{FlagDefinition, Targeting};
use tenantry::{Client, Context, FlagKey, Reason, Source};

#[test]
fn flags_are_on_or_off_for_all_or_for_some() {
    let flags = Client::fixed()
        .with("on", true)
        .with("off", false)
        .with("on", true)
        .with_tenant("on", "initech", false)
        .with_tenant("off", "acme", true)
        .with_tenant("changes-its-mind", "acme", true)
        .with_tenant("changes-its-mind", "acme", false)
        .build();
    assert!(flags.is_enabled("on", "acme") && !flags.is_enabled("on", "initech"));
    assert!(flags.is_enabled("off", "acme") && !flags.is_enabled("off", "globex"));
    assert!(!flags.is_enabled("changes-its-mind", "acme"));
    assert!(!flags.is_enabled("not-mentioned", "acme"));
    assert!(flags.flag("on").is_enabled("acme"));
    assert_eq!(flags.status().source, Source::Fixed);
    assert_eq!(
        flags
            .evaluate("not-mentioned", &Context::tenant("acme"))
            .reason,
        Reason::FlagNotFound
    );
}

#[test]
fn values_are_whatever_json_can_say() {
    let flags = Client::fixed()
        .with_value("page-size", 50)
        .with_value("greeting", "hello")
        .with_value("limits", json!({"seats": 7}))
        .with_tenant("page-size", "initech", false)
        .build();
    assert_eq!(flags.value("page-size", "acme", 20), 50);
    assert_eq!(flags.value("page-size", "initech", 20), 20);
    assert_eq!(flags.value("greeting", "acme", String::new()), "hello");
    assert_eq!(
        flags.value("limits", "acme", json!(null)),
        json!({"seats": 7})
    );
}

#[test]
fn definitions_are_evaluated_as_on_the_server() {
    let definition = FlagDefinition {
        key: FlagKey::new("new-billing").expect("a key"),
        salt: "s".into(),
        targeting: Targeting {
            on: true,
            allow: vec!["acme".into()],
            ..Targeting::default()
        },
    };
    let flags = Client::fixed()
        .with_definition(definition.clone())
        .expect("a good one")
        .build();
    assert!(flags.is_enabled("new-billing", "acme") && !flags.is_enabled("new-billing", "globex"));

    let mut broken = definition;
    broken.targeting.rollout.threshold = 100_001;
    let problems = Client::fixed()
        .with_definition(broken)
        .expect_err("beyond the limit");
    assert_eq!(problems.0[0].path, "rollout.threshold");
}

#[tokio::test]
async fn nothing_is_waited_for() {
    let flags = Client::fixed().with("on", true).build();
    flags.ready().await;
    assert_eq!(flags.changes().next().await, None);
    flags.shutdown().await;
    assert!(flags.is_enabled("on", "acme"));
}
