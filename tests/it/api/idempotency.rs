//! `Idempotency-Key`: a POST sent twice is done once.

use serde_json::json;
use tenantry_tests::{IssuedToken, on_each_database, targeting_of};

#[tokio::test]
async fn a_repeated_request_is_answered_as_the_first_was() {
    on_each_database(async |server| {
        let project = server.project();
        let send = async || {
            let request = project.post("/flags").header("idempotency-key", "key-1");
            request.json(&json!({"key": "a"})).await.expect(201)
        };
        let first = send().await;
        let revision = project.revision_of("production").await;
        let second = send().await;
        assert_eq!(second.text, first.text);
        assert_eq!(second.etag(), first.etag());
        assert_eq!(second.header("location"), first.header("location"));
        assert_eq!(project.revision_of("production").await, revision);
    })
    .await;
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_token() {
    on_each_database(async |server| {
        let project = server.project();
        let create = |key: &str| {
            project
                .post("/flags")
                .header("idempotency-key", "key-1")
                .json(&json!({"key": key}))
        };
        create("a").await.expect(201);
        create("b").await.problem(422, "idempotency_key_reused");
        let elsewhere = project.post("/tokens").header("idempotency-key", "key-1");
        let body = json!({"type": "ci", "name": "ci"});
        elsewhere
            .json(&body)
            .await
            .problem(422, "idempotency_key_reused");

        let other = IssuedToken::of(
            &project
                .post("/tokens")
                .json(&json!({"type": "adm", "name": "other"}))
                .await
                .ok(201),
        );
        let request = project.with_token(&other.secret).post("/flags");
        request
            .header("idempotency-key", "key-1")
            .json(&json!({"key": "b"}))
            .await
            .expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_refused_request_may_be_corrected_under_its_key() {
    on_each_database(async |server| {
        let project = server.project();
        let create = |key: &str| {
            project
                .post("/flags")
                .header("idempotency-key", "key-1")
                .json(&json!({"key": key}))
        };
        create("no good").await.problem(422, "invalid_body");
        create("good").await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn of_requests_at_the_same_time_one_is_carried_out() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let path = format!("{}/allow", targeting_of("a"));
        let sends = (0..6).map(|_| {
            let request = project.post(&path).header("idempotency-key", "key-1");
            request.json(&json!({"tenants": ["acme"]})).into_future()
        });
        for answer in futures_util::future::join_all(sends).await {
            if answer.status == 409 {
                answer.problem(409, "idempotency_in_progress");
            } else {
                assert_eq!(answer.ok(200)["changed"], json!(["acme"]));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    on_each_database(async |server| {
        for key in ["", "two words", &"k".repeat(256), "ä"] {
            let request = server
                .project()
                .post("/flags")
                .header("idempotency-key", key);
            let refused = request.json(&json!({"key": "a"})).await;
            refused.problem(400, "invalid_parameter");
        }
    })
    .await;
}
