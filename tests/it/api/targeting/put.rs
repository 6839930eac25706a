//! `PUT …/environments/{environment}/flags/{flag}/targeting`

use serde_json::{Value, json};
use tenantry_tests::{on_each_database, targeting_of};

/// A document that uses everything a targeting may have.
fn everything() -> Value {
    json!({
        "on": true,
        "prerequisites": [{"flag": "base", "variants": ["blue"]}],
        "block": ["globex"],
        "allow": ["acme", "Müller & Söhne"],
        "rules": [
            {"description": "friends", "conditions": [
                {"operator": "in", "attribute": "plan", "values": ["team", 7, true]},
                {"operator": "matches", "attribute": "mail", "values": ["@example\\.com$"], "ignore_case": true},
            ], "effect": "on"},
            {"conditions": [{"operator": "does_not_exist", "attribute": "country"}], "effect": "off"},
            {"conditions": [], "effect": {"rollout": {"threshold": 5_000, "salt": "early"}}},
        ],
        "rollout": {"threshold": 33_333},
        "variants": [
            {"name": "a", "weight": 1, "payload": {"deep": [1, 2.5, null]}},
            {"name": "b", "weight": 0},
        ],
        "variant_salt": "draw",
    })
}

#[tokio::test]
async fn everything_that_is_put_comes_back() {
    on_each_database(async |server| {
        let project = server.project();
        let variants = json!({"on": true, "variants": [{"name": "blue", "weight": 1}]});
        project.create_targeted("base", &variants).await;
        project.create_flag("a").await;
        let before = project.revision_of("production").await;
        let answer = project
            .put(targeting_of("a"))
            .if_match("*")
            .json(&everything())
            .await;
        let answer = answer.expect(200);
        assert_eq!(answer.revision(), before + 1);
        let mut expected = everything();
        expected["allow"] = json!(["Müller & Söhne", "acme"]);
        assert_eq!(
            answer.json(),
            expected,
            "lists are sorted, all else is as it was sent"
        );
        let read = project.get(targeting_of("a")).await;
        assert_eq!(read.etag(), answer.etag());
        assert_eq!(read.json(), expected);
    })
    .await;
}

#[tokio::test]
async fn the_same_again_is_no_revision() {
    on_each_database(async |server| {
        let project = server.project();
        let first = project
            .create_targeted("a", &json!({"on": true, "allow": ["x", "y"]}))
            .await;
        let again = project
            .set_targeting("a", &json!({"allow": ["y", "x", "y"], "on": true}))
            .await;
        assert_eq!(again.revision(), first.revision());
        assert_eq!(again.etag(), first.etag());
    })
    .await;
}

#[tokio::test]
async fn a_reason_is_in_the_audit_log() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let path = format!("{}?reason=for%20the%20friends", targeting_of("a"));
        project
            .put(path)
            .if_match("*")
            .json(&json!({"on": true}))
            .await
            .expect(200);
        let entry = &project.get("/audit").await.ok(200)["items"][0];
        assert_eq!(entry["reason"], "for the friends");
        assert_eq!(entry["action"], "targeting.update");
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_is_reported_with_its_path() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let wrong = json!({
            "on": true,
            "rules": [
                {"conditions": [{"operator": "resembles", "attribute": "plan", "values": ["x"]}], "effect": "on"},
                {"conditions": [{"operator": "matches", "attribute": "plan", "values": ["("]}], "effect": "on"},
                {"conditions": [], "effect": {"rollout": {"threshold": 100_001}}},
            ],
            "variants": [{"name": "a", "weight": 0}],
            "allow": [""],
        });
        let refused = project.put(targeting_of("a")).if_match("*").json(&wrong).await;
        let found = refused.invalid_paths().join(" ");
        for path in [
            "rules[0].conditions[0].operator",
            "rules[1].conditions[0].values[0]",
            "rules[2].effect.rollout.threshold",
            "variants",
            "allow[0]",
        ] {
            assert!(found.contains(path), "{path} is not among {found}");
        }
        let unchanged = project.get(targeting_of("a")).await.ok(200);
        assert_eq!(unchanged, json!({"on": false, "rollout": {"threshold": 0}}));
    })
    .await;
}

#[tokio::test]
async fn unknown_fields_are_refused_however_deep() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let wrong = json!({
            "on": true, "colour": 1,
            "rules": [{"conditions": [{"operator": "exists", "attribute": "a", "size": 1}], "effect": "on", "x": 1}],
            "rollout": {"threshold": 1, "percent": 5},
        });
        let refused = project.put(targeting_of("a")).if_match("*").json(&wrong).await;
        let mut found = refused.invalid_paths();
        found.sort();
        assert_eq!(found, ["colour", "rollout.percent", "rules[0].conditions[0].size", "rules[0].x"]);
    })
    .await;
}

#[tokio::test]
async fn prerequisites_exist_and_go_round_in_no_circle() {
    on_each_database(async |server| {
        let project = server.project();
        for key in ["a", "b", "c"] {
            project.create_flag(key).await;
        }
        let waits_for = |flag: &str| json!({"prerequisites": [{"flag": flag}]});
        project.set_targeting("a", &waits_for("b")).await;
        project.set_targeting("b", &waits_for("c")).await;
        for (flag, prerequisite) in [("c", "a"), ("c", "c"), ("c", "nobody")] {
            let body = waits_for(prerequisite);
            let refused = project
                .put(targeting_of(flag))
                .if_match("*")
                .json(&body)
                .await;
            let problem = refused.problem(422, "invalid_body");
            assert_eq!(
                problem["problems"][0]["path"], "prerequisites[0].flag",
                "{problem:#}"
            );
        }
        // A circle through two environments is none.
        let path = "/environments/staging/flags/c/targeting";
        project
            .put(path)
            .if_match("*")
            .json(&waits_for("a"))
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn limits_hold() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let many = |count: usize, what: &Value| Value::Array(vec![what.clone(); count]);
        let rule = json!({"conditions": [], "effect": "off"});
        let condition = json!({"operator": "exists", "attribute": "a"});
        let named = |count: usize| -> Value {
            (0..count).map(|n| json!({"name": n.to_string(), "weight": 1})).collect()
        };
        let values: Value = (0..1_001).map(|n| json!(n)).collect();
        let one = |name: &str, value: Value| json!({"conditions": [{"operator": name, "attribute": "a", "values": value}], "effect": "on"});
        for (body, path) in [
            (json!({"rules": many(65, &rule)}), "rules"),
            (json!({"rules": [{"conditions": many(33, &condition), "effect": "on"}]}), "rules[0].conditions"),
            (json!({"rules": [one("in", values)]}), "rules[0].conditions[0].values"),
            (json!({"rules": [one("matches", json!(["x".repeat(1_025)]))]}), "rules[0].conditions[0].values[0]"),
            (json!({"rules": [one("matches", json!(["(a{1,100}){1,100}"]))]}), "rules[0].conditions[0].values[0]"),
            (json!({"variants": named(101)}), "variants"),
            (json!({"variants": [{"name": "a", "weight": 1_000_001}]}), "variants[0].weight"),
            (json!({"variants": [{"name": "a", "weight": 1, "payload": "x".repeat(16_385)}]}), "variants[0].payload"),
            (json!({"variants": [{"name": "a", "weight": 1}, {"name": "a", "weight": 1}]}), "variants[1].name"),
            (json!({"allow": ["é".repeat(129)]}), "allow[0]"),
            (json!({"rollout": {"threshold": 1, "salt": "s".repeat(257)}}), "rollout.salt"),
        ] {
            let refused = project.put(targeting_of("a")).if_match("*").json(&body).await;
            let found = refused.invalid_paths();
            assert!(found.iter().any(|it| it == path), "{path} is not among {found:?}");
        }
        let fine = json!({"rules": many(64, &rule), "variants": named(100)});
        project.set_targeting("a", &fine).await;
    })
    .await;
}

#[tokio::test]
async fn wrong_types_are_located() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        for (body, path) in [
            (json!({"on": "yes"}), "on"),
            (json!({"rollout": {"threshold": -1}}), "rollout.threshold"),
            (json!({"rollout": {"threshold": 1.5}}), "rollout.threshold"),
            (
                json!({"rules": [{"conditions": [], "effect": "maybe"}]}),
                "rules[0].effect",
            ),
            (json!({"allow": [1]}), "allow[0]"),
        ] {
            let refused = project
                .put(targeting_of("a"))
                .if_match("*")
                .json(&body)
                .await;
            assert_eq!(refused.invalid_paths(), [path], "{body}");
        }
    })
    .await;
}
