//! `GET /api/v1/projects/{project}/debt/policy`

use axum::Json;
use axum::extract::State;
use tenantry_protocol::report::Policy;
use tenantry_store::Store;

use crate::api::error::ApiError;
use crate::api::extract::InProjectOrCi;
use crate::api::extract::path::ProjectPath;
use crate::debt::policy;

/// Show what a project calls debt
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/debt/policy",
    tag = "debt",
    params(ProjectPath),
    responses((status = 200, description = "The policy", body = Policy))
)]
pub(crate) async fn show_debt_policy(
    State(store): State<Store>,
    InProjectOrCi { scope, .. }: InProjectOrCi<ProjectPath>,
) -> Result<Json<Policy>, ApiError> {
    Ok(Json(policy(&store, &scope).await?))
}
