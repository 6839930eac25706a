//! `PATCH /api/v1/projects/{project}/flags/{flag}`

use serde_json::{Value, json};
use tenantry_tests::on_each_database;

#[tokio::test]
async fn a_merge_patch_changes_what_it_names_and_nothing_else() {
    on_each_database(async |server| {
        let project = server.project();
        let new =
            json!({"key": "a", "description": "old", "tags": ["x"], "expires_on": "2099-01-02"});
        let before = project.post("/flags").json(&new).await.ok(201);
        let patch = json!({"name": "Named", "description": null, "expires_on": "2099-01-01"});
        let answer = project
            .patch("/flags/a")
            .if_match("*")
            .json(&patch)
            .await
            .expect(200);
        let after = answer.json();
        let mut expected = before;
        expected["name"] = json!("Named");
        expected["description"] = json!("");
        expected["expires_on"] = json!("2099-01-01");
        expected["updated_at"] = after["updated_at"].clone();
        assert_eq!(after, expected);
        let read = project.get("/flags/a").await;
        assert_eq!(read.etag(), answer.etag());
        assert_eq!(read.json(), after);
    })
    .await;
}

#[tokio::test]
async fn both_media_types_of_a_patch_are_read() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        for media_type in ["application/json", "application/merge-patch+json"] {
            let body = format!(r#"{{"name": "{media_type}"}}"#);
            let request = project
                .patch("/flags/a")
                .if_match("*")
                .body(media_type, body);
            assert_eq!(request.await.ok(200)["name"], media_type);
        }
    })
    .await;
}

#[tokio::test]
async fn an_expiry_moves_only_forward_in_time_by_an_extension() {
    on_each_database(async |server| {
        let project = server.project();
        let new = json!({"key": "a", "expires_on": "2099-01-02"});
        project.post("/flags").json(&new).await.expect(201);
        let later = json!({"expires_on": "2099-01-03"});
        let refused = project.patch("/flags/a").if_match("*").json(&later).await;
        assert_eq!(refused.invalid_paths(), ["expires_on"]);
        let never = json!({"expires_on": null});
        let refused = project.patch("/flags/a").if_match("*").json(&never).await;
        assert_eq!(refused.invalid_paths(), ["expires_on"]);
        // What may stay for ever may forget its date.
        let permanent = json!({"kind": "ops", "expires_on": null});
        let flag = project
            .patch("/flags/a")
            .if_match("*")
            .json(&permanent)
            .await
            .ok(200);
        assert_eq!(flag["expires_on"], Value::Null);
        // That puts it off for ever: a way around extensions, if it did not count as one.
        assert_eq!(flag["extensions"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_temporary_flag_keeps_an_owner() {
    on_each_database(async |server| {
        let project = server.project();
        let new = json!({"key": "a", "owner": ""});
        let created = project.post("/flags").json(&new).await.ok(201);
        assert_eq!(created["owner"], "bootstrap", "whoever creates it");
        let nobody = json!({"owner": ""});
        let refused = project.patch("/flags/a").if_match("*").json(&nobody).await;
        assert_eq!(refused.invalid_paths(), ["owner"]);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_changed_is_said_with_everything_else() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let patch = json!({
            "key": "b", "salt": "new", "created_by": "me", "archived_at": null, "owner": "o".repeat(257),
        });
        let refused = project.patch("/flags/a").if_match("*").json(&patch).await;
        let mut found = refused.invalid_paths();
        found.sort();
        assert_eq!(found, ["archived_at", "created_by", "key", "owner", "salt"]);
    })
    .await;
}

#[tokio::test]
async fn an_archived_flag_does_not_change() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        project
            .post("/flags/a/archive")
            .json(&json!({}))
            .await
            .expect(200);
        let patch = json!({"name": "b"});
        project
            .patch("/flags/a")
            .if_match("*")
            .json(&patch)
            .await
            .problem(409, "flag_archived");
        project
            .patch("/flags/b")
            .if_match("*")
            .json(&patch)
            .await
            .problem(404, "not_found");
    })
    .await;
}
