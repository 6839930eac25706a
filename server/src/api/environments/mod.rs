//! Environments: each with its own targeting, revision and stream.

mod compare;
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

/// The operations on environments.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_environments, create::create_environment))
        .routes(routes!(show::show_environment, update::update_environment))
        .routes(routes!(compare::compare_revisions))
}

/// An environment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Environment {
    /// Its key.
    key: String,
    /// What people call it.
    name: String,
    /// The number of its state: grows by one with every change that is streamed.
    revision: u64,
    /// When it was created.
    created_at: DateTime<Utc>,
}

impl From<tenantry_store::Environment> for Environment {
    fn from(environment: tenantry_store::Environment) -> Self {
        Self {
            key: environment.key.into(),
            name: environment.name,
            revision: environment.revision,
            created_at: environment.created_at,
        }
    }
}
