//! `POST /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/preview`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_core::model::Problems;
use tenantry_plan::{Plan, Size, changed_too_late};
use tenantry_store::Read;
use utoipa::ToSchema;

use super::replace::segments_missing;
use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{Body, InEnvironment};
use crate::clock::SharedClock;
use crate::plan::{Carrier, Opened, PlanError, World};

/// Whom the stages of a plan would admit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanPreview {
    /// How many tenants are on the roster.
    tenants: u64,
    /// The stages that have not been entered, in their order.
    stages: Vec<StagePreview>,
}

/// Whom a stage would admit.
#[derive(Debug, Serialize, ToSchema)]
struct StagePreview {
    /// The stage's name.
    name: String,
    /// Tenants of the roster that would have the flag.
    on: RosterPart,
    /// Those of them that would not have it before.
    turned_on: RosterPart,
    /// The largest of those: up to 20 keys.
    largest: Vec<String>,
}

/// A part of the roster.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RosterPart {
    /// How many tenants.
    count: u64,
    /// Their share of the roster's tenants: 0 to 1.
    share_of_tenants: f64,
    /// Their share of the roster's requests, by the tenants' weights: 0 to 1.
    share_of_requests: f64,
}

/// Preview a plan
///
/// Whom each stage would admit if it were entered now, without changing anything. Of a plan under way
/// these are the stages to come. Who is frozen now is left out. Tenants that are not on the roster are not counted.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/preview",
    tag = "plans",
    params(TargetingPath),
    request_body = Plan,
    responses((status = 200, description = "Whom the stages would admit", body = PlanPreview))
)]
pub(crate) async fn preview_plan(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Read, TargetingPath>,
    Body(plan): Body<Plan>,
) -> Result<Json<PlanPreview>, ApiError> {
    let mut problems: Problems = segments_missing(&carrier.store, scope.project(), &plan).await?;
    let present = Opened::read(&carrier.store, &scope, &path.flag).await;
    if let Ok(present) = &present
        && present.progress.status.is_active()
    {
        changed_too_late(&present.plan, &plan, present.progress.stage, &mut problems);
    }
    problems.or(()).map_err(ApiError::invalid_body)?;
    let opened = Opened::draft(&carrier.store, &scope, &path.flag, plan).await?;
    let world = World::of(&carrier.publisher, &scope).await?;
    let now = clock.now();
    let asked = carrier.tasks.compute(move || {
        let all = world.size();
        let forecasts = world.forecast(&opened, now)?;
        let stages = forecasts.into_iter().map(|it| StagePreview {
            name: opened
                .plan
                .stage(it.stage)
                .map_or_else(String::new, |stage| stage.name.clone()),
            on: RosterPart::of(it.on, all),
            turned_on: RosterPart::of(it.turned_on, all),
            largest: it.largest,
        });
        Ok(PlanPreview {
            tenants: all.tenants,
            stages: stages.collect(),
        })
    });
    let preview: Result<_, PlanError> = asked.await;
    Ok(Json(preview?))
}

impl RosterPart {
    pub(super) fn of(part: Size, whole: Size) -> Self {
        Self {
            count: part.tenants,
            share_of_tenants: share(part.tenants, whole.tenants),
            share_of_requests: share(part.weight, whole.weight),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share is for people")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}
