//! The key lists of a flag: adding and taking off tenants.
//!
//! Set operations commute, so they need no version. They are made for thousands of tenants at once:
//! one statement, whatever their number.

use chrono::{DateTime, Utc};
use tenantry_core::model::{FlagKey, TenantKey};

use crate::access::{EnvironmentScope, Write};
use crate::error::WriteError;
use crate::tx::Tx;

/// A key list of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlagList {
    /// Tenants that always get the flag.
    Allow,
    /// Tenants that never get it.
    Block,
}

impl FlagList {
    /// The name used in SQL, JSON and frames.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Block => "block",
        }
    }
}

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListChange {
    /// The tenants that were added or taken off, sorted; those that were there already, or were not,
    /// are left out.
    pub changed: Vec<String>,
    /// How many tenants are on the list now.
    pub size: u64,
}

impl Tx {
    /// Adds tenants to a list; `None` if there is no such flag.
    ///
    /// # Errors
    /// [`WriteError`].
    pub async fn add_tenants(
        &mut self,
        environment: &EnvironmentScope<Write>,
        flag: &FlagKey,
        list: FlagList,
        tenants: &[TenantKey],
        now: DateTime<Utc>,
    ) -> Result<Option<ListChange>, WriteError> {
        let _ = (environment, flag, list, tenants, now);
        unimplemented!()
    }

    /// Takes tenants off a list; `None` if there is no such flag.
    ///
    /// # Errors
    /// [`WriteError`].
    pub async fn remove_tenants(
        &mut self,
        environment: &EnvironmentScope<Write>,
        flag: &FlagKey,
        list: FlagList,
        tenants: &[TenantKey],
        now: DateTime<Utc>,
    ) -> Result<Option<ListChange>, WriteError> {
        let _ = (environment, flag, list, tenants, now);
        unimplemented!()
    }
}
