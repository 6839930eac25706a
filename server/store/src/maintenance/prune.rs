//! Taking away what is old.
//!
//! **Invariants**
//! - The change log is cut from its old end only, so what is left has no gaps.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{args, micros, signed, statements};
use crate::error::StoreError;
use crate::store::Store;

/// How long answers to requests with an idempotency key are kept.
const ANSWERS_KEPT: TimeDelta = TimeDelta::days(1);

/// What to keep of the change log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrunePolicy {
    /// Revisions younger than this are kept.
    pub keep_for: Duration,
    /// At least this many revisions of each environment are kept.
    pub keep_revisions: u64,
}

impl Default for PrunePolicy {
    /// 90 days and 10 000 revisions.
    fn default() -> Self {
        Self {
            keep_for: Duration::from_hours(90 * 24),
            keep_revisions: 10_000,
        }
    }
}

/// What a round of maintenance took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Rows of the change log.
    pub revisions: u64,
    /// Ended sessions.
    pub sessions: u64,
    /// Idempotency keys older than a day.
    pub idempotency_keys: u64,
}

statements! { "change_log";
    // Up to the last revision that is old, and never into those that are to be kept.
    CHANGES = "DELETE FROM change_log WHERE revision <= (
            SELECT e.revision - $1 FROM environment e
            WHERE e.project_id = change_log.project_id AND e.id = change_log.environment_id
        ) AND revision < COALESCE((
            SELECT MIN(young.revision) FROM change_log young
            WHERE young.project_id = change_log.project_id
                AND young.environment_id = change_log.environment_id AND young.at > $2
        ), 9223372036854775807)";
    SESSIONS = "DELETE FROM web_session WHERE expires_at <= $1 OR idle_until <= $1";
    ANSWERS = "DELETE FROM idempotency_key WHERE claimed_at <= $1";
}

impl Store {
    /// Takes away what is old: change log, ended sessions, idempotency keys. Run it once an hour.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prune(
        &self,
        policy: PrunePolicy,
        now: DateTime<Utc>,
    ) -> Result<Pruned, StoreError> {
        let now = micros(now);
        let keep_for = TimeDelta::from_std(policy.keep_for).unwrap_or(TimeDelta::MAX);
        let young = now
            .checked_sub_signed(keep_for)
            .unwrap_or(DateTime::<Utc>::MIN_UTC);
        let mut conn = self.maintenance().await?;
        let old = args![signed(policy.keep_revisions), young];
        let pruned = Pruned {
            revisions: conn.execute(&CHANGES, old).await?,
            sessions: conn.execute(&SESSIONS, args![now]).await?,
            idempotency_keys: conn.execute(&ANSWERS, args![now - ANSWERS_KEPT]).await?,
        };
        conn.commit().await?;
        Ok(pruned)
    }
}
