//! Searching the audit log.

use tenantry_core::model::{EnvironmentKey, FlagKey};

use super::AuditEntry;
use crate::access::{Mode, ProjectScope};
use crate::error::{ListError, StoreError};
use crate::page::Page;
use crate::store::Store;

/// Which entries to list. Newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// About this flag.
    pub flag: Option<FlagKey>,
    /// In this environment.
    pub environment: Option<EnvironmentKey>,
    /// By this actor.
    pub actor: Option<String>,
    /// With this action's name.
    pub action: Option<String>,
    /// How many at most, 1 to 200.
    pub limit: u32,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

impl Store {
    /// Lists entries, newest first.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn audit_entries<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        filter: &AuditFilter,
    ) -> Result<Page<AuditEntry>, ListError> {
        let _ = (scope, filter);
        unimplemented!()
    }

    /// Reads one entry.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_entry<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        seq: u64,
    ) -> Result<Option<AuditEntry>, StoreError> {
        let _ = (scope, seq);
        unimplemented!()
    }
}
