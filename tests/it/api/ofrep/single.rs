//! `POST /ofrep/v1/evaluate/flags/{key}`

use serde_json::{Value, json};
use tenantry_tests::{Caller, TestServer, on_each_database};

/// A caller with the token of a server's SDK, at the place of evaluations.
async fn evaluator(server: &TestServer) -> Caller {
    let token = server.project().create_token("sdk").await;
    server
        .root()
        .with_token(&token.secret)
        .below("/ofrep/v1/evaluate/flags")
}

async fn check(caller: &Caller, flag: &str, tenant: &str, expected: Value) {
    let body = json!({"context": {"targetingKey": tenant}});
    let answer = caller
        .post(format!("/{flag}"))
        .json(&body)
        .await
        .expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), expected, "{flag} for {tenant}");
}

#[tokio::test]
async fn flags_answer_values_with_variant_and_reason() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("off").await;
        project.create_targeted("on", &json!({"on": true, "rollout": {"threshold": 100_000}})).await;
        let float = json!({
            "on": true, "allow": ["acme"], "variants": [{"name": "half", "weight": 1, "payload": 1.0}],
        });
        project.create_targeted("float", &float).await;
        let waiting = json!({"on": true, "prerequisites": [{"flag": "off"}]});
        project.create_targeted("waiting", &waiting).await;
        server.published().await;
        let caller = evaluator(&server).await;
        check(&caller, "off", "acme",
            json!({"key": "off", "value": false, "variant": "off", "reason": "DISABLED"})).await;
        check(&caller, "on", "acme",
            json!({"key": "on", "value": true, "variant": "on", "reason": "DEFAULT"})).await;
        check(&caller, "float", "acme",
            json!({"key": "float", "value": 1.0, "variant": "half", "reason": "TARGETING_MATCH"})).await;
        check(&caller, "waiting", "acme", json!({
            "key": "waiting", "value": false, "variant": "off", "reason": "TARGETING_MATCH",
            "metadata": {"tenantry_reason": "PREREQUISITE_FAILED"},
        })).await;
        let body = json!({"context": {"targetingKey": "acme"}});
        assert!(caller.post("/float").json(&body).await.text.contains("1.0"), "a float keeps its point");
        assert_eq!(caller.post("/%6F%6E").json(&body).await.ok(200)["key"], "on", "decoded");
    })
    .await;
}

#[tokio::test]
async fn attributes_are_the_rest_of_the_context() {
    on_each_database(async |server| {
        let rule = json!({"conditions": [{"operator": "in", "attribute": "country", "values": ["DE"]}], "effect": "on"});
        server.project().create_targeted("a", &json!({"on": true, "rules": [rule]})).await;
        server.published().await;
        let caller = evaluator(&server).await;
        for (country, value) in [("DE", true), ("FR", false)] {
            let body = json!({"context": {"targetingKey": "acme", "country": country, "deep": {"a": [1]}}});
            assert_eq!(caller.post("/a").json(&body).await.ok(200)["value"], value, "{country}");
        }
    })
    .await;
}

#[tokio::test]
async fn errors_are_those_of_the_protocol() {
    on_each_database(async |server| {
        server.project().create_flag("a").await;
        server.published().await;
        let caller = evaluator(&server).await;
        for (body, code) in [
            ("", "PARSE_ERROR"),
            ("{", "PARSE_ERROR"),
            (
                r#"{"context": {"targetingKey": "x"}} trailing"#,
                "PARSE_ERROR",
            ),
            ("[]", "INVALID_CONTEXT"),
            ("{}", "INVALID_CONTEXT"),
            (r#"{"context": null}"#, "INVALID_CONTEXT"),
            (r#"{"context": "acme"}"#, "INVALID_CONTEXT"),
            (r#"{"context": {"targetingKey": 7}}"#, "INVALID_CONTEXT"),
            (r#"{"context": {}}"#, "TARGETING_KEY_MISSING"),
            (
                r#"{"context": {"targetingKey": ""}}"#,
                "TARGETING_KEY_MISSING",
            ),
        ] {
            let answer = caller
                .post("/a")
                .body("application/json", body)
                .await
                .expect(400);
            assert_eq!(answer.header("content-type"), "application/json");
            let failure = answer.json();
            assert_eq!(
                (&failure["key"], &failure["errorCode"]),
                (&json!("a"), &json!(code)),
                "{body:?}"
            );
            assert!(failure["errorDetails"].is_string(), "{failure:#}");
        }
        let context = json!({"context": {"targetingKey": "acme"}});
        let missing = caller.post("/no-such-flag").json(&context).await.ok(404);
        assert_eq!(missing["errorCode"], "FLAG_NOT_FOUND");
        assert_eq!(missing["key"], "no-such-flag");
        let elsewhere = server
            .root()
            .post("/ofrep/v1/nothing")
            .json(&context)
            .await
            .expect(404);
        assert!(
            !elsewhere.text.contains("FLAG_NOT_FOUND"),
            "a route is no flag: {elsewhere:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_token_answers_for_its_own_environment() {
    on_each_database(async |server| {
        let project = server.project();
        project
            .create_targeted("a", &json!({"on": true, "allow": ["acme"]}))
            .await;
        server.published().await;
        let body = json!({"context": {"targetingKey": "acme"}});
        for (environment, value) in [("production", true), ("staging", false)] {
            for token_type in ["sdk", "web"] {
                let new = json!({"type": token_type, "name": "x", "environment": environment});
                let token = project.post("/tokens").json(&new).await.ok(201);
                let caller = server
                    .root()
                    .with_token(token["secret"].as_str().expect("a secret"));
                let answer = caller
                    .post("/ofrep/v1/evaluate/flags/a")
                    .json(&body)
                    .await
                    .ok(200);
                assert_eq!(answer["value"], value, "{token_type} {environment}");
            }
        }
        let sdk = project.create_token("sdk").await;
        let bound = server
            .root()
            .with_token(&sdk.secret)
            .below("/ofrep/v1/evaluate/flags/a");
        bound
            .post("?environment=production&project=default")
            .json(&body)
            .await
            .expect(200);
        for other in [
            "?environment=staging",
            "?environment=moon",
            "?project=other",
        ] {
            bound
                .post(other)
                .json(&body)
                .await
                .problem(400, "invalid_parameter");
        }
        let refused = bound
            .post("")
            .header("tenantry-environment", "staging")
            .json(&body)
            .await;
        refused.expect(400);
        let caller = server.root().below("/ofrep/v1/evaluate/flags/a");
        assert_eq!(caller.post("").json(&body).await.status, 401);
        let ci = project.create_token("ci").await;
        assert_eq!(
            caller
                .with_token(&ci.secret)
                .post("")
                .json(&body)
                .await
                .status,
            403
        );
    })
    .await;
}
