//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/step-back`

use axum::extract::State;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_plan::Command;
use tenantry_store::Write;
use utoipa::ToSchema;

use super::{PlanView, Wanted, command};
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{Check, InEnvironment, OptionalBody, text};
use crate::clock::SharedClock;
use crate::plan::{Carrier, SeenStage};

/// Which stage is taken back, and why.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct StepPlanBack {
    /// The stage that the plan was seen in, which is the one to be taken back: its name, or its place
    /// counted from 0. If the plan is in another by now, nothing is taken back.
    stage: Option<SeenStage>,
    /// For the audit log: up to 1024 bytes.
    #[schema(max_length = 1024)]
    reason: Option<String>,
}

impl Check for StepPlanBack {
    type Checked = (Wanted, Option<String>);

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let wanted = Wanted {
            command: Command::StepBack,
            seen: self.stage,
        };
        Some((wanted, text::reason(self.reason, problems)))
    }
}

/// Step a plan back
///
/// Takes the newest stage back, last admitted first, and pauses the plan. It takes effect at once.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/step-back",
    tag = "plans",
    params(TargetingPath),
    request_body(content = Option<StepPlanBack>),
    responses(
        (status = 200, description = "The plan as it is now", body = PlanView,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 409, description = "The plan is in no state for this, or not in that stage", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn step_plan_back(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Write, TargetingPath>,
    request_id: RequestId,
    OptionalBody((wanted, reason)): OptionalBody<StepPlanBack>,
) -> Result<PlanView, ApiError> {
    let why = (reason, request_id);
    command(&carrier, &clock, &scope, &path, wanted, why).await
}
