//! Notices: how nodes learn that an environment has a new revision.
//!
//! **Invariants**
//! - Nothing queues: [`Store::revisions`] is a `watch`, a slow reader sees the newest state only.
//! - A lost notice costs at most a second: [`Store::follow`] polls as often as that, and without
//!   `NOTIFY` it works by polling alone.
//! - A poll may set a revision back, as after a restore, but never one that rose while it read.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, timeout};
use tracing::{debug, warn};

use crate::db::{Db, args, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::store::Store;
use crate::tx::Committed;

/// How long a change made elsewhere may stay unseen.
const POLL_EVERY: Duration = Duration::from_secs(1);
const CHANNEL: &str = "tenantry";
/// What a notice about tokens says. One about an environment says `environment:revision`.
const TOKENS: &str = "tokens";

/// The newest that is known of every environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revisions {
    /// Each environment's newest revision.
    pub environments: BTreeMap<EnvironmentId, u64>,
    /// The number of the newest audit entry of every project that has one.
    pub entries: BTreeMap<ProjectId, u64>,
    /// Changes whenever a token was revoked or rotated: see [`Store::dead_tokens`].
    pub tokens: u64,
}

statements! { "environment";
    NOTIFY = "SELECT $1, $2"
        or "SELECT pg_notify($1, payload)::text, payload FROM jsonb_array_elements_text($2) payload";
}

/// The newest revisions, shared by all clones of a store.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notices {
    newest: Arc<watch::Sender<Revisions>>,
}

impl Notices {
    /// Tells this node, then the others, what a commit did. The others hear of it in any case when
    /// they poll, so a notice that cannot be sent is no error.
    /// An entry of the audit log that concerns no environment is told this node alone.
    pub(crate) async fn announce(
        &self,
        db: &Db,
        project: Option<ProjectId>,
        committed: &Committed,
        tokens_changed: bool,
    ) {
        let touched = committed.revisions.iter().filter(|each| each.touched);
        let mut payloads: Vec<String> = touched
            .clone()
            .map(|each| format!("{}:{}", each.environment, each.revision))
            .collect();
        self.newest.send_if_modified(|newest| {
            for each in touched {
                raise(newest, each.environment, each.revision);
            }
            newest.tokens += u64::from(tokens_changed);
            let logged = project.zip(committed.audit_seq);
            if let Some((project, seq)) = logged {
                log(newest, project, seq);
            }
            tokens_changed || logged.is_some() || !payloads.is_empty()
        });
        payloads.extend(tokens_changed.then(|| TOKENS.to_owned()));
        if let Db::Postgres(pool) = db
            && !payloads.is_empty()
        {
            let notice = sqlx::query_with(NOTIFY.postgres, args![CHANNEL, json!(payloads)]);
            // Later than this the others have polled.
            match timeout(POLL_EVERY, notice.execute(pool)).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => debug!(%error, "a notice was not sent"),
                Err(_) => debug!("a notice was not sent in time"),
            }
        }
    }

    /// Takes up a notice from another node. Returns whether only a poll tells the rest.
    fn hear(&self, payload: &str) -> bool {
        let parts = payload.split_once(':');
        let Some((Ok(environment), Ok(revision))) =
            parts.map(|(id, revision)| (id.parse(), revision.parse()))
        else {
            return true;
        };
        self.newest
            .send_if_modified(|newest| raise(newest, environment, revision));
        false
    }

    /// Takes up what a poll read that began when `before` was known.
    fn take_up(&self, before: &Revisions, polled: Revisions) {
        self.newest.send_if_modified(|newest| {
            let mut merged = polled;
            for (environment, revision) in &newest.environments {
                if before.environments.get(environment) != Some(revision) {
                    raise(&mut merged, *environment, *revision);
                }
            }
            for (project, seq) in &newest.entries {
                if before.entries.get(project) != Some(seq) {
                    log(&mut merged, *project, *seq);
                }
            }
            let changed = merged != *newest;
            *newest = merged;
            changed
        });
    }
}

/// Notes an entry of the audit log unless a newer one is known.
fn log(newest: &mut Revisions, project: ProjectId, seq: u64) {
    let known = newest.entries.entry(project).or_default();
    *known = seq.max(*known);
}

/// Notes a revision unless a newer one is known.
fn raise(newest: &mut Revisions, environment: EnvironmentId, revision: u64) -> bool {
    let known = newest.environments.entry(environment).or_default();
    let higher = revision > *known;
    *known = revision.max(*known);
    higher
}

impl Store {
    /// The newest known revisions. This node's own commits show at once; those of others while
    /// [`Store::follow`] runs.
    #[must_use]
    pub fn revisions(&self) -> watch::Receiver<Revisions> {
        self.notices.newest.subscribe()
    }

    /// Follows the other nodes: listens for notices (PostgreSQL) and polls every second, for ever.
    /// Run it once per node. While the database is away it keeps trying.
    ///
    /// # Cancel safety
    /// Dropping it stops following and loses nothing.
    pub async fn follow(&self) -> Infallible {
        let mut ticks = tokio::time::interval(POLL_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut listener = None;
        let mut away = false;
        loop {
            let poll = tokio::select! {
                _ = ticks.tick() => true,
                payload = next_notice(&mut listener) => self.notices.hear(&payload),
            };
            if !poll {
                continue;
            }
            match self.poll().await {
                Ok(()) => {
                    if listener.is_none() {
                        listener = self.listen().await;
                    }
                    away = false;
                }
                Err(error) if !away => {
                    warn!(%error, "the database is away, revisions are no longer followed");
                    away = true;
                }
                Err(_) => {}
            }
        }
    }

    /// Reads the newest revisions now, without waiting for the next poll.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn poll(&self) -> Result<(), StoreError> {
        let before = self.notices.newest.borrow().clone();
        let polled = self.newest_revisions().await?;
        self.notices.take_up(&before, polled);
        Ok(())
    }

    /// Starts to listen, on a connection of its own.
    async fn listen(&self) -> Option<PgListener> {
        let Db::Postgres(pool) = &self.db else {
            return None;
        };
        let connected = async {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen(CHANNEL).await?;
            Ok::<_, sqlx::Error>(listener)
        };
        connected
            .await
            .inspect_err(|error| debug!(%error, "no notices, polling only"))
            .ok()
    }
}

/// Waits for a notice; for ever if nobody listens. A listener that fails is dropped.
async fn next_notice(listener: &mut Option<PgListener>) -> String {
    if let Some(open) = listener {
        match open.recv().await {
            Ok(notice) => return notice.payload().to_owned(),
            Err(error) => {
                debug!(%error, "the listener failed");
                *listener = None;
            }
        }
    }
    std::future::pending().await
}
