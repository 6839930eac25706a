//! `GET /api/v1/projects/{project}/flags/{flag}`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tenantry_store::Store;

use super::Flag;
use crate::api::error::ApiError;
use crate::api::extract::path::FlagPath;
use crate::api::extract::{IfNoneMatch, InProjectOrCi};

/// Show a flag
///
/// Archived or not.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/flags/{flag}",
    tag = "flags",
    params(FlagPath, ("If-None-Match" = Option<String>, Header, description = "A version that the caller has")),
    responses(
        (status = 200, description = "The flag", body = Flag,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 304, description = "The caller has this version"),
    )
)]
pub(crate) async fn show_flag(
    State(store): State<Store>,
    InProjectOrCi { scope, path }: InProjectOrCi<FlagPath>,
    seen: IfNoneMatch,
) -> Result<Response, ApiError> {
    let flag = store.flag(&scope, &path.flag).await?;
    let flag = Flag::from(flag.ok_or_else(|| ApiError::not_found("flag"))?);
    Ok(seen
        .answer(&flag.etag)
        .unwrap_or_else(|| flag.into_response()))
}
