//! `POST /api/v1/projects/{project}/segments/{segment}/members`

use axum::Json;
use axum::extract::State;
use tenantry_store::{Action, Change, Target, Write};

use super::{MembersChanged, SegmentPath};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::{Body, InProject, Query, Tenants};
use crate::api::guarded::{Demote, GuardedTx};
use crate::clock::SharedClock;
use crate::plan::Carrier;

/// Add tenants to a segment
///
/// Tenants that are in it already make no difference.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/segments/{segment}/members",
    tag = "segments",
    params(SegmentPath, Demote),
    request_body = Tenants,
    responses(
        (status = 200, description = "What became of the members", body = MembersChanged),
        (status = 409, description = "Its members follow from its conditions, or tenants would lose a flag while its plan is under way",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add_members(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, SegmentPath>,
    Query(Demote { demote }): Query<Demote>,
    request_id: RequestId,
    Body(tenants): Body<Tenants>,
) -> Result<Json<MembersChanged>, ApiError> {
    let now = clock.now();
    let mut guarded = GuardedTx::begin(&carrier, &scope, demote).await?;
    let changed = guarded.tx.add_members(&path.segment, &tenants, now).await?;
    let changed = changed.ok_or_else(|| ApiError::not_found("segment"))?;
    let change = Change::new(Action::MembersAdd, Target::Segment(path.segment));
    let committed = guarded.commit(change.requested_by(request_id), now).await?;
    Ok(Json(MembersChanged::new(changed, committed)))
}
