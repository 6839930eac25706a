//! One environment's feed: its newest state, and how it gets from one to the next.
//!
//! **Invariants**
//! - One advance at a time; readers never wait for it.
//! - What is published has the checksum that the database states for its revision.

use std::sync::Arc;

use tenantry_protocol::{
    Changes, LOGGED_NAMES, LOGGED_REVISIONS, LoggedRevision, MemberRef, Publication, Replica,
};
use tenantry_store::{EnvironmentId, EnvironmentScope, Read, RevisionChange, Store, StoreError};
use tokio::sync::{Mutex, watch};

use super::Newest;
use crate::tasks::Tasks;
use crate::telemetry::metrics as names;

/// How many revisions of history are read at once.
const HISTORY_PART: u64 = 1_000;

/// One environment's newest state, and who waits for it.
#[derive(Debug)]
pub(super) struct Feed {
    scope: EnvironmentScope<Read>,
    newest: watch::Sender<Arc<Newest>>,
    /// Held while the next state is made.
    advancing: Mutex<()>,
}

/// A view of an environment that learns of each new state.
#[derive(Debug, Clone)]
pub struct Watch {
    environment: EnvironmentId,
    newest: watch::Receiver<Arc<Newest>>,
}

impl Watch {
    /// The environment.
    #[must_use]
    pub fn environment(&self) -> EnvironmentId {
        self.environment
    }

    /// The newest state, which counts as seen.
    pub fn newest(&mut self) -> Arc<Newest> {
        Arc::clone(&self.newest.borrow_and_update())
    }

    /// Waits for a state that was not seen yet. False if there will be none.
    ///
    /// # Cancel safety
    /// May be dropped and called again.
    pub async fn changed(&mut self) -> bool {
        self.newest.changed().await.is_ok()
    }
}

impl Feed {
    /// Reads an environment's whole state.
    pub(super) async fn load(
        scope: EnvironmentScope<Read>,
        store: &Store,
        tasks: &Tasks,
    ) -> Result<Self, StoreError> {
        let publication = load(&scope, store, tasks).await?;
        let (newest, _) = watch::channel(Arc::new(Newest::new(publication)));
        let feed = Self {
            scope,
            newest,
            advancing: Mutex::default(),
        };
        feed.measure();
        Ok(feed)
    }

    pub(super) fn scope(&self) -> &EnvironmentScope<Read> {
        &self.scope
    }

    pub(super) fn watch(&self) -> Watch {
        Watch {
            environment: self.scope.id(),
            newest: self.newest.subscribe(),
        }
    }

    pub(super) fn newest(&self) -> Arc<Newest> {
        Arc::clone(&self.newest.borrow())
    }

    /// Brings the feed to what the database has now.
    pub(super) async fn advance(&self, store: &Store, tasks: &Tasks) -> Result<(), StoreError> {
        let _one_at_a_time = self.advancing.lock().await;
        let current = self.newest();
        let Some(changes) = store.changes_since(&self.scope, current.revision()).await? else {
            return self.reload(store, tasks).await;
        };
        if changes.revisions.is_empty() {
            return Ok(());
        }
        let changes = logged(changes);
        let advanced = tasks.compute(move || {
            let (publication, change) = current.publication().advance(changes)?;
            for refused in &change.refused {
                tracing::error!(item = %refused.name, problem = refused.problem, "refused a flag");
            }
            Ok(current.after(publication, &change))
        });
        let outcome: Result<_, tenantry_protocol::AdvanceError> = advanced.await;
        match outcome {
            Ok(newest) => self.publish(newest),
            Err(error) => {
                tracing::warn!(
                    environment = %self.scope.key(),
                    error.cause = &error as &dyn std::error::Error,
                    "the change log does not continue what is published; reading everything"
                );
                self.reload(store, tasks).await?;
            }
        }
        Ok(())
    }

    async fn reload(&self, store: &Store, tasks: &Tasks) -> Result<(), StoreError> {
        self.publish(Newest::new(load(&self.scope, store, tasks).await?));
        Ok(())
    }

    fn publish(&self, newest: Newest) {
        self.newest.send_replace(Arc::new(newest));
        self.measure();
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a gauge is a float; revisions stay below 2^53"
    )]
    fn measure(&self) {
        let labels = [
            ("project", self.scope.project().key().to_string()),
            ("environment", self.scope.key().to_string()),
        ];
        metrics::gauge!(names::REVISION, &labels).set(self.newest().revision() as f64);
    }
}

/// Reads an environment's whole state and its latest history.
async fn load(
    scope: &EnvironmentScope<Read>,
    store: &Store,
    tasks: &Tasks,
) -> Result<Publication, StoreError> {
    let state = store.load_environment(scope).await?;
    let history = history(scope, store, state.revision).await?;
    let (environment, project) = (scope.key().clone(), scope.project().key().clone());
    let make = move || {
        let mut replica = Replica::default();
        let lists = state.lists.into_iter();
        let lists = lists.map(|it| (it.owner, it.list.as_str().to_owned(), it.tenants));
        let change = replica.fill(state.revision, state.items, lists);
        for refused in &change.refused {
            tracing::error!(item = %refused.name, problem = refused.problem, "refused a flag");
        }
        if replica.checksum() != state.checksum {
            tracing::error!(
                %project, %environment,
                "the database states another checksum than its content has"
            );
        }
        Publication::with_history(replica, history)
    };
    Ok(tasks.compute(make).await)
}

/// Reads what the latest revisions up to `newest` touched, so that clients which were here before
/// the start get a delta instead of a snapshot. As many as a publication remembers: read from the
/// newest back, part by part, so that a log of enormous lists is not read whole for nothing.
async fn history(
    scope: &EnvironmentScope<Read>,
    store: &Store,
    newest: u64,
) -> Result<Vec<LoggedRevision>, StoreError> {
    let mut parts: Vec<Vec<LoggedRevision>> = Vec::new();
    let (mut upto, mut names) = (newest, 0);
    // One more than are remembered as changes: the oldest says what a client there has.
    let oldest = newest.saturating_sub(LOGGED_REVISIONS as u64 + 1);
    while upto > oldest && names <= LOGGED_NAMES {
        let after = oldest.max(upto.saturating_sub(HISTORY_PART));
        let part = store.history(scope, after, upto).await?;
        let part: Vec<_> = part.into_iter().map(logged_revision).collect();
        let is_whole = part.len() as u64 == upto - after;
        names += part.iter().map(LoggedRevision::names).sum::<usize>();
        parts.push(part);
        if !is_whole {
            // The log goes back no further.
            break;
        }
        upto = after;
    }
    Ok(parts.into_iter().rev().flatten().collect())
}

/// What the store read, in the words of the protocol.
fn logged_revision(read: RevisionChange) -> LoggedRevision {
    LoggedRevision {
        revision: read.revision,
        checksum: read.checksum,
        items: read.items,
        // An item that is gone shows by having no text now. One that was removed and made anew
        // within one reading is not named; if that matters, the checksum tells.
        removed: Vec::new(),
        members: read.members.into_iter().flat_map(touched).collect(),
    }
}

/// What the store read, in the words of the protocol.
pub(super) fn logged(changes: tenantry_store::Changes) -> Changes {
    let revisions = changes.revisions.into_iter().map(logged_revision);
    let members = changes.members.into_iter().flat_map(|it| {
        let owner = it.owner;
        let member = move |tenant: String, is_in: bool| {
            let list = it.list.as_str().to_owned();
            (
                MemberRef {
                    owner: owner.clone(),
                    list,
                    tenant,
                },
                is_in,
            )
        };
        let add = it.add.into_iter().map(|tenant| (tenant, true));
        add.chain(it.remove.into_iter().map(|tenant| (tenant, false)))
            .map(move |(tenant, is_in)| member(tenant, is_in))
    });
    Changes {
        revisions: revisions.collect(),
        items: changes.items,
        members: members.collect(),
    }
}

fn touched(list: tenantry_store::TouchedMembers) -> impl Iterator<Item = MemberRef> {
    let tenantry_store::TouchedMembers {
        owner,
        list,
        tenants,
    } = list;
    tenants.into_iter().map(move |tenant| MemberRef {
        owner: owner.clone(),
        list: list.as_str().to_owned(),
        tenant,
    })
}
