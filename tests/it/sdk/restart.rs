//! A server that goes away and comes back under its clients.

use std::time::Duration;

use serde_json::json;
use tenantry::{Client, Source};
use tenantry_tests::{Caller, DatabaseKind, ServerProcess, TestDatabase, until_true};

/// A counter of the server's metrics, summed over the labels that hold `label`.
async fn counter(root: &Caller, name: &str, label: &str) -> f64 {
    let metrics = root.get("/metrics").await.expect(200).text;
    let values = metrics
        .lines()
        .filter(|line| line.starts_with(name) && line.contains(label));
    values
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum()
}

/// Kills a server, changes its data behind its clients' backs, and brings it back.
async fn check(kind: DatabaseKind) {
    let database = TestDatabase::new(kind).await;
    let mut server = ServerProcess::on_database(database.url()).await;
    let project = server.project();
    project
        .create_targeted("a", &json!({"on": true, "allow": ["acme"]}))
        .await;
    for number in 0..20 {
        project.create_flag(&format!("other-{number}")).await;
    }
    let token = project.create_token("sdk").await;
    let client = Client::builder(server.address(), token.secret)
        .build()
        .await
        .expect("a client");
    until_true("the first answer", || client.is_enabled("a", "acme")).await;

    server.kill();
    until_true("the client has noticed", || !client.status().connected).await;
    assert!(client.is_enabled("a", "acme"), "the last state goes on");

    server.start_elsewhere().await;
    let away = server.project();
    for threshold in 0..50 {
        let targeting = json!({"on": true, "rollout": {"threshold": threshold}});
        away.set_targeting("a", &targeting).await;
    }
    let newest = away
        .set_targeting("a", &json!({"on": true, "allow": ["globex"]}))
        .await
        .revision();
    server.kill();
    assert!(client.is_enabled("a", "acme"), "nobody has told the client");

    server.start().await;
    until_true("the client has caught up", || {
        client.status().revision == newest
    })
    .await;
    assert!(client.is_enabled("a", "globex") && !client.is_enabled("a", "acme"));
    let root = server.admin().without_token();
    let frames = "tenantry_stream_frames_sent_total";
    assert!(
        (counter(&root, frames, "delta").await - 1.0).abs() < 0.1,
        "one delta"
    );
    assert!(
        counter(&root, frames, "snapshot").await.abs() < 0.1,
        "and no snapshot"
    );
    assert_eq!(client.counters().incidents, 0);
}

#[tokio::test]
async fn one_delta_brings_a_client_up_to_date_on_sqlite() {
    check(DatabaseKind::Sqlite).await;
}

#[tokio::test]
async fn one_delta_brings_a_client_up_to_date_on_postgres() {
    check(DatabaseKind::Postgres).await;
}

#[tokio::test]
async fn a_program_that_starts_without_the_server_starts_from_its_cache() {
    let mut server = ServerProcess::on_sqlite().await;
    let project = server.project();
    project
        .create_targeted("a", &json!({"on": true, "allow": ["acme"]}))
        .await;
    let token = project.create_token("sdk").await;
    let cache = tempfile::tempdir().expect("a folder");
    let builder =
        || Client::builder(server.address(), token.secret.clone()).cache_dir(cache.path());
    let first = builder().build().await.expect("a client");
    until_true("the first answer", || first.is_enabled("a", "acme")).await;
    first.shutdown().await;
    let (address, secret) = (server.address(), token.secret.clone());
    server.kill();

    let second = Client::builder(address, secret)
        .cache_dir(cache.path())
        .build()
        .await;
    let second = second.expect("a client");
    assert!(second.is_enabled("a", "acme"));
    assert_eq!(second.status().source, Source::Disk);
    server.start().await;
    until_true("the client is connected again", || {
        second.status().connected
    })
    .await;
    assert_eq!(second.status().source, Source::Stream);
}

#[tokio::test]
async fn a_server_that_stops_in_good_order_calls_its_clients_back() {
    let mut server = ServerProcess::on_sqlite().await;
    let project = server.project();
    project
        .create_targeted("a", &json!({"on": true, "allow": ["acme"]}))
        .await;
    let token = project.create_token("sdk").await;
    let client = Client::builder(server.address(), token.secret)
        .timeout(Duration::from_secs(10))
        .build()
        .await
        .expect("a client");
    until_true("the first answer", || client.is_enabled("a", "acme")).await;
    let status = server.stop().await;
    assert!(status.success(), "{status}: {}", server.log());
    server.start().await;
    let newest = server.project().create_flag("b").await;
    assert_eq!(newest["key"], "b");
    let newest = server.project().revision_of("production").await;
    until_true("the client is back", || client.status().revision == newest).await;
}
