//! `DELETE /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan`

use axum::extract::State;
use axum::http::StatusCode;
use tenantry_plan::{Plan, Progress};
use tenantry_store::{Action, Change, Store, Target, Write};

use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::{ApiError, Code};
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{IfMatch, InEnvironment};
use crate::clock::SharedClock;
use crate::plan::PlanError;

/// Delete a flag's plan
///
/// With its history, which the audit log keeps. The flag stays as it is. A plan under way must be
/// finished or rolled back first.
#[utoipa::path(
    delete,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan",
    tag = "plans",
    params(
        TargetingPath,
        ("If-Match" = String, Header, description = "The version to delete, or `*`"),
    ),
    responses(
        (status = 204, description = "There is no plan any more"),
        (status = 409, description = "The plan is under way", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_plan(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Write, TargetingPath>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<StatusCode, ApiError> {
    let now = clock.now();
    let not_found = || ApiError::not_found("plan");
    let mut tx = store.begin(scope.project()).await?;
    let stored = tx.plan(&scope, &path.flag).await?.ok_or_else(not_found)?;
    let expected = if_match.expect(stored.version)?;
    let progress: Progress = serde_json::from_str(&stored.progress).map_err(PlanError::from)?;
    if progress.status.is_active() {
        let detail = "the plan is under way: finish it or roll it back first";
        return Err(ApiError::new(Code::PlanState, detail));
    }
    let plan: Plan = serde_json::from_str(&stored.document).map_err(PlanError::from)?;
    let before = serde_json::to_value(plan).map_err(PlanError::from)?;
    let deleted = tx.delete_plan(&scope, &path.flag, expected, before).await?;
    deleted.ok_or_else(not_found)?;
    let change = Change::new(Action::PlanDelete, Target::Flag(path.flag));
    tx.commit(change.requested_by(request_id), now).await?;
    Ok(StatusCode::NO_CONTENT)
}
