//! `PATCH …/environments/{environment}/flags/{flag}/targeting`

use serde_json::json;
use tenantry_tests::{on_each_database, targeting_of};

#[tokio::test]
async fn a_merge_patch_goes_as_deep_as_it_names() {
    on_each_database(async |server| {
        let project = server.project();
        let before = json!({
            "on": true, "allow": ["acme"], "rollout": {"threshold": 5, "salt": "s"}, "variant_salt": "v",
        });
        let first = project.create_targeted("a", &before).await;
        let patch = json!({"rollout": {"threshold": 25_000}, "variant_salt": null, "block": ["globex"]});
        let answer = project.patch(targeting_of("a")).if_match(&first.etag()).json(&patch).await;
        let answer = answer.expect(200);
        let expected = json!({
            "on": true, "allow": ["acme"], "block": ["globex"],
            "rollout": {"threshold": 25_000, "salt": "s"},
        });
        assert_eq!(answer.json(), expected);
        assert_eq!(answer.revision(), first.revision() + 1);
        assert_ne!(answer.etag(), first.etag());
        assert_eq!(project.get(targeting_of("a")).await.ok(200), expected);
    })
    .await;
}

#[tokio::test]
async fn the_patched_document_is_checked_as_a_whole() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_targeted("a", &json!({"on": true})).await;
        for (patch, path) in [
            (
                json!({"rollout": {"threshold": 100_001}}),
                "rollout.threshold",
            ),
            (json!({"colour": 1}), "colour"),
            (json!({"on": "yes"}), "on"),
            (
                json!({"prerequisites": [{"flag": "a"}]}),
                "prerequisites[0].flag",
            ),
        ] {
            let refused = project
                .patch(targeting_of("a"))
                .if_match("*")
                .json(&patch)
                .await;
            assert_eq!(refused.invalid_paths(), [path], "{patch}");
        }
        let fine = project.patch(targeting_of("a")).if_match("*");
        fine.body("application/merge-patch+json", r#"{"on": null}"#)
            .await
            .expect(200);
        assert_eq!(project.get(targeting_of("a")).await.ok(200)["on"], false);
    })
    .await;
}

#[tokio::test]
async fn an_empty_patch_changes_nothing() {
    on_each_database(async |server| {
        let project = server.project();
        let first = project.create_targeted("a", &json!({"on": true})).await;
        let answer = project
            .patch(targeting_of("a"))
            .if_match("*")
            .json(&json!({}))
            .await;
        let answer = answer.expect(200);
        assert_eq!(answer.revision(), first.revision());
        assert_eq!(answer.json(), first.json());
    })
    .await;
}
