//! What a guard asks elsewhere: of each query, which tenants were bad in a window.
//!
//! **Invariants**
//! - There is an entry for each metric of the policy, in its order; it is empty for those that are
//!   not asked for.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;

use chrono::{DateTime, Utc};
use tenantry_guard::{CustomRow, WindowLength};
use tenantry_plan::{GuardPolicy, Query};

use crate::plan::prometheus::Prometheus;
use crate::plan::{Carrier, PlanError};

/// The queries of a policy.
#[derive(Debug)]
pub(super) struct Queries(Vec<Option<(Query, Prometheus)>>);

impl Queries {
    pub(super) fn new(carrier: &Carrier, policy: &GuardPolicy) -> Result<Self, PlanError> {
        let queries = policy.metrics.iter().map(|metric| {
            let Some(query) = metric.query() else {
                return Ok(None);
            };
            let prometheus = carrier.prometheus.clone();
            let prometheus = prometheus.ok_or(PlanError::NoPrometheus)?;
            Ok(Some((query.clone(), prometheus)))
        });
        queries.collect::<Result<_, _>>().map(Self)
    }

    /// The tenants that there was something to say of in this time.
    pub(super) async fn tenants(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<BTreeSet<String>>, PlanError> {
        let mut all = Vec::with_capacity(self.0.len());
        for query in &self.0 {
            all.push(match query {
                Some((query, prometheus)) => prometheus.tenants(query, from, to).await?,
                None => BTreeSet::new(),
            });
        }
        Ok(all)
    }

    /// The windows that close with this minute, whose end is `to`. Where nobody answers there are
    /// none: a guard that is told nothing for long holds the stage, and other metrics go on.
    pub(super) async fn judge(
        &self,
        minute: u32,
        to: DateTime<Utc>,
        places: &HashMap<String, u32>,
    ) -> Vec<Vec<CustomRow>> {
        let mut all = Vec::with_capacity(self.0.len());
        for query in &self.0 {
            let mut rows = Vec::new();
            if let Some((query, prometheus)) = query {
                let closed = WindowLength::ALL.into_iter();
                for length in closed.filter(|length| length.closes_with(minute)) {
                    let samples = match prometheus.samples(query, window(length), to).await {
                        Ok(samples) => samples,
                        Err(error) => {
                            tracing::warn!(
                                query.name = &*query.name,
                                error.cause = &error as &dyn Error,
                                "Prometheus does not say what a guard asks"
                            );
                            break;
                        }
                    };
                    rows.extend(samples.into_iter().filter_map(|(tenant, value)| {
                        Some(CustomRow {
                            tenant: *places.get(&tenant)?,
                            length,
                            bad: query.is_bad(value),
                        })
                    }));
                }
            }
            all.push(rows);
        }
        all
    }
}

const fn window(length: WindowLength) -> &'static str {
    match length {
        WindowLength::Minute => "1m",
        WindowLength::TenMinutes => "10m",
        WindowLength::Hour => "1h",
    }
}
