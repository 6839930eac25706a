//! `GET /api/v1/projects/{project}/environments/{environment}/plans`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::FlagKey;
use tenantry_plan::{Pause, Plan, Progress, Status, Wait};
use tenantry_store::{ListedPlan, PlanFilter, Read, Store};
use utoipa::{IntoParams, ToSchema};

use crate::api::error::ApiError;
use crate::api::extract::path::EnvironmentPath;
use crate::api::extract::{InEnvironment, Query, page};
use crate::clock::SharedClock;
use crate::plan::{GuardAction, GuardState, PlanError, Trouble, stance_of};

/// Every status.
const STATUSES: [Status; 5] = [
    Status::Draft,
    Status::Running,
    Status::Paused,
    Status::Finished,
    Status::RolledBack,
];

/// Which plans to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListPlans {
    /// Of this flag alone: one plan, or none.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9._~-]{1,128}$")]
    flag: Option<FlagKey>,
    /// Of these statuses, separated by commas: `draft`, `running`, `paused`, `finished` and
    /// `rolled_back`. Of all if absent.
    #[param(
        pattern = "^(draft|running|paused|finished|rolled_back)(,(draft|running|paused|finished|rolled_back))*$"
    )]
    status: Option<String>,
    /// How many at most: 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// A page of plans.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanList {
    /// The plans: those that run or are paused, then drafts, both by their flags' keys; then those that
    /// have ended, the newest first.
    items: Vec<PlanSummary>,
    /// Ask with this `cursor` for the rest; null at the end.
    next_cursor: Option<String>,
}

/// A plan as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
struct PlanSummary {
    /// The key of the flag whose plan it is.
    flag: String,
    /// What people call the flag.
    name: String,
    /// Who answers for the flag; null for nobody.
    owner: Option<String>,
    /// What the plan does.
    status: Status,
    /// The newest stage that is admitted, counted from 0; null while nobody is.
    stage: Option<u32>,
    /// The names of its stages, in their order.
    stages: Vec<String>,
    /// Why it is paused; null unless it is.
    pause: Option<Pause>,
    /// How long the stage has baked, in seconds.
    baked_seconds: u64,
    /// How long the stage bakes at least, in seconds; null while nobody is admitted.
    bake_seconds: Option<u64>,
    /// Whether somebody has approved of the next stage.
    approved: bool,
    /// What the next stage, or the end, waits for; empty unless the plan runs.
    waits: Vec<Wait>,
    /// What keeps it from being carried out; null if nothing does.
    trouble: Option<Trouble>,
    /// How many tenants of the roster came to have the flag by the plan and were not taken back.
    admissions: u64,
    /// How many tenants its guard has switched the flag off for.
    blocked: u32,
    /// How many tenants it has blocked while a freeze of theirs lasts.
    held: u32,
    /// What the guard says of the stage; null without a guard, or before its first look.
    guard: Option<GuardSummary>,
    /// When the plan was made.
    created_at: DateTime<Utc>,
    /// When something was last decided or changed.
    updated_at: DateTime<Utc>,
    /// Its version: what its `ETag` says when it is shown.
    version: u64,
}

/// What a guard says of a stage, in short.
#[derive(Debug, Serialize, ToSchema)]
struct GuardSummary {
    /// What it wants.
    action: GuardAction,
    /// Whether a total failure would be seen in every metric.
    armed: bool,
    /// Whether chance decided who has the flag. Else nothing can be proven.
    randomised: bool,
    /// How many minutes of outcomes it has taken up.
    minutes: u32,
    /// The decimal logarithm of the limit that evidence must reach.
    log10_limit: f64,
    /// The decimal logarithm of the highest evidence for harm in any metric: 0 for none.
    log10_evidence: f64,
    /// Why the figures can't be trusted, in words.
    holds: Vec<String>,
}

/// List the plans of an environment
///
/// One for each flag that has a plan and is not archived, with what people look over: how far it is, what
/// it waits for, and what its guard says.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/plans",
    tag = "plans",
    params(EnvironmentPath, ListPlans),
    responses((status = 200, description = "A page of plans", body = PlanList))
)]
pub(crate) async fn list_plans(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, .. }: InEnvironment<Read, EnvironmentPath>,
    Query(query): Query<ListPlans>,
) -> Result<Json<PlanList>, ApiError> {
    let filter = PlanFilter {
        flag: query.flag,
        statuses: statuses(query.status.as_deref())?,
        limit: page::limit(query.limit)?,
        cursor: query.cursor,
    };
    let page = store.plans(&scope, &filter).await?;
    let now = clock.now();
    let items = page.items.into_iter();
    let items: Result<_, PlanError> = items.map(|plan| PlanSummary::of(plan, now)).collect();
    Ok(Json(PlanList {
        items: items?,
        next_cursor: page.next_cursor,
    }))
}

/// The statuses that a parameter names.
fn statuses(words: Option<&str>) -> Result<Vec<&'static str>, ApiError> {
    let words = words.into_iter().flat_map(|words| words.split(','));
    let known = words.map(|word| {
        let known = STATUSES.iter().map(|status| status.as_str());
        known.into_iter().find(|known| *known == word)
    });
    let known: Option<Vec<_>> = known.collect();
    known.ok_or_else(|| {
        let message = "must be draft, running, paused, finished or rolled_back, or several of \
                       them, separated by commas";
        ApiError::invalid_parameter("status", message)
    })
}

impl PlanSummary {
    fn of(listed: ListedPlan, now: DateTime<Utc>) -> Result<Self, PlanError> {
        let plan: Plan = serde_json::from_str(&listed.document)?;
        let progress: Progress = serde_json::from_str(&listed.progress)?;
        let progress = progress.at(now);
        let guard = listed.state.filter(|_| plan.guard.is_some());
        let guard: Option<GuardState> = guard.map(|it| serde_json::from_str(&it)).transpose()?;
        let guard = guard.filter(|state| state.stay == progress.stay);
        let trouble = listed.trouble.filter(|_| progress.status.is_active());
        let trouble: Option<Option<Trouble>> =
            trouble.map(|it| serde_json::from_str(&it)).transpose()?;
        let stage = progress.stage.and_then(|stage| plan.stage(stage));
        Ok(Self {
            flag: listed.flag.into(),
            name: listed.flag_name,
            owner: Some(listed.owner).filter(|owner| !owner.is_empty()),
            status: progress.status,
            stage: progress.stage,
            bake_seconds: stage.map(|stage| u64::from(stage.bake_minutes) * 60),
            stages: plan.stages.iter().map(|it| it.name.clone()).collect(),
            pause: progress.pause,
            baked_seconds: progress.baked_seconds,
            approved: progress.approved,
            waits: progress.waits(&plan, stance_of(&plan, &progress, guard.as_ref()), now),
            trouble: trouble.flatten(),
            admissions: listed.admissions,
            blocked: count(&progress.blocked),
            held: count(&progress.held),
            guard: guard.map(GuardSummary::of),
            created_at: listed.created_at,
            updated_at: listed.updated_at,
            version: listed.version,
        })
    }
}

fn count(tenants: &[String]) -> u32 {
    u32::try_from(tenants.len()).unwrap_or(u32::MAX)
}

impl GuardSummary {
    fn of(state: GuardState) -> Self {
        Self {
            action: state.action,
            armed: state.armed,
            randomised: state.randomised,
            minutes: state.minutes,
            log10_limit: state.log10_limit,
            log10_evidence: state.highest_evidence(),
            holds: state.holds,
        }
    }
}
