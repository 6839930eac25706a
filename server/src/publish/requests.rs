//! How much each tenant asks, by environment, kept for a while.
//!
//! Separate from the rosters because it changes all the time and nobody needs it to the minute: to
//! count a week of usage anew for each preview would be most of its time.
//!
//! **Invariants**
//! - What is handed out is at most [`STALE_AFTER`] old, or is being counted anew while it is handed out.
//! - Nobody waits but the first who asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tenantry_store::{EnvironmentId, EnvironmentScope, Mode, Store, StoreError, TenantRequests};
use tokio::time::Instant;

use crate::tasks::Tasks;

/// How long ago the counted requests may have been made.
const WINDOW: TimeDelta = TimeDelta::days(7);
/// How old a count may be before it is made anew.
const STALE_AFTER: Duration = Duration::from_mins(10);

/// Counted requests by environment.
#[derive(Debug, Clone, Default)]
pub(super) struct Requests(Arc<Mutex<HashMap<EnvironmentId, Counted>>>);

#[derive(Debug)]
struct Counted {
    requests: Arc<TenantRequests>,
    /// When it was counted, or somebody began to count it anew.
    at: Instant,
}

impl Requests {
    /// What the environment was asked in the last 7 days, by tenant.
    pub(super) async fn of<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        now: DateTime<Utc>,
        store: &Store,
        tasks: &Tasks,
    ) -> Result<Arc<TenantRequests>, StoreError> {
        let known = self.known().get_mut(&scope.id()).map(|counted| {
            let is_stale = counted.at.elapsed() > STALE_AFTER;
            if is_stale {
                counted.at = Instant::now();
            }
            (Arc::clone(&counted.requests), is_stale)
        });
        let Some((requests, is_stale)) = known else {
            return self.count(scope, now, store).await;
        };
        if is_stale {
            let (requests, scope, store) = (self.clone(), scope.clone(), store.clone());
            tasks.spawn("count requests", async move {
                if let Err(error) = requests.count(&scope, now, &store).await {
                    tracing::warn!(
                        error.cause = &error as &dyn std::error::Error,
                        "requests cannot be counted anew; serving what was counted last"
                    );
                }
            });
        }
        Ok(requests)
    }

    async fn count<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        now: DateTime<Utc>,
        store: &Store,
    ) -> Result<Arc<TenantRequests>, StoreError> {
        let requests = Arc::new(store.tenant_requests(scope, now - WINDOW).await?);
        // Nothing is counted quickly, and whoever sees the first usage wants to see it.
        if requests.total > 0 {
            let counted = Counted {
                requests: Arc::clone(&requests),
                at: Instant::now(),
            };
            self.known().insert(scope.id(), counted);
        }
        Ok(requests)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<EnvironmentId, Counted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
