//! A database that was restored from a backup: clients that have seen more come back to it.

use serde_json::json;
use tenantry::Client;
use tenantry_tests::{DatabaseKind, ServerProcess, TestDatabase, until_true};

async fn check(kind: DatabaseKind) {
    let database = TestDatabase::new(kind).await;
    let mut server = ServerProcess::on_database(database.url()).await;
    let project = server.project();
    project
        .create_targeted("a", &json!({"on": true, "allow": ["acme"]}))
        .await;
    let token = project.create_token("sdk").await;
    let backed_up = project.revision_of("production").await;
    server.stop().await;
    let backup = database.copy().await;

    server.start().await;
    let client = Client::builder(server.address(), token.secret)
        .build()
        .await
        .expect("a client");
    let project = server.project();
    for _ in 0..5 {
        project
            .set_targeting("a", &json!({"on": true, "allow": ["globex"]}))
            .await;
        project.set_targeting("a", &json!({"on": false})).await;
    }
    let newest = project.revision_of("production").await;
    assert_eq!(newest, backed_up + 10);
    until_true("the client has followed", || {
        client.status().revision == newest
    })
    .await;
    assert!(!client.is_enabled("a", "acme"));
    server.kill();

    server.start_on(backup.url()).await;
    assert_eq!(server.project().revision_of("production").await, backed_up);
    until_true("the client is back", || {
        client.status().revision == backed_up
    })
    .await;
    assert!(
        client.is_enabled("a", "acme"),
        "as it was when the backup was made"
    );
    let newest = server
        .project()
        .set_targeting("a", &json!({"on": false}))
        .await
        .revision();
    until_true("the client goes on", || client.status().revision == newest).await;
    assert!(!client.is_enabled("a", "acme"));
}

#[tokio::test]
async fn a_restored_sqlite_file_is_followed() {
    check(DatabaseKind::Sqlite).await;
}

#[tokio::test]
async fn a_restored_postgres_database_is_followed() {
    check(DatabaseKind::Postgres).await;
}
