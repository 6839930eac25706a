//! Who is compared with whom in a stay, fixed when it begins.
//!
//! **Invariants**
//! - It asks what the published flag answers: with the stage, without it, and if it admitted everybody.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::Targeting;
use tenantry_guard::{Arm, Assignment, Cohort, Design, Metric, OnSilence, Settings};
use tenantry_plan::{Audience, GuardPolicy, Shape, shape, size_class};

use super::baseline::Baseline;
use crate::plan::PlanError;
use crate::plan::opened::Opened;
use crate::plan::world::{World, is_random, only_segments, open_to_all};

/// What is fixed for a stay.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Fixed {
    pub(super) stay: u64,
    /// The number of the first minute that counts, from 1970.
    pub(super) first_minute: i64,
    pub(super) tenants: Vec<String>,
    pub(super) design: Design,
}

/// Fixes who is compared with whom in the stay that the plan is in.
pub(super) fn fix(
    world: &World,
    opened: &Opened,
    policy: &GuardPolicy,
    baseline: &Baseline,
    now: DateTime<Utc>,
) -> Result<Fixed, PlanError> {
    let stage = opened.progress.stage.unwrap_or_default();
    let stage = (opened.plan.stage(stage)).ok_or(PlanError::NoPlan)?;
    let flag = &opened.targeting.definition;
    let current = world.answers(flag, flag.targeting.clone())?;
    let without = world.answers(flag, without_stage(opened, &stage.audience))?;
    let could = match stage.audience {
        Audience::Threshold(_) => {
            let mut all = flag.targeting.clone();
            all.rollout.threshold = 100_000;
            world.answers(flag, all)?
        }
        Audience::Segments(_) | Audience::Cohort(_) => {
            world.answers(flag, open_to_all(&flag.targeting))?
        }
    };
    let never = match &stage.audience {
        Audience::Cohort(cohort) => Some(world.answers(flag, only_segments(&cohort.never))?),
        Audience::Segments(_) | Audience::Threshold(_) => None,
    };
    let small_first = matches!(&stage.audience, Audience::Cohort(it) if it.small_first);
    let weights: HashMap<&str, u64> = world.weights().collect();
    let (mut tenants, mut arms, mut strata, mut places) = (vec![], vec![], vec![], vec![]);
    for (place, key) in (0..).zip(&baseline.tenants) {
        let arm = match (current.is_on(key), without.is_on(key)) {
            (true, false) => Arm::Treated,
            (false, _) if could.is_on(key) => Arm::Control,
            _ => continue,
        };
        if arm == Arm::Control && never.as_ref().is_some_and(|it| it.is_on(key)) {
            // Chance never had a say in it.
            continue;
        }
        let weight = weights.get(&**key).copied();
        if matches!(stage.audience, Audience::Cohort(_)) && weight.is_none() {
            // Nobody is drawn who is not on the roster.
            continue;
        }
        tenants.push(key.clone());
        arms.push(arm);
        strata.push(if small_first {
            size_class(weight.unwrap_or(0))
        } else {
            0
        });
        places.push(place);
    }
    let count = |arm: Arm| arms.iter().filter(|it| **it == arm).count() as u64;
    let (treated, control) = (count(Arm::Treated), count(Arm::Control));
    // Those whom a cohort drew before are no part of a share, and who they were may have had reasons.
    let stages = opened.plan.stages.iter();
    let mut entered = stages.take(opened.progress.stage.map_or(0, |stage| stage as usize + 1));
    let has_cohort = entered.any(|stage| matches!(stage.audience, Audience::Cohort(_)));
    let is_drawn = match &stage.audience {
        Audience::Segments(_) => false,
        Audience::Threshold(_) if !has_cohort => true,
        Audience::Threshold(_) | Audience::Cohort(_) => is_random(&opened.plan),
    };
    let base = opened.progress.base.threshold;
    let threshold = match stage.audience {
        // Of those who had not the flag before.
        Audience::Threshold(share) if !has_cohort => share_of(
            u64::from(share.saturating_sub(base)),
            u64::from(100_000_u32.saturating_sub(base)),
        ),
        _ => share_of(treated, treated + control),
    };
    let settings = Settings {
        alpha: policy.alpha,
        stages: opened.plan.guarded_stages() + opened.progress.repeats,
        threshold,
        bake_minutes: stage.bake_minutes,
        on_silence: match policy.on_silence {
            tenantry_plan::OnSilence::Hold => OnSilence::Hold,
            tenantry_plan::OnSilence::RollBack => OnSilence::RollBack,
        },
        // With nobody to compare with, each is compared with its own past alone.
        assignment: if is_drawn && control > 0 {
            Assignment::Randomised
        } else {
            Assignment::Targeted
        },
    };
    let metrics = baseline.metrics.iter().map(|metric| Metric {
        name: metric.name.clone(),
        kind: metric.kind.only(&places),
    });
    let cohort = Cohort::new(arms);
    let cohort = if small_first {
        cohort.with_strata(strata)
    } else {
        cohort
    };
    let design = Design {
        settings,
        cohort,
        metrics: metrics.collect(),
    };
    Ok(Fixed {
        stay: opened.progress.stay,
        // The minute that the stay begins in is neither the one thing nor the other.
        first_minute: now.timestamp().div_euclid(60) + 1,
        tenants,
        design,
    })
}

/// The targeting without what the stage admits by.
fn without_stage(opened: &Opened, audience: &Audience) -> Targeting {
    let mut targeting = opened.targeting.definition.targeting.clone();
    match audience {
        Audience::Threshold(_) => {
            targeting.rollout.threshold = opened.progress.base.threshold;
            targeting
        }
        Audience::Cohort(_) => {
            let (drawn, _) = opened.drawn(opened.progress.stage);
            targeting.allow.retain(|key| !drawn.contains(key));
            targeting
        }
        Audience::Segments(_) => {
            let mut progress = opened.progress.clone();
            progress.stage = progress.stage.and_then(|stage| stage.checked_sub(1));
            let (drawn, taken_back) = opened.drawn(progress.stage);
            let on = targeting.on;
            let mut lower = shape(
                &targeting,
                Shape {
                    plan: &opened.plan,
                    progress: &progress,
                    drawn: &drawn,
                    taken_back: &taken_back,
                },
            );
            lower.on = on;
            lower
        }
    }
}

fn share_of(part: u64, whole: u64) -> u32 {
    let share = (part * 100_000).checked_div(whole).unwrap_or(0);
    u32::try_from(share).map_or(100_000, |share| share.min(100_000))
}
