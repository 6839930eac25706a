//! `GET /api/v1/projects/{project}`

use axum::Json;
use axum::extract::State;
use tenantry_store::{Read, Store};

use super::Project;
use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::ProjectPath;

/// Show a project
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}",
    tag = "projects",
    params(ProjectPath),
    responses((status = 200, description = "The project", body = Project))
)]
pub(crate) async fn show_project(
    State(store): State<Store>,
    InProject { scope, .. }: InProject<Read>,
) -> Result<Json<Project>, ApiError> {
    Ok(Json(store.project(&scope).await?.into()))
}
