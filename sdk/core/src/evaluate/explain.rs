//! Explanations: an answer with the way that led to it.
//!
//! Separate from the trace that fills them because they are a document: the API sends them, the
//! command line and the web interface show them.
//!
//! **Invariants**
//! - Steps stand in the order in which they were asked; a prerequisite's own steps stand before
//!   the step that says whether it is met.
//! - Sentences are for people and may change; `kind`, `outcome` and the figures are for programs.

use serde::{Deserialize, Serialize};

use super::Reason;
use crate::bucket::Bucket;
use crate::model::Variant;

/// An answer, and every step that led to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Explanation {
    /// The flag that was asked.
    pub flag: String,
    /// The tenant it was asked for.
    pub tenant: String,
    /// Whether the tenant gets the flag.
    pub on: bool,
    /// Why.
    pub reason: Reason,
    /// What the tenant is given, if the flag is on and has variants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<Variant>,
    /// The rule that decided, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    /// What was asked, in order, up to the step that decided; at most 1,000 steps.
    pub steps: Vec<Step>,
    /// How many further steps there were.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub steps_left_out: usize,
}

/// One question of an evaluation, and what came out of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// The flag whose evaluation asked: the one asked for, or one of its prerequisites.
    pub flag: String,
    /// How many prerequisites lie between that flag and the one asked for; 0 is that flag itself.
    pub depth: usize,
    /// What was asked.
    pub kind: StepKind,
    /// What came out.
    pub outcome: Outcome,
    /// The step in one sentence.
    pub sentence: String,
    /// The rule that was asked, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    /// The condition of that rule that was asked, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<usize>,
    /// The figures, if a rollout was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollout: Option<RolloutFinding>,
    /// The other flag, if a prerequisite was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prerequisite: Option<String>,
    /// The variant that was drawn, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

impl Step {
    /// A step without particulars.
    pub(super) fn new(
        flag: String,
        depth: usize,
        kind: StepKind,
        outcome: Outcome,
        sentence: String,
    ) -> Self {
        Self {
            flag,
            depth,
            kind,
            outcome,
            sentence,
            rule: None,
            condition: None,
            rollout: None,
            prerequisite: None,
            variant: None,
        }
    }
}

/// What a step asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepKind {
    /// Is there such a flag?
    Flag,
    /// Is there a tenant key?
    Tenant,
    /// Is the flag switched on?
    Switch,
    /// Does another flag give the wanted answer?
    Prerequisite,
    /// Is the tenant in the block list?
    Block,
    /// Is the tenant in the allow list?
    Allow,
    /// Does a condition of a rule hold?
    Condition,
    /// Does a rule apply, and what does it say?
    Rule,
    /// Is the tenant's bucket below the threshold?
    Rollout,
    /// Which variant is drawn?
    Variant,
}

/// What comes out of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It decided: the flag is on.
    On,
    /// It decided: the flag is off.
    Off,
    /// It decided nothing; the next step is asked.
    Next,
    /// A condition holds.
    Met,
    /// A condition does not hold.
    NotMet,
    /// No flag could be asked: the caller's default applies.
    LeftToDefault,
}

/// The figures of a rollout step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolloutFinding {
    /// The tenant's bucket, 0 to 99,999.
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub bucket: Bucket,
    /// The threshold, 0 to 100,000; a bucket below it is admitted.
    pub threshold: u32,
    /// What the bucket was salted with.
    pub salt: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
