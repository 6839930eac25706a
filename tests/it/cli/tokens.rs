//! `tenantry tokens …`

use serde_json::json;
use tenantry_tests::TestServer;

use super::{finish, run, run_with_secret};

#[tokio::test]
async fn a_tokens_whole_life_can_be_led_from_the_command_line() {
    let server = TestServer::on_sqlite().await;
    let created = run_with_secret(&server, &["tokens", "create", "ci", "expiry gate"]).await;
    let secret = created.out.trim();
    assert!(
        secret.starts_with("tnry_ci_") && !secret.contains(char::is_whitespace),
        "{created:#?}"
    );
    let me = server
        .root()
        .with_token(secret)
        .get("/api/v1/session")
        .await
        .ok(200);
    assert_eq!(me["name"], "expiry gate");

    let list = run(&server, &["tokens", "list"]).await.expect(0);
    assert!(list.out.contains("expiry gate"), "{list:#?}");
    let tokens = server.project().get("/tokens").await.ok(200);
    let id = tokens["items"][0]["id"].as_str().expect("an id");

    let rotated = run_with_secret(&server, &["tokens", "rotate", id]).await;
    let renewed = rotated.out.trim();
    assert_ne!(renewed, secret);
    server
        .root()
        .with_token(renewed)
        .get("/api/v1/session")
        .await
        .expect(200);

    run(&server, &["tokens", "revoke", id]).await.expect(0);
    let again = run(&server, &["tokens", "revoke", id]).await.expect(0);
    assert!(again.out.contains("already"), "{again:#?}");
    let again = ["tokens", "revoke", id, "-o", "json"];
    let document = run(&server, &again).await.expect(0).json();
    assert!(document["revoked_at"].is_string(), "{document:#}");
    let other = "01980000-0000-7000-8000-000000000000";
    let missing = run(&server, &["tokens", "revoke", other]).await.expect(3);
    assert!(missing.err.contains("tokens list"), "{missing:#?}");
    let refused = server
        .root()
        .with_token(renewed)
        .get("/api/v1/session")
        .await;
    refused.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_program_gets_the_token_of_its_environment() {
    let server = TestServer::on_sqlite().await;
    let create = [
        "tokens", "create", "sdk", "billing", "-e", "staging", "-o", "json",
    ];
    let created = run_with_secret(&server, &create).await.json();
    assert_eq!(
        (&created["type"], &created["environment"]),
        (&json!("sdk"), &json!("staging"))
    );
    let wrong = super::command(&["tokens", "create", "god", "mode"]);
    finish(wrong).await.expect(2);
}
