//! Transactions: the one way to write.
//!
//! `begin` takes the write lock (SQLite) or the project's row (PostgreSQL), so the writers of a
//! project stand in line and what a mutation reads stays true until it commits.
//!
//! **Invariants**
//! - Mutations are methods of [`Tx`] beside the table they write. They note what they touched; only
//!   [`Tx::commit`] turns that into revisions, change-log rows and an audit entry.
//! - Dropping a `Tx` undoes it.

use chrono::{DateTime, Utc};
use tenantry_core::model::EnvironmentKey;

use crate::access::{ProjectScope, Write};
use crate::change::Change;
use crate::error::StoreError;
use crate::ids::EnvironmentId;
use crate::store::Store;

/// An open transaction on one project.
#[derive(Debug)]
pub struct Tx {
    _scope: ProjectScope<Write>,
}

/// Which version a writer believes to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Whichever there is (`If-Match: *`).
    Any,
    /// This one; another is stale.
    Version(u64),
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Every environment of the project and its revision now.
    pub revisions: Vec<EnvironmentRevision>,
    /// The number of the audit entry; `None` if nothing changed, so that nothing was written.
    pub audit_seq: Option<u64>,
}

impl Committed {
    /// The revision of an environment after the commit; 0 for one of another project.
    #[must_use]
    pub fn revision(&self, environment: EnvironmentId) -> u64 {
        let found = self
            .revisions
            .iter()
            .find(|each| each.environment == environment);
        found.map_or(0, |each| each.revision)
    }
}

/// An environment's revision after a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentRevision {
    /// The environment.
    pub environment: EnvironmentId,
    /// Its key.
    pub key: EnvironmentKey,
    /// Its revision now.
    pub revision: u64,
    /// Whether the commit made that revision.
    pub touched: bool,
}

impl Store {
    /// Opens a transaction on a project.
    ///
    /// # Errors
    /// [`StoreError`].
    ///
    /// # Cancel safety
    /// Dropping the future undoes nothing, as nothing is done yet.
    pub async fn begin(&self, scope: &ProjectScope<Write>) -> Result<Tx, StoreError> {
        let _ = scope;
        unimplemented!()
    }
}

impl Tx {
    /// Commits: revisions, change log and audit entry with the mutations, then the notice. If no
    /// mutation changed anything, nothing is written.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing has happened, unless the connection was lost at the very commit.
    pub async fn commit(self, change: Change, now: DateTime<Utc>) -> Result<Committed, StoreError> {
        let _ = (change, now);
        unimplemented!()
    }
}
