//! `GET /api/v1/projects/{project}/segments/{segment}/members`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use super::SegmentPath;
use crate::api::error::ApiError;
use crate::api::extract::InProject;

/// A segment's members.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberList {
    /// The tenants' keys, sorted: all of them.
    items: Vec<String>,
}

/// List a segment's members
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/segments/{segment}/members",
    tag = "segments",
    params(SegmentPath),
    responses((status = 200, description = "The members", body = MemberList))
)]
pub(crate) async fn list_members(
    State(store): State<Store>,
    InProject { scope, path }: InProject<Read, SegmentPath>,
) -> Result<Json<MemberList>, ApiError> {
    let members = store.segment_members(&scope, &path.segment).await?;
    let items = members.ok_or_else(|| ApiError::not_found("segment"))?;
    Ok(Json(MemberList { items }))
}
