//! An environment's newest state, with what has changed lately.

use std::collections::VecDeque;

use tenantry_core::model::FlagKey;
use tenantry_protocol::{AdvanceError, Change, Publication};

use super::feed::logged;

/// How many of the latest changes are remembered by the flags they affected.
const REMEMBERED: usize = 64;

/// An environment's newest state. Immutable: the next revision is another one.
#[derive(Debug)]
pub struct Newest {
    publication: Publication,
    /// The latest revisions, each with the flags whose answers may have changed at it.
    recent: VecDeque<(u64, Vec<FlagKey>)>,
}

impl Newest {
    /// A state of which nothing is known but itself.
    pub(super) fn new(publication: Publication) -> Self {
        let recent = VecDeque::from([(publication.revision(), Vec::new())]);
        Self {
            publication,
            recent,
        }
    }

    /// The state after `change`, which follows this one.
    pub(super) fn after(&self, publication: Publication, change: &Change) -> Self {
        let mut recent = self.recent.clone();
        if recent.len() == REMEMBERED {
            recent.pop_front();
        }
        recent.push_back((change.revision, change.affected_flags()));
        Self {
            publication,
            recent,
        }
    }

    /// The state that `changes` lead to, and the flags whose answers they may change, sorted. Nothing of
    /// it is published.
    ///
    /// # Errors
    /// [`AdvanceError`] if they do not follow.
    pub(crate) fn followed_by(
        &self,
        changes: tenantry_store::Changes,
    ) -> Result<(Self, Vec<FlagKey>), AdvanceError> {
        let (publication, change) = self.publication.advance(logged(changes))?;
        Ok((self.after(publication, &change), change.affected_flags()))
    }

    /// The state and how clients get to it.
    #[must_use]
    pub fn publication(&self) -> &Publication {
        &self.publication
    }

    /// The revision.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.publication.revision()
    }

    /// The flags whose answers may have changed after `revision`, sorted; `None` if that is too
    /// long ago to say.
    #[must_use]
    pub fn changed_since(&self, revision: u64) -> Option<Vec<FlagKey>> {
        if revision == self.revision() {
            return Some(Vec::new());
        }
        // One remembered change may span several revisions: the one before it must be known too.
        let first = self.recent.iter().position(|(at, _)| *at == revision)? + 1;
        let keys = self.recent.iter().skip(first).flat_map(|(_, keys)| keys);
        let mut keys: Vec<FlagKey> = keys.cloned().collect();
        keys.sort_unstable();
        keys.dedup();
        Some(keys)
    }
}
