//! `POST …/environments/{environment}/flags/{flag}/targeting/revert`

use serde_json::{Value, json};
use tenantry_tests::{Caller, on_each_database, targeting_of};

/// The number of the newest audit entry.
async fn newest(project: &Caller) -> Value {
    project.get("/audit?limit=1").await.ok(200)["items"][0]["seq"].clone()
}

#[tokio::test]
async fn a_targeting_goes_back_to_what_it_was() {
    on_each_database(async |server| {
        let project = server.project();
        let good = json!({"on": true, "allow": ["acme", "globex"], "rollout": {"threshold": 10}});
        project.create_targeted("a", &good).await;
        let seq = newest(&project).await;
        let before = project.get(targeting_of("a")).await.ok(200);

        let list = format!("{}/allow", targeting_of("a"));
        project
            .delete(&list)
            .json(&json!({"tenants": ["globex"]}))
            .await
            .expect(200);
        project
            .post(&list)
            .json(&json!({"tenants": ["initech"]}))
            .await
            .expect(200);
        let bad = project.patch(targeting_of("a")).if_match("*");
        let bad = bad
            .json(&json!({"rollout": {"threshold": 100_000}}))
            .await
            .expect(200);

        let path = format!("{}/revert", targeting_of("a"));
        let body = json!({"to": seq, "reason": "it broke"});
        let answer = project.post(&path).json(&body).await.expect(200);
        assert_eq!(answer.json(), before);
        assert_eq!(answer.revision(), bad.revision() + 1);
        assert_eq!(project.get(targeting_of("a")).await.ok(200), before);
        let entry = &project.get("/audit").await.ok(200)["items"][0];
        assert_eq!(entry["action"], "targeting.revert");
        assert_eq!(entry["reason"], "it broke");
    })
    .await;
}

#[tokio::test]
async fn a_revert_can_insist_on_what_it_has_seen() {
    on_each_database(async |server| {
        let project = server.project();
        let first = project.create_targeted("a", &json!({"on": true})).await;
        let body = json!({"to": newest(&project).await});
        project.set_targeting("a", &json!({"on": false})).await;
        let path = format!("{}/revert", targeting_of("a"));
        let stale = project
            .post(&path)
            .if_match(&first.etag())
            .json(&body)
            .await;
        stale.problem(412, "precondition_failed");
        let tag = project.get(targeting_of("a")).await.etag();
        assert_eq!(
            project.post(&path).if_match(&tag).json(&body).await.ok(200)["on"],
            true
        );
    })
    .await;
}

#[tokio::test]
async fn more_reverts_at_once_than_the_database_has_connections_all_succeed() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_targeted("a", &json!({"on": true})).await;
        let body = json!({"to": newest(&project).await});
        let path = format!("{}/revert", targeting_of("a"));
        let reverts = (0..40).map(|_| async {
            let answer = project.post(&path).json(&body).await;
            answer.expect(200);
        });
        futures_util::future::join_all(reverts).await;
    })
    .await;
}

#[tokio::test]
async fn there_must_be_something_to_go_back_to() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let path = format!("{}/revert", targeting_of("a"));
        for (body, at) in [
            (json!({"to": 999}), "to"),
            (json!({"to": 1, "colour": 1}), "colour"),
        ] {
            let refused = project.post(&path).json(&body).await;
            assert_eq!(refused.invalid_paths(), [at], "{body}");
        }
        assert!(
            project
                .post(&path)
                .json(&json!({"to": "x"}))
                .await
                .status
                .is_client_error()
        );
        assert!(
            project
                .post(&path)
                .json(&json!({"to": -1}))
                .await
                .status
                .is_client_error()
        );
        let missing = format!("{}/revert", targeting_of("b"));
        project
            .post(&missing)
            .json(&json!({"to": 1}))
            .await
            .problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn what_is_gone_by_now_is_told_of_the_entry() {
    on_each_database(async |server| {
        let project = server.project();
        let segment = json!({"key": "partners"});
        project.post("/segments").json(&segment).await.expect(201);
        let condition = json!({"operator": "in_segment", "segment": "partners"});
        let rule = json!({"conditions": [condition], "effect": "on"});
        project
            .create_targeted("a", &json!({"rules": [rule]}))
            .await;
        let seq = newest(&project).await;
        project.set_targeting("a", &json!({})).await;
        let gone = project.delete("/segments/partners").if_match("*").await;
        assert!(gone.status.is_success(), "{gone:#?}");
        let path = format!("{}/revert", targeting_of("a"));
        let refused = project.post(&path).json(&json!({"to": seq})).await;
        let problem = refused.problem(422, "invalid_body");
        assert_eq!(problem["problems"][0]["path"], "to", "{problem:#}");
        let message = problem["problems"][0]["message"].to_string();
        assert!(message.contains("partners"), "{message}");
    })
    .await;
}
