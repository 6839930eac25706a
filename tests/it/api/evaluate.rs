//! `POST …/environments/{environment}/flags/{flag}/evaluate`

use serde_json::{Value, json};
use tenantry_tests::{Caller, on_each_database};

async fn check(project: &Caller, flag: &str, body: Value, on: bool, reason: &str) -> Value {
    project.published().await;
    let path = format!("/environments/production/flags/{flag}/evaluate");
    let answer = project.post(path).json(&body).await.ok(200);
    assert_eq!(
        (&answer["on"], &answer["reason"]),
        (&json!(on), &json!(reason)),
        "{answer:#}"
    );
    let steps = answer["steps"].as_array().expect("steps");
    for step in steps {
        assert!(
            step["sentence"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{step:#}"
        );
    }
    answer
}

#[tokio::test]
async fn every_way_to_an_answer_is_explained() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("off").await;
        project.create_targeted("base", &json!({"on": true, "allow": ["acme"]})).await;
        let targeting = json!({
            "on": true, "prerequisites": [{"flag": "base"}], "block": ["globex"],
            "rules": [{"conditions": [{"operator": "in", "attribute": "plan", "values": ["team"]}], "effect": "on"}],
            "rollout": {"threshold": 50_000},
        });
        project.create_targeted("a", &targeting).await;
        project.create_targeted("all", &json!({"on": true, "rollout": {"threshold": 100_000}})).await;
        let listed = json!({"on": true, "allow": ["acme"], "block": ["globex"]});
        project.create_targeted("lists", &listed).await;

        check(&project, "off", json!({"tenant": "acme"}), false, "DISABLED").await;
        check(&project, "a", json!({"tenant": "umbrella"}), false, "PREREQUISITE_FAILED").await;
        check(&project, "all", json!({"tenant": "acme"}), true, "DEFAULT").await;
        check(&project, "all", json!({"tenant": ""}), false, "TARGETING_KEY_MISSING").await;
        check(&project, "lists", json!({"tenant": "acme"}), true, "TARGETING_MATCH").await;
        check(&project, "lists", json!({"tenant": "globex"}), false, "TARGETING_MATCH").await;
        check(&project, "lists", json!({"tenant": "initech"}), false, "DEFAULT").await;
        let team = json!({"tenant": "acme", "attributes": {"plan": "team"}});
        check(&project, "a", team, true, "TARGETING_MATCH").await;
        let on = tenantry_core::bucket(salt(&project, "a").await.as_str(), "acme").number() < 50_000;
        let answer = check(&project, "a", json!({"tenant": "acme"}), on, "SPLIT").await;
        let steps = answer["steps"].to_string();
        let bucket = tenantry_core::bucket(salt(&project, "a").await.as_str(), "acme");
        assert!(steps.contains(&bucket.to_string()), "the bucket {bucket} is shown: {steps}");
    })
    .await;
}

async fn salt(project: &Caller, flag: &str) -> String {
    let flag = project.get(format!("/flags/{flag}")).await.ok(200);
    flag["salt"].as_str().expect("a salt").to_owned()
}

#[tokio::test]
async fn a_variant_comes_with_its_payload() {
    on_each_database(async |server| {
        let project = server.project();
        let targeting = json!({
            "on": true, "rollout": {"threshold": 100_000},
            "variants": [{"name": "large", "weight": 1, "payload": {"rows": 50}}],
        });
        project.create_targeted("a", &targeting).await;
        let answer = project.explain("a", "acme").await;
        assert_eq!(answer["variant"]["name"], "large", "{answer:#}");
        assert_eq!(
            answer["variant"]["payload"],
            json!({"rows": 50}),
            "{answer:#}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_answer_follows_its_change_at_once() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        for number in 0..20 {
            let on = number % 2 == 0;
            project
                .set_targeting("a", &json!({"on": on, "allow": ["acme"]}))
                .await;
            assert_eq!(
                project.explain("a", "acme").await["on"],
                on,
                "after change {number}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_wrong_question_is_refused() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        project.published().await;
        let path = "/environments/production/flags/a/evaluate";
        let colour = json!({"tenant": "acme", "colour": 1});
        assert_eq!(
            project.post(path).json(&colour).await.invalid_paths(),
            ["colour"]
        );
        let number = project.post(path).json(&json!({"tenant": 7})).await;
        assert_eq!(number.invalid_paths(), ["tenant"]);
        let long = project
            .post(path)
            .json(&json!({"tenant": "k".repeat(257)}))
            .await;
        assert_eq!(long.invalid_paths(), ["tenant"]);
        project
            .post(path)
            .json(&json!({}))
            .await
            .problem(422, "invalid_body");
        let list = json!({"tenant": "acme", "attributes": []});
        assert_eq!(
            project.post(path).json(&list).await.invalid_paths(),
            ["attributes"]
        );
        let moon = "/environments/moon/flags/a/evaluate";
        project
            .post(moon)
            .json(&json!({"tenant": "acme"}))
            .await
            .problem(404, "not_found");
    })
    .await;
}
