//! `GET /api/v1/projects/{project}/audit/{seq}`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::ProjectKey;
use tenantry_store::{Read, Store};
use utoipa::IntoParams;

use super::list::AuditEntry;
use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::InProjectPath;

/// An entry of a project's audit log.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AuditEntryPath {
    /// The project's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    project: ProjectKey,
    /// The entry's number: 1 or more.
    #[param(minimum = 1)]
    seq: u64,
}

impl InProjectPath for AuditEntryPath {
    const WHAT: &'static str = "audit entry";

    fn project(&self) -> &ProjectKey {
        &self.project
    }
}

/// Show an entry of the audit log
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/audit/{seq}",
    tag = "audit",
    params(AuditEntryPath),
    responses((status = 200, description = "The entry", body = AuditEntry))
)]
pub(crate) async fn show_audit_entry(
    State(store): State<Store>,
    InProject { scope, path }: InProject<Read, AuditEntryPath>,
) -> Result<Json<AuditEntry>, ApiError> {
    let entry = store.audit_entry(&scope, path.seq).await?;
    let entry = entry.ok_or_else(|| ApiError::not_found("audit entry"))?;
    Ok(Json(entry.into()))
}
