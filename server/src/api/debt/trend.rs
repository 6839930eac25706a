//! `GET /api/v1/projects/{project}/debt/trend`

use axum::Json;
use axum::extract::State;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use tenantry_protocol::report::Summary;
use tenantry_store::Store;
use utoipa::{IntoParams, ToSchema};

use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{InProjectOrCi, Query};
use crate::clock::SharedClock;
use crate::debt::{Filter, gather, report};
use crate::instances::Instances;

const DEFAULT_DAYS: Days = Days::new(90);
const MAX_DAYS: i64 = 5 * 366;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShowTrend {
    /// The first day (UTC); 90 days before the last if absent.
    from: Option<NaiveDate>,
    /// The last day (UTC); today if absent.
    to: Option<NaiveDate>,
}

/// How a project's debt grew.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DebtTrend {
    /// Day by day, the oldest first. Days on which no server ran are left out; today is as of now.
    items: Vec<TrendDay>,
}

/// The debt of a day, as it ended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrendDay {
    /// The day (UTC).
    day: NaiveDate,
    /// The project's debt number.
    debt: u64,
    /// How many flags were in each state.
    summary: Summary,
}

/// Show how a project's debt grew
///
/// Its debt number and its flags in each state, by day; kept for five years.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/debt/trend",
    tag = "debt",
    params(ProjectPath, ShowTrend),
    responses((status = 200, description = "Day by day", body = DebtTrend))
)]
pub(crate) async fn show_debt_trend(
    State(store): State<Store>,
    State(instances): State<Instances>,
    State(clock): State<SharedClock>,
    InProjectOrCi { scope, .. }: InProjectOrCi<ProjectPath>,
    Query(query): Query<ShowTrend>,
) -> Result<Json<DebtTrend>, ApiError> {
    let now = clock.now();
    let today = now.date_naive();
    let to = query.to.unwrap_or(today);
    let from = query
        .from
        .or_else(|| to.checked_sub_days(DEFAULT_DAYS))
        .unwrap_or(to);
    if !(0..=MAX_DAYS).contains(&(to - from).num_days()) {
        let message = format!("must be at most {MAX_DAYS} days before the last day, {to}");
        return Err(ApiError::invalid_parameter("from", message));
    }
    let days = store.debt_days(&scope, from, to).await?;
    let days = days.into_iter().filter(|noted| noted.day != today);
    let mut items: Vec<TrendDay> = days
        .map(|noted| TrendDay {
            day: noted.day,
            debt: noted.debt,
            // What a newer server noted may have states that are not known here.
            summary: serde_json::from_value(noted.summary).unwrap_or_default(),
        })
        .collect();
    if (from..=to).contains(&today) {
        let (facts, policy) = gather(&store, &instances, &scope, now).await?;
        let report = report(&facts, policy, &Filter::default(), now);
        items.push(TrendDay {
            day: today,
            debt: report.debt,
            summary: report.summary,
        });
    }
    Ok(Json(DebtTrend { items }))
}
