//! `GET …/environments/{environment}/flags/{flag}/targeting`

use serde_json::json;
use tenantry_tests::{on_each_database, targeting_of};

#[tokio::test]
async fn a_new_flags_targeting_is_off_for_everybody() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let answer = project.get(targeting_of("a")).await.expect(200);
        assert_eq!(
            answer.json(),
            json!({"on": false, "rollout": {"threshold": 0}})
        );
        assert!(!answer.etag().is_empty());
    })
    .await;
}

#[tokio::test]
async fn each_environment_has_its_own() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_targeted("a", &json!({"on": true})).await;
        for (environment, on) in [
            ("development", false),
            ("staging", false),
            ("production", true),
        ] {
            let path = format!("/environments/{environment}/flags/a/targeting");
            assert_eq!(project.get(path).await.ok(200)["on"], on, "{environment}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        project
            .get(targeting_of("b"))
            .await
            .problem(404, "not_found");
        let path = "/environments/moon/flags/a/targeting";
        project.get(path).await.problem(404, "not_found");
    })
    .await;
}
