//! The roster: the tenants that a project knows by name, with what is known about each.
//!
//! Nothing of it is streamed, so a change of the roster makes no revision of itself; the members of a
//! segment with conditions, which follow from it, may. A tenant that is not on the roster gets flags like any other.
//!
//! **Invariants**
//! - What is stored satisfies [`TenantFacts::check`].
//! - A row's version is the number of the audit entry that last changed it, so it never comes back.
//! - Every change moves the project's roster version, in the same transaction.

mod facts;
mod import;
mod list;
mod roster;
mod row;
mod weights;
mod write;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use tenantry_core::model::TenantKey;

pub use facts::{MAX_WEIGHT, Patch, TenantFacts, TenantPatch, check_key};
pub(crate) use import::ALL as IMPORT;
pub use import::{Imported, TenantLine};
pub use list::{TenantFilter, TenantSort};
pub(crate) use roster::ALL as ROSTER;
pub use roster::{KnownRoster, RosterNews, RosterPart, RosterTenant};
pub(crate) use row::{ALL as ROWS, all};
pub use weights::LearnWeights;

use crate::access::{Mode, ProjectScope};
use crate::error::StoreError;
use crate::store::Store;

/// A tenant of the roster.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenant {
    /// Its key, as services ask with it.
    pub key: TenantKey,
    /// What people call it.
    pub name: String,
    /// What is known about it: texts, numbers, truth values and lists of texts.
    pub attributes: Map<String, Value>,
    /// Its part of all requests, relative to the other tenants' weights: 0 to [`MAX_WEIGHT`].
    pub weight: u64,
    /// Whether somebody has said what the weight is. If not, it is learned from usage.
    pub weight_given: bool,
    /// When it came onto the roster.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What `If-Match` compares.
    pub version: u64,
}

impl Store {
    /// Reads a tenant of the roster; `None` if it is not on it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tenant<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        key: &TenantKey,
    ) -> Result<Option<Tenant>, StoreError> {
        row::read(&mut self.read(scope).await?, scope.id(), key).await
    }
}
