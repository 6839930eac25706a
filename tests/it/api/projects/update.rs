//! `PATCH /api/v1/projects/{project}`

use serde_json::json;
use tenantry_tests::on_each_database;

#[tokio::test]
async fn only_the_name_of_a_project_changes() {
    on_each_database(async |server| {
        let project = server.project();
        let renamed = project
            .patch("")
            .if_match("*")
            .json(&json!({"name": "Renamed"}))
            .await
            .ok(200);
        assert_eq!(renamed["name"], "Renamed");
        assert_eq!(project.get("").await.ok(200), renamed);
        let sly = json!({"key": "other", "name": ""});
        let mut found = project
            .patch("")
            .if_match("*")
            .json(&sly)
            .await
            .invalid_paths();
        found.sort();
        assert_eq!(found, ["key", "name"]);
        let entry = &project.get("/audit").await.ok(200)["items"][0];
        assert_eq!(
            (&entry["action"], &entry["target"]),
            (&json!("project.update"), &json!("project/default"))
        );
    })
    .await;
}
