//! What a guard asks elsewhere: of each query, which tenants were bad in a window.
//!
//! **Invariants**
//! - There is an entry for each metric of the policy, in its order; it is empty for those that are
//!   not asked for.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;

use chrono::{DateTime, Utc};
use futures_util::future::{join_all, try_join_all};
use tenantry_guard::{CustomRow, WindowLength};
use tenantry_plan::{GuardPolicy, Query};

use crate::plan::prometheus::Prometheus;
use crate::plan::{Carrier, PlanError};

/// The queries of a policy.
#[derive(Debug)]
pub(super) struct Queries(Vec<Option<(Query, Prometheus)>>);

/// Which tenants were bad.
pub(super) struct Judged {
    /// Of each metric.
    pub(super) rows: Vec<Vec<CustomRow>>,
    /// Whether everything that was asked was answered.
    pub(super) is_complete: bool,
}

impl Queries {
    /// Whether nothing is asked.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

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
        let asked = self.0.iter().map(async |query| match query {
            Some((query, prometheus)) => prometheus.tenants(query, from, to).await,
            None => Ok(BTreeSet::new()),
        });
        Ok(try_join_all(asked).await?)
    }

    /// The windows that close with this minute, whose end is `to`. Where nobody answers there are
    /// none: a guard that is told nothing for long holds the stage, and other metrics go on.
    pub(super) async fn judge(
        &self,
        minute: u32,
        to: DateTime<Utc>,
        places: &HashMap<String, u32>,
    ) -> Judged {
        let asked = self.0.iter().map(async |query| match query {
            Some((query, prometheus)) => ask(query, prometheus, minute, to, places).await,
            None => (Vec::new(), true),
        });
        let (rows, answered): (_, Vec<bool>) = join_all(asked).await.into_iter().unzip();
        Judged {
            rows,
            is_complete: answered.into_iter().all(|answered| answered),
        }
    }
}

/// What a query says of the windows that close with a minute, and whether it was answered.
async fn ask(
    query: &Query,
    prometheus: &Prometheus,
    minute: u32,
    to: DateTime<Utc>,
    places: &HashMap<String, u32>,
) -> (Vec<CustomRow>, bool) {
    let mut rows = Vec::new();
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
                return (rows, false);
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
    (rows, true)
}

const fn window(length: WindowLength) -> &'static str {
    match length {
        WindowLength::Minute => "1m",
        WindowLength::TenMinutes => "10m",
        WindowLength::Hour => "1h",
    }
}
