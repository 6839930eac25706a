//! `GET /api/v1/projects/{project}`

use tenantry_tests::on_each_database;

#[tokio::test]
async fn a_project_is_found_by_its_key() {
    on_each_database(async |server| {
        assert_eq!(server.project().get("").await.ok(200)["key"], "default");
        server
            .admin()
            .get("/api/v1/projects/none")
            .await
            .problem(404, "not_found");
        server
            .admin()
            .get("/api/v1/projects/NO%20KEY")
            .await
            .problem(404, "not_found");
    })
    .await;
}
