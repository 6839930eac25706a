//! A server whose database is out of reach: it goes on with what it has published.

use serde_json::json;

use tenantry_tests::{
    ADMIN_TOKEN, DatabaseKind, RawStream, TestDatabase, TestServer, ZERO, targeting_of, until,
};

#[tokio::test]
async fn evaluations_and_streams_need_no_database_whoever_asks() {
    let server = TestServer::start(TestDatabase::new(DatabaseKind::Postgres).await).await;
    let project = server.project();
    let targeting = json!({"on": true, "rollout": {"threshold": 100_000}});
    project.create_targeted("a", &targeting).await;
    server.published().await;

    server.database().set_reachable(false);
    let health = server.root();
    until("the server notices", async || {
        let ready = health.get("/health/ready").await.json();
        (ready["database"] == "down").then_some(())
    })
    .await;

    // The administrator's token names the environment; nothing of that may be looked up.
    let asked = json!({"context": {"targetingKey": "acme"}});
    let path = "/ofrep/v1/evaluate/flags/a?project=default&environment=production";
    let answer = server.admin().post(path).json(&asked).await.ok(200);
    assert_eq!(answer["value"], true);
    let path = "/environments/production/flags/a/evaluate";
    let explained = project.post(path).json(&json!({"tenant": "acme"})).await;
    assert_eq!(explained.ok(200)["on"], true);
    let session = server.admin().get("/api/v1/session").await.ok(200);
    assert_eq!(session["type"], "adm");
    let credential = format!("Bearer {ADMIN_TOKEN}");
    let query = "?project=default&environment=production";
    let headers = [("authorization", credential.as_str())];
    let stream = RawStream::handshake(&server.address(), query, &headers).await;
    let mut stream = stream.expect("the stream opens");
    stream.hello(0, ZERO).await;
    stream.frame_of("snapshot").await;

    server.database().set_reachable(true);
    until("changes are taken again", async || {
        let change = project.patch(targeting_of("a"));
        let change = change.if_match("*").json(&json!({"on": false})).await;
        (change.status == 200).then_some(())
    })
    .await;
    stream.frame_of("delta").await;
}
