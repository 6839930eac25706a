//! Environments: each with its own targeting, revision and stream.

use chrono::{DateTime, Utc};
use tenantry_core::Checksum;
use tenantry_core::model::EnvironmentKey;

use crate::access::{EnvironmentScope, Mode, ProjectScope, Write};
use crate::error::{CreateError, StoreError, WriteError};
use crate::ids::EnvironmentId;
use crate::store::Store;
use crate::tx::Tx;

/// An environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its id.
    pub id: EnvironmentId,
    /// Its key.
    pub key: EnvironmentKey,
    /// What people call it.
    pub name: String,
    /// Its newest revision; 0 before the first commit.
    pub revision: u64,
    /// The checksum of its state at that revision.
    pub checksum: Checksum,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// An environment to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnvironment {
    /// Its key.
    pub key: EnvironmentKey,
    /// What people call it: 1 to 128 bytes.
    pub name: String,
}

impl Store {
    /// Opens one environment of the project; `None` if there is none with this key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn environment_scope<M: Mode>(
        &self,
        project: &ProjectScope<M>,
        key: &EnvironmentKey,
    ) -> Result<Option<EnvironmentScope<M>>, StoreError> {
        let _ = (project, key);
        unimplemented!()
    }

    /// Lists the project's environments in the order they were created.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn environments<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
    ) -> Result<Vec<Environment>, StoreError> {
        let _ = scope;
        unimplemented!()
    }

    /// Reads one environment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn environment<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
    ) -> Result<Environment, StoreError> {
        let _ = scope;
        unimplemented!()
    }
}

impl Tx {
    /// Creates an environment. Every flag is off in it, every segment has its members.
    ///
    /// # Errors
    /// [`CreateError`].
    pub async fn insert_environment(
        &mut self,
        new: NewEnvironment,
        now: DateTime<Utc>,
    ) -> Result<Environment, CreateError> {
        let _ = (new, now);
        unimplemented!()
    }

    /// Renames an environment; `None` if it is not one of this project.
    ///
    /// # Errors
    /// [`WriteError::Invalid`] if the name is empty or too long.
    pub async fn rename_environment(
        &mut self,
        scope: &EnvironmentScope<Write>,
        name: &str,
    ) -> Result<Option<Environment>, WriteError> {
        let _ = (scope, name);
        unimplemented!()
    }
}
