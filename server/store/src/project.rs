//! Projects: the boundary of isolation.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tenantry_core::model::ProjectKey;

use crate::access::{Mode, ProjectScope};
use crate::audit::AuditDocument;
use crate::db::{Conn, args, parsed, statements};
use crate::error::{StoreError, WriteError};
use crate::ids::ProjectId;
use crate::store::Store;
use crate::text::check_name;
use crate::tx::Tx;

statements! { "project";
    PROJECT = "SELECT id, key, name, created_at FROM project WHERE id = $1";
    RENAME = "UPDATE project SET name = $2 WHERE id = $1";
}

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

impl Store {
    /// Reads the project.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn project<M: Mode>(&self, scope: &ProjectScope<M>) -> Result<Project, StoreError> {
        read(&mut self.read(scope).await?, scope.id()).await
    }
}

impl Tx {
    /// Renames the project.
    ///
    /// # Errors
    /// [`WriteError::Invalid`] if the name is empty or too long.
    pub async fn rename_project(&mut self, name: &str) -> Result<Project, WriteError> {
        check_name(name).map_err(WriteError::Invalid)?;
        let project = self.project();
        let before = read(&mut self.conn, project).await?;
        if before.name == name {
            return Ok(before);
        }
        self.conn.execute(&RENAME, args![project, name]).await?;
        let after = Project {
            name: name.to_owned(),
            ..before.clone()
        };
        self.record(AuditDocument::new(
            "project",
            before.document(),
            after.document(),
        ));
        Ok(after)
    }
}

impl Project {
    /// The project as the audit log keeps it.
    pub(crate) fn document(&self) -> Value {
        json!({ "key": self.key, "name": self.name })
    }
}

/// A project's row.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ProjectRow {
    id: ProjectId,
    key: String,
    name: String,
    created_at: DateTime<Utc>,
}

impl TryFrom<ProjectRow> for Project {
    type Error = StoreError;
    fn try_from(row: ProjectRow) -> Result<Self, StoreError> {
        Ok(Self {
            key: parsed("project", "key", row.id, &row.key)?,
            id: row.id,
            name: row.name,
            created_at: row.created_at,
        })
    }
}

async fn read(conn: &mut Conn, project: ProjectId) -> Result<Project, StoreError> {
    conn.one::<ProjectRow>(&PROJECT, args![project])
        .await?
        .try_into()
}
