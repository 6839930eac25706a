//! Evaluation: from a compiled flag and a context to an answer.

mod explain;
mod reason;

pub use explain::{Explanation, Outcome, RolloutFinding, Step, StepKind};
pub use reason::Reason;

use crate::model::Variant;

/// The answer to one question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation<'r> {
    /// Whether the tenant gets the flag.
    pub on: bool,
    /// Why.
    pub reason: Reason,
    /// What the tenant is given, if the flag is on and has variants.
    pub variant: Option<&'r Variant>,
    /// The rule that decided, counted from 0.
    pub rule: Option<usize>,
}
