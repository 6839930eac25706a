//! `GET /api/v1/projects/{project}/flags/{flag}`

use serde_json::json;
use tenantry_tests::{on_each_database, targeting_of};

#[tokio::test]
async fn a_flag_shows_its_targeting_in_numbers() {
    on_each_database(async |server| {
        let targeting = json!({
            "on": true, "allow": ["acme", "globex"], "block": ["initech"],
            "rules": [{"conditions": [{"operator": "exists", "attribute": "plan"}], "effect": "on"}],
            "rollout": {"threshold": 25_000},
            "variants": [{"name": "a", "weight": 1}, {"name": "b", "weight": 1}],
        });
        server.project().create_targeted("new-billing", &targeting).await;
        let flag = server.project().get("/flags/new-billing").await.ok(200);
        let production = &flag["environments"][2];
        assert_eq!(production["environment"], "production");
        assert_eq!(production["on"], true);
        for (name, count) in
            [("threshold", 25_000), ("rules", 1), ("allow", 2), ("block", 1), ("variants", 2)]
        {
            assert_eq!(production[name], count, "{name}");
        }
        assert_eq!(flag["environments"][0]["on"], false, "only production was changed");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    on_each_database(async |server| {
        server
            .project()
            .get("/flags/no-such-flag")
            .await
            .problem(404, "not_found");
        server
            .project()
            .get("/flags/no%20key")
            .await
            .problem(404, "not_found");
        server
            .admin()
            .get("/api/v1/projects/no-such/flags/a")
            .await
            .problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn the_tag_moves_with_the_flags_own_facts() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let tag = project.get("/flags/new-billing").await.etag();
        let patch = json!({"name": "New billing"});
        project
            .patch("/flags/new-billing")
            .if_match(&tag)
            .json(&patch)
            .await
            .expect(200);
        assert_ne!(project.get("/flags/new-billing").await.etag(), tag);
        // Targeting has a tag of its own, and a change there is no reason to refuse one here.
        let tag = project.get("/flags/new-billing").await.etag();
        let on = json!({"on": true});
        project
            .patch(targeting_of("new-billing"))
            .if_match("*")
            .json(&on)
            .await
            .expect(200);
        let patch = json!({"name": "Billing"});
        project
            .patch("/flags/new-billing")
            .if_match(&tag)
            .json(&patch)
            .await
            .expect(200);
    })
    .await;
}
