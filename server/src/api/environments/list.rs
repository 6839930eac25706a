//! `GET /api/v1/projects/{project}/environments`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use super::Environment;
use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::ProjectPath;

/// A project's environments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnvironmentList {
    /// In the order in which they were created.
    items: Vec<Environment>,
}

/// List a project's environments
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments",
    tag = "environments",
    params(ProjectPath),
    responses((status = 200, description = "The environments", body = EnvironmentList))
)]
pub(crate) async fn list_environments(
    State(store): State<Store>,
    InProject { scope, .. }: InProject<Read>,
) -> Result<Json<EnvironmentList>, ApiError> {
    let environments = store.environments(&scope).await?;
    Ok(Json(EnvironmentList {
        items: environments.into_iter().map(Environment::from).collect(),
    }))
}
