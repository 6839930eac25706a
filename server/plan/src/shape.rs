//! What a plan means for a flag: the targeting that follows from the one there is.
//!
//! **Invariants**
//! - It touches only what is the plan's: its rules, the tenants that it drew, the threshold and the
//!   switch. All else stays as people wrote it.
//! - Entering a stage adds what is that stage's and no more, and alone may switch the flag on. Taking
//!   back only takes out. So what somebody took out of an earlier stage is not put back.
//! - The same twice is the same once.

use std::collections::BTreeSet;

use tenantry_core::model::{Condition, Effect, Rule, Targeting};

use crate::document::{Audience, Plan};
use crate::progress::Progress;

/// How every rule of a plan under way begins to describe itself.
const PREFIX: &str = "Plan: ";

/// What a targeting is to be made of.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// How far it is.
    pub progress: &'a Progress,
    /// Tenants that it has drawn in the stage that is entered.
    pub drawn: &'a BTreeSet<String>,
    /// Tenants that it had drawn in stages that are taken back.
    pub taken_back: &'a BTreeSet<String>,
}

/// The targeting in the newest stage of the plan, which is entered, made of the one that there is.
#[must_use]
pub fn shape(current: &Targeting, shape: Shape<'_>) -> Targeting {
    let Shape {
        plan,
        progress,
        drawn,
        taken_back,
    } = shape;
    let mut targeting = current.clone();
    take_out(&mut targeting, plan, progress.stage, taken_back);
    // A flag that was found off is switched on with the first stage. One that is off later was
    // switched off by somebody.
    if progress.stage == Some(0) && !progress.base.on {
        targeting = switched_on(&targeting);
    }
    let stage = progress.stage.and_then(|stage| plan.stage(stage));
    match stage.map(|stage| (&stage.name, &stage.audience)) {
        Some((_, Audience::Threshold(admitted))) => {
            targeting.rollout.threshold = targeting.rollout.threshold.max(*admitted);
        }
        Some((name, Audience::Segments(keys))) => {
            let below = progress.stage.and_then(|stage| stage.checked_sub(1));
            let earlier: BTreeSet<&str> = plan.rings(below).map(|(_, key)| key).collect();
            for key in keys.iter().filter(|key| !earlier.contains(key.as_str())) {
                if !targeting.rules.iter().any(|rule| is_ring(rule, name, key)) {
                    targeting.rules.push(ring(name, key));
                }
            }
        }
        Some((_, Audience::Cohort(_))) | None => {}
    }
    let mut allow: BTreeSet<String> = std::mem::take(&mut targeting.allow).into_iter().collect();
    allow.extend(drawn.iter().cloned());
    targeting.allow = allow.into_iter().collect();
    targeting
}

/// The targeting after stages were taken back, made of the one that there is: nobody comes to have the
/// flag by it. Of one that somebody has edited it takes out and changes nothing else.
#[must_use]
pub fn take_back(
    current: &Targeting,
    plan: &Plan,
    progress: &Progress,
    taken_back: &BTreeSet<String>,
    is_edited: bool,
) -> Targeting {
    let mut targeting = current.clone();
    take_out(&mut targeting, plan, progress.stage, taken_back);
    if progress.stage.is_none() && !progress.base.on {
        // As it was found: what its threshold says acts on nobody.
        targeting.on = false;
        if !is_edited {
            targeting.rollout.threshold = progress.off_threshold;
        }
    } else {
        let admitted = plan.threshold(progress.stage);
        let wanted = admitted.max(progress.base.threshold);
        targeting.rollout.threshold = targeting.rollout.threshold.min(wanted);
    }
    targeting
}

/// The targeting with the flag switched off for these tenants.
#[must_use]
pub fn block(current: &Targeting, tenants: &[String]) -> Targeting {
    let mut targeting = current.clone();
    let present: BTreeSet<&String> = current.block.iter().collect();
    let new = tenants.iter().filter(|tenant| !present.contains(tenant));
    targeting.block.extend(new.cloned());
    targeting
}

/// The targeting with these tenants, whom a freeze kept out, off the block list.
#[must_use]
pub fn unblock(current: &Targeting, tenants: &[String]) -> Targeting {
    let mut targeting = current.clone();
    let thawed: BTreeSet<&String> = tenants.iter().collect();
    targeting.block.retain(|tenant| !thawed.contains(tenant));
    targeting
}

/// The targeting when the plan is finished: its rules are people's from now on, so that no later plan
/// takes them for its own.
#[must_use]
pub fn hand_over(current: &Targeting, plan: &Plan) -> Targeting {
    let mut targeting = current.clone();
    for (name, key) in plan.rings(last(plan)) {
        let rules = targeting.rules.iter_mut();
        for rule in rules.filter(|rule| is_ring(rule, name, key)) {
            name.clone_into(&mut rule.description);
        }
    }
    targeting
}

/// The targeting with the flag on. The threshold of a flag that is off is nobody's share yet.
#[must_use]
pub fn switched_on(current: &Targeting) -> Targeting {
    let mut targeting = current.clone();
    if !targeting.on {
        targeting.on = true;
        targeting.rollout.threshold = 0;
    }
    targeting
}

/// Takes out what stages after this one added.
fn take_out(
    targeting: &mut Targeting,
    plan: &Plan,
    stage: Option<u32>,
    taken_back: &BTreeSet<String>,
) {
    let stay = plan.rings(stage).count();
    let later: Vec<_> = plan.rings(last(plan)).skip(stay).collect();
    let rules = &mut targeting.rules;
    rules.retain(|rule| !later.iter().any(|(name, key)| is_ring(rule, name, key)));
    targeting.allow.retain(|key| !taken_back.contains(key));
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

/// Whether a rule is the one that the plan wrote in this stage for this segment.
fn is_ring(rule: &Rule, stage: &str, key: &str) -> bool {
    let [condition] = rule.conditions.as_slice() else {
        return false;
    };
    rule.description.strip_prefix(PREFIX) == Some(stage)
        && rule.effect == Effect::On
        && condition.operator == "in_segment"
        && condition.segment.as_deref() == Some(key)
}
