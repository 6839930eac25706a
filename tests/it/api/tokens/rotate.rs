//! `POST /api/v1/projects/{project}/tokens/{id}/rotate`

use serde_json::json;
use tenantry_tests::{IssuedToken, TimeDelta, on_each_database, until};

#[tokio::test]
async fn both_secrets_work_until_the_overlap_ends() {
    on_each_database(async |server| {
        let project = server.project();
        let old = project.create_token("ci").await;
        let path = format!("/tokens/{}/rotate", old.id);
        let answer = project
            .post(&path)
            .json(&json!({"overlap_seconds": 3_600}))
            .await;
        let new = IssuedToken::of(&answer.ok(200));
        assert_eq!(new.id, old.id);
        assert_ne!(new.secret, old.secret);
        let caller = |token: &IssuedToken| server.root().with_token(&token.secret);
        for token in [&old, &new] {
            caller(token).get("/api/v1/session").await.expect(200);
        }
        server.travel(TimeDelta::minutes(61));
        until("the old secret is refused", async || {
            (caller(&old).get("/api/v1/session").await.status == 401).then_some(())
        })
        .await;
        caller(&new).get("/api/v1/session").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn without_overlap_the_old_secret_ends_at_once() {
    on_each_database(async |server| {
        let project = server.project();
        let old = project.create_token("ci").await;
        server
            .root()
            .with_token(&old.secret)
            .get("/api/v1/session")
            .await
            .expect(200);
        let path = format!("/tokens/{}/rotate", old.id);
        let answer = project
            .post(&path)
            .json(&json!({"overlap_seconds": 0}))
            .await;
        let new = IssuedToken::of(&answer.ok(200));
        let refused = server
            .root()
            .with_token(&old.secret)
            .get("/api/v1/session")
            .await;
        refused.problem(401, "unauthenticated");
        server
            .root()
            .with_token(&new.secret)
            .get("/api/v1/session")
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_request_is_refused() {
    on_each_database(async |server| {
        let project = server.project();
        let token = project.create_token("ci").await;
        let path = format!("/tokens/{}/rotate", token.id);
        let refused = project
            .post(&path)
            .json(&json!({"overlap_seconds": -1}))
            .await;
        assert_eq!(refused.invalid_paths(), ["overlap_seconds"]);
        let nobody = "/tokens/01980000-0000-7000-8000-000000000000/rotate";
        project
            .post(nobody)
            .json(&json!({}))
            .await
            .problem(404, "not_found");
        let nonsense = project
            .post("/tokens/nonsense/rotate")
            .json(&json!({}))
            .await;
        nonsense.problem(404, "not_found");
        project.delete(format!("/tokens/{}", token.id)).await;
        let revoked = project.post(&path).json(&json!({})).await;
        assert!(
            revoked.status == 404 || revoked.status == 409,
            "{revoked:#?}"
        );
    })
    .await;
}
