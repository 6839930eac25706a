//! What a plan means for a flag: the targeting that follows from the one there is.
//!
//! **Invariants**
//! - It touches only what is the plan's: its rules, the tenants that it drew, the threshold and the
//!   switch. All else stays as people wrote it.
//! - It follows from the stage and from who was drawn, not from how the plan came there: the same
//!   twice is the same once.

use std::collections::BTreeSet;

use tenantry_core::model::{Condition, Effect, Rule, Targeting};

use crate::document::Plan;
use crate::progress::Progress;

/// How every rule of a plan begins to describe itself.
const PREFIX: &str = "Plan: ";

/// What a targeting is to be made of.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// How far it is.
    pub progress: &'a Progress,
    /// Tenants that it has drawn in the stages that are admitted.
    pub drawn: &'a BTreeSet<String>,
    /// Tenants that it had drawn in stages that are taken back.
    pub taken_back: &'a BTreeSet<String>,
}

/// The targeting that the plan wants, made of the one that there is.
#[must_use]
pub fn shape(current: &Targeting, shape: Shape<'_>) -> Targeting {
    let Shape {
        plan,
        progress,
        drawn,
        taken_back,
    } = shape;
    let mut targeting = current.clone();
    targeting.on = progress.stage.is_some() || (progress.base.on && current.on);
    let admitted = plan.threshold(progress.stage);
    targeting.rollout.threshold = admitted.max(progress.base.threshold);

    let all: BTreeSet<&str> = plan.rings(last(plan)).map(|(_, key)| key).collect();
    targeting.rules.retain(|rule| !is_ring(rule, &all));
    let mut admitted = BTreeSet::new();
    for (stage, key) in plan.rings(progress.stage) {
        if admitted.insert(key) {
            targeting.rules.push(ring(stage, key));
        }
    }

    let mut allow: BTreeSet<String> = std::mem::take(&mut targeting.allow).into_iter().collect();
    allow.retain(|key| !taken_back.contains(key));
    allow.extend(drawn.iter().cloned());
    targeting.allow = allow.into_iter().collect();
    let blocked = progress.blocked.iter();
    let missing: Vec<String> = blocked
        .filter(|key| !targeting.block.contains(key))
        .cloned()
        .collect();
    targeting.block.extend(missing);
    targeting
}

fn last(plan: &Plan) -> Option<u32> {
    u32::try_from(plan.stages.len()).ok()?.checked_sub(1)
}

/// The rule that admits a segment.
fn ring(stage: &str, key: &str) -> Rule {
    Rule {
        description: format!("{PREFIX}{stage}"),
        conditions: vec![Condition {
            operator: "in_segment".to_owned(),
            segment: Some(key.to_owned()),
            ..Condition::default()
        }],
        effect: Effect::On,
    }
}

/// Whether a rule is one that the plan wrote.
fn is_ring(rule: &Rule, segments: &BTreeSet<&str>) -> bool {
    let [condition] = rule.conditions.as_slice() else {
        return false;
    };
    rule.description.starts_with(PREFIX)
        && rule.effect == Effect::On
        && condition.operator == "in_segment"
        && (condition.segment.as_deref()).is_some_and(|key| segments.contains(key))
}
