//! `GET /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan`

use axum::extract::State;
use tenantry_store::Read;

use super::PlanView;
use crate::api::error::ApiError;
use crate::api::extract::InEnvironment;
use crate::api::extract::path::TargetingPath;
use crate::clock::SharedClock;
use crate::plan::{Carrier, Opened};

/// Show a flag's plan
///
/// How far it is, what it waits for, what was decided, and what its guard makes of the stage.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan",
    tag = "plans",
    params(TargetingPath),
    responses(
        (status = 200, description = "The plan", body = PlanView,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
    )
)]
pub(crate) async fn show_plan(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Read, TargetingPath>,
) -> Result<PlanView, ApiError> {
    let opened = Opened::read(&carrier.store, &scope, &path.flag).await?;
    PlanView::of(&carrier, &scope, &path.flag, opened, clock.now()).await
}
