//! Publishing: every environment's newest state in memory, from which evaluations and streams are
//! answered.
//!
//! Separate from the requests that cause changes: a commit is published because the change log says
//! so, whoever wrote it, this node or another. So what is published is what was committed, in its
//! order, and a node that is cut from its database serves on.
//!
//! **Invariants**
//! - No request publishes what it wrote: at most it asks for another look at the database.
//! - A publication that the change log contradicts is replaced by the database's whole state.
//! - Losing the database changes nothing that is published.

mod feed;
mod newest;
mod requests;
mod rosters;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tenantry_core::model::{EnvironmentKey, ProjectKey};
use tenantry_store::{
    EnvironmentId, EnvironmentScope, Mode, ProjectScope, Read, Revisions, Store, StoreError,
    TenantRequests, Tx,
};

pub use feed::Watch;
pub use newest::Newest;

use self::feed::Feed;
use self::requests::Requests;
use self::rosters::Rosters;
use crate::preview::Roster;
use crate::tasks::Tasks;
use crate::telemetry::metrics as names;

/// How long to wait before asking a database that did not answer again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How often the database is asked whether it is there, while there is no news.
const LOOK_AFTER: Duration = Duration::from_secs(5);
/// How often it is asked which rosters have moved.
const LOOK_AT_ROSTERS_AFTER: Duration = Duration::from_secs(1);

/// Every environment's newest state; cloning it is cheap and shares it.
#[derive(Debug, Clone)]
pub struct Publisher(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    tasks: Tasks,
    /// The environments that are published. Held only to look one up or to add one.
    feeds: RwLock<HashMap<EnvironmentId, Arc<Feed>>>,
    /// The rosters that somebody has asked for.
    rosters: Rosters,
    /// The requests that somebody has asked for.
    requests: Requests,
    /// Whether the database answered when it was last asked.
    is_database_up: AtomicBool,
}

impl Publisher {
    /// Publishes every environment, then follows the change log until the server stops.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read: a server that has nothing to answer must
    /// not start.
    pub async fn start(store: Store, tasks: Tasks) -> Result<Self, StoreError> {
        let publisher = Self(Arc::new(Shared {
            store,
            tasks: tasks.clone(),
            feeds: RwLock::default(),
            rosters: Rosters::default(),
            requests: Requests::default(),
            is_database_up: AtomicBool::new(true),
        }));
        publisher.find_environments().await?;

        let (store, stop) = (publisher.0.store.clone(), tasks.stop_token());
        tasks.spawn("follow", async move {
            stop.run_until_cancelled(store.follow()).await;
        });
        let (warming, stop) = (publisher.clone(), tasks.stop_token());
        tasks.spawn("rosters", async move {
            stop.run_until_cancelled(warming.warm()).await;
        });
        let (following, stop) = (publisher.clone(), tasks.stop_token());
        tasks.spawn("publish", async move {
            stop.run_until_cancelled(following.follow()).await;
        });
        Ok(publisher)
    }

    /// Watches an environment; `None` if it is so new that it is not published yet, and the
    /// database cannot be read.
    pub async fn watch(&self, environment: EnvironmentId) -> Option<Watch> {
        self.found(environment).await.map(|feed| feed.watch())
    }

    /// An environment's newest state; `None` if it is so new that it is not published yet, and the
    /// database cannot be read.
    pub async fn newest(&self, environment: EnvironmentId) -> Option<Arc<Newest>> {
        self.found(environment).await.map(|feed| feed.newest())
    }

    /// An environment's newest state, if it is published: nothing is asked of the database, so it can be
    /// called while a transaction is open.
    pub(crate) fn published(&self, environment: EnvironmentId) -> Option<Arc<Newest>> {
        self.feed(environment).map(|feed| feed.newest())
    }

    /// A published environment, by its keys.
    #[must_use]
    pub fn environment(
        &self,
        project: &ProjectKey,
        environment: &EnvironmentKey,
    ) -> Option<EnvironmentScope<Read>> {
        let feeds = self.0.feeds.read().unwrap_or_else(PoisonError::into_inner);
        let mut scopes = feeds.values().map(|feed| feed.scope());
        let found = scopes.find(|it| it.project().key() == project && it.key() == environment);
        found.cloned()
    }

    /// Reads the database again, for a client that says it has seen a later revision; `None` if
    /// it cannot be read.
    pub async fn reread(&self, environment: EnvironmentId) -> Option<Arc<Newest>> {
        self.current(environment).await.ok().flatten()
    }

    /// Reads the database again; `None` if it knows no such environment.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub(crate) async fn current(
        &self,
        environment: EnvironmentId,
    ) -> Result<Option<Arc<Newest>>, StoreError> {
        if self.feed(environment).is_none() {
            self.find_environments().await?;
        }
        let Some(feed) = self.feed(environment) else {
            return Ok(None);
        };
        feed.advance(&self.0.store, &self.0.tasks).await?;
        Ok(Some(feed.newest()))
    }

    /// A project's roster as the database has it now.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn roster<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
    ) -> Result<Arc<Roster>, StoreError> {
        let Shared { store, tasks, .. } = &*self.0;
        self.0.rosters.of(scope, store, tasks).await
    }

    /// Says that much of a roster has moved: it is read before anybody asks for it.
    pub(crate) fn roster_moved(&self) {
        self.0.rosters.woken.notify_one();
    }

    /// A project's roster as a transaction found it; to be asked before that changes anything.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub(crate) async fn roster_in_tx(&self, tx: &mut Tx) -> Result<Arc<Roster>, StoreError> {
        self.0.rosters.in_tx(tx, &self.0.tasks).await
    }

    /// The roster of an environment's project, with what each tenant asked there in the last 7 days,
    /// counted some minutes ago.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn roster_in<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        now: DateTime<Utc>,
    ) -> Result<Roster, StoreError> {
        let roster = self.roster(scope.project()).await?;
        Ok(roster.counted(self.requests(scope, now).await?))
    }

    /// What an environment was asked in the last 7 days, by tenant, counted some minutes ago.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn requests<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        now: DateTime<Utc>,
    ) -> Result<Arc<TenantRequests>, StoreError> {
        let Shared { store, tasks, .. } = &*self.0;
        self.0.requests.of(scope, now, store, tasks).await
    }

    /// The tasks that this publisher runs among.
    pub(crate) fn tasks(&self) -> Tasks {
        self.0.tasks.clone()
    }

    /// Whether the database answered when it was last asked, a few seconds ago at most.
    #[must_use]
    pub fn is_database_up(&self) -> bool {
        self.0.is_database_up.load(Ordering::Relaxed)
    }

    /// The feed of an environment that somebody has a credential for. Only a new one has none yet.
    async fn found(&self, environment: EnvironmentId) -> Option<Arc<Feed>> {
        if self.feed(environment).is_none() {
            self.find_environments().await.ok()?;
        }
        self.feed(environment)
    }

    fn feed(&self, environment: EnvironmentId) -> Option<Arc<Feed>> {
        let feeds = self.0.feeds.read().unwrap_or_else(PoisonError::into_inner);
        feeds.get(&environment).cloned()
    }

    /// Reads rosters that have moved, for ever.
    async fn warm(&self) {
        loop {
            let projects = self.projects();
            let Shared { store, tasks, .. } = &*self.0;
            if let Err(error) = self.0.rosters.warm(&projects, store, tasks).await {
                // Whoever asks for one reads it, and is told if that fails.
                tracing::debug!(error.cause = &error as &dyn std::error::Error, "no roster");
            }
            let woken = self.0.rosters.woken.notified();
            // Whether somebody said so or not.
            let _ = tokio::time::timeout(LOOK_AT_ROSTERS_AFTER, woken).await;
        }
    }

    /// The projects with environments that are published.
    fn projects(&self) -> Vec<ProjectScope<Read>> {
        let feeds = self.0.feeds.read().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<ProjectScope<Read>> = Vec::new();
        for feed in feeds.values() {
            let project = feed.scope().project();
            if found.iter().all(|known| known.id() != project.id()) {
                found.push(project.clone());
            }
        }
        found
    }

    /// Follows the change log, for ever.
    async fn follow(&self) {
        let mut revisions = self.0.store.revisions();
        let mut has_news = true;
        loop {
            let wanted = revisions.borrow_and_update().clone();
            let outcome = match self.catch_up(&wanted).await {
                // Nothing may have been asked of the database for a while.
                Ok(()) if !has_news => self.0.store.ping().await,
                outcome => outcome,
            };
            self.note_database(&outcome);
            if outcome.is_err() {
                tokio::time::sleep(RETRY_AFTER).await;
            } else {
                let news = tokio::time::timeout(LOOK_AFTER, revisions.changed()).await;
                has_news = news.is_ok();
            }
        }
    }

    /// Notes whether the database answered, and says so when that has changed.
    fn note_database(&self, outcome: &Result<(), StoreError>) {
        let is_up = outcome.is_ok();
        metrics::gauge!(names::DATABASE_UP).set(if is_up { 1.0 } else { 0.0 });
        let was_up = self.0.is_database_up.swap(is_up, Ordering::Relaxed);
        match outcome {
            Ok(()) if !was_up => tracing::info!("the database answers again"),
            Err(error) if was_up => tracing::warn!(
                error.cause = error as &dyn std::error::Error,
                "the database does not answer; serving what was last published"
            ),
            _ => {}
        }
    }

    /// Brings every environment to the revision that the database is known to have.
    async fn catch_up(&self, wanted: &Revisions) -> Result<(), StoreError> {
        let is_known = |id: &EnvironmentId| self.feed(*id).is_some();
        if !wanted.environments.keys().all(is_known) {
            self.find_environments().await?;
        }
        for (id, revision) in &wanted.environments {
            if let Some(feed) = self.feed(*id)
                && feed.newest().revision() != *revision
            {
                feed.advance(&self.0.store, &self.0.tasks).await?;
            }
        }
        Ok(())
    }

    /// Publishes the environments that are not published yet.
    async fn find_environments(&self) -> Result<(), StoreError> {
        for scope in self.0.store.all_environments().await? {
            if self.feed(scope.id()).is_some() {
                continue;
            }
            let id = scope.id();
            let feed = Arc::new(Feed::load(scope, &self.0.store, &self.0.tasks).await?);
            let mut feeds = self.0.feeds.write().unwrap_or_else(PoisonError::into_inner);
            // Somebody else may have been as quick, and be watched already.
            feeds.entry(id).or_insert(feed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_published_is_told_without_the_database() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("a.db").display());
        let store = Store::open(&url).await.expect("a database");
        store.migrate().await.expect("its tables");
        let tasks = Tasks::default();
        let publisher = Publisher::start(store.clone(), tasks.clone());
        let publisher = publisher.await.expect("nothing to publish yet");
        // From now on nothing is published but for whoever asks.
        assert!(tasks.shut_down(Duration::from_mins(1)).await);
        store
            .bootstrap(DateTime::UNIX_EPOCH, None)
            .await
            .expect("a project");
        let environments = store.all_environments().await.expect("it answers");
        let new = environments.first().expect("environments").id();
        assert!(publisher.published(new).is_none(), "that is not looked up");
        assert!(publisher.newest(new).await.is_some(), "that is");
        assert!(publisher.published(new).is_some());
    }
}
