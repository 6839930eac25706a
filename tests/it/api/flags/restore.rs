//! `POST /api/v1/projects/{project}/flags/{flag}/restore`

use serde_json::{Value, json};
use tenantry_tests::{on_each_database, targeting_of};

#[tokio::test]
async fn a_restored_flag_has_the_targeting_it_had() {
    on_each_database(async |server| {
        let project = server.project();
        let targeting = json!({"on": true, "allow": ["acme"], "rollout": {"threshold": 0}});
        project.create_targeted("a", &targeting).await;
        let before = project.get(targeting_of("a")).await.ok(200);
        project
            .post("/flags/a/archive")
            .json(&json!({}))
            .await
            .expect(200);
        let flag = project
            .post("/flags/a/restore")
            .json(&json!({}))
            .await
            .ok(200);
        assert_eq!(flag["archived_at"], Value::Null);
        assert_eq!(project.get(targeting_of("a")).await.ok(200), before);
        assert_eq!(project.explain("a", "acme").await["on"], true);
        assert_eq!(project.explain("a", "globex").await["on"], false);
    })
    .await;
}

#[tokio::test]
async fn restoring_what_is_in_use_changes_nothing() {
    on_each_database(async |server| {
        let project = server.project();
        let flag = project.create_flag("a").await;
        let revision = project.revision_of("production").await;
        assert_eq!(
            project
                .post("/flags/a/restore")
                .json(&json!({}))
                .await
                .ok(200),
            flag
        );
        assert_eq!(project.revision_of("production").await, revision);
        project
            .post("/flags/b/restore")
            .json(&json!({}))
            .await
            .problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_flag_whose_prerequisite_is_gone_stays_archived() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("base").await;
        project
            .create_targeted("on-top", &json!({"prerequisites": [{"flag": "base"}]}))
            .await;
        for key in ["on-top", "base"] {
            project
                .post(format!("/flags/{key}/archive"))
                .json(&json!({}))
                .await
                .expect(200);
        }
        let refused = project.post("/flags/on-top/restore").json(&json!({})).await;
        assert!(refused.status.is_client_error(), "{refused:#?}");
        project
            .post("/flags/base/restore")
            .json(&json!({}))
            .await
            .expect(200);
        project
            .post("/flags/on-top/restore")
            .json(&json!({}))
            .await
            .expect(200);
    })
    .await;
}
