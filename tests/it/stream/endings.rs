//! Why and how the server ends a stream that has done nothing wrong.

use serde_json::{Value, json};
use tenantry_tests::{RawStream, TestServer, TimeDelta, ZERO, on_each_database};

/// A stream that has been told of the newest, which is no longer nothing.
async fn listen(server: &TestServer, token: &str) -> RawStream {
    let first = json!({"key": "first"});
    let created = server.project().post("/flags").json(&first).await;
    assert!(matches!(created.status.as_u16(), 201 | 409), "{created:#?}");
    server.published().await;
    let mut stream = RawStream::connect(&server.address(), token)
        .await
        .expect("let in");
    stream.hello(0, ZERO).await;
    stream.frame().await;
    stream
}

#[tokio::test]
async fn a_revoked_token_ends_its_streams() {
    on_each_database(async |server| {
        let project = server.project();
        let (ours, other) = (
            project.create_token("sdk").await,
            project.create_token("sdk").await,
        );
        let mut first = listen(&server, &ours.secret).await;
        let mut second = listen(&server, &ours.secret).await;
        let mut third = listen(&server, &other.secret).await;
        project.delete(format!("/tokens/{}", ours.id)).await;
        assert_eq!(first.close().await.0, 4401);
        assert_eq!(second.close().await.0, 4401);
        let again = RawStream::connect(&server.address(), &ours.secret).await;
        assert_eq!(again.expect_err("refused").status, 401);
        project.create_flag("a").await;
        third.frame_of("delta").await;
    })
    .await;
}

#[tokio::test]
async fn a_rotation_ends_the_streams_of_the_old_secret_when_the_overlap_ends() {
    on_each_database(async |server| {
        let project = server.project();
        let old = project.create_token("sdk").await;
        let mut stream = listen(&server, &old.secret).await;
        let rotate = format!("/tokens/{}/rotate", old.id);
        let new = project
            .post(&rotate)
            .json(&json!({"overlap_seconds": 600}))
            .await
            .ok(200);
        let mut renewed = listen(&server, new["secret"].as_str().expect("a secret")).await;
        project.create_flag("a").await;
        stream.frame_of("delta").await;
        renewed.frame_of("delta").await;
        server.travel(TimeDelta::seconds(601));
        assert_eq!(stream.close().await.0, 4401);
        project.create_flag("b").await;
        renewed.frame_of("delta").await;
    })
    .await;
}

#[tokio::test]
async fn an_expired_token_ends_its_streams() {
    on_each_database(async |server| {
        let expires_at = (server.now() + TimeDelta::minutes(10)).to_rfc3339();
        let new = json!({
            "type": "sdk", "name": "short", "environment": "production", "expires_at": expires_at,
        });
        let token = server.project().post("/tokens").json(&new).await.ok(201);
        let mut stream = listen(&server, token["secret"].as_str().expect("a secret")).await;
        server.travel(TimeDelta::minutes(11));
        assert_eq!(stream.close().await.0, 4401);
    })
    .await;
}

#[tokio::test]
async fn a_stopping_server_spreads_its_clients() {
    on_each_database(async |server| {
        let token = server.project().create_token("sdk").await;
        let mut streams = Vec::new();
        for _ in 0..20 {
            streams.push(listen(&server, &token.secret).await);
        }
        let stopping = tokio::spawn(server.stop());
        let mut delays = Vec::new();
        for stream in &mut streams {
            let (code, reason) = stream.close().await;
            assert_eq!(code, 1012, "{reason}");
            let reason: Value = serde_json::from_str(&reason).expect("JSON");
            delays.push(reason["retry_in_ms"].as_u64().expect("milliseconds"));
        }
        drop(streams);
        stopping.await.expect("the server stops");
        delays.sort_unstable();
        delays.dedup();
        assert!(delays.len() > 1, "not all at the same moment: {delays:?}");
        assert!(delays.iter().all(|delay| *delay <= 30_000), "{delays:?}");
    })
    .await;
}
