//! The key lists of a flag: what their two operations share.

use serde::{Deserialize, Serialize};
use tenantry_core::limits::MAX_PROBLEMS;
use tenantry_core::model::{Problems, TenantKey};
use tenantry_store::{Committed, EnvironmentId, FlagList, ListChange};
use utoipa::ToSchema;

use super::document::MAX_LIST_TENANTS;
use crate::api::extract::Check;

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

/// A tenant's key, as the document describes it.
#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 256)]
#[expect(dead_code, reason = "describes the key's form in the OpenAPI document")]
struct TenantText(String);

/// Tenants to add to a list, or to take off it.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Tenants {
    /// 1 to 1000000 keys of 1 to 256 bytes. Order and repetition carry no meaning.
    #[schema(min_items = 1, max_items = 1_000_000, value_type = Vec<TenantText>)]
    tenants: Vec<String>,
}

impl Check for Tenants {
    type Checked = Vec<TenantKey>;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        if !(1..=MAX_LIST_TENANTS).contains(&self.tenants.len()) {
            problems.push("tenants", format!("must hold 1 to {MAX_LIST_TENANTS} keys"));
            return None;
        }
        let mut keys = Vec::with_capacity(self.tenants.len());
        for (index, tenant) in self.tenants.into_iter().enumerate() {
            match TenantKey::new(tenant) {
                Ok(key) => keys.push(key),
                Err(error) if problems.0.len() < MAX_PROBLEMS => {
                    problems.push(format!("tenants[{index}]"), error.to_string());
                }
                Err(_) => break,
            }
        }
        Some(keys)
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
