//! `POST /ofrep/v1/evaluate/flags`

use serde_json::{Value, json};
use tenantry_tests::{Caller, TestServer, on_each_database};

async fn evaluator(server: &TestServer) -> Caller {
    let token = server.project().create_token("web").await;
    server
        .root()
        .with_token(&token.secret)
        .below("/ofrep/v1/evaluate/flags")
}

fn context(tenant: &str) -> Value {
    json!({"context": {"targetingKey": tenant}})
}

#[tokio::test]
async fn every_flag_is_answered_once_and_archived_ones_not() {
    on_each_database(async |server| {
        let project = server.project();
        project
            .create_targeted("b", &json!({"on": true, "allow": ["acme"]}))
            .await;
        project.create_flag("a").await;
        project.create_flag("gone").await;
        project
            .post("/flags/gone/archive")
            .json(&json!({}))
            .await
            .expect(200);
        server.published().await;
        let caller = evaluator(&server).await;
        let answer = caller.post("").json(&context("acme")).await.ok(200);
        let mut flags = answer["flags"].as_array().expect("flags").clone();
        flags.sort_by_key(|flag| flag["key"].to_string());
        assert_eq!(
            flags,
            [
                json!({"key": "a", "value": false, "variant": "off", "reason": "DISABLED"}),
                json!({"key": "b", "value": true, "variant": "on", "reason": "TARGETING_MATCH"}),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_client_token_sees_results_and_nothing_behind_them() {
    on_each_database(async |server| {
        let rule = json!({"description": "for-our-friends", "conditions": [
            {"operator": "in", "attribute": "secret-attribute", "values": ["secret-value"]}], "effect": "on"});
        let targeting = json!({
            "on": true, "allow": ["other-tenant"], "block": ["blocked-tenant"], "rules": [rule],
            "rollout": {"threshold": 12_345, "salt": "secret-salt"},
        });
        server.project().create_targeted("a", &targeting).await;
        server.published().await;
        let answer = evaluator(&server).await.post("").json(&context("acme")).await.expect(200);
        for text in [
            "other-tenant", "blocked-tenant", "for-our-friends", "secret-attribute", "secret-value",
            "12345", "secret-salt",
        ] {
            assert!(!answer.text.contains(text), "{text} in {}", answer.text);
        }
    })
    .await;
}

#[tokio::test]
async fn the_tag_changes_with_the_answers_and_with_who_asks() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        server.published().await;
        let caller = evaluator(&server).await;
        let ask = |tenant: &'static str, tag: String| {
            caller
                .post("")
                .header("if-none-match", tag)
                .json(&context(tenant))
        };
        let tag = caller.post("").json(&context("acme")).await.etag();
        let fresh = ask("acme", tag.clone()).await.expect(304);
        assert_eq!(fresh.text, "");
        ask("acme", format!("\"x\", {tag}")).await.expect(304);
        ask("acme", format!("W/{tag}")).await.expect(304);
        ask("globex", tag.clone()).await.expect(200);
        project
            .set_targeting("a", &json!({"on": true, "allow": ["acme"]}))
            .await;
        server.published().await;
        let changed = ask("acme", tag.clone()).await.expect(200);
        assert_ne!(changed.etag(), tag);
        assert_eq!(changed.json()["flags"][0]["value"], true);
    })
    .await;
}

#[tokio::test]
async fn errors_name_no_flag() {
    on_each_database(async |server| {
        let caller = evaluator(&server).await;
        for (body, code) in [
            ("{", "PARSE_ERROR"),
            ("{}", "INVALID_CONTEXT"),
            (r#"{"context": {}}"#, "TARGETING_KEY_MISSING"),
            (r#"{"context": {"targetingKey": null}}"#, "INVALID_CONTEXT"),
        ] {
            let failure = caller.post("").body("application/json", body).await.ok(400);
            assert_eq!(failure["errorCode"], code, "{body}");
            assert!(failure.get("key").is_none() && failure["errorDetails"].is_string());
        }
        let hints = "?flagConfigEtag=%22x%22&flagConfigLastModified=1771622898";
        caller.post(hints).json(&context("acme")).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn more_than_the_limit_is_told_when_to_come_back() {
    let limits =
        |config: &mut tenantry_server::Config| config.limits.max_evaluations_per_second = 5;
    tenantry_tests::on_each_database_with(limits, async |server| {
        let caller = evaluator(&server).await;
        let asks = (0..50).map(|_| caller.post("").json(&context("acme")).into_future());
        let answers = futures_util::future::join_all(asks).await;
        let refused = answers
            .iter()
            .find(|answer| answer.status == 429)
            .expect("a refusal");
        let seconds: u64 = refused
            .header("retry-after")
            .parse()
            .expect("whole seconds");
        assert!((1..=2).contains(&seconds), "{refused:#?}");
        let other = evaluator(&server).await;
        other.post("").json(&context("acme")).await.expect(200);
    })
    .await;
}
