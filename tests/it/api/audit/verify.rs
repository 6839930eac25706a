//! `GET /api/v1/projects/{project}/audit/verify`

use serde_json::json;
use tenantry_tests::on_each_database;

#[tokio::test]
async fn an_untouched_log_verifies() {
    on_each_database(async |server| {
        let project = server.project();
        for key in ["a", "b", "c"] {
            project.create_targeted(key, &json!({"on": true})).await;
        }
        let newest = project.get("/audit?limit=1").await.ok(200)["items"][0].clone();
        let found = project.get("/audit/verify").await.ok(200);
        assert_eq!(found["entries"], newest["seq"], "{found:#}");
        assert!(
            found
                .to_string()
                .contains(newest["hash"].as_str().expect("a hash")),
            "{found:#}"
        );
        assert!(
            found.get("broken").is_none_or(serde_json::Value::is_null),
            "{found:#}"
        );
    })
    .await;
}
