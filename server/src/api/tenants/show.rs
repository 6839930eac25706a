//! `GET /api/v1/projects/{project}/tenants/{tenant}`

use axum::extract::State;
use tenantry_store::{Read, Store};

use super::Tenant;
use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::TenantPath;

/// Show a tenant of the roster
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/tenants/{tenant}",
    tag = "tenants",
    params(TenantPath),
    responses((status = 200, description = "The tenant", body = Tenant,
        headers(("ETag" = String, description = "Its version, for `If-Match`"))))
)]
pub(crate) async fn show_tenant(
    State(store): State<Store>,
    InProject { scope, path }: InProject<Read, TenantPath>,
) -> Result<Tenant, ApiError> {
    let tenant = store.tenant(&scope, &path.tenant).await?;
    tenant
        .map(Tenant::from)
        .ok_or_else(|| ApiError::not_found("tenant"))
}
