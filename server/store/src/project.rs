//! Projects: the boundary of isolation.

use chrono::{DateTime, Utc};
use tenantry_core::model::ProjectKey;

use crate::access::{Mode, ProjectScope};
use crate::error::{StoreError, WriteError};
use crate::ids::ProjectId;
use crate::store::Store;
use crate::tx::Tx;

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its key.
    pub key: ProjectKey,
    /// What people call it.
    pub name: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// A project to create. It gets the environments `development`, `staging` and `production`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProject {
    /// Its key.
    pub key: ProjectKey,
    /// What people call it: 1 to 128 bytes.
    pub name: String,
}

impl Store {
    /// Reads the project.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn project<M: Mode>(&self, scope: &ProjectScope<M>) -> Result<Project, StoreError> {
        let _ = scope;
        unimplemented!()
    }
}

impl Tx {
    /// Renames the project.
    ///
    /// # Errors
    /// [`WriteError::Invalid`] if the name is empty or too long.
    pub async fn rename_project(&mut self, name: &str) -> Result<Project, WriteError> {
        let _ = name;
        unimplemented!()
    }
}
