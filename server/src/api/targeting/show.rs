//! `GET /api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tenantry_core::model::Targeting;
use tenantry_store::{Read, Store};

use super::Answer;
use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{IfNoneMatch, InEnvironment};

/// Show a flag's targeting
///
/// With its key lists.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting",
    tag = "targeting",
    params(
        TargetingPath,
        ("If-None-Match" = Option<String>, Header, description = "A version that the caller has"),
    ),
    responses(
        (status = 200, description = "The targeting", body = Targeting,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 304, description = "The caller has this version"),
    )
)]
pub(crate) async fn show_targeting(
    State(store): State<Store>,
    InEnvironment { scope, path }: InEnvironment<Read, TargetingPath>,
    seen: IfNoneMatch,
) -> Result<Response, ApiError> {
    let document = store.targeting(&scope, &path.flag).await?;
    let answer = Answer::new(document.ok_or_else(|| ApiError::not_found("flag"))?, None);
    Ok(seen
        .answer(&answer.etag)
        .unwrap_or_else(|| answer.into_response()))
}
