//! The frames that a publication has already made.
//!
//! **Invariants**
//! - A frame is made once, however many connections ask for it at the same moment; none waits for a
//!   frame that it does not need.
//! - At most [`REMEMBERED`] deltas are kept. Beyond that the oldest is forgotten, and made again if
//!   somebody needs it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::frame::{Delta, ServerFrame, Snapshot};

/// The most deltas that are kept. After a commit nearly everybody is one revision behind; after a
/// restart of many clients they may be anywhere.
const REMEMBERED: usize = 64;

/// A frame's text, made by the first who needs it.
type Slot = Arc<OnceLock<Arc<str>>>;

#[derive(Debug, Default)]
pub(super) struct Frames {
    snapshot: OnceLock<Arc<str>>,
    /// Deltas by the revision they start from, oldest first. The lock is held to find a slot, never
    /// while a frame is made.
    deltas: Mutex<VecDeque<(u64, Slot)>>,
    serialized: AtomicU64,
}

impl Frames {
    pub(super) fn snapshot<'a>(&self, make: impl FnOnce() -> Snapshot<'a>) -> Arc<str> {
        let text = || self.text(&ServerFrame::Snapshot(make()));
        Arc::clone(self.snapshot.get_or_init(text))
    }

    pub(super) fn delta<'a>(&self, from: u64, make: impl FnOnce() -> Delta<'a>) -> Arc<str> {
        let text = || self.text(&ServerFrame::Delta(make()));
        Arc::clone(self.slot(from).get_or_init(text))
    }

    pub(super) fn serialized(&self) -> u64 {
        self.serialized.load(Ordering::Relaxed)
    }

    fn slot(&self, from: u64) -> Slot {
        // Nothing under the lock can panic half-way, so a poisoned one is as good as new.
        let mut deltas = self.deltas.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, slot)) = deltas.iter().find(|(known, _)| *known == from) {
            return Arc::clone(slot);
        }
        if deltas.len() == REMEMBERED {
            deltas.pop_front();
        }
        let slot = Slot::default();
        deltas.push_back((from, Arc::clone(&slot)));
        slot
    }

    fn text(&self, frame: &ServerFrame<'_>) -> Arc<str> {
        self.serialized.fetch_add(1, Ordering::Relaxed);
        frame.to_text().into()
    }
}
