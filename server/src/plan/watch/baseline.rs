//! What was usual for each tenant before the plan.
//!
//! **Invariants**
//! - It is taken once, from the seven days before the first stage, whoever has the flag later.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tenantry_guard::{CustomBaseline, ErrorHistory, LatencyHistory, Metric, MetricKind};
use tenantry_plan::{GuardPolicy, Metric as Watched};
use tenantry_store::{ActivePlan, OutcomeFilter, Store};

use super::figures;
use super::queries::Queries;
use crate::plan::PlanError;

/// How far back a tenant's past goes.
const PAST: TimeDelta = TimeDelta::days(7);
const PAST_MINUTES: u32 = 7 * 24 * 60;
/// How much of it is read at a time.
const READ: TimeDelta = TimeDelta::hours(6);

/// What was usual before the plan.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Baseline {
    pub(super) begun_at: DateTime<Utc>,
    pub(super) tenants: Vec<String>,
    pub(super) metrics: Vec<Metric>,
}

impl Baseline {
    /// Reads the outcomes of the days before the plan.
    pub(super) async fn read(
        store: &Store,
        queries: &Queries,
        plan: &ActivePlan,
        policy: &GuardPolicy,
        begun_at: DateTime<Utc>,
    ) -> Result<Self, PlanError> {
        let filter = |from, to| OutcomeFilter {
            flag: plan.flag.clone(),
            from,
            to,
        };
        let start = begun_at - PAST;
        let told = store
            .outcome_tenants(&plan.scope, &filter(start, begun_at))
            .await?;
        let asked = queries.tenants(start, begun_at).await?;
        let tenants: BTreeSet<String> = told
            .into_iter()
            .chain(asked.iter().flatten().cloned())
            .collect();
        let tenants: Vec<String> = tenants.into_iter().collect();
        let places = (0..).zip(&tenants);
        let places: HashMap<String, u32> = places.map(|(at, key)| (key.clone(), at)).collect();
        let mut errors = ErrorHistory::new(tenants.len(), PAST_MINUTES);
        let mut latency = LatencyHistory::new(figures::bounds(), tenants.len(), PAST_MINUTES);
        let mut from = start;
        let mut next: Option<i64> = None;
        while from < begun_at {
            let to = (from + READ).min(begun_at);
            let rows = store.outcomes(&plan.scope, &filter(from, to)).await?;
            for minute in rows.chunk_by(|one, other| one.at == other.at) {
                let number = minute[0].at.timestamp().div_euclid(60);
                // Minutes without a row count, from the first that has one on.
                for _ in next.unwrap_or(number)..number {
                    errors.minute(&[]).map_err(unplaced)?;
                    latency.minute(&[]).map_err(unplaced)?;
                }
                next = Some(number + 1);
                let figures_of = figures::figures(minute, &places);
                errors
                    .minute(&figures::errors(&figures_of))
                    .map_err(unplaced)?;
                latency
                    .minute(&figures::latency(&figures_of))
                    .map_err(unplaced)?;
            }
            from = to;
        }
        let (errors, latency) = (errors.finish(), latency.finish());
        let metrics = policy.metrics.iter().zip(asked).map(|(metric, asked)| {
            let kind = match metric {
                Watched::Errors => MetricKind::Errors(errors.clone()),
                Watched::Latency => MetricKind::Latency(latency.clone()),
                Watched::Query(_) => {
                    let active = tenants.iter().map(|key| asked.contains(key));
                    MetricKind::Custom(CustomBaseline::new(active.collect()))
                }
            };
            let name = metric.name().to_owned();
            Metric { name, kind }
        });
        let metrics = metrics.collect();
        Ok(Self {
            begun_at,
            tenants,
            metrics,
        })
    }
}

/// Whether a past is of the metrics that the policy wants, in its order.
pub(super) fn fits(baseline: &Baseline, policy: &GuardPolicy) -> bool {
    let kinds = baseline
        .metrics
        .iter()
        .map(|metric| (&*metric.name, matches!(metric.kind, MetricKind::Custom(_))));
    let wanted = policy.metrics.iter();
    kinds.eq(wanted.map(|metric| (metric.name(), metric.query().is_some())))
}

fn unplaced(error: tenantry_guard::OutOfRange) -> PlanError {
    PlanError::Guard(error.to_string())
}
