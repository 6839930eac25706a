//! Projects: the boundary of isolation.

mod create;
mod list;
mod show;
mod update;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;

/// The operations on projects.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_projects, create::create_project))
        .routes(routes!(show::show_project, update::update_project))
}

/// A project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Project {
    /// Its key.
    key: String,
    /// What people call it.
    name: String,
    /// When it was created.
    created_at: DateTime<Utc>,
}

impl From<tenantry_store::Project> for Project {
    fn from(project: tenantry_store::Project) -> Self {
        Self {
            key: project.key.into(),
            name: project.name,
            created_at: project.created_at,
        }
    }
}
