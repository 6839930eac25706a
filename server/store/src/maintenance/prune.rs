//! Taking away what is old.
//!
//! **Invariants**
//! - The change log is cut from its old end only, so what is left has no gaps.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{args, micros, signed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
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
    /// Rows of usage and outcomes; how long each is kept, `usage` says.
    pub usage: u64,
}

statements! { "change_log";
    // Each environment, its newest revision and the oldest that is young.
    BOUNDS = "SELECT e.project_id, e.id, e.revision, (
            SELECT MIN(c.revision) FROM change_log c
            WHERE c.project_id = e.project_id AND c.environment_id = e.id AND c.at > $1
        ) FROM environment e";
    CHANGES = "DELETE FROM change_log
        WHERE project_id = $1 AND environment_id = $2 AND revision <= $3 AND revision < $4";
    SESSIONS = "DELETE FROM web_session WHERE expires_at <= $1 OR idle_until <= $1";
    ANSWERS = "DELETE FROM idempotency_key WHERE claimed_at <= $1";
}

impl Store {
    /// Takes away what is old: change log, usage, lost SDK instances, what
    /// people were told, ended sessions, idempotency
    /// keys. Run it once an hour.
    ///
    /// # Errors
    /// [`StoreError`]. What was taken away until then stays away.
    pub async fn prune(
        &self,
        policy: PrunePolicy,
        now: DateTime<Utc>,
    ) -> Result<Pruned, StoreError> {
        let now = micros(now);
        let revisions = self.prune_changes(policy, now).await?;
        let usage = self.prune_usage(now).await?;
        self.prune_instances(now).await?;
        self.prune_notifications(now).await?;
        let mut conn = self.maintenance().await?;
        let pruned = Pruned {
            revisions,
            usage,
            sessions: conn.execute(&SESSIONS, args![now]).await?,
            idempotency_keys: conn.execute(&ANSWERS, args![now - ANSWERS_KEPT]).await?,
        };
        conn.commit().await?;
        Ok(pruned)
    }

    /// Prunes one environment after the other, so that writers need not wait for all of it.
    async fn prune_changes(
        &self,
        policy: PrunePolicy,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let keep_for = TimeDelta::from_std(policy.keep_for).unwrap_or(TimeDelta::MAX);
        let young = now
            .checked_sub_signed(keep_for)
            .unwrap_or(DateTime::<Utc>::MIN_UTC);
        let bounds: Vec<(ProjectId, EnvironmentId, i64, Option<i64>)> =
            self.survey().await?.all(&BOUNDS, args![young]).await?;
        let mut pruned = 0;
        for (project, environment, newest, oldest_young) in bounds {
            let last = newest.saturating_sub(signed(policy.keep_revisions));
            let old = args![project, environment, last, oldest_young.unwrap_or(i64::MAX)];
            let mut conn = self.maintenance().await?;
            pruned += conn.execute(&CHANGES, old).await?;
            conn.commit().await?;
        }
        Ok(pruned)
    }
}
