//! `DELETE /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan`

use axum::extract::State;
use axum::http::StatusCode;
use tenantry_core::model::Problem;
use tenantry_plan::{Plan, Progress};
use tenantry_store::{Action, Change, Store, Target, Write};

use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::{ApiError, Code};
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{IfMatch, InEnvironment};
use crate::clock::SharedClock;
use crate::plan::PlanError;

/// Most tenants that the detail names.
const NAMED: usize = 5;
/// Most tenants that are listed.
const LISTED: usize = 100;

/// Delete a flag's plan
///
/// With the record of whom it has admitted; its decisions stay in the audit log. The flag stays as it
/// is. A plan under way must be finished or rolled back first.
///
/// Tenants whom a freeze had blocked and whom rolling back left blocked, because they would have the flag
/// otherwise, must be let in (by taking them off the block list) or kept out (by adding them to it once
/// more) first: nobody else would know any more why they are on it.
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
        (status = 409, description = "The plan is under way, or still keeps tenants out for a freeze",
            body = ProblemDocument,
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
    let targeting = tx.targeting(&scope, &path.flag).await?;
    let block = targeting.map_or_else(Vec::new, |it| it.definition.targeting.block);
    if let Some(refusal) = still_held(&progress.held, &block) {
        return Err(refusal);
    }
    let plan: Plan = serde_json::from_str(&stored.document).map_err(PlanError::from)?;
    let before = serde_json::to_value(plan).map_err(PlanError::from)?;
    let deleted = tx.delete_plan(&scope, &path.flag, expected, before).await?;
    deleted.ok_or_else(not_found)?;
    let change = Change::new(Action::PlanDelete, Target::Flag(path.flag));
    tx.commit(change.requested_by(request_id), now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The refusal, if tenants are on the block list for a freeze's sake, which the plan alone knows.
fn still_held(held: &[String], block: &[String]) -> Option<ApiError> {
    let held: Vec<_> = held.iter().filter(|it| block.contains(it)).collect();
    let named = held.iter().take(NAMED).map(|it| it.as_str());
    let named: Vec<&str> = named.collect();
    let more = match held.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!held.is_empty()).then(|| {
        let detail = format!(
            "a freeze of the plan keeps out {}{more}: take them off the flag's block list first, or add \
             them to it once more if they are to stay out",
            named.join(", ")
        );
        let problems = held.iter().take(LISTED).map(|tenant| Problem {
            path: "held".to_owned(),
            message: (*tenant).clone(),
        });
        ApiError::new(Code::PlanState, detail).listing(problems)
    })
}
