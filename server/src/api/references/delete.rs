//! `DELETE /api/v1/projects/{project}/references`

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use tenantry_store::{Store, Write};
use utoipa::IntoParams;

use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{InProject, Query};

/// Which repository to forget.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteRepository {
    /// The repository's name.
    repository: String,
}

/// Forget a repository's code references
///
/// For a repository that is no more: its places would count as debt for ever.
#[utoipa::path(
    delete,
    path = "/api/v1/projects/{project}/references",
    tag = "debt",
    params(ProjectPath, DeleteRepository),
    responses((status = 204, description = "It is forgotten"))
)]
pub(crate) async fn delete_repository(
    State(store): State<Store>,
    InProject { scope, .. }: InProject<Write, ProjectPath>,
    Query(query): Query<DeleteRepository>,
) -> Result<StatusCode, ApiError> {
    if store.forget_repository(&scope, &query.repository).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found("repository"))
    }
}
