//! Notices: how nodes learn that an environment has a new revision.
//!
//! **Invariants**
//! - Nothing queues: [`Store::revisions`] is a `watch`, a slow reader sees the newest state only.
//! - A lost notice costs at most a second: [`Store::follow`] polls as often as that, and without
//!   `NOTIFY` it works by polling alone.

use std::collections::BTreeMap;
use std::convert::Infallible;

use tokio::sync::watch;

use crate::ids::EnvironmentId;
use crate::store::Store;

/// The newest that is known of every environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revisions {
    /// Each environment's newest revision.
    pub environments: BTreeMap<EnvironmentId, u64>,
    /// Grows whenever a token was revoked or rotated: see [`Store::dead_tokens`].
    pub tokens: u64,
}

impl Store {
    /// The newest known revisions. This node's own commits show at once; those of others while
    /// [`Store::follow`] runs.
    #[must_use]
    pub fn revisions(&self) -> watch::Receiver<Revisions> {
        unimplemented!()
    }

    /// Follows the other nodes: listens for notices (PostgreSQL) and polls every second, for ever.
    /// Run it once per node. While the database is away it keeps trying.
    ///
    /// # Cancel safety
    /// Dropping it stops following and loses nothing.
    pub async fn follow(&self) -> Infallible {
        unimplemented!()
    }
}
