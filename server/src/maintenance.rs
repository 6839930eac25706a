//! Maintenance: what is too old is taken away, hour by hour.

use std::time::Duration;

use tenantry_store::{PrunePolicy, Store};

use crate::clock::SharedClock;
use crate::tasks::Tasks;

const EVERY: Duration = Duration::from_hours(1);

/// Prunes now and every hour until the server stops. Several nodes may do so at once.
pub(crate) fn start(store: &Store, clock: &SharedClock, tasks: &Tasks) {
    let (store, clock, stop) = (store.clone(), clock.clone(), tasks.stop_token());
    tasks.spawn("maintenance", async move {
        let mut interval = tokio::time::interval(EVERY);
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            match store.prune(PrunePolicy::default(), clock.now()).await {
                Ok(pruned) => tracing::debug!(?pruned, "pruned"),
                Err(error) => tracing::warn!(
                    error.cause = &error as &dyn std::error::Error,
                    "cannot prune; trying again in an hour"
                ),
            }
        }
    });
}
