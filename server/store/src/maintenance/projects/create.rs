//! Creating a project, with the environments that every project begins with.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tenantry_core::model::{EnvironmentKey, ProjectKey};

use super::INSERT;
use crate::access::{Actor, ProjectScope, ServerScope};
use crate::audit::{AuditDocument, GENESIS};
use crate::change::{Action, Change, Target};
use crate::db::{args, micros};
use crate::environment::NewEnvironment;
use crate::error::{CreateError, StoreError};
use crate::ids::ProjectId;
use crate::project::Project;
use crate::store::{Store, wall};
use crate::text::check_name;

/// The environments that a project begins with.
const ENVIRONMENTS: [(&str, &str); 3] = [
    ("development", "Development"),
    ("staging", "Staging"),
    ("production", "Production"),
];

/// A project to create. It gets the environments `development`, `staging` and `production`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProject {
    /// Its key.
    pub key: ProjectKey,
    /// What people call it: 1 to 128 bytes.
    pub name: String,
}

impl Store {
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
        self.create_project_as(scope.actor().clone(), new, request_id, now)
            .await
    }

    pub(in crate::maintenance) async fn create_project_as(
        &self,
        actor: Actor,
        new: NewProject,
        request_id: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Project, CreateError> {
        check_name(&new.name).map_err(CreateError::Invalid)?;
        let now = micros(now);
        let project = Project {
            id: ProjectId::new(now),
            key: new.key,
            name: new.name,
            created_at: now,
        };
        let scope = ProjectScope::new(project.id, project.key.clone(), actor);
        // The wall stands around the project before its first row is there.
        let mut conn = self.db.write(wall(&scope)).await?;
        let (key, name) = (project.key.as_str(), project.name.as_str());
        let row = args![project.id, key, name, now, GENESIS.to_vec()];
        conn.execute(&INSERT, row)
            .await
            .map_err(|error| taken(&project.key, error))?;

        let mut tx = self.open_tx(conn, scope).await?;
        tx.record(AuditDocument::new(
            "project",
            Value::Null,
            project.document(),
        ));
        for (key, name) in ENVIRONMENTS {
            let key = EnvironmentKey::new(key).expect("a constant that satisfies the grammar");
            let name = name.to_owned();
            tx.insert_environment(NewEnvironment { key, name }, now)
                .await?;
        }
        let target = Target::Project(project.key.clone());
        let change = Change {
            request_id,
            ..Change::new(Action::ProjectCreate, target)
        };
        tx.commit(change, now).await?;
        Ok(project)
    }
}

/// The only unique constraints on a project are its id, which is new, and its key.
fn taken(key: &ProjectKey, error: StoreError) -> CreateError {
    if error.is_taken() {
        CreateError::KeyTaken {
            key: key.to_string(),
            by_archived: false,
        }
    } else {
        error.into()
    }
}
