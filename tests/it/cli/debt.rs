//! `tenantry debt`: the gate in continuous integration.

use serde_json::json;
use tenantry_tests::{TestServer, TimeDelta};

use super::{command_at, finish, run};

async fn flag_for_days(server: &TestServer, key: &str, days: i64) {
    let expires_on = (server.now() + TimeDelta::days(days)).date_naive();
    let new = json!({"key": key, "expires_on": expires_on, "owner": "ada"});
    server.project().post("/flags").json(&new).await.expect(201);
}

#[tokio::test]
async fn the_gate_says_no_when_a_flag_is_overdue() {
    let server = TestServer::on_sqlite().await;
    flag_for_days(&server, "new-billing", 5).await;
    let due = run(&server, &["debt"]).await.expect(0);
    assert!(
        due.out.contains("new-billing") && due.out.contains("due"),
        "{due:#?}"
    );
    run(&server, &["debt", "--fail-on", "due"]).await.expect(1);
    server.travel(TimeDelta::days(10));
    run(&server, &["debt"]).await.expect(0);
    run(&server, &["debt", "--fail-on", "expired"])
        .await
        .expect(1);
    server.travel(TimeDelta::days(20));
    let overdue = run(&server, &["debt"]).await.expect(1);
    assert!(
        overdue.out.contains("overdue") && overdue.out.contains("ada"),
        "{overdue:#?}"
    );
    run(&server, &["debt", "--fail-on", "never"])
        .await
        .expect(0);
    let report = run(&server, &["debt", "-o", "json"]).await.expect(1).json();
    assert_eq!(report["summary"]["overdue"], 1);
}

#[tokio::test]
async fn a_token_of_continuous_integration_is_enough() {
    let server = TestServer::on_sqlite().await;
    let token = server.project().create_token("ci").await;
    finish(command_at(&server, &token.secret, &["debt"]))
        .await
        .expect(0);
    let refused = finish(command_at(
        &server,
        &token.secret,
        &["flags", "create", "a"],
    ))
    .await;
    refused.expect(3);
}

#[tokio::test]
async fn no_debt_is_fine() {
    let server = TestServer::on_sqlite().await;
    let clean = run(&server, &["debt"]).await.expect(0);
    assert!(clean.out.contains("passes"), "{clean:#?}");
}
