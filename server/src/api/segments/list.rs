//! `GET /api/v1/projects/{project}/segments`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use super::Segment;
use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::ProjectPath;

/// A project's segments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SegmentList {
    /// By key.
    items: Vec<Segment>,
}

/// List a project's segments
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/segments",
    tag = "segments",
    params(ProjectPath),
    responses((status = 200, description = "The segments, without their members", body = SegmentList))
)]
pub(crate) async fn list_segments(
    State(store): State<Store>,
    InProject { scope, .. }: InProject<Read>,
) -> Result<Json<SegmentList>, ApiError> {
    let segments = store.segments(&scope).await?;
    let items = segments.into_iter().map(Segment::from).collect();
    Ok(Json(SegmentList { items }))
}
