//! `GET /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/retraction`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tenantry_plan::Command;
use tenantry_store::Read;
use utoipa::{IntoParams, ToSchema};

use super::preview::RosterPart;
use crate::api::edge::ProblemDocument;
use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{InEnvironment, Query};
use crate::clock::SharedClock;
use crate::plan::{Carrier, Opened, PlanError, World};

/// What would be done.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShowRetraction {
    /// Whether the last stage would be taken back, or everything.
    #[param(inline)]
    of: Retracting,
}

/// What would be done.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Retracting {
    /// The last stage would be taken back.
    StepBack,
    /// Everything would be.
    RollBack,
}

/// Whom taking back would turn off.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanRetraction {
    /// The newest admitted stage before, counted from 0; null for none.
    from: Option<u32>,
    /// The newest admitted stage after.
    to: Option<u32>,
    /// Tenants of the roster that have the flag now and would not have it.
    off: RosterPart,
    /// Tenants of the roster that would still have it.
    on: RosterPart,
    /// The largest of those who would not: up to 20 keys, the largest first.
    largest: Vec<String>,
    /// The first of those who would not: up to 20 keys, in their order.
    tenants: Vec<String>,
}

/// Preview a step back or a roll back
///
/// Whom it would turn off if it were done now, without changing anything. It asks what the flag answers:
/// whoever has it by other means, such as a rule that somebody wrote, keeps it and is not counted. Tenants
/// that are not on the roster are not counted either.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/retraction",
    tag = "plans",
    params(TargetingPath, ShowRetraction),
    responses(
        (status = 200, description = "Whom it would turn off", body = PlanRetraction),
        (status = 409, description = "The plan is in no state for this", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_retraction(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Read, TargetingPath>,
    Query(query): Query<ShowRetraction>,
) -> Result<Json<PlanRetraction>, ApiError> {
    let command = match query.of {
        Retracting::StepBack => Command::StepBack,
        Retracting::RollBack => Command::RollBack,
    };
    let opened = Opened::read(&carrier.store, &scope, &path.flag).await?;
    let would_be = carrier.would_be(&scope, &opened, command, clock.now());
    let (decision, targeting) = would_be.await?;
    let world = World::of(&carrier.publisher, &scope).await?;
    let asked = carrier.tasks.compute(move || {
        let lost = world.turned_off(&opened.targeting.definition, targeting)?;
        let all = world.size();
        Ok(PlanRetraction {
            from: decision.from,
            to: decision.to,
            off: RosterPart::of(lost.off, all),
            on: RosterPart::of(lost.on, all),
            largest: lost.largest,
            tenants: lost.first,
        })
    });
    let retraction: Result<_, PlanError> = asked.await;
    Ok(Json(retraction?))
}
