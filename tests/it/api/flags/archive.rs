//! `POST /api/v1/projects/{project}/flags/{flag}/archive`

use serde_json::{Value, json};
use tenantry_tests::{on_each_database, targeting_of};

#[tokio::test]
async fn an_archived_flag_is_out_of_use_but_not_lost() {
    on_each_database(async |server| {
        let project = server.project();
        project
            .create_targeted("a", &json!({"on": true, "rollout": {"threshold": 100_000}}))
            .await;
        let why = json!({"reason": "fully rolled out"});
        let flag = project.post("/flags/a/archive").json(&why).await.ok(200);
        assert_ne!(flag["archived_at"], Value::Null);

        assert_eq!(project.get("/flags").await.ok(200)["items"], json!([]));
        assert_eq!(project.get("/flags/a").await.ok(200), flag);
        project.published().await;
        let path = "/environments/production/flags/a/evaluate";
        let answer = project.post(path).json(&json!({"tenant": "acme"})).await;
        answer.problem(409, "flag_archived");
        let entry = &project.get("/audit?action=flag.archive").await.ok(200)["items"][0];
        assert_eq!(entry["reason"], "fully rolled out");
        assert_eq!(entry["target"], "flag/a");
    })
    .await;
}

#[tokio::test]
async fn archiving_again_changes_nothing() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let once = project
            .post("/flags/a/archive")
            .json(&json!({}))
            .await
            .ok(200);
        let revision = project.revision_of("production").await;
        let twice = project
            .post("/flags/a/archive")
            .json(&json!({}))
            .await
            .ok(200);
        assert_eq!(once, twice);
        assert_eq!(project.revision_of("production").await, revision);
    })
    .await;
}

#[tokio::test]
async fn a_prerequisite_of_another_flag_stays() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("base").await;
        project
            .create_targeted("on-top", &json!({"prerequisites": [{"flag": "base"}]}))
            .await;
        let refused = project.post("/flags/base/archive").json(&json!({})).await;
        let problem = refused.problem(409, "prerequisite_in_use");
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|it| it.contains("on-top")),
            "{problem:#}"
        );
        project.set_targeting("on-top", &json!({})).await;
        project
            .post("/flags/base/archive")
            .json(&json!({}))
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn an_archived_flags_targeting_does_not_change() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        project
            .post("/flags/a/archive")
            .json(&json!({}))
            .await
            .expect(200);
        let on = json!({"on": true});
        let refused = project.put(targeting_of("a")).if_match("*").json(&on).await;
        refused.problem(409, "flag_archived");
        let refused = project
            .patch(targeting_of("a"))
            .if_match("*")
            .json(&on)
            .await;
        refused.problem(409, "flag_archived");
        let tenants = json!({"tenants": ["acme"]});
        let path = format!("{}/allow", targeting_of("a"));
        project
            .post(path)
            .json(&tenants)
            .await
            .problem(409, "flag_archived");
        project.create_flag("b").await;
        let waits = json!({"prerequisites": [{"flag": "a"}]});
        let refused = project
            .put(targeting_of("b"))
            .if_match("*")
            .json(&waits)
            .await;
        assert_eq!(refused.invalid_paths(), ["prerequisites[0].flag"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_cannot_be_archived() {
    on_each_database(async |server| {
        let project = server.project();
        project
            .post("/flags/a/archive")
            .json(&json!({}))
            .await
            .problem(404, "not_found");
        project.create_flag("a").await;
        let sly = json!({"reason": "r", "archived_at": null});
        let refused = project.post("/flags/a/archive").json(&sly).await;
        assert_eq!(refused.invalid_paths(), ["archived_at"]);
    })
    .await;
}
