//! The fake server, as the tests of an application use it.

use std::time::Duration;

use serde_json::json;
use tenantry::model::{FlagDefinition, Targeting};
use tenantry::testing::{FakeServer, Fault};
use tenantry::{Client, Context, FlagKey, Reason};

use crate::within;

async fn pair() -> (FakeServer, Client) {
    let server = FakeServer::start().await;
    server.set("new-billing", true);
    let client = server.client().await;
    (server, client)
}

#[tokio::test]
async fn every_change_arrives_as_a_revision_of_its_own() {
    let (server, client) = pair().await;
    assert_eq!((server.revision(), client.status().revision), (1, 1));
    assert!(client.is_enabled("new-billing", "acme"));

    server.set_tenant("new-billing", "acme", false);
    server.set_tenant("new-billing", "globex", false);
    server.set_tenant("new-billing", "globex", true);
    within(server.applied()).await;
    assert!(!client.is_enabled("new-billing", "acme"));
    assert!(client.is_enabled("new-billing", "globex"));

    server.set_value("page-size", json!({"rows": 50}));
    within(server.applied()).await;
    let page = client.value("page-size", "acme", json!(null));
    assert_eq!(page, json!({"rows": 50}));

    server.remove("new-billing");
    within(server.applied()).await;
    let gone = client.evaluate("new-billing", &Context::tenant("globex"));
    assert_eq!(gone.reason, Reason::FlagNotFound);

    server.set("new-billing", true);
    within(server.applied()).await;
    assert!(
        client.is_enabled("new-billing", "acme"),
        "without its lists"
    );
    assert_eq!((server.revision(), client.status().revision), (7, 7));
    assert_eq!(client.counters().incidents, 0);
}

#[tokio::test]
async fn a_definition_is_evaluated_as_it_is_or_refused() {
    let (server, client) = pair().await;
    let mut definition = FlagDefinition {
        key: FlagKey::new("beta").expect("a key"),
        salt: "s".into(),
        targeting: Targeting {
            on: true,
            allow: vec!["acme".into()],
            ..Targeting::default()
        },
    };
    server
        .set_definition(definition.clone())
        .expect("a good one");
    within(server.applied()).await;
    assert!(client.is_enabled("beta", "acme") && !client.is_enabled("beta", "globex"));

    definition.targeting.rollout.threshold = 100_001;
    let problems = server.set_definition(definition).expect_err("too much");
    assert_eq!(problems.0[0].path, "rollout.threshold");
    within(server.applied()).await;
    assert!(client.is_enabled("beta", "acme"), "and the flag stays");
}

#[tokio::test]
async fn a_server_that_is_away_changes_no_answer_and_what_was_missed_arrives_later() {
    let (server, client) = pair().await;
    server.fail(Fault::Unreachable);
    within(server.connected(0)).await;
    server.set("new-billing", false);
    within(server.attempted(2)).await;
    assert!(client.is_enabled("new-billing", "acme"));
    server.recover();
    within(server.applied()).await;
    assert!(!client.is_enabled("new-billing", "acme"));
}

#[tokio::test]
async fn a_connection_that_drops_or_is_closed_comes_back() {
    let (server, client) = pair().await;
    for (fault, attempts) in [(Fault::Drop, 2), (Fault::Close(1012), 3)] {
        server.fail(fault);
        within(server.attempted(attempts)).await;
        within(server.applied()).await;
        within(client.connected()).await;
    }
    assert!(client.is_enabled("new-billing", "acme"));
}

#[tokio::test]
async fn a_handshake_that_is_refused_leaves_the_defaults() {
    let server = FakeServer::start().await;
    server.set("new-billing", true);
    server.fail(Fault::Refuse(401));
    let builder = server.builder().timeout(Duration::ZERO);
    let client = builder.build().await.expect("a client");
    within(server.attempted(1)).await;
    assert!(!client.is_enabled("new-billing", "acme"));
    let answer = client.evaluate("new-billing", &Context::tenant("acme"));
    assert_eq!(answer.reason, Reason::NotReady);
    within(server.connected(0)).await;
}

#[tokio::test]
async fn a_malformed_frame_is_never_applied_and_the_client_asks_anew() {
    let (server, client) = pair().await;
    server.fail(Fault::MalformedFrame);
    within(server.attempted(2)).await;
    within(server.applied()).await;
    assert!(client.is_enabled("new-billing", "acme"));
}

#[tokio::test]
async fn a_wrong_checksum_is_put_right_by_a_snapshot() {
    let (server, client) = pair().await;
    within(server.applied()).await;
    server.fail(Fault::WrongChecksum);
    let mut incidents = client.watch_status();
    let noted = async {
        while client.counters().incidents == 0 {
            incidents.changed().await.expect("the client is there");
        }
    };
    within(noted).await;
    within(server.applied()).await;
    assert!(client.is_enabled("new-billing", "acme"));
    assert_eq!(client.counters().incidents, 1);
}

#[tokio::test]
async fn a_slow_server_is_waited_for() {
    let server = FakeServer::start().await;
    server.set("new-billing", true);
    server.fail(Fault::Slow(Duration::from_hours(1)));
    let builder = server.builder().timeout(Duration::ZERO);
    let client = builder.build().await.expect("a client");
    within(server.connected(1)).await;
    assert!(!client.status().connected, "its first frame is on the way");
    server.recover();
    within(client.connected()).await;
    assert!(client.is_enabled("new-billing", "acme"));
}
