//! Two nodes on one database: what one is told, the clients of the other hear.

use serde_json::json;
use tenantry_protocol::Replica;
use tenantry_tests::{Follower, RawStream, TestServer, ZERO};

#[tokio::test]
async fn a_change_on_one_node_reaches_the_clients_of_the_other() {
    let (one, two) = TestServer::two_nodes().await;
    one.project().create_flag("a").await;
    let token = one.project().create_token("sdk").await;
    let follower = Follower::connect(&two.address(), &token.secret, Replica::default()).await;
    let mut follower = follower.expect("a token of one node counts on the other");
    for number in 0..20 {
        let targeting = json!({"on": true, "rollout": {"threshold": number}});
        let newest = one
            .project()
            .set_targeting("a", &targeting)
            .await
            .revision();
        follower.follow_to(newest).await;
    }
}

#[tokio::test]
async fn both_write_and_the_history_is_one() {
    let (one, two) = TestServer::two_nodes().await;
    let token = one.project().create_token("sdk").await;
    let first = one.project().revision_of("production").await;
    let writes = (0..20).map(|number| {
        let project = if number % 2 == 0 {
            one.project()
        } else {
            two.project()
        };
        async move { project.create_flag(&format!("flag-{number}")).await }
    });
    futures_util::future::join_all(writes).await;
    let newest = two.project().revision_of("production").await;
    assert_eq!(newest, first + 20, "no revision twice, none left out");
    let mut checksums = Vec::new();
    for node in [&one, &two] {
        let follower = Follower::connect(&node.address(), &token.secret, Replica::default()).await;
        let mut follower = follower.expect("let in");
        follower.follow_to(newest).await;
        assert_eq!(follower.replica().len(), 20);
        checksums.push(follower.replica().checksum());
    }
    assert_eq!(checksums[0], checksums[1]);
    let verified = one.project().get("/audit/verify").await.ok(200);
    assert!(
        verified
            .get("broken")
            .is_none_or(serde_json::Value::is_null),
        "{verified:#}"
    );
}

#[tokio::test]
async fn a_token_revoked_on_one_node_is_refused_by_the_other() {
    let (one, two) = TestServer::two_nodes().await;
    let token = one.project().create_token("sdk").await;
    let mut stream = RawStream::connect(&two.address(), &token.secret)
        .await
        .expect("let in");
    stream.hello(0, ZERO).await;
    stream.frame().await;
    one.project().delete(format!("/tokens/{}", token.id)).await;
    assert_eq!(stream.close().await.0, 4401);
    let again = RawStream::connect(&two.address(), &token.secret).await;
    assert_eq!(again.expect_err("refused").status, 401);
}

#[tokio::test]
async fn an_environment_made_on_one_node_is_served_by_the_other() {
    let (one, two) = TestServer::two_nodes().await;
    let new = json!({"key": "preview", "name": "Preview"});
    one.project()
        .post("/environments")
        .json(&new)
        .await
        .expect(201);
    let body = json!({"type": "sdk", "name": "sdk", "environment": "preview"});
    let token = one.project().post("/tokens").json(&body).await.ok(201);
    let secret = token["secret"].as_str().expect("a secret");
    let mut stream = tenantry_tests::until("the other node serves it", async || {
        RawStream::connect(&two.address(), secret).await.ok()
    })
    .await;
    stream.hello(0, ZERO).await;
    stream.frame().await;
}
