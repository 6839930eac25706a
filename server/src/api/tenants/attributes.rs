//! `GET /api/v1/projects/{project}/tenant-attributes`
//!
//! Beside the tenants and not among them, for a tenant may have any key.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::Read;
use utoipa::ToSchema;

use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::ProjectPath;
use crate::preview::KnownAttribute;
use crate::publish::Publisher;
use crate::tasks::Tasks;

/// What is known about tenants.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantAttributes {
    /// The attributes, by name.
    items: Vec<KnownAttribute>,
}

/// List the attributes of the roster's tenants
///
/// What conditions can ask: each attribute that a tenant has, how many have it, and its commonest values.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/tenant-attributes",
    tag = "tenants",
    params(ProjectPath),
    responses((status = 200, description = "The attributes", body = TenantAttributes))
)]
pub(crate) async fn list_tenant_attributes(
    State(publisher): State<Publisher>,
    State(tasks): State<Tasks>,
    InProject { scope, .. }: InProject<Read>,
) -> Result<Json<TenantAttributes>, ApiError> {
    let roster = publisher.roster(&scope).await?;
    let items = tasks.compute(move || roster.attributes()).await;
    Ok(Json(TenantAttributes { items }))
}
