//! Maintenance: the only work across projects.
//!
//! Separate because here, and only here, row-level security is told to look away
//! (`app.maintenance`). Keep it short.
//!
//! **Invariants**
//! - What leaves this file is a scope, an [`Access`] or a number; a project's data needs a scope.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tenantry_core::model::ProjectKey;

use crate::access::{Access, EnvironmentScope, ProjectScope, Read, Secret, ServerScope, Write};
use crate::error::{CreateError, StoreError};
use crate::ids::TokenId;
use crate::project::{NewProject, Project};
use crate::store::Store;

/// What to keep of the change log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrunePolicy {
    /// Revisions younger than this are kept.
    pub keep_for: Duration,
    /// At least this many revisions of each environment are kept.
    pub keep_revisions: u64,
}

impl Default for PrunePolicy {
    /// 90 days and 10 000 revisions.
    fn default() -> Self {
        Self {
            keep_for: Duration::from_secs(90 * 24 * 3600),
            keep_revisions: 10_000,
        }
    }
}

/// What a round of maintenance took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Rows of the change log.
    pub revisions: u64,
    /// Ended sessions.
    pub sessions: u64,
    /// Idempotency keys older than a day.
    pub idempotency_keys: u64,
}

impl Store {
    /// Whose secret this is; `None` if nobody's, or it is expired, revoked or rotated out.
    ///
    /// Notes the use, at most once a minute and only if that does not have to wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn authenticate(
        &self,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Option<Access>, StoreError> {
        let _ = (secret, now);
        unimplemented!()
    }

    /// Opens a project for reading; `None` if there is none that `access` may read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn project_scope(
        &self,
        access: &Access,
        key: &ProjectKey,
    ) -> Result<Option<ProjectScope<Read>>, StoreError> {
        let _ = (access, key);
        unimplemented!()
    }

    /// Opens a project for writing; `None` if there is none that `access` may change.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn write_scope(
        &self,
        access: &Access,
        key: &ProjectKey,
    ) -> Result<Option<ProjectScope<Write>>, StoreError> {
        let _ = (access, key);
        unimplemented!()
    }

    /// Lists all projects by key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn projects(&self, scope: &ServerScope) -> Result<Vec<Project>, StoreError> {
        let _ = scope;
        unimplemented!()
    }

    /// Creates a project with its three environments, and writes its first audit entry.
    ///
    /// # Errors
    /// [`CreateError`].
    pub async fn create_project(
        &self,
        scope: &ServerScope,
        new: NewProject,
        request_id: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Project, CreateError> {
        let _ = (scope, new, request_id, now);
        unimplemented!()
    }

    /// Makes a new admin token for the whole server. For the operator at the command line, whose
    /// credential is the database itself.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn issue_admin_token(
        &self,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<Secret, StoreError> {
        let _ = (name, now);
        unimplemented!()
    }

    /// Opens every environment of every project for this node, which streams them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_environments(&self) -> Result<Vec<EnvironmentScope<Read>>, StoreError> {
        unimplemented!()
    }

    /// Which of these tokens no longer work: revoked, expired or gone. For closing their streams.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn dead_tokens(
        &self,
        tokens: &[TokenId],
        now: DateTime<Utc>,
    ) -> Result<Vec<TokenId>, StoreError> {
        let _ = (tokens, now);
        unimplemented!()
    }

    /// Takes away what is old: change log, ended sessions, idempotency keys. Run it once an hour.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prune(
        &self,
        policy: PrunePolicy,
        now: DateTime<Utc>,
    ) -> Result<Pruned, StoreError> {
        let _ = (policy, now);
        unimplemented!()
    }
}
