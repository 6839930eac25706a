//! `GET /api/v1/projects/{project}/environments/{environment}/flags/{flag}/usage`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tenantry_store::{Read, Store, UsageFilter, UsageTotal};
use utoipa::{IntoParams, ToSchema};

use super::window::{Limits, Step, window};
use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{InEnvironment, Query, page};
use crate::clock::SharedClock;
use crate::usage::Usage;

/// Most hours, and most steps of one answer.
const LIMITS: Limits = Limits {
    hours: 9_600,
    steps: 1_500,
};

/// Which usage to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShowUsage {
    /// How many hours back from now: 1 to 9600; 24 if absent. Minutes are kept for 2 days, tenants
    /// for 8, hours and days for 400.
    #[param(minimum = 1, maximum = 9600)]
    hours: Option<u32>,
    /// How long a step is; an hour if absent. At most 1500 steps.
    #[param(inline)]
    step: Option<Step>,
    /// How many tenants at most: 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next_cursor` of the page of tenants before.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// How often a flag was asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlagUsage {
    /// By step, the oldest first; steps without calls are left out.
    steps: Vec<UsageOfStep>,
    /// By tenant, the one that asked most first; by whole hours.
    tenants: Vec<UsageOfTenant>,
    /// All tenants that are not named, because there were too many at once.
    others: UsageOfOthers,
    /// Ask with this `cursor` for more tenants; null at the end.
    next_cursor: Option<String>,
}

/// How often a flag was asked in a step.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(super) struct UsageOfStep {
    /// The beginning of the step.
    at: DateTime<Utc>,
    /// Answered with on.
    pub(super) on: u64,
    /// Answered with off.
    pub(super) off: u64,
}

impl From<UsageTotal> for UsageOfStep {
    fn from(total: UsageTotal) -> Self {
        Self {
            at: total.at,
            on: total.on,
            off: total.off,
        }
    }
}

/// How often a flag was asked for a tenant.
#[derive(Debug, Serialize, ToSchema)]
struct UsageOfTenant {
    /// The tenant's key.
    tenant: String,
    /// Answered with on.
    on: u64,
    /// Answered with off.
    off: u64,
}

/// How often a flag was asked for tenants that are not named.
#[derive(Debug, Serialize, ToSchema)]
struct UsageOfOthers {
    /// How many tenants that were at once, roughly.
    tenants: u64,
    /// Answered with on.
    on: u64,
    /// Answered with off.
    off: u64,
}

/// Show a flag's usage
///
/// How often programs asked for the flag in this environment, and what they were answered. A program
/// tells every minute.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/usage",
    tag = "usage",
    params(TargetingPath, ShowUsage),
    responses((status = 200, description = "The usage", body = FlagUsage))
)]
pub(crate) async fn show_usage(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    State(usage): State<Usage>,
    InEnvironment { scope, path }: InEnvironment<Read, TargetingPath>,
    Query(query): Query<ShowUsage>,
) -> Result<Json<FlagUsage>, ApiError> {
    let (hours, step) = window(query.hours, query.step, LIMITS)?;
    let limit = page::limit(query.limit)?;
    let flag = store.flag(scope.project(), &path.flag).await?;
    flag.ok_or_else(|| ApiError::not_found("flag"))?;
    usage.write().await?;
    let now = clock.now();
    let filter = UsageFilter {
        flag: path.flag,
        from: now - TimeDelta::hours(hours),
        to: now,
        step,
        limit,
        cursor: query.cursor,
    };
    let shown = store.flag_usage(&scope, &filter).await?;
    let steps = shown.steps.into_iter().map(UsageOfStep::from);
    let tenants = shown.tenants.items.into_iter().map(|it| UsageOfTenant {
        tenant: it.tenant,
        on: it.on,
        off: it.off,
    });
    Ok(Json(FlagUsage {
        steps: steps.collect(),
        tenants: tenants.collect(),
        others: UsageOfOthers {
            tenants: shown.other_tenants,
            on: shown.others.on,
            off: shown.others.off,
        },
        next_cursor: shown.tenants.next_cursor,
    }))
}
