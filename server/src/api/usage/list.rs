//! `GET /api/v1/projects/{project}/environments/{environment}/usage`

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use tenantry_store::{Read, Store};
use utoipa::{IntoParams, ToSchema};

use super::show::UsageOfStep;
use super::window::{Limits, Step, window};
use crate::api::error::ApiError;
use crate::api::extract::path::EnvironmentPath;
use crate::api::extract::{InEnvironment, Query};
use crate::clock::SharedClock;

/// Most flags of one answer: as many as a page of flags has.
const MAX_FLAGS: usize = 200;
/// Most hours, and most steps of each flag.
const LIMITS: Limits = Limits {
    hours: 4_800,
    steps: 200,
};

/// Which usage to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListUsage {
    /// The flags' keys, separated by commas: 1 to 200.
    #[param(pattern = "^[A-Za-z0-9._~-]{1,128}(,[A-Za-z0-9._~-]{1,128}){0,199}$")]
    flags: String,
    /// How many hours back from now: 1 to 4800; 24 if absent. Minutes are kept for 2 days, hours and
    /// days for 400.
    #[param(minimum = 1, maximum = 4_800)]
    hours: Option<u32>,
    /// How long a step is; an hour if absent. At most 200 steps.
    #[param(inline)]
    step: Option<Step>,
}

/// How often flags were asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageList {
    /// One for each flag, in the order in which they were named.
    items: Vec<UsageOfFlag>,
}

/// How often a flag was asked.
#[derive(Debug, Serialize, ToSchema)]
struct UsageOfFlag {
    /// The flag's key.
    flag: String,
    /// Answered with on, in all steps.
    on: u64,
    /// Answered with off, in all steps.
    off: u64,
    /// By step, the oldest first; steps without calls are left out.
    steps: Vec<UsageOfStep>,
}

/// List the usage of several flags
///
/// How often programs asked for each flag in this environment, for lists of flags. What was told in the
/// last 15 seconds may be missing. A key that is no flag's has no calls.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/usage",
    tag = "usage",
    params(EnvironmentPath, ListUsage),
    responses((status = 200, description = "The usage", body = UsageList))
)]
pub(crate) async fn list_usage(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, .. }: InEnvironment<Read, EnvironmentPath>,
    Query(query): Query<ListUsage>,
) -> Result<Json<UsageList>, ApiError> {
    let flags: Vec<&str> = query.flags.split(',').collect();
    let is_key = |key: &&str| (1..=128).contains(&key.len()) && !key.contains('\0');
    if flags.len() > MAX_FLAGS || !flags.iter().all(is_key) {
        let message = format!("must be 1 to {MAX_FLAGS} keys, separated by commas");
        return Err(ApiError::invalid_parameter("flags", message));
    }
    let (hours, step) = window(query.hours, query.step, LIMITS)?;
    let now = clock.now();
    let span = (now - TimeDelta::hours(hours), now);
    let found = store.usage_of_flags(&scope, &flags, step, span).await?;
    let mut by_flag: HashMap<String, Vec<UsageOfStep>> = HashMap::new();
    for (flag, it) in found {
        by_flag.entry(flag).or_default().push(it.into());
    }
    let items = flags.into_iter().map(|flag| {
        let steps = by_flag.get(flag).cloned().unwrap_or_default();
        UsageOfFlag {
            flag: flag.to_owned(),
            on: steps.iter().map(|it| it.on).sum(),
            off: steps.iter().map(|it| it.off).sum(),
            steps,
        }
    });
    Ok(Json(UsageList {
        items: items.collect(),
    }))
}
