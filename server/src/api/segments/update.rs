//! `PATCH /api/v1/projects/{project}/segments/{segment}`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::{Condition, Problems};
use tenantry_store::{Action, Change, Target, Write};
use utoipa::ToSchema;

use super::{Segment, SegmentPath};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::{Body, Check, InProject, Query, present, text};
use crate::api::guarded::{Demote, GuardedTx};
use crate::clock::SharedClock;
use crate::plan::Carrier;

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
    params(SegmentPath, Demote),
    request_body = UpdateSegment,
    responses(
        (status = 200, description = "The segment as it is now", body = Segment),
        (status = 409, description = "Tenants would lose a flag while its plan is under way",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_segment(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, SegmentPath>,
    Query(Demote { demote }): Query<Demote>,
    request_id: RequestId,
    Body(patch): Body<UpdateSegment>,
) -> Result<Json<Segment>, ApiError> {
    let now = clock.now();
    let not_found = || ApiError::not_found("segment");
    let mut guarded = GuardedTx::begin(&carrier, &scope, demote).await?;
    let tx = &mut guarded.tx;
    if let Some(conditions) = patch.conditions {
        let changed = tx.set_segment_conditions(&path.segment, conditions, now);
        changed.await?.ok_or_else(not_found)?;
    }
    if let Some(name) = &patch.name {
        let renamed = tx.rename_segment(&path.segment, name, now).await?;
        renamed.ok_or_else(not_found)?;
    }
    let change = Change::new(Action::SegmentUpdate, Target::Segment(path.segment.clone()));
    guarded.commit(change.requested_by(request_id), now).await?;
    let segment = carrier.store.segment(&scope, &path.segment).await?;
    let (segment, _) = segment.ok_or_else(not_found)?;
    Ok(Json(segment.into()))
}
