//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/finish`

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

/// Finish a plan
///
/// Ends it and leaves the flag as it is. The rules that it wrote are no longer marked as a plan's. So it
/// is with tenants whom a freeze keeps out (`held`): they stay on the flag's block list, as if people had
/// put them there, and nothing lets them in when the freeze is over. Take them off the list if they are to
/// have the flag.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/finish",
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
pub(crate) async fn finish_plan(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Write, TargetingPath>,
    request_id: RequestId,
    OptionalBody(reason): OptionalBody<GiveReason>,
) -> Result<PlanView, ApiError> {
    let why = (reason, request_id);
    command(&carrier, &clock, &scope, &path, Command::Finish, why).await
}
