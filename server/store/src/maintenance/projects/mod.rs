//! Projects as a whole: opening, listing and creating them.

pub(super) mod create;

use tenantry_core::model::ProjectKey;

use crate::access::{
    Access, Actor, EnvironmentScope, Mode, ProjectScope, Read, ServerScope, Write,
};
use crate::db::{args, parsed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::project::{Project, ProjectRow};
use crate::store::Store;

statements! { "project";
    PROJECTS = "SELECT id, key, name, created_at FROM project ORDER BY key";
    BY_KEY = "SELECT id FROM project WHERE key = $1";
    INSERT = "INSERT INTO project (id, key, name, created_at, audit_head) VALUES ($1, $2, $3, $4, $5)";
    ENVIRONMENTS = "SELECT p.id, p.key, e.id, e.key
        FROM environment e JOIN project p ON p.id = e.project_id ORDER BY p.key, e.position";
}

impl Store {
    /// Opens a project for reading; `None` if there is none that `access` may read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn project_scope(
        &self,
        access: &Access,
        key: &ProjectKey,
    ) -> Result<Option<ProjectScope<Read>>, StoreError> {
        self.scope(access, key).await
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
        self.scope(access, key).await
    }

    /// Opens a project for what the server does by itself, which the audit log says; `None` if there
    /// is none with this key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn own_scope(
        &self,
        key: &ProjectKey,
    ) -> Result<Option<ProjectScope<Write>>, StoreError> {
        let mut conn = self.survey().await?;
        let row = conn
            .optional::<(ProjectId,)>(&BY_KEY, args![key.as_str()])
            .await?;
        Ok(row.map(|(id,)| ProjectScope::new(id, key.clone(), Actor::server())))
    }

    async fn scope<M: Mode>(
        &self,
        access: &Access,
        key: &ProjectKey,
    ) -> Result<Option<ProjectScope<M>>, StoreError> {
        if !M::allows(access) {
            return Ok(None);
        }
        let id = match &access.project {
            Some((id, own)) => (own == key).then_some(*id),
            None if access.server_scope().is_some() => {
                let mut conn = self.survey().await?;
                let row = conn
                    .optional::<(ProjectId,)>(&BY_KEY, args![key.as_str()])
                    .await?;
                row.map(|(id,)| id)
            }
            None => None,
        };
        Ok(id.map(|id| ProjectScope::new(id, key.clone(), access.actor())))
    }

    /// Lists all projects by key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn projects(&self, scope: &ServerScope) -> Result<Vec<Project>, StoreError> {
        let _ = scope;
        let mut conn = self.survey().await?;
        let rows: Vec<ProjectRow> = conn.all(&PROJECTS, args![]).await?;
        rows.into_iter().map(Project::try_from).collect()
    }

    /// Opens every project for what the server does by itself.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_projects(&self) -> Result<Vec<ProjectScope<Read>>, StoreError> {
        let mut conn = self.survey().await?;
        let rows: Vec<ProjectRow> = conn.all(&PROJECTS, args![]).await?;
        let open = |row| {
            let project = Project::try_from(row)?;
            Ok(ProjectScope::new(project.id, project.key, Actor::server()))
        };
        rows.into_iter().map(open).collect()
    }

    /// Opens every environment of every project for this node, which streams them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_environments(&self) -> Result<Vec<EnvironmentScope<Read>>, StoreError> {
        let mut conn = self.survey().await?;
        let rows: Vec<(ProjectId, String, EnvironmentId, String)> =
            conn.all(&ENVIRONMENTS, args![]).await?;
        let open = |(project, project_key, environment, key): (_, String, _, String)| {
            let project_key = parsed("project", "key", project, &project_key)?;
            let key = parsed("environment", "key", environment, &key)?;
            let project = ProjectScope::new(project, project_key, Actor::server());
            Ok(EnvironmentScope::new(project, environment, key))
        };
        rows.into_iter().map(open).collect()
    }
}
