//! `PATCH /api/v1/projects/{project}/segments/{segment}`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, Store, Target, Write};
use utoipa::ToSchema;

use super::{Segment, SegmentPath};
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Check, InProject, text};
use crate::clock::SharedClock;

/// What to change about a segment.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UpdateSegment {
    /// What people call it: 1 to 128 bytes.
    #[schema(min_length = 1, max_length = 128)]
    name: String,
}

impl Check for UpdateSegment {
    type Checked = String;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        Some(text::name(self.name, problems))
    }
}

/// Rename a segment
#[utoipa::path(
    patch,
    path = "/api/v1/projects/{project}/segments/{segment}",
    tag = "segments",
    params(SegmentPath),
    request_body = UpdateSegment,
    responses((status = 200, description = "The segment as it is now", body = Segment))
)]
pub(crate) async fn update_segment(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, SegmentPath>,
    request_id: RequestId,
    Body(name): Body<UpdateSegment>,
) -> Result<Json<Segment>, ApiError> {
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let segment = tx.rename_segment(&path.segment, &name, now).await?;
    let segment = segment.ok_or_else(|| ApiError::not_found("segment"))?;
    let change = Change::new(Action::SegmentUpdate, Target::Segment(path.segment));
    tx.commit(change.requested_by(request_id), now).await?;
    Ok(Json(segment.into()))
}
