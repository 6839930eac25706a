//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/start`

use axum::extract::State;
use tenantry_plan::Command;
use tenantry_store::Write;

use super::{PlanView, command};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{GiveReason, InEnvironment, OptionalBody};
use crate::clock::SharedClock;
use crate::plan::Carrier;

/// Start a plan
///
/// The first stage is entered as soon as nothing is waited for. What was rolled back starts anew.
///
/// A flag that is off is switched on with the first stage. Its threshold counts as 0 from then on, but its
/// rules and its allow list act: the preview says on whom.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/start",
    tag = "plans",
    params(TargetingPath),
    request_body(content = Option<GiveReason>),
    responses(
        (status = 200, description = "The plan as it is now", body = PlanView,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 409, description = "The plan is in no state for this", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn start_plan(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Write, TargetingPath>,
    request_id: RequestId,
    OptionalBody(reason): OptionalBody<GiveReason>,
) -> Result<PlanView, ApiError> {
    let why = (reason, request_id);
    command(&carrier, &clock, &scope, &path, Command::Start, why).await
}
