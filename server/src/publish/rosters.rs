//! The rosters that somebody has asked for, kept until they change.
//!
//! Separate from the feeds because nothing of a roster is streamed, so nobody needs one before it is
//! asked for; and because reading a hundred thousand rows for each preview would be most of its time.
//!
//! **Invariants**
//! - What is handed out has the version that the database had when it was asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tenantry_store::{Mode, ProjectId, ProjectScope, Store, StoreError, Tx};

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
        let known = self.known(scope.id());
        let version = known.as_ref().map(|roster| roster.version());
        let read = store.roster(scope, version).await?;
        Ok(self.take_up(scope.id(), known, read, tasks).await)
    }

    /// The project's roster as a transaction found it.
    pub(super) async fn in_tx(
        &self,
        tx: &mut Tx,
        tasks: &Tasks,
    ) -> Result<Arc<Roster>, StoreError> {
        let project = tx.project_id();
        let known = self.known(project);
        let version = known.as_ref().map(|roster| roster.version());
        let read = tx.roster(version).await?;
        Ok(self.take_up(project, known, read, tasks).await)
    }

    fn known(&self, project: ProjectId) -> Option<Arc<Roster>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&project).cloned()
    }

    /// Keeps what was read, if anything was.
    async fn take_up(
        &self,
        project: ProjectId,
        known: Option<Arc<Roster>>,
        read: Option<tenantry_store::Roster>,
        tasks: &Tasks,
    ) -> Arc<Roster> {
        let Some(read) = read else {
            return known.unwrap_or_default();
        };
        let made = tasks.compute(move || Roster::new(read.version, read.tenants));
        let roster = Arc::new(made.await);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(project, Arc::clone(&roster));
        roster
    }
}
