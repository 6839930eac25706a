//! Evaluations, owned: they may outlive the ruleset that they came from.

use serde::de::DeserializeOwned;
use tenantry_core::Reason;
use tenantry_core::model::Variant;

/// The whole answer to one question.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// Whether the tenant gets the flag.
    pub on: bool,
    /// Why.
    pub reason: Reason,
    /// What the tenant is given, if the flag is on and has variants.
    pub variant: Option<Variant>,
    /// The rule that decided, counted from 0.
    pub rule: Option<usize>,
}

impl Evaluation {
    /// What the variant carries, if there is one and it is of this type.
    #[must_use]
    pub fn payload<T: DeserializeOwned>(&self) -> Option<T> {
        T::deserialize(&self.variant.as_ref()?.payload).ok()
    }
}
