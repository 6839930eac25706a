//! `GET /api/v1/projects/{project}/segments/{segment}/members`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tenantry_store::{Read, Store};
use utoipa::{IntoParams, ToSchema};

use super::SegmentPath;
use crate::api::error::ApiError;
use crate::api::extract::{InProject, Query, page};

/// A segment's members.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberList {
    /// The tenants' keys, sorted.
    items: Vec<String>,
    /// Ask with this `cursor` for the rest; null at the end.
    next_cursor: Option<String>,
}

/// Which members to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListMembers {
    /// How many at most: 1 to 200; all of them if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// List a segment's members
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/segments/{segment}/members",
    tag = "segments",
    params(SegmentPath, ListMembers),
    responses((status = 200, description = "The members", body = MemberList))
)]
pub(crate) async fn list_members(
    State(store): State<Store>,
    InProject { scope, path }: InProject<Read, SegmentPath>,
    Query(query): Query<ListMembers>,
) -> Result<Json<MemberList>, ApiError> {
    let not_found = || ApiError::not_found("segment");
    if query.limit.is_none() && query.cursor.is_none() {
        let members = store.segment_members(&scope, &path.segment).await?;
        let items = members.ok_or_else(not_found)?;
        let next_cursor = None;
        return Ok(Json(MemberList { items, next_cursor }));
    }
    let (limit, cursor) = (page::limit(query.limit)?, query.cursor.as_deref());
    let page = store
        .segment_members_page(&scope, &path.segment, limit, cursor)
        .await?
        .ok_or_else(not_found)?;
    Ok(Json(MemberList {
        items: page.items,
        next_cursor: page.next_cursor,
    }))
}
