//! Targeting: a flag's configuration in one environment, and its key lists.
//!
//! **Invariants**
//! - A row's `item` is the very text that is streamed. It carries no key lists; those are rows of
//!   their own.
//! - What is written compiles, its prerequisites exist and form no cycle, and its segments exist.
//!   The project's row is locked meanwhile, so two writers cannot close a cycle between them.

mod document;
mod kill;
mod links;
mod list;
mod past;
mod put;
mod revert;

use chrono::{DateTime, Utc};
use tenantry_core::model::{FlagDefinition, FlagKey};

pub(crate) use document::ALL as DOCUMENTS;
pub(crate) use links::{ALL as LINKS, uses};
pub(crate) use list::{ALL as LISTS, Way};
pub use list::{FlagList, ListChange};
pub(crate) use past::ALL as PAST;
pub use past::{Past, PastChange, PastError, PastPoint, PresentFlag};
pub(crate) use revert::ALL as REVERT;

use crate::access::{EnvironmentScope, Mode};
use crate::error::StoreError;
use crate::store::Store;

/// A flag's targeting in one environment.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetingDocument {
    /// The flag with its salt and its targeting, key lists included and sorted.
    pub definition: FlagDefinition,
    /// What `If-Match` compares: grows with every change, of the lists too.
    pub version: u64,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Whether the flag is archived, so that this is not streamed.
    pub archived: bool,
}

impl Store {
    /// Reads a flag's targeting; `None` if the project has no such flag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn targeting<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
    ) -> Result<Option<TargetingDocument>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        document::read(&mut conn, scope.project().id(), scope.id(), flag).await
    }
}
