//! Whom a project wants to be told.

use serde_json::json;
use tenantry_tests::{TestServer, on_each_database};

use super::mailbox::Mailbox;
use super::webhook::Receiver;
use super::{SETTINGS, is_done, newest, set, ways};

#[tokio::test]
async fn settings_are_checked_kept_and_on_record() {
    on_each_database(async |server| {
        let project = server.project();
        let usual = json!({"owners": {}, "fallback": [], "digest": true});
        assert_eq!(project.get(SETTINGS).await.ok(200), usual);
        let wrong = json!({"owners": {"team": [], "ada": ["ada"]}, "fallback": ["ops@"]});
        let answer = project.put(SETTINGS).json(&wrong).await;
        let mut paths = answer.invalid_paths();
        paths.sort();
        assert_eq!(paths, ["fallback[0]", "owners.ada[0]", "owners.team"]);
        assert_eq!(project.get(SETTINGS).await.ok(200), usual);

        let settings = json!({
            "owners": {"team-billing": ["billing@example.com", "ada@example.com"]},
            "fallback": ["ops@example.com"], "digest": false,
        });
        set(&project, &settings).await;
        assert_eq!(project.get(SETTINGS).await.ok(200), settings);
        let entries = project.get("/audit?limit=1").await.ok(200);
        let action = &entries["items"][0]["action"];
        assert_eq!(action, "notification_settings.update");

        let list = project.get("/notifications").await.ok(200);
        assert_eq!(list, json!({"channels": [], "items": []}));
        let limited = project.get("/notifications?limit=201").await;
        limited.expect(400);
    })
    .await;
}

#[tokio::test]
async fn a_test_shows_whether_notifications_arrive() {
    let (receiver, mailbox) = (Receiver::start().await, Mailbox::start().await);
    let server = TestServer::on_sqlite_with(ways(&receiver, &mailbox)).await;
    let project = server.project();
    let list = project.get("/notifications").await.ok(200);
    assert_eq!(list["channels"], json!(["webhook", "mail"]));
    set(&project, &json!({"fallback": ["ops@example.com"]})).await;
    for (owner, address) in [
        (None, "ops@example.com"),
        (Some("ada@example.com"), "ada@example.com"),
        (Some("nobody"), "ops@example.com"),
    ] {
        let post = project.post("/notifications/test");
        let told = post.json(&json!({"owner": owner})).await.ok(202);
        let done = newest(&project, "the test arrives", |it| {
            it["id"] == told["id"] && is_done(it)
        })
        .await;
        assert_eq!(done["deliveries"][1]["to"], address);
        assert_eq!(done["deliveries"][1]["state"], "delivered");
    }
    assert_eq!((receiver.told().len(), mailbox.mails().len()), (3, 3));
}

#[tokio::test]
async fn where_there_is_no_way_nobody_waits() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.post("/notifications/test").await.expect(202);
    let done = newest(&project, "it is done", is_done).await;
    assert_eq!(done["deliveries"], json!([]));
}
