//! `GET /api/v1/projects/{project}/references`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use tenantry_store::{Scan, Store};
use utoipa::ToSchema;

use crate::api::error::ApiError;
use crate::api::extract::InProjectOrCi;
use crate::api::extract::path::ProjectPath;

/// The repositories whose code was scanned.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RepositoryList {
    /// By name.
    items: Vec<Repository>,
}

/// The newest scan of a repository.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Repository {
    /// The repository's name.
    name: String,
    /// The commit that was scanned.
    commit: String,
    /// Its branch, if that is known.
    branch: Option<String>,
    /// When the scan came.
    scanned_at: DateTime<Utc>,
    /// The name of the token that brought it.
    uploaded_by: String,
    /// How many places ask for a flag.
    references: u64,
    /// How many calls there are whose flag could not be told.
    unresolved: u64,
}

impl From<Scan> for Repository {
    fn from(scan: Scan) -> Self {
        Self {
            name: scan.repository,
            commit: scan.commit,
            branch: scan.branch,
            scanned_at: scan.scanned_at,
            uploaded_by: scan.uploaded_by,
            references: scan.references,
            unresolved: scan.unresolved,
        }
    }
}

/// List the repositories whose code was scanned
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/references",
    tag = "debt",
    params(ProjectPath),
    responses((status = 200, description = "The repositories", body = RepositoryList))
)]
pub(crate) async fn list_repositories(
    State(store): State<Store>,
    InProjectOrCi { scope, .. }: InProjectOrCi<ProjectPath>,
) -> Result<Json<RepositoryList>, ApiError> {
    let scans = store.scans(&scope).await?;
    Ok(Json(RepositoryList {
        items: scans.into_iter().map(Repository::from).collect(),
    }))
}
