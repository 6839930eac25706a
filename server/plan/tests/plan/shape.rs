//! What a plan makes of a targeting.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tenantry_core::model::Targeting;
use tenantry_plan::{
    Base, Plan, Progress, Shape, block, hand_over, shape, switched_on, take_back, unblock,
};

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(ToString::to_string).collect()
}

fn keys(keys: &[&str]) -> Vec<String> {
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

/// The targeting with the plan's stage entered, and these drawn.
fn entered(progress: &Progress, drawn: &[&str], current: &Targeting) -> Targeting {
    let (plan, drawn) = (rings(), set(drawn));
    let made = |current: &Targeting| {
        let what = Shape {
            plan: &plan,
            progress,
            drawn: &drawn,
            taken_back: &BTreeSet::new(),
        };
        shape(current, what)
    };
    let once = made(current);
    assert_eq!(made(&once), once, "twice is once");
    once
}

/// The targeting with the stages after the plan's taken back, and these no longer drawn.
fn taken_back(progress: &Progress, undrawn: &[&str], current: &Targeting) -> Targeting {
    let (plan, undrawn) = (rings(), set(undrawn));
    let once = take_back(current, &plan, progress, &undrawn, false);
    let twice = take_back(&once, &plan, progress, &undrawn, false);
    assert_eq!(twice, once, "twice is once");
    once
}

fn targeting(json: Value) -> Targeting {
    serde_json::from_value(json).expect("a targeting")
}

/// A plan in this stage of a flag that was so.
fn in_stage(stage: Option<u32>, base: Base) -> Progress {
    let mut progress = Progress::draft();
    progress.remember(base);
    Progress { stage, ..progress }
}

const OFF: Base = Base {
    on: false,
    threshold: 0,
};

const ON: Base = Base {
    on: true,
    threshold: 0,
};

fn rule(description: &str, segment: &str, effect: &str) -> Value {
    json!({"description": description, "effect": effect, "conditions": [
        {"operator": "in_segment", "segment": segment}]})
}

#[test]
fn a_plan_adds_what_is_its_own_and_takes_back_no_more() {
    let own = rule("ours", "internal", "off");
    let before = targeting(json!({
        "on": true, "block": ["evil"], "allow": ["acme"], "rules": [own], "rollout": {"threshold": 7},
    }));
    let base = Base { threshold: 7, ..ON };
    let at = |stage| in_stage(stage, base);
    let us = entered(&at(Some(0)), &[], &before);
    let rules = json!([
        own,
        rule("Plan: us", "internal", "on"),
        rule("Plan: us", "friends", "on")
    ]);
    assert_eq!(json!(us.rules), rules);
    let ten = entered(&at(Some(1)), &["globex"], &us);
    assert_eq!(
        json!(ten),
        json!({"on": true, "block": ["evil"], "allow": ["acme", "globex"], "rules": rules,
            "rollout": {"threshold": 7}})
    );
    let share = entered(&at(Some(2)), &[], &ten);
    assert_eq!(share.rollout.threshold, 5_000);
    assert_eq!(taken_back(&at(Some(1)), &[], &share), ten);
    assert_eq!(taken_back(&at(Some(0)), &["globex"], &share), us);
    assert_eq!(taken_back(&at(None), &["globex"], &share), before);
}

#[test]
fn only_the_first_stage_of_a_flag_that_was_off_switches_it_on() {
    let off = targeting(json!({"on": false}));
    assert!(entered(&in_stage(Some(0), OFF), &[], &off).on);
    let killed = targeting(json!({"on": false, "rollout": {"threshold": 5_000}}));
    for base in [ON, OFF] {
        for stage in [Some(0), Some(1), None] {
            let back = taken_back(&in_stage(stage, base), &[], &killed);
            assert!(!back.on, "{stage:?} of {base:?}");
        }
        assert!(!block(&killed, &keys(&["sick"])).on);
    }
    assert!(!entered(&in_stage(Some(0), ON), &[], &killed).on);
    assert!(!entered(&in_stage(Some(2), OFF), &[], &killed).on);
    let on = targeting(json!({"on": true}));
    assert!(taken_back(&in_stage(Some(0), OFF), &[], &on).on);
    assert!(!taken_back(&in_stage(None, OFF), &[], &on).on, "as it was");
    assert!(taken_back(&in_stage(None, ON), &[], &on).on);
}

#[test]
fn the_threshold_of_a_flag_that_was_off_gives_it_to_nobody() {
    let all = targeting(json!({"on": false, "rollout": {"threshold": 100_000}}));
    let base = Base {
        threshold: 100_000,
        ..OFF
    };
    let us = entered(&in_stage(Some(0), base), &[], &all);
    assert_eq!((us.on, us.rollout.threshold), (true, 0));
    let share = entered(&in_stage(Some(2), base), &[], &us);
    assert_eq!(share.rollout.threshold, 5_000);
    let back = taken_back(&in_stage(Some(1), base), &[], &share);
    assert_eq!(back.rollout.threshold, 0);
    assert_eq!(taken_back(&in_stage(None, base), &[], &share), all);
    // Somebody has switched it off and left less: that is what it has when it is switched on again.
    let less = targeting(json!({"on": false, "rollout": {"threshold": 1_000}}));
    let gone = in_stage(None, base);
    let kept = take_back(&less, &rings(), &gone, &set(&[]), true);
    assert_eq!(kept, less);
    let mut on = less.clone();
    on.on = true;
    assert_eq!(take_back(&on, &rings(), &gone, &set(&[]), true), less);
    assert_eq!(switched_on(&all).rollout.threshold, 0);
    assert_eq!(switched_on(&us), us);
}

#[test]
fn what_somebody_took_out_is_not_put_back() {
    // Of all that the plan did, a person has left 3 %.
    let edited = targeting(json!({"on": true, "rollout": {"threshold": 3_000}}));
    let progress = Progress {
        blocked: vec!["sick".to_owned()],
        ..in_stage(Some(2), ON)
    };
    let one = block(&edited, &keys(&["globex"]));
    let mut wanted = edited.clone();
    wanted.block = vec!["globex".to_owned()];
    assert_eq!(one, wanted, "one tenant and nothing else");
    assert_eq!(unblock(&one, &keys(&["globex"])), edited);
    assert_eq!(block(&one, &keys(&["globex"])), one);
    for stage in [Some(1), Some(0)] {
        let base = Base {
            threshold: 3_000,
            ..ON
        };
        let progress = Progress {
            stage,
            base,
            ..progress.clone()
        };
        assert_eq!(taken_back(&progress, &["acme"], &edited), edited);
    }
    let ten = entered(&in_stage(Some(1), ON), &["acme"], &edited);
    let mut wanted = edited;
    wanted.allow = vec!["acme".to_owned()];
    assert_eq!(ten, wanted, "what the stage adds");
}

#[test]
fn the_rules_of_a_finished_plan_are_no_plans_any_more() {
    let on = targeting(json!({"on": true, "rules": [rule("Plan: theirs", "internal", "on")]}));
    let us = entered(&in_stage(Some(0), ON), &[], &on);
    assert_eq!(us.rules.len(), 3);
    assert_eq!(taken_back(&in_stage(None, ON), &[], &us), on);
    let finished = hand_over(&us, &rings());
    let descriptions: Vec<_> = finished.rules.iter().map(|it| &*it.description).collect();
    assert_eq!(descriptions, ["Plan: theirs", "us", "us"]);
    let again = entered(&in_stage(Some(0), ON), &[], &finished);
    assert_eq!(taken_back(&in_stage(None, ON), &[], &again), finished);
}
