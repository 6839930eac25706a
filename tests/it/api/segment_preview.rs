//! Who would be in a segment, before its conditions are saved.

use serde_json::{Value, json};
use tenantry_tests::{Caller, on_each_database};

const PREVIEW: &str = "/segment-preview";

async fn preview(project: &Caller, body: Value) -> Value {
    project.post(PREVIEW).json(&body).await.ok(200)
}

fn keys(tenants: &Value) -> Vec<&str> {
    let tenants = tenants.as_array().expect("tenants").iter();
    tenants
        .map(|it| it["key"].as_str().expect("a key"))
        .collect()
}

#[tokio::test]
async fn what_conditions_would_make_of_a_segment_is_what_they_do() {
    on_each_database(async |server| {
        let project = server.project();
        let roster = [
            json!({"key": "a", "name": "Alpha", "weight": 1, "attributes": {"plan": "pro"}}),
            json!({"key": "b", "weight": 60, "attributes": {"plan": "pro", "regions": ["eu", "us"]}}),
            json!({"key": "c", "weight": 30, "attributes": {"plan": "free", "regions": ["us"]}}),
            json!({"key": "d", "weight": 9, "attributes": {"plan": "free", "regions": []}}),
        ];
        let lines = roster.map(|line| line.to_string()).join("\n");
        let import = project.post("/tenants/import");
        import.body("application/x-ndjson", lines).await.expect(200);
        let pro = json!([{"attribute": "plan", "operator": "in", "values": ["pro"]}]);
        let new = preview(&project, json!({"conditions": pro})).await;
        assert_eq!(
            new,
            json!({
                "size": 2, "share_of_tenants": 0.5, "share_of_requests": 0.61,
                "tenants": [
                    {"key": "b", "name": "b", "weight": 60},
                    {"key": "a", "name": "Alpha", "weight": 1},
                ],
                "joining": null, "leaving": null,
            })
        );
        let segment = json!({"key": "preview", "conditions": pro});
        project.post("/segments").json(&segment).await.expect(201);
        // Whatever a segment is called, it can be asked for.
        project.get("/segments/preview").await.expect(200);

        let us = json!([{"attribute": "regions", "operator": "in", "values": ["us"]}]);
        let body = json!({"conditions": us, "segment": "preview", "limit": 1});
        let changed = preview(&project, body).await;
        assert_eq!((&changed["size"], keys(&changed["tenants"])), (&json!(2), vec!["b"]));
        let (joining, leaving) = (&changed["joining"], &changed["leaving"]);
        assert_eq!((&joining["count"], keys(&joining["tenants"])), (&json!(1), vec!["c"]));
        assert_eq!((&leaving["count"], keys(&leaving["tenants"])), (&json!(1), vec!["a"]));
        let members = project.get("/segments/preview/members").await.ok(200);
        assert_eq!(members["items"], json!(["a", "b"]), "nothing was changed");
        let patch = json!({"conditions": us});
        project.patch("/segments/preview").json(&patch).await.expect(200);
        let members = project.get("/segments/preview/members").await.ok(200);
        assert_eq!(members["items"], json!(["b", "c"]), "it was as foreseen");

        // Listed members that are not on the roster would go, too.
        let listed = json!({"key": "listed"});
        project.post("/segments").json(&listed).await.expect(201);
        let members = json!({"tenants": ["stranger", "b"]});
        let add = project.post("/segments/listed/members").json(&members);
        add.await.expect(200);
        let body = json!({"conditions": us, "segment": "listed"});
        let changed = preview(&project, body).await;
        let stranger = json!([{"key": "stranger", "name": "stranger", "weight": 0}]);
        assert_eq!(changed["leaving"]["tenants"], stranger);
        assert_eq!(keys(&changed["joining"]["tenants"]), ["c"]);
        let missing = json!([{"attribute": "regions", "operator": "does_not_exist"}]);
        let found = preview(&project, json!({"conditions": missing})).await;
        assert_eq!(keys(&found["tenants"]), ["a"], "an empty list is one");
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_saved_is_refused_for_the_same_reasons() {
    on_each_database(async |server| {
        let project = server.project();
        let wrong = json!([
            {"attribute": "plan", "operator": "like", "values": ["pro"]},
            {"operator": "in_segment", "segment": "other"},
        ]);
        let refused = project.post(PREVIEW).json(&json!({"conditions": wrong}));
        let refused = refused.await.problem(422, "invalid_body");
        let segment = json!({"key": "partners", "conditions": wrong});
        let written = project.post("/segments").json(&segment).await;
        assert_eq!(
            refused["problems"],
            written.problem(422, "invalid_body")["problems"]
        );
        let fine = json!([{"attribute": "plan", "operator": "exists"}]);
        for (body, path) in [
            (json!({"conditions": []}), "conditions"),
            (json!({}), "conditions"),
            (json!({"conditions": fine, "limit": 1_001}), "limit"),
            (json!({"conditions": fine, "segment": "nobody"}), "segment"),
            (json!({"conditions": fine, "segment": "a b"}), "segment"),
        ] {
            let refused = project.post(PREVIEW).json(&body).await.expect(422);
            assert_eq!(refused.invalid_paths(), [path], "{body}");
        }
    })
    .await;
}
