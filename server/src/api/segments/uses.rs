//! Where plans name a segment: as a ring of theirs, or as tenants that a cohort never draws.
//!
//! Separate from rules, which the store knows by itself: what a plan says, it does not read.
//!
//! **Invariants**
//! - Plans that are over, by their end or by being rolled back, use nothing.

use tenantry_core::model::{EnvironmentKey, FlagKey, SegmentKey};
use tenantry_plan::{Audience, Plan};
use tenantry_store::PlanInForce;

use crate::api::error::ApiError;
use crate::plan::PlanError;

/// A plan that names a segment.
pub(super) struct PlanUse {
    pub(super) flag: FlagKey,
    pub(super) environment: EnvironmentKey,
    /// The stages that name it.
    pub(super) stages: Vec<String>,
}

/// Those of the plans that name the segment.
pub(super) fn in_plans(
    segment: &SegmentKey,
    plans: Vec<PlanInForce>,
) -> Result<Vec<PlanUse>, ApiError> {
    let mut uses = Vec::new();
    for stored in plans {
        let plan: Plan = serde_json::from_str(&stored.document).map_err(PlanError::from)?;
        let stages = plan.stages.into_iter().filter(|stage| {
            let keys = match &stage.audience {
                Audience::Segments(keys) => keys.as_slice(),
                Audience::Cohort(cohort) => cohort.never.as_slice(),
                Audience::Threshold(_) => &[],
            };
            keys.iter().any(|key| key == segment.as_str())
        });
        let stages: Vec<String> = stages.map(|stage| stage.name).collect();
        if !stages.is_empty() {
            uses.push(PlanUse {
                flag: stored.flag,
                environment: stored.environment,
                stages,
            });
        }
    }
    Ok(uses)
}
