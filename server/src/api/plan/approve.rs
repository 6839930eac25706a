//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/approve`

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

/// How far the approval goes, and why it is given.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct ApprovePlan {
    /// Whether the next stage comes whatever is still missing: its time, or a guard that is blind.
    #[serde(default, rename = "override")]
    anyway: bool,
    /// The stage that the plan was seen in: its name, or its place counted from 0. If it is in another
    /// by now, nothing is approved of.
    stage: Option<SeenStage>,
    /// For the audit log: up to 1024 bytes.
    #[schema(max_length = 1024)]
    reason: Option<String>,
}

impl Check for ApprovePlan {
    type Checked = (Wanted, Option<String>);

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let wanted = Wanted {
            command: Command::Approve {
                anyway: self.anyway,
            },
            seen: self.stage,
        };
        Some((wanted, text::reason(self.reason, problems)))
    }
}

/// Approve of a plan's next stage
///
/// It is entered when nothing else is waited for; with `override` as soon as no freeze is in the way,
/// whatever its guard could not see.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/approve",
    tag = "plans",
    params(TargetingPath),
    request_body(content = Option<ApprovePlan>),
    responses(
        (status = 200, description = "The plan as it is now", body = PlanView,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 409, description = "The plan is in no state for this, or not in that stage", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn approve_plan(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Write, TargetingPath>,
    request_id: RequestId,
    OptionalBody((wanted, reason)): OptionalBody<ApprovePlan>,
) -> Result<PlanView, ApiError> {
    let why = (reason, request_id);
    command(&carrier, &clock, &scope, &path, wanted, why).await
}
