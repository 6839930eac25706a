//! `PATCH /api/v1/projects/{project}/segments/{segment}`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::{Condition, Problems};
use tenantry_store::{Action, Change, Store, Target, Write};
use utoipa::ToSchema;

use super::{Segment, SegmentPath};
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Check, InProject, present, text};
use crate::clock::SharedClock;

/// What to change about a segment; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UpdateSegment {
    /// What people call it: 1 to 128 bytes.
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 1, max_length = 128, nullable = false)]
    name: Option<String>,
    /// What a tenant of the roster must meet to be in it: all of 1 to 32 conditions over attributes.
    /// Null makes it a segment of listed tenants, which keeps the members that it has.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<Condition>>, min_items = 1, max_items = 32)]
    #[expect(
        clippy::option_option,
        reason = "in a merge patch null and absent are different"
    )]
    conditions: Option<Option<Vec<Condition>>>,
}

impl Check for UpdateSegment {
    type Checked = Self;

    fn check(mut self, problems: &mut Problems) -> Option<Self> {
        self.name = self.name.map(|name| text::name(name, problems));
        Some(self)
    }
}

/// Change a segment
///
/// A JSON merge patch (RFC 7396). New conditions decide its members anew.
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
    Body(patch): Body<UpdateSegment>,
) -> Result<Json<Segment>, ApiError> {
    let now = clock.now();
    let not_found = || ApiError::not_found("segment");
    let mut tx = store.begin(&scope).await?;
    if let Some(conditions) = patch.conditions {
        let changed = tx.set_segment_conditions(&path.segment, conditions, now);
        changed.await?.ok_or_else(not_found)?;
    }
    if let Some(name) = &patch.name {
        let renamed = tx.rename_segment(&path.segment, name, now).await?;
        renamed.ok_or_else(not_found)?;
    }
    let change = Change::new(Action::SegmentUpdate, Target::Segment(path.segment.clone()));
    tx.commit(change.requested_by(request_id), now).await?;
    let segment = store.segment(&scope, &path.segment).await?;
    let (segment, _) = segment.ok_or_else(not_found)?;
    Ok(Json(segment.into()))
}
