//! `DELETE /api/v1/projects/{project}/segments/{segment}`

use axum::extract::State;
use axum::http::StatusCode;
use tenantry_store::{Action, Change, Store, Target, Write};

use super::SegmentPath;
use super::uses::{PlanUse, in_plans};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::{ApiError, Code};
use crate::api::extract::InProject;
use crate::clock::SharedClock;

/// Delete a segment
///
/// Its members go with it. One that a flag's rule asks for stays, and so does one that a plan names
/// which is under way or not started yet.
#[utoipa::path(
    delete,
    path = "/api/v1/projects/{project}/segments/{segment}",
    tag = "segments",
    params(SegmentPath),
    responses(
        (status = 204, description = "Deleted"),
        (status = 409, description = "A flag's rule asks for it, or a plan names it", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_segment(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InProject { scope, path }: InProject<Write, SegmentPath>,
    request_id: RequestId,
) -> Result<StatusCode, ApiError> {
    let mut tx = store.begin(&scope).await?;
    let deleted = tx.delete_segment(&path.segment).await?;
    deleted.ok_or_else(|| ApiError::not_found("segment"))?;
    let plans = in_plans(&path.segment, tx.plans_in_force().await?)?;
    if let Some(used) = plans.first() {
        let PlanUse {
            flag,
            environment,
            stages,
        } = used;
        let detail = format!(
            "the plan of the flag {flag} in {environment} names it (stage {}): change the plan first, or \
             bring it to its end",
            stages.join(", ")
        );
        return Err(ApiError::new(Code::SegmentInUse, detail));
    }
    let change = Change::new(Action::SegmentDelete, Target::Segment(path.segment));
    tx.commit(change.requested_by(request_id), clock.now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
