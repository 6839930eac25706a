//! The rosters that somebody has asked for, kept until they change.
//!
//! Separate from the feeds because nothing of a roster is streamed, so nobody needs one before it is
//! asked for; and because reading a hundred thousand rows for each preview would be most of its time.
//!
//! **Invariants**
//! - What is handed out has the version that the database had when it was asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tenantry_store::{Mode, ProjectId, ProjectScope, Store, StoreError};

use crate::preview::Roster;
use crate::tasks::Tasks;

/// Rosters by project.
#[derive(Debug, Default)]
pub(super) struct Rosters {
    /// Held only to look one up or to put one in.
    known: Mutex<HashMap<ProjectId, Arc<Roster>>>,
}

impl Rosters {
    /// The project's roster as the database has it now.
    pub(super) async fn of<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        store: &Store,
        tasks: &Tasks,
    ) -> Result<Arc<Roster>, StoreError> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(&scope.id()).cloned();
        let version = known.as_ref().map(|roster| roster.version());
        let read = store.roster(scope, version).await?;
        match (read, known) {
            (None, Some(known)) => Ok(known),
            (None, None) => Ok(Arc::default()),
            (Some(read), _) => {
                let made = tasks.compute(move || Roster::new(read.version, read.tenants));
                let roster = Arc::new(made.await);
                lock().insert(scope.id(), Arc::clone(&roster));
                Ok(roster)
            }
        }
    }
}
