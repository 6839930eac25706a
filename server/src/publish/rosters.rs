//! The rosters that somebody has asked for, kept until they change.
//!
//! Separate from the feeds because nothing of a roster is streamed, so nobody needs one before it is
//! asked for; and because reading a hundred thousand rows for each preview would be most of its time.
//! What is known is brought up to date by what has changed, and, as that may be all of it, before
//! anybody asks.
//!
//! **Invariants**
//! - What is handed out has the version that the database had when it was asked for.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tenantry_store::{
    KnownRoster, Mode, ProjectId, ProjectScope, Read, RosterNews, Store, StoreError, Tx,
};

use crate::preview::Roster;
use crate::tasks::Tasks;

/// No roster has this version.
const UNSEEN: u64 = u64::MAX;

/// Rosters by project.
#[derive(Debug, Default)]
pub(super) struct Rosters {
    /// Held only to look one up or to put one in.
    places: Mutex<HashMap<ProjectId, Arc<Place>>>,
    /// Somebody says that a roster has moved.
    pub(super) woken: tokio::sync::Notify,
}

/// A project's roster.
#[derive(Debug)]
struct Place {
    /// The newest that was read; one without a version if none was. Held only to look or to put.
    newest: Mutex<Arc<Roster>>,
    /// The version that [`Rosters::warm`] saw last.
    seen: AtomicU64,
    /// Held by whoever reads it.
    reading: tokio::sync::Mutex<()>,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            newest: Mutex::default(),
            seen: AtomicU64::new(UNSEEN),
            reading: tokio::sync::Mutex::default(),
        }
    }
}

impl Rosters {
    /// The project's roster as the database has it now.
    pub(super) async fn of<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        store: &Store,
        tasks: &Tasks,
    ) -> Result<Arc<Roster>, StoreError> {
        let place = self.place(scope.id());
        // Who comes while it is read waits for that, and reads what has become of it since.
        let _one_at_a_time = place.reading.lock().await;
        let known = place.newest();
        let news = {
            let is_on = |key: &str| known.knows(key);
            let kept = kept(&known, &is_on);
            store.roster(scope, kept).await?
        };
        place.take_up(known, news, tasks).await
    }

    /// The project's roster as a transaction found it. It waits for nobody who may wait for a
    /// connection.
    pub(super) async fn in_tx(
        &self,
        tx: &mut Tx,
        tasks: &Tasks,
    ) -> Result<Arc<Roster>, StoreError> {
        let place = self.place(tx.project_id());
        let known = place.newest();
        let news = {
            let is_on = |key: &str| known.knows(key);
            let kept = kept(&known, &is_on);
            tx.roster(kept).await?
        };
        place.take_up(known, news, tasks).await
    }

    /// Reads the rosters that have moved since this was last asked, for whoever asks for them next.
    /// Those that nobody has asked for, and that stay as they are, stay where they are.
    pub(super) async fn warm(
        &self,
        projects: &[ProjectScope<Read>],
        store: &Store,
        tasks: &Tasks,
    ) -> Result<(), StoreError> {
        for (project, version) in store.roster_versions().await? {
            let place = self.place(project);
            let seen = place.seen.swap(version, Ordering::Relaxed);
            let is_behind =
                seen != UNSEEN && seen != version && place.newest().version() != version;
            let scope = projects.iter().find(|scope| scope.id() == project);
            if let Some(scope) = scope.filter(|_| is_behind) {
                self.of(scope, store, tasks).await?;
            }
        }
        Ok(())
    }

    fn place(&self, project: ProjectId) -> Arc<Place> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry(project).or_default())
    }
}

/// What is kept of a roster, for the store; nothing of one that was never read.
fn kept<'k>(roster: &Roster, knows: &'k (dyn Fn(&str) -> bool + Sync)) -> Option<KnownRoster<'k>> {
    (roster.version() > 0).then(|| KnownRoster {
        version: roster.version(),
        tenants: roster.len() as u64,
        knows,
    })
}

impl Place {
    fn newest(&self) -> Arc<Roster> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&newest)
    }

    /// Keeps what has become of the roster, if anything has.
    async fn take_up(
        &self,
        known: Arc<Roster>,
        news: Option<RosterNews>,
        tasks: &Tasks,
    ) -> Result<Arc<Roster>, StoreError> {
        let Some(news) = news else {
            return Ok(known);
        };
        let made = tasks.compute(move || known.followed_by(news));
        let roster = Arc::new(made.await?);
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = Arc::clone(&roster);
        Ok(roster)
    }
}
