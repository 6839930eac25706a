//! The key lists of a flag: what their two operations share.

use serde::{Deserialize, Serialize};
use tenantry_store::{Committed, EnvironmentId, FlagList, ListChange};
use utoipa::ToSchema;

/// A key list of a flag.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ListName {
    /// Tenants that always get the flag.
    Allow,
    /// Tenants that never get it.
    Block,
}

impl From<ListName> for FlagList {
    fn from(name: ListName) -> Self {
        match name {
            ListName::Allow => Self::Allow,
            ListName::Block => Self::Block,
        }
    }
}

/// What became of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListChanged {
    /// The tenants that were added or taken off, sorted: those for which that changed nothing are
    /// left out.
    changed: Vec<String>,
    /// How many tenants are on the list now.
    size: u64,
    /// The environment's revision.
    revision: u64,
}

impl ListChanged {
    pub(super) fn new(change: ListChange, committed: &Committed, at: EnvironmentId) -> Self {
        let ListChange { changed, size } = change;
        Self {
            changed,
            size,
            revision: committed.revision(at),
        }
    }
}
