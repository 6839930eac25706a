//! The stage that a person saw a plan in, who wants something to be done to it.
//!
//! Separate because it is a part of bodies: whoever approves of a stage, or takes one back, means the one
//! that was looked at, and two people may do so at once.

use serde::Deserialize;
use tenantry_plan::Plan;
use utoipa::ToSchema;

/// A stage, by its name or by its place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "must be a stage's name, or its place counted from 0"
)]
pub(crate) enum SeenStage {
    /// Its place, counted from 0.
    Place(u32),
    /// Its name.
    Name(String),
}

impl SeenStage {
    /// Whether a plan is in it whose newest admitted stage is `stage`.
    pub(crate) fn is(&self, plan: &Plan, stage: Option<u32>) -> bool {
        match self {
            Self::Place(place) => stage == Some(*place),
            Self::Name(name) => {
                let stage = stage.and_then(|stage| plan.stage(stage));
                stage.is_some_and(|stage| stage.name == *name)
            }
        }
    }
}
