//! `/api/v1/projects/{project}/segments`, all operations: a segment has little life of its own.

use serde_json::{Value, json};
use tenantry_tests::on_each_database;

/// A targeting whose only rule lets the members of `partners` in.
fn for_partners() -> Value {
    json!({
        "on": true,
        "rules": [{
            "conditions": [{"operator": "in_segment", "segment": "partners"}],
            "effect": "on",
        }],
    })
}

#[tokio::test]
async fn members_come_and_go_in_every_environment() {
    on_each_database(async |server| {
        let project = server.project();
        let created = project
            .post("/segments")
            .json(&json!({"key": "partners"}))
            .await
            .ok(201);
        assert_eq!(
            (&created["name"], &created["size"]),
            (&json!("partners"), &json!(0))
        );
        project.create_targeted("a", &for_partners()).await;
        assert_eq!(project.explain("a", "acme").await["on"], false);

        let some = json!({"tenants": ["globex", "acme", "acme"]});
        let members = "/segments/partners/members";
        let added = project.post(members).json(&some).await.ok(200);
        assert_eq!(added["changed"], json!(["acme", "globex"]));
        assert_eq!(added["size"], 2);
        let revision = project.revision_of("production").await;
        let production = json!({"environment": "production", "revision": revision});
        assert!(
            added["revisions"]
                .as_array()
                .is_some_and(|all| all.contains(&production)),
            "{added}"
        );
        assert_eq!(project.explain("a", "acme").await["on"], true);
        assert_eq!(
            project.get(members).await.ok(200)["items"],
            json!(["acme", "globex"])
        );

        let one = json!({"tenants": ["acme", "nobody"]});
        let removed = project.delete(members).json(&one).await.ok(200);
        assert_eq!(removed["changed"], json!(["acme"]));
        assert_eq!(project.explain("a", "acme").await["on"], false);
        let list = project.get("/segments").await.ok(200);
        assert_eq!(list["items"][0]["size"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_segment_that_is_asked_for_stays() {
    on_each_database(async |server| {
        let project = server.project();
        let new = json!({"key": "partners", "name": "Partners"});
        project.post("/segments").json(&new).await.expect(201);
        project
            .post("/segments")
            .json(&new)
            .await
            .problem(409, "already_exists");
        project.create_targeted("a", &for_partners()).await;
        let refused = project.delete("/segments/partners").await;
        refused.problem(409, "segment_in_use");
        assert!(
            refused.json()["detail"]
                .as_str()
                .is_some_and(|it| it.contains("flag a"))
        );

        let renamed = json!({"name": "Friends"});
        let renamed = project
            .patch("/segments/partners")
            .json(&renamed)
            .await
            .ok(200);
        assert_eq!(renamed["name"], "Friends");
        project.set_targeting("a", &json!({"on": true})).await;
        project.delete("/segments/partners").await.expect(204);
        project
            .delete("/segments/partners")
            .await
            .problem(404, "not_found");
        project
            .get("/segments/partners/members")
            .await
            .problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_is_reported_at_once() {
    on_each_database(async |server| {
        let project = server.project();
        let body = json!({"key": "no good", "name": "", "size": 3});
        let mut found = project.post("/segments").json(&body).await.invalid_paths();
        found.sort();
        assert_eq!(found, ["key", "name", "size"]);
        project
            .post("/segments")
            .json(&json!({"key": "partners"}))
            .await
            .expect(201);
        let body = json!({"tenants": ["ok", ""]});
        let refused = project.post("/segments/partners/members").json(&body).await;
        assert_eq!(refused.invalid_paths(), ["tenants[1]"]);
    })
    .await;
}
