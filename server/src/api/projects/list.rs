//! `GET /api/v1/projects`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use super::Project;
use crate::api::error::ApiError;
use crate::api::extract::Caller;
use crate::api::extract::scope::{forbidden, open};

/// The projects that the caller may open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectList {
    /// By key.
    items: Vec<Project>,
}

/// List projects
///
/// All of them for the server's administrators; for everybody else, their own.
#[utoipa::path(
    get,
    path = "/api/v1/projects",
    tag = "projects",
    responses((status = 200, description = "The projects", body = ProjectList))
)]
pub(crate) async fn list_projects(
    State(store): State<Store>,
    Caller(access): Caller,
) -> Result<Json<ProjectList>, ApiError> {
    let projects = match (access.server_scope(), access.project()) {
        (Some(scope), _) => store.projects(&scope).await?,
        (None, Some(key)) if access.may_write() => {
            vec![
                store
                    .project(&open::<Read>(&store, &access, key).await?)
                    .await?,
            ]
        }
        (None, _) => return Err(forbidden(&access)),
    };
    Ok(Json(ProjectList {
        items: projects.into_iter().map(Project::from).collect(),
    }))
}
