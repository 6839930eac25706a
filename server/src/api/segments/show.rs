//! `GET /api/v1/projects/{project}/segments/{segment}`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use super::{Segment, SegmentPath};
use crate::api::error::ApiError;
use crate::api::extract::InProject;

/// A segment, and where it is used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SegmentInUse {
    /// The segment.
    segment: Segment,
    /// The flags whose rules ask for it. While there is one, the segment cannot be deleted.
    used_by: Vec<SegmentUse>,
}

/// A flag whose rules ask for a segment.
#[derive(Debug, Serialize, ToSchema)]
struct SegmentUse {
    /// The flag's key.
    flag: String,
    /// The environment where it does.
    environment: String,
}

/// Show a segment, and where it is used
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/segments/{segment}",
    tag = "segments",
    params(SegmentPath),
    responses((status = 200, description = "The segment", body = SegmentInUse))
)]
pub(crate) async fn show_segment(
    State(store): State<Store>,
    InProject { scope, path }: InProject<Read, SegmentPath>,
) -> Result<Json<SegmentInUse>, ApiError> {
    let found = store.segment(&scope, &path.segment).await?;
    let (segment, uses) = found.ok_or_else(|| ApiError::not_found("segment"))?;
    let used_by = uses.into_iter().map(|(flag, environment)| SegmentUse {
        flag: flag.into(),
        environment: environment.into(),
    });
    Ok(Json(SegmentInUse {
        segment: segment.into(),
        used_by: used_by.collect(),
    }))
}
