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
    /// What was asked elsewhere for each metric; empty if that was not noted.
    #[serde(default)]
    asked: Vec<Option<Asked>>,
}

/// A question whose answers say which tenants have a past.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Asked {
    query: String,
    tenant_label: String,
}

fn asked(policy: &GuardPolicy) -> Vec<Option<Asked>> {
    let queries = policy.metrics.iter().map(Watched::query);
    let asked = queries.map(|query| {
        query.map(|query| Asked {
            query: query.query.clone(),
            tenant_label: query.tenant_label.clone(),
        })
    });
    asked.collect()
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
            asked: self::asked(policy),
        })
    }
}

/// Whether a past is of the metrics that the policy wants, in its order, and of the same questions.
pub(super) fn fits(baseline: &Baseline, policy: &GuardPolicy) -> bool {
    if policy.asks() && baseline.asked != asked(policy) {
        return false;
    }
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn policy(queries: &[Value]) -> GuardPolicy {
        let metrics = queries.iter().map(|query| json!({"query": query}));
        let metrics: Vec<Value> = std::iter::once(json!("errors")).chain(metrics).collect();
        serde_json::from_value(json!({"metrics": metrics})).expect("a policy")
    }

    fn baseline_of(policy: &GuardPolicy) -> Baseline {
        let metrics = policy.metrics.iter().map(|metric| Metric {
            name: metric.name().to_owned(),
            kind: MetricKind::Custom(CustomBaseline::new(Vec::new())),
        });
        let mut metrics: Vec<Metric> = metrics.collect();
        let past = ErrorHistory::new(0, PAST_MINUTES).finish();
        metrics[0].kind = MetricKind::Errors(past);
        Baseline {
            begun_at: DateTime::UNIX_EPOCH,
            tenants: Vec::new(),
            metrics,
            asked: asked(policy),
        }
    }

    #[test]
    fn another_question_under_the_same_name_is_another_past() {
        let query = |text: &str| json!({"name": "invoices", "query": text, "above": 1});
        let before = policy(&[query("failed")]);
        let mut stricter = query("failed");
        stricter["above"] = json!(0);
        let mut labelled = query("failed");
        labelled["tenant_label"] = json!("customer");
        let past = baseline_of(&before);
        assert!(fits(&past, &before));
        assert!(fits(&past, &policy(&[stricter])), "the same tenants answer");
        assert!(!fits(&past, &policy(&[query("lost")])));
        assert!(!fits(&past, &policy(&[labelled])));
        assert!(!fits(&past, &policy(&[])));
        // One that was stored before questions were noted.
        let mut old = baseline_of(&policy(&[]));
        old.asked.clear();
        assert!(fits(&old, &policy(&[])));
        let mut old = baseline_of(&before);
        old.asked.clear();
        assert!(!fits(&old, &before));
    }
}
