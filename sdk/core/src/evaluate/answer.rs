//! Answers: what an evaluation gives back, and the reasons it may name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::Variant;

/// The answer to one question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation<'r> {
    /// Whether the tenant gets the flag. False if the caller's default applies.
    pub on: bool,
    /// Why.
    pub reason: Reason,
    /// What the tenant is given, if the flag is on and has variants.
    pub variant: Option<&'r Variant>,
    /// The rule that decided, counted from 0, if one did.
    pub rule: Option<usize>,
}

/// Why an answer came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum Reason {
    /// There is no data yet; the caller's default applies.
    NotReady,
    /// There is no such flag; the caller's default applies.
    FlagNotFound,
    /// The tenant's key is empty.
    TargetingKeyMissing,
    /// The flag is switched off.
    Disabled,
    /// Another flag does not give the answer this one waits for.
    PrerequisiteFailed,
    /// A key list or a rule decided.
    TargetingMatch,
    /// The tenant's bucket decided.
    Split,
    /// The flag's rollout is at 0 or at 100 percent.
    Default,
    /// The flag's document could not be compiled here; the caller's default applies.
    ParseError,
}

impl Reason {
    /// The reason as it is written in JSON, such as `TARGETING_MATCH`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotReady => "NOT_READY",
            Self::FlagNotFound => "FLAG_NOT_FOUND",
            Self::TargetingKeyMissing => "TARGETING_KEY_MISSING",
            Self::Disabled => "DISABLED",
            Self::PrerequisiteFailed => "PREREQUISITE_FAILED",
            Self::TargetingMatch => "TARGETING_MATCH",
            Self::Split => "SPLIT",
            Self::Default => "DEFAULT",
            Self::ParseError => "PARSE_ERROR",
        }
    }

    /// Whether no flag was asked, so that the caller's own default applies.
    #[must_use]
    pub const fn leaves_default(self) -> bool {
        matches!(self, Self::NotReady | Self::FlagNotFound | Self::ParseError)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
