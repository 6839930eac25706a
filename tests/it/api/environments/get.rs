//! `GET /api/v1/projects/{project}/environments/{environment}`

use tenantry_tests::on_each_database;

#[tokio::test]
async fn an_environment_is_found_by_its_key() {
    on_each_database(async |server| {
        let found = server.project().get("/environments/staging").await.ok(200);
        assert_eq!(found["key"], "staging");
        assert!(
            found["revision"].is_u64() && found["created_at"].is_string(),
            "{found:#}"
        );
        server
            .project()
            .get("/environments/moon")
            .await
            .problem(404, "not_found");
    })
    .await;
}
