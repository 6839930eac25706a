//! `GET /api/v1/projects/{project}/environments/{environment}`

use axum::Json;
use axum::extract::State;
use tenantry_store::{Read, Store};

use super::Environment;
use crate::api::error::ApiError;
use crate::api::extract::InEnvironment;
use crate::api::extract::path::EnvironmentPath;

/// Show an environment
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}",
    tag = "environments",
    params(EnvironmentPath),
    responses((status = 200, description = "The environment", body = Environment))
)]
pub(crate) async fn show_environment(
    State(store): State<Store>,
    InEnvironment { scope, .. }: InEnvironment<Read, EnvironmentPath>,
) -> Result<Json<Environment>, ApiError> {
    Ok(Json(store.environment(&scope).await?.into()))
}
