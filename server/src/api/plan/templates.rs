//! `GET /api/v1/projects/{project}/plan-templates`

use axum::Json;
use serde::Serialize;
use tenantry_plan::Template;
use tenantry_store::Read;
use utoipa::ToSchema;

use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::ProjectPath;

/// Plans to begin with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Templates {
    /// All of them.
    items: Vec<Template>,
}

/// List templates of plans
///
/// Each holds a plan that can be sent as it is, once the segments that it names exist.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/plan-templates",
    tag = "plans",
    params(ProjectPath),
    responses((status = 200, description = "The templates", body = Templates))
)]
pub(crate) async fn list_plan_templates(
    InProject { .. }: InProject<Read>,
) -> Result<Json<Templates>, ApiError> {
    Ok(Json(Templates {
        items: tenantry_plan::templates(),
    }))
}
