//! Weights: how much each tenant asks, learned from usage when an hour begins.
//!
//! Separate from the rest of the maintenance because it goes by the server's clock, which tests move.
//!
//! **Invariants**
//! - Every node asks; the database lets the first one do it.

use std::time::Duration;

use tenantry_store::Store;

use crate::clock::SharedClock;
use crate::tasks::Tasks;

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_secs(1);
const HOUR_SECONDS: i64 = 3_600;

/// Learns weights now and every hour until the server stops. Several nodes may do so at once.
pub(crate) fn start(store: &Store, clock: &SharedClock, tasks: &Tasks) {
    let (store, clock, stop) = (store.clone(), clock.clone(), tasks.stop_token());
    tasks.spawn("weights", async move {
        let mut interval = tokio::time::interval(LOOK);
        let mut done = None;
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            let now = clock.now();
            let hour = now.timestamp().div_euclid(HOUR_SECONDS);
            if done.replace(hour) == Some(hour) {
                continue;
            }
            match store.learn_weights(now).await {
                Ok(tenants) => tracing::debug!(tenants, "learned weights from usage"),
                Err(error) => tracing::warn!(
                    error.cause = &error as &dyn std::error::Error,
                    "cannot learn weights from usage; trying again in an hour"
                ),
            }
        }
    });
}
