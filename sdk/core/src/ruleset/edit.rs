//! Edits: how one ruleset becomes the next.
//!
//! **Invariants**
//! - An edit compiles nothing. It copies a pointer for each flag and works on what it is given, so
//!   that one change among a hundred thousand flags takes a millisecond or two.
//! - What is built depends on the last state of each key, never on the order of edits (but for the
//!   numbers of slots).

use std::collections::HashSet;
use std::sync::Arc;

use super::slots::Slots;
use super::{LinkedFlag, Links, Place, Ruleset, Slot};
use crate::flag::{CompiledFlag, no_tenants};
use crate::links::survey;
use crate::model::{FlagKey, SegmentKey};
use crate::tenants::TenantSet;

/// A ruleset in the making, from [`Ruleset::edit`].
///
/// ```
/// use std::sync::Arc;
/// use tenantry_core::{Ruleset, SegmentKey, TenantSet};
///
/// let friends = SegmentKey::new("friends").expect("a key");
/// let mut edit = Ruleset::default().edit();
/// let handle = edit.reserve("new-billing");
/// edit.set_segment(&friends, Arc::new(["acme"].into_iter().collect()));
/// let ruleset = edit.build();
///
/// assert_eq!(ruleset.slot("new-billing"), Some(handle));
/// assert_eq!(ruleset.is_enabled_slot(handle, "acme"), None, "the flag has not come yet");
/// ```
#[derive(Debug, Clone, Default)]
pub struct RulesetEdit {
    ruleset: Ruleset,
    /// Whether a flag with prerequisites came or went, so that cycles must be looked for.
    relinked: bool,
}

impl RulesetEdit {
    pub(super) fn of(ruleset: &Ruleset) -> Self {
        Self {
            ruleset: ruleset.clone(),
            relinked: false,
        }
    }

    /// Adds a flag, in place of the one with its key if there is one.
    pub fn upsert(&mut self, flag: Arc<CompiledFlag>) {
        let slot = self.reserve(flag.key().as_str());
        let links = self.links(slot, &flag);
        self.put(slot, Place::Flag(LinkedFlag { flag, links }));
    }

    /// Notes that a flag's document cannot be compiled here. Its last good version stays; if there
    /// is none, the flag answers [`ParseError`](crate::Reason::ParseError).
    pub fn refuse(&mut self, key: &FlagKey) {
        let slot = self.reserve(key.as_str());
        if let Place::Vacant = self.ruleset.place(slot) {
            self.put(slot, Place::Refused);
        }
    }

    /// Takes a flag out.
    pub fn remove(&mut self, key: &FlagKey) {
        if let Some(slot) = self.ruleset.slot(key.as_str()) {
            self.put(slot, Place::Vacant);
        }
    }

    /// Adds a segment, in place of the one with its key if there is one.
    pub fn set_segment(&mut self, key: &SegmentKey, members: Arc<TenantSet>) {
        let slot = self.segment(key.as_str());
        Arc::make_mut(&mut self.ruleset.segments)[slot.index()] = members;
    }

    /// Takes a segment out: for the rules that ask it, it has no members then.
    pub fn remove_segment(&mut self, key: &SegmentKey) {
        self.set_segment(key, no_tenants());
    }

    /// Takes all flags and segments out, as a snapshot does before it puts in its own. Slots stay.
    pub fn clear(&mut self) {
        self.ruleset.places.fill(Place::Vacant);
        Arc::make_mut(&mut self.ruleset.segments).fill(no_tenants());
        self.relinked = true;
    }

    /// The slot of a key, given to it now if it has none yet, whether or not there is a flag.
    pub fn reserve(&mut self, key: &str) -> Slot {
        reserve(&mut self.ruleset.slots, key, || {
            self.ruleset.places.push(Place::Vacant);
        })
    }

    /// Closes the ruleset.
    ///
    /// Nothing is refused here. A missing segment has no members; a flag that waits for a missing
    /// flag, or whose prerequisites never end, or exceed the limits, is off.
    #[must_use]
    pub fn build(self) -> Ruleset {
        let mut ruleset = self.ruleset;
        if self.relinked {
            ruleset.unanswerable = Arc::new(unanswerable(&ruleset));
        }
        ruleset
    }

    fn put(&mut self, slot: Slot, place: Place) {
        let old = std::mem::replace(&mut self.ruleset.places[slot.index()], place);
        let waits = |place: &Place| matches!(place, Place::Flag(linked) if linked.waits());
        self.relinked |= waits(&old) || waits(self.ruleset.place(slot));
    }

    /// Links a flag, which will be in `slot`, to what it knows by key.
    fn links(&mut self, slot: Slot, flag: &CompiledFlag) -> Option<Arc<Links>> {
        let prerequisites: Box<_> = flag.prerequisites().map(|key| self.reserve(key)).collect();
        let segments: Box<_> = flag.segments().map(|key| self.segment(key)).collect();
        (!prerequisites.is_empty() || !segments.is_empty()).then(|| {
            Arc::new(Links {
                slot,
                prerequisites,
                segments,
            })
        })
    }

    /// The slot of a segment, given to it now if it has none yet.
    fn segment(&mut self, key: &str) -> Slot {
        reserve(&mut self.ruleset.segment_slots, key, || {
            Arc::make_mut(&mut self.ruleset.segments).push(no_tenants());
        })
    }
}

fn reserve(slots: &mut Arc<Slots>, key: &str, make_room: impl FnOnce()) -> Slot {
    slots.find(key).unwrap_or_else(|| {
        make_room();
        Arc::make_mut(slots).add(key)
    })
}

/// The flags whose prerequisites cannot be asked, because they never end or exceed the limits.
fn unanswerable(ruleset: &Ruleset) -> HashSet<Slot> {
    let prerequisites = |index: usize| match &ruleset.places[index] {
        Place::Flag(linked) => linked.prerequisites(),
        Place::Vacant | Place::Refused => &[],
    };
    let edges = |index| prerequisites(index).iter().map(|slot| Some(slot.index()));
    let reaches = survey(ruleset.places.len(), edges, |_| {});
    let links = ruleset.places.iter().filter_map(|place| match place {
        Place::Flag(linked) => linked.links.as_ref(),
        Place::Vacant | Place::Refused => None,
    });
    links
        .map(|links| links.slot)
        .filter(|slot| !reaches[slot.index()].within_limits())
        .collect()
}
