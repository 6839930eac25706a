//! Environments: each with its own targeting, revision and stream.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tenantry_core::Checksum;
use tenantry_core::model::EnvironmentKey;

use crate::access::{EnvironmentScope, Mode, ProjectScope, Write};
use crate::audit::AuditDocument;
use crate::db::{Conn, args, micros, number, parsed, signed, statements};
use crate::error::{CreateError, StoreError, WriteError};
use crate::ids::{EnvironmentId, ProjectId};
use crate::store::Store;
use crate::text::check_name;
use crate::tx::{OpenEnvironment, Tx};

statements! { "environment";
    ENVIRONMENTS = "SELECT id, key, name, revision, checksum, created_at FROM environment
        WHERE project_id = $1 ORDER BY position";
    ID_BY_KEY = "SELECT id FROM environment WHERE project_id = $1 AND key = $2";
    ENVIRONMENT = "SELECT id, key, name, revision, checksum, created_at FROM environment
        WHERE project_id = $1 AND id = $2";
    INSERT = "INSERT INTO environment (project_id, id, key, name, position, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    RENAME = "UPDATE environment SET name = $3 WHERE project_id = $1 AND id = $2";
}

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
        let mut conn = self.read(project).await?;
        let found = conn
            .optional::<(EnvironmentId,)>(&ID_BY_KEY, args![project.id(), key.as_str()])
            .await?;
        Ok(found.map(|(id,)| EnvironmentScope::new(project.clone(), id, key.clone())))
    }

    /// Lists the project's environments in the order they were created.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn environments<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
    ) -> Result<Vec<Environment>, StoreError> {
        of_project(&mut self.read(scope).await?, scope.id()).await
    }

    /// Reads one environment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn environment<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
    ) -> Result<Environment, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let row = args![scope.project().id(), scope.id()];
        conn.one::<EnvironmentRow>(&ENVIRONMENT, row)
            .await?
            .try_into()
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
        check_name(&new.name).map_err(CreateError::Invalid)?;
        if self.environments.iter().any(|open| open.key == new.key) {
            return Err(CreateError::KeyTaken {
                key: new.key.to_string(),
                by_archived: false,
            });
        }
        let (project, now) = (self.project(), micros(now));
        let mut environment = Environment {
            id: EnvironmentId::new(now),
            key: new.key,
            name: new.name,
            revision: 0,
            checksum: Checksum::ZERO,
            created_at: now,
        };
        let (id, key, name) = (
            environment.id,
            environment.key.as_str(),
            environment.name.as_str(),
        );
        let position = signed(self.environments.len() as u64);
        self.conn
            .execute(&INSERT, args![project, id, key, name, position, now])
            .await?;
        self.environments
            .push(OpenEnvironment::new(environment.clone()));
        self.record(AuditDocument::new(
            "environment",
            Value::Null,
            environment.document(),
        ));

        let position = self.environments.len() - 1;
        self.insert_targetings(position, now).await?;
        self.show_segments(position).await?;
        environment.checksum = self.environments[position].checksum;
        Ok(environment)
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
        check_name(name).map_err(WriteError::Invalid)?;
        let row = args![self.project(), scope.id()];
        let Some(row) = self
            .conn
            .optional::<EnvironmentRow>(&ENVIRONMENT, row)
            .await?
        else {
            return Ok(None);
        };
        let before = Environment::try_from(row)?;
        if before.name == name {
            return Ok(Some(before));
        }
        self.conn
            .execute(&RENAME, args![self.project(), scope.id(), name])
            .await?;
        let after = Environment {
            name: name.to_owned(),
            ..before.clone()
        };
        self.record(AuditDocument::new(
            "environment",
            before.document(),
            after.document(),
        ));
        Ok(Some(after))
    }
}

impl Environment {
    fn document(&self) -> Value {
        json!({ "key": self.key, "name": self.name })
    }
}

#[derive(Debug, sqlx::FromRow)]
struct EnvironmentRow {
    id: EnvironmentId,
    key: String,
    name: String,
    revision: i64,
    checksum: String,
    created_at: DateTime<Utc>,
}

impl TryFrom<EnvironmentRow> for Environment {
    type Error = StoreError;
    fn try_from(row: EnvironmentRow) -> Result<Self, StoreError> {
        Ok(Self {
            key: parsed("environment", "key", row.id, &row.key)?,
            revision: number("environment", "revision", row.id, row.revision)?,
            checksum: parsed("environment", "checksum", row.id, &row.checksum)?,
            id: row.id,
            name: row.name,
            created_at: row.created_at,
        })
    }
}

/// The project's environments in the order they were created.
pub(crate) async fn of_project(
    conn: &mut Conn,
    project: ProjectId,
) -> Result<Vec<Environment>, StoreError> {
    let rows = conn
        .all::<EnvironmentRow>(&ENVIRONMENTS, args![project])
        .await?;
    rows.into_iter().map(Environment::try_from).collect()
}
