//! Transactions: the one way to write.
//!
//! `begin` takes the write lock (SQLite) or the project's row (PostgreSQL), so the writers of a
//! project stand in line and what a mutation reads stays true until it commits.
//!
//! **Invariants**
//! - Mutations are methods of [`Tx`] beside the table they write. They note what they touched; only
//!   [`Tx::commit`] turns that into revisions, change-log rows and an audit entry.
//! - Dropping a `Tx` undoes it.

mod commit;
mod touched;

use tenantry_core::model::EnvironmentKey;

pub(crate) use commit::ALL as COMMIT;
pub(crate) use touched::OpenEnvironment;

use crate::access::{ProjectScope, Write};
use crate::audit::AuditDocument;
use crate::db::{Conn, Db};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::notice::Notices;
use crate::store::{Store, wall};

/// An open transaction on one project.
#[derive(Debug)]
pub struct Tx {
    pub(crate) conn: Conn,
    pub(crate) scope: ProjectScope<Write>,
    /// Every environment of the project, with what the mutations have touched in it so far.
    pub(crate) environments: Vec<OpenEnvironment>,
    /// Whether a token stopped working, or one of its secrets will.
    pub(crate) tokens_changed: bool,
    documents: Vec<AuditDocument>,
    audit_seq: u64,
    audit_head: Vec<u8>,
    notices: Notices,
    db: Db,
}

/// Which version a writer believes to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Whichever there is (`If-Match: *`).
    Any,
    /// This one; another is stale.
    Version(u64),
}

impl Expected {
    /// Refuses a version that is not `current`.
    pub(crate) fn check(self, current: u64) -> Result<(), StoreError> {
        match self {
            Self::Version(expected) if expected != current => {
                Err(StoreError::Stale { expected, current })
            }
            Self::Any | Self::Version(_) => Ok(()),
        }
    }
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
        let conn = self.db.write(wall(scope)).await?;
        self.open_tx(conn, scope.clone()).await
    }

    /// Makes `conn`, which may see the project and write, the project's transaction.
    pub(crate) async fn open_tx(
        &self,
        mut conn: Conn,
        scope: ProjectScope<Write>,
    ) -> Result<Tx, StoreError> {
        let (audit_seq, audit_head) = commit::lock_project(&mut conn, scope.id()).await?;
        let environments = crate::environment::of_project(&mut conn, scope.id()).await?;
        Ok(Tx {
            conn,
            environments: environments.into_iter().map(OpenEnvironment::new).collect(),
            scope,
            tokens_changed: false,
            documents: Vec::new(),
            audit_seq,
            audit_head,
            notices: self.notices.clone(),
            db: self.db.clone(),
        })
    }
}

impl Tx {
    /// The project that is written.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.project()
    }

    /// The project's id, which every statement filters by.
    pub(crate) fn project(&self) -> ProjectId {
        self.scope.id()
    }

    /// Where the environment is among [`Tx::environments`]; `None` if it is not of this project.
    pub(crate) fn position(&self, environment: EnvironmentId) -> Option<usize> {
        self.environments
            .iter()
            .position(|open| open.id == environment)
    }

    /// The number that this transaction's audit entry will have.
    pub(crate) fn next_audit_seq(&self) -> u64 {
        self.audit_seq + 1
    }

    /// Notes what was and what is, for the audit log.
    pub(crate) fn record(&mut self, document: AuditDocument) {
        self.documents.push(document);
    }
}
