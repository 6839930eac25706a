//! The publication: an environment's newest state, and how everybody gets there.
//!
//! A server holds one per environment and replaces it whole after each commit; connections share
//! it. A connection that is behind, by one revision or by a thousand, gets one frame from it.
//!
//! **Invariants**
//! - Immutable, but for the frames that are remembered: whoever asks first, all get the same bytes.
//! - The log is without gaps, and its newest entry is the replica's revision and checksum.
//! - A delta leads from a state that has the checksum logged at `from` to the replica's state, and
//!   to nothing else; whoever cannot be led by a delta gets the snapshot.

mod frames;
mod log;

use std::collections::HashSet;
use std::sync::Arc;

use tenantry_core::{Checksum, ItemId};
use thiserror::Error;

use self::frames::Frames;
use self::log::Log;
use crate::replica::{ApplyError, Change, Replica};

/// The most revisions that a publication remembers the changes of.
pub const LOGGED_REVISIONS: usize = 10_000;

/// The most names of items and tenants that a publication remembers as changed, but for those of the
/// newest revision. Some hundred megabytes at worst; without large uploads of key lists a log of
/// [`LOGGED_REVISIONS`] stays far below it.
pub const LOGGED_NAMES: usize = 1_000_000;

/// An environment's newest state, and how everybody gets there.
#[derive(Debug)]
pub struct Publication {
    replica: Replica,
    log: Log,
    /// Frames already made, by where they start from. Interior state: asking fills it.
    frames: Frames,
}

/// A member of a key list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberRef {
    /// The item whose list it is.
    pub owner: ItemId,
    /// The list: `allow` or `block` of a flag, `members` of a segment.
    pub list: String,
    /// The tenant.
    pub tenant: String,
}

/// What one revision changed, as the change log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRevision {
    /// The revision.
    pub revision: u64,
    /// The checksum of the state at this revision.
    pub checksum: Checksum,
    /// Items that it made, changed or removed.
    pub items: Vec<ItemId>,
    /// Those of `items` that it removed, as far as the log says so. Their key lists went with them.
    /// An item that is gone after [`Changes`] need not be named here.
    pub removed: Vec<ItemId>,
    /// Members that it added or took out. A revision that brings a removed item back names all
    /// members of its lists.
    pub members: Vec<MemberRef>,
}

impl LoggedRevision {
    /// How many items and tenants it names: what remembering it costs.
    #[must_use]
    pub fn names(&self) -> usize {
        self.items.len() + self.removed.len() + self.members.len()
    }
}

/// All that has happened after a publication's revision, and the state of what it touched, both
/// read in one transaction.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The revisions, oldest first, without a gap.
    pub revisions: Vec<LoggedRevision>,
    /// Every item that they touched: its bytes now, or none if it is gone.
    pub items: Vec<(ItemId, Option<String>)>,
    /// Every member that they touched, and whether it is in its list now.
    pub members: Vec<(MemberRef, bool)>,
}

/// Why a publication cannot be advanced: read the environment anew.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AdvanceError {
    /// A revision is missing between this publication and the changes, or there is none.
    #[error("the changes do not start right after revision {revision}, or leave one out")]
    Gap {
        /// The publication's revision.
        revision: u64,
    },
    /// The changes lead to another state than the log says.
    #[error("the changes do not lead to the logged state")]
    Diverged(#[from] ApplyError),
}

/// How a client gets from what it has to the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// It is there.
    Current,
    /// By this delta frame.
    Delta(Arc<str>),
    /// By this snapshot frame.
    Snapshot(Arc<str>),
    /// It has seen a later revision than this publication: read the database again. If it is still
    /// ahead then, the database was restored, and it needs the [`snapshot`](Publication::snapshot).
    Ahead,
}

impl Publication {
    /// A publication that knows no history: everybody who is behind gets the snapshot.
    #[must_use]
    pub fn new(replica: Replica) -> Self {
        let log = Log::starting_at(replica.revision(), replica.checksum());
        Self {
            replica,
            log,
            frames: Frames::default(),
        }
    }

    /// A publication that knows the revisions up to the replica's, so that clients which were there
    /// before a restart of the server get a delta. A history that does not end at the replica's
    /// revision and checksum, or has a gap, is of no use and left out.
    #[must_use]
    pub fn with_history(replica: Replica, history: Vec<LoggedRevision>) -> Self {
        let log = Log::of(replica.revision(), replica.checksum(), history);
        Self {
            replica,
            log,
            frames: Frames::default(),
        }
    }

    /// The publication after `changes`.
    ///
    /// # Errors
    /// [`AdvanceError`] if they do not follow, or do not lead where they say.
    pub fn advance(&self, changes: Changes) -> Result<(Self, Change), AdvanceError> {
        let revision = self.replica.revision();
        let mut revisions = changes.revisions.iter().map(|logged| logged.revision);
        let count = changes.revisions.len();
        if count == 0 || !revisions.by_ref().eq((revision + 1..).take(count)) {
            return Err(AdvanceError::Gap { revision });
        }
        let mut log = self.log.clone();
        let mut replica = self.replica.clone();
        let change = replica.follow(&changes)?;
        log.extend(with_removals(changes));
        Ok((
            Self {
                replica,
                log,
                frames: Frames::default(),
            },
            change,
        ))
    }

    /// The state.
    #[must_use]
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// The newest revision.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.replica.revision()
    }

    /// The checksum at the newest revision.
    #[must_use]
    pub fn checksum(&self) -> Checksum {
        self.replica.checksum()
    }

    /// What brings a client with this state to the newest. Each frame is serialised once and shared.
    #[must_use]
    pub fn frame_for(&self, from: u64, checksum: Checksum) -> Outgoing {
        if from > self.revision() {
            Outgoing::Ahead
        } else if self.log.checksum_at(from) != Some(checksum) {
            Outgoing::Snapshot(self.snapshot())
        } else if from == self.revision() {
            Outgoing::Current
        } else if from == 0 {
            // Who has nothing, or says so because it no longer trusts what it has.
            Outgoing::Snapshot(self.snapshot())
        } else {
            Outgoing::Delta(
                self.frames
                    .delta(from, || self.log.delta(&self.replica, from)),
            )
        }
    }

    /// The snapshot frame. Serialised once and shared.
    #[must_use]
    pub fn snapshot(&self) -> Arc<str> {
        self.frames.snapshot(|| self.replica.to_snapshot())
    }

    /// How many frames this publication has serialised so far.
    #[must_use]
    pub fn frames_serialized(&self) -> u64 {
        self.frames.serialized()
    }
}

/// The revisions, with the removals that only show in the state after them: later a removed item
/// may be there again, and whoever still has the old one must drop its key lists.
fn with_removals(changes: Changes) -> Vec<LoggedRevision> {
    let Changes {
        mut revisions,
        items,
        ..
    } = changes;
    let gone = items.into_iter().filter(|(_, bytes)| bytes.is_none());
    let mut gone: HashSet<ItemId> = gone.map(|(id, _)| id).collect();
    for logged in revisions.iter_mut().rev() {
        let removed = logged.items.iter().filter(|id| gone.remove(*id));
        logged.removed.extend(removed.cloned());
    }
    revisions
}
