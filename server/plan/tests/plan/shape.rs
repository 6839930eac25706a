//! What a plan makes of a targeting.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tenantry_core::model::Targeting;
use tenantry_plan::{Base, Plan, Progress, Shape, shape};

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(ToString::to_string).collect()
}

fn rings() -> Plan {
    serde_json::from_value(json!({"stages": [
        {"name": "us", "audience": {"segments": ["internal", "friends"]}},
        {"name": "ten", "audience": {"cohort": {"size": {"tenants": 10}}}},
        {"name": "5 %", "audience": {"threshold": 5_000}},
    ]}))
    .expect("a plan")
}

fn check(progress: &Progress, lists: (&[&str], &[&str]), before: Value, after: &Value) {
    let plan = rings();
    let current: Targeting = serde_json::from_value(before).expect("a targeting");
    let (drawn, taken_back) = (set(lists.0), set(lists.1));
    let made = |current: &Targeting| {
        let what = Shape {
            plan: &plan,
            progress,
            drawn: &drawn,
            taken_back: &taken_back,
        };
        shape(current, what)
    };
    let made_once = made(&current);
    assert_eq!(json!(made_once), *after);
    assert_eq!(made(&made_once), made_once, "twice is once");
}

#[test]
fn a_plan_adds_what_is_its_own_and_takes_back_no_more() {
    let own = json!({"description": "ours", "conditions": [
        {"operator": "in_segment", "segment": "internal"}], "effect": "off"});
    let ring = |key: &str| {
        json!({"description": "Plan: us", "conditions": [
            {"operator": "in_segment", "segment": key}], "effect": "on"})
    };
    let before = json!({
        "on": false, "block": ["evil"], "allow": ["acme"], "rules": [own], "rollout": {"threshold": 7},
    });
    let mut progress = Progress {
        base: Base {
            on: false,
            threshold: 7,
        },
        stage: Some(1),
        blocked: vec!["sick".to_owned(), "evil".to_owned()],
        ..Progress::draft()
    };
    let inside = json!({
        "on": true, "block": ["evil", "sick"], "allow": ["acme", "globex"],
        "rules": [own, ring("internal"), ring("friends")], "rollout": {"threshold": 7},
    });
    check(&progress, (&["globex"], &[]), before.clone(), &inside);
    progress.stage = Some(2);
    let mut share = inside.clone();
    share["rollout"]["threshold"] = json!(5_000);
    check(&progress, (&["globex"], &[]), inside, &share);
    progress.stage = None;
    let mut back = before;
    back["block"] = json!(["evil", "sick"]);
    check(&progress, (&[], &["globex"]), share, &back);
}
