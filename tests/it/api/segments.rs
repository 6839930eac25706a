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

#[tokio::test]
async fn conditions_decide_who_is_a_member() {
    on_each_database(async |server| {
        let project = server.project();
        for (key, plan, seats) in [("acme", "pro", 250), ("globex", "free", 3)] {
            let new = json!({"key": key, "attributes": {"plan": plan, "seats": seats}});
            project.post("/tenants").json(&new).await.expect(201);
        }
        let pro = json!([{"operator": "in", "attribute": "plan", "values": ["pro"]}]);
        let new = json!({"key": "partners", "conditions": pro});
        let created = project.post("/segments").json(&new).await.ok(201);
        assert_eq!(
            (&created["size"], &created["conditions"]),
            (&json!(1), &pro)
        );
        project.create_targeted("a", &for_partners()).await;
        assert_eq!(project.explain("a", "acme").await["on"], true);
        assert_eq!(project.explain("a", "globex").await["on"], false);

        // The roster changes: one by one, in bulk, and by taking a tenant off it.
        let revision = project.revision_of("production").await;
        let named = json!({"name": "Globex"});
        let globex = project.patch("/tenants/globex").if_match("*");
        globex.json(&named).await.expect(200);
        assert_eq!(project.revision_of("production").await, revision);
        let upgraded = json!({"attributes": {"plan": "pro"}});
        let globex = project.patch("/tenants/globex").if_match("*");
        globex.json(&upgraded).await.expect(200);
        assert_eq!(project.revision_of("production").await, revision + 1);
        assert_eq!(project.explain("a", "globex").await["on"], true);
        let file = "key,attributes.plan\nglobex,free\ninitech,pro\numbrella,pro\n";
        let import = project.post("/tenants/import").body("text/csv", file);
        import.await.expect(200);
        assert_eq!(project.explain("a", "globex").await["on"], false);
        let acme = project.delete("/tenants/acme").if_match("*");
        acme.await.expect(204);
        assert_eq!(project.explain("a", "acme").await["on"], false);
        let members = "/segments/partners/members";
        let all = project.get(members).await.ok(200);
        assert_eq!(all["items"], json!(["initech", "umbrella"]));
        let first = project.get(format!("{members}?limit=1")).await.ok(200);
        assert_eq!(first["items"], json!(["initech"]));
        let cursor = first["next_cursor"].as_str().expect("a cursor");
        let rest = project.get(format!("{members}?limit=1&cursor={cursor}"));
        let rest = rest.await.ok(200);
        assert_eq!(rest, json!({"items": ["umbrella"], "next_cursor": null}));

        // The conditions change.
        let large = json!({"conditions":
            [{"operator": "number_lt", "attribute": "seats", "values": [100]}]});
        let changed = project.patch("/segments/partners").json(&large).await;
        assert_eq!(changed.ok(200)["size"], 1);
        assert_eq!(project.explain("a", "globex").await["on"], true);
        assert_eq!(project.explain("a", "initech").await["on"], false);

        let one = json!({"tenants": ["acme"]});
        let refused = project.post(members).json(&one).await;
        refused.problem(409, "segment_has_conditions");
        let listed = json!({"conditions": null});
        let listed = project.patch("/segments/partners").json(&listed).await;
        assert_eq!(listed.ok(200)["size"], 1, "it keeps its members");
        project.post(members).json(&one).await.expect(200);

        let shown = project.get("/segments/partners").await.ok(200);
        assert_eq!(
            shown["used_by"],
            json!([{"flag": "a", "environment": "production", "by": "rules", "stages": []}])
        );
        assert_eq!(shown["segment"]["size"], 2);
    })
    .await;
}

#[tokio::test]
async fn conditions_are_checked() {
    on_each_database(async |server| {
        let project = server.project();
        for (conditions, wanted) in [
            (json!([]), "conditions"),
            (
                json!([{"operator": "in_segment", "segment": "x"}]),
                "conditions[0].operator",
            ),
            (
                json!([{"operator": "number_gt", "attribute": "seats", "values": ["x"]}]),
                "conditions[0].values[0]",
            ),
        ] {
            let new = json!({"key": "s", "conditions": conditions});
            let refused = project.post("/segments").json(&new).await;
            assert_eq!(refused.invalid_paths(), [wanted]);
        }
    })
    .await;
}
