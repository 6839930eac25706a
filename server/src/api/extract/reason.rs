//! The body of what is done with no more than a reason.

use serde::Deserialize;
use tenantry_core::model::Problems;
use utoipa::ToSchema;

use super::body::Check;
use super::text;

/// Why something is done.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct GiveReason {
    /// For the audit log: up to 1024 bytes.
    #[schema(max_length = 1024)]
    reason: Option<String>,
}

impl Check for GiveReason {
    type Checked = Option<String>;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        Some(text::reason(self.reason, problems))
    }
}
