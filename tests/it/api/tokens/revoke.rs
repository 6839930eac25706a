//! `DELETE /api/v1/projects/{project}/tokens/{id}`

use serde_json::Value;
use tenantry_tests::on_each_database;

#[tokio::test]
async fn a_revoked_token_is_refused_at_once_and_for_ever() {
    on_each_database(async |server| {
        let project = server.project();
        let token = project.create_token("ci").await;
        let caller = server.root().with_token(&token.secret);
        caller.get("/api/v1/session").await.expect(200);
        let path = format!("/tokens/{}", token.id);
        let answer = project.delete(&path).await;
        assert!(answer.status.is_success(), "{answer:#?}");
        caller
            .get("/api/v1/session")
            .await
            .problem(401, "unauthenticated");
        let listed = project.get("/tokens").await.ok(200);
        assert_ne!(listed["items"][0]["revoked_at"], Value::Null);
        assert!(
            project.delete(&path).await.status.is_success(),
            "again changes nothing"
        );
        caller
            .get("/api/v1/session")
            .await
            .problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_cannot_be_revoked() {
    on_each_database(async |server| {
        let project = server.project();
        for id in ["01980000-0000-7000-8000-000000000000", "nonsense"] {
            project
                .delete(format!("/tokens/{id}"))
                .await
                .problem(404, "not_found");
        }
    })
    .await;
}
