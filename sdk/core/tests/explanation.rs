//! Explanations: what people read, and the JSON that programs read.

use std::sync::Arc;

use serde_json::{Value, json};
use tenantry_core::{
    Attributes, Context, Explanation, FlagDefinition, FlagKey, Ruleset, SegmentKey, compile, limits,
};

fn ruleset(flags: &[(&str, Value)]) -> Ruleset {
    let mut edit = Ruleset::default().edit();
    for (key, targeting) in flags {
        let json = json!({"key": key, "salt": "7d3f", "targeting": targeting}).to_string();
        let definition = FlagDefinition::from_json(json.as_bytes()).expect("a definition");
        edit.upsert(Arc::new(compile(&definition).expect("a good flag")));
    }
    let friends = SegmentKey::new("friends").expect("a key");
    edit.set_segment(&friends, Arc::new(["acme"].into_iter().collect()));
    edit.refuse(&FlagKey::new("broken").expect("a key"));
    edit.build()
}

/// Sentences, indented by how deep in prerequisites they stand.
fn told(explanation: &Explanation) -> String {
    let line = |step: &tenantry_core::Step| format!("{:1$}{2}", "", step.depth * 2, step.sentence);
    explanation
        .steps
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_step_is_told() {
    let ruleset = ruleset(&[
        (
            "new-billing",
            json!({
                "on": true,
                "prerequisites": [{"flag": "ledger", "variants": ["blue", "green"]}, {"flag": "old-billing", "on": false}],
                "block": ["globex"],
                "allow": ["initech"],
                "rules": [
                    {"description": "our friends", "conditions": [{"operator": "not_in_segment", "segment": "friends"}], "effect": "off"},
                    {"conditions": [
                        {"operator": "in", "attribute": "plan", "values": ["pro", "enterprise", 3, true], "ignore_case": true},
                        {"operator": "exists", "attribute": "region"},
                    ], "effect": "on"},
                    {"conditions": [{"operator": "number_gt", "attribute": "seats", "values": [10]}], "effect": {"rollout": {"threshold": 12_345, "salt": "seats"}}},
                ],
                "rollout": {"threshold": 80_000},
                "variants": [{"name": "only", "weight": 1}],
            }),
        ),
        (
            "ledger",
            json!({"on": true, "rollout": {"threshold": 100_000}, "variants": [{"name": "blue", "weight": 1}]}),
        ),
        ("old-billing", json!({"on": false})),
    ]);
    let attributes = Attributes::from(
        json!({"plan": "PRO", "seats": [4, 250]})
            .as_object()
            .expect("an object"),
    );
    let context = Context::tenant("acme").with_attributes(&attributes);
    insta::assert_snapshot!(told(&ruleset.explain("new-billing", &context)), @r#"
    The flag is switched on.
      The flag is switched on.
      The rollout is at 100 %, so the tenant gets the flag.
    The prerequisite is met: ledger is to be on with variant blue or green, and it is.
      The flag is switched off, so nobody gets it.
    The prerequisite is met: old-billing is to be off, and it is.
    The tenant is not in the block list.
    The tenant is not in the allow list.
    The condition “tenant not in segment friends” does not hold.
    Rule 1 (our friends) does not apply.
    The condition “plan in "pro", "enterprise", 3 or 1 more, ignoring case” holds; the attribute is "PRO".
    The condition “region exists” does not hold; the attribute was not passed.
    Rule 2 does not apply.
    The condition “seats > 10” holds; the attribute is [4, 250].
    Rule 3 applies and asks its rollout.
    The tenant's bucket 38545 is not below the threshold 12345 (12.345 %), so it decides nothing.
    The tenant's bucket 79307 is below the threshold 80000 (80 %), so the tenant gets the flag.
    The tenant draws the variant "only".
    "#);
}

#[test]
fn what_decides_early_is_told_alone() {
    let ruleset = ruleset(&[
        ("off", json!({"on": false})),
        (
            "blocked",
            json!({"on": true, "block": ["acme"], "allow": ["acme"]}),
        ),
        ("allowed", json!({"on": true, "allow": ["acme"]})),
        (
            "waiting",
            json!({"on": true, "prerequisites": [{"flag": "off"}]}),
        ),
        (
            "selfish",
            json!({"on": true, "prerequisites": [{"flag": "selfish"}]}),
        ),
        (
            "ruled-off",
            json!({"on": true, "rules": [{"effect": "off"}]}),
        ),
        ("nobody", json!({"on": true})),
    ]);
    let keys = [
        "nowhere",
        "broken",
        "off",
        "blocked",
        "allowed",
        "waiting",
        "selfish",
        "ruled-off",
        "nobody",
    ];
    let told: Vec<String> = keys
        .iter()
        .map(|key| {
            let explanation = ruleset.explain(key, &Context::tenant("acme"));
            format!("{key} {}\n{}", explanation.reason, told(&explanation))
        })
        .collect();
    insta::assert_snapshot!(told.join("\n\n"), @r#"
    nowhere FLAG_NOT_FOUND
    There is no such flag, so the caller's default applies.

    broken PARSE_ERROR
    The flag's document cannot be read here, so the caller's default applies.

    off DISABLED
    The flag is switched off, so nobody gets it.

    blocked TARGETING_MATCH
    The flag is switched on.
    The tenant is in the block list, so it does not get the flag.

    allowed TARGETING_MATCH
    The flag is switched on.
    The tenant is in the allow list, so it gets the flag.

    waiting PREREQUISITE_FAILED
    The flag is switched on.
      The flag is switched off, so nobody gets it.
    The prerequisite is not met: off is to be on, and it is not.

    selfish PREREQUISITE_FAILED
    The flag is switched on.
    The prerequisites lead in a circle or too far, so nobody gets the flag.

    ruled-off TARGETING_MATCH
    The flag is switched on.
    Rule 1 applies, so the tenant does not get the flag.

    nobody DEFAULT
    The flag is switched on.
    The rollout is at 0 %, so the tenant does not get the flag.
    "#);
    let nobody = ruleset.explain("nobody", &Context::tenant(""));
    assert_eq!(
        nobody.steps[0].sentence,
        "There is no tenant key, so nobody gets the flag."
    );
}

#[test]
fn programs_read_kinds_outcomes_and_figures() {
    let ruleset = ruleset(&[(
        "flag",
        json!({
            "on": true,
            "rules": [{"conditions": [{"operator": "exists", "attribute": "plan"}], "effect": "on"}],
            "rollout": {"threshold": 80_000},
            "variants": [{"name": "only", "weight": 1, "payload": 5}],
        }),
    )]);
    let explanation = ruleset.explain("flag", &Context::tenant("acme"));
    insta::assert_json_snapshot!(explanation, @r#"
    {
      "flag": "flag",
      "tenant": "acme",
      "on": true,
      "reason": "SPLIT",
      "variant": {
        "name": "only",
        "weight": 1,
        "payload": 5
      },
      "steps": [
        {
          "flag": "flag",
          "depth": 0,
          "kind": "switch",
          "outcome": "next",
          "sentence": "The flag is switched on."
        },
        {
          "flag": "flag",
          "depth": 0,
          "kind": "condition",
          "outcome": "not_met",
          "sentence": "The condition “plan exists” does not hold; the attribute was not passed.",
          "rule": 0,
          "condition": 0
        },
        {
          "flag": "flag",
          "depth": 0,
          "kind": "rule",
          "outcome": "next",
          "sentence": "Rule 1 does not apply.",
          "rule": 0
        },
        {
          "flag": "flag",
          "depth": 0,
          "kind": "rollout",
          "outcome": "on",
          "sentence": "The tenant's bucket 79307 is below the threshold 80000 (80 %), so the tenant gets the flag.",
          "rollout": {
            "bucket": 79307,
            "threshold": 80000,
            "salt": "7d3f"
          }
        },
        {
          "flag": "flag",
          "depth": 0,
          "kind": "variant",
          "outcome": "on",
          "sentence": "The tenant draws the variant \"only\".",
          "variant": "only"
        }
      ]
    }
    "#);
    let json = serde_json::to_string(&explanation).expect("JSON");
    let read: Explanation = serde_json::from_str(&json).expect("what was written");
    assert_eq!(read, explanation);
}

#[test]
fn an_explanation_is_bounded_and_says_so() {
    let conditions: Vec<Value> = (0..32)
        .map(|_| json!({"operator": "does_not_exist", "attribute": "a"}))
        .collect();
    let rules: Vec<Value> = (0..64)
        .map(|_| json!({"conditions": conditions, "effect": {"rollout": {"threshold": 0}}}))
        .collect();
    let ruleset = ruleset(&[("long", json!({"on": true, "rules": rules}))]);
    let explanation = ruleset.explain("long", &Context::tenant("acme"));
    assert_eq!(explanation.steps.len(), limits::MAX_STEPS);
    assert_eq!(
        explanation.steps.len() + explanation.steps_left_out,
        1 + 64 * 34 + 1
    );
    assert!(!explanation.on);
}
