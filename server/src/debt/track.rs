//! The trend, the gauges and the weekly digest: every project's debt, judged again from time to time.
//!
//! Every node does it for itself: its gauges are its own, and what it notes of a day is what any
//! other node would note.

use std::error::Error;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use tenantry_protocol::report::{Report, State};
use tenantry_store::{DebtDay, ProjectScope, Read, Store, StoreError};

use super::{Filter, gather, report};
use crate::clock::SharedClock;
use crate::instances::Instances;
use crate::notify::{Digests, SettingsError};
use crate::tasks::Tasks;
use crate::telemetry::metrics as names;

const EVERY: Duration = Duration::from_mins(10);

/// Judges now and every ten minutes until the server stops.
pub(crate) fn start(
    store: &Store,
    instances: &Instances,
    digests: Digests,
    clock: &SharedClock,
    tasks: &Tasks,
) {
    let (store, instances) = (store.clone(), instances.clone());
    let (clock, stop) = (clock.clone(), tasks.stop_token());
    tasks.spawn("debt", async move {
        let mut interval = tokio::time::interval(EVERY);
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            let projects = match store.all_projects().await {
                Ok(projects) => projects,
                Err(error) => {
                    warn(
                        &error,
                        "the projects' debt cannot be noted; trying again later",
                    );
                    continue;
                }
            };
            for scope in projects {
                let tracked = track(&store, &instances, &digests, &scope, clock.now()).await;
                if let Err(error) = tracked {
                    // The other projects' can.
                    warn(
                        &error,
                        "a project's debt cannot be noted; trying again later",
                    );
                }
            }
        }
    });
}

fn warn(error: &(dyn Error + 'static), what: &str) {
    tracing::warn!(error.cause = error, "{what}");
}

async fn track(
    store: &Store,
    instances: &Instances,
    digests: &Digests,
    scope: &ProjectScope<Read>,
    now: DateTime<Utc>,
) -> Result<(), SettingsError> {
    let (facts, policy) = gather(store, instances, scope, now).await?;
    let report = report(&facts, policy, &Filter::default(), now);
    note(store, scope, &report, now).await?;
    digests.note(store, scope, &report, now).await
}

#[expect(
    clippy::cast_precision_loss,
    reason = "gauges are floats; what is beyond 2^53 need not be exact"
)]
async fn note(
    store: &Store,
    scope: &ProjectScope<Read>,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let project = report.project.as_str();
    metrics::gauge!(names::DEBT, "project" => project.to_owned()).set(report.debt as f64);
    for state in State::ALL {
        let labels = [
            ("project", project.to_owned()),
            ("state", state.as_str().to_owned()),
        ];
        metrics::gauge!(names::INDEBTED_FLAGS, &labels).set(report.summary.count(state));
    }
    let today = DebtDay {
        day: now.date_naive(),
        debt: report.debt,
        summary: json!(report.summary),
    };
    store.note_debt(scope, &today).await
}
