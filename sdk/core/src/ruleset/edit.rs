//! Edits: how one ruleset becomes the next.
//!
//! **Invariants**
//! - An edit compiles nothing: it copies pointers to flags and links them afresh, so its price is
//!   the number of flags, whatever their size.
//! - What is built depends on the last state of each key, never on the order of edits (but for the
//!   numbers of slots).

use std::sync::Arc;

use super::slots::Slots;
use super::{LinkedFlag, Links, Place, Ruleset, Segments, Slot};
use crate::flag::{CompiledFlag, no_tenants};
use crate::links::{self, Reach};
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
    slots: Arc<Slots>,
    /// By slot.
    places: Vec<Place<Arc<CompiledFlag>>>,
    segments: Arc<Segments>,
}

impl RulesetEdit {
    pub(super) fn of(ruleset: &Ruleset) -> Self {
        let flags_of = |place: &Place<LinkedFlag>| match place {
            Place::Vacant => Place::Vacant,
            Place::Refused => Place::Refused,
            Place::Flag(linked) => Place::Flag(Arc::clone(&linked.flag)),
        };
        Self {
            slots: Arc::clone(&ruleset.slots),
            places: ruleset.places.iter().map(flags_of).collect(),
            segments: Arc::clone(&ruleset.segments),
        }
    }

    /// Adds a flag, in place of the one with its key if there is one.
    pub fn upsert(&mut self, flag: Arc<CompiledFlag>) {
        let slot = self.reserve(flag.key().as_str());
        self.places[slot.index()] = Place::Flag(flag);
    }

    /// Notes that a flag's document cannot be compiled here. Its last good version stays; if there
    /// is none, the flag answers [`ParseError`](crate::Reason::ParseError).
    pub fn refuse(&mut self, key: &FlagKey) {
        let slot = self.reserve(key.as_str());
        let place = &mut self.places[slot.index()];
        if let Place::Vacant = place {
            *place = Place::Refused;
        }
    }

    /// Takes a flag out.
    pub fn remove(&mut self, key: &FlagKey) {
        if let Some(slot) = self.slots.find(key.as_str()) {
            self.places[slot.index()] = Place::Vacant;
        }
    }

    /// Adds a segment, in place of the one with its key if there is one.
    pub fn set_segment(&mut self, key: &SegmentKey, members: Arc<TenantSet>) {
        Arc::make_mut(&mut self.segments).insert(key.clone(), members);
    }

    /// Takes a segment out: for the rules that ask it, it has no members then.
    pub fn remove_segment(&mut self, key: &SegmentKey) {
        Arc::make_mut(&mut self.segments).remove(key);
    }

    /// Takes all flags and segments out, as a snapshot does before it puts in its own. Slots stay.
    pub fn clear(&mut self) {
        self.places.fill_with(Place::default);
        self.segments = Arc::default();
    }

    /// The slot of a key, given to it now if it has none yet, whether or not there is a flag.
    pub fn reserve(&mut self, key: &str) -> Slot {
        self.slots.find(key).unwrap_or_else(|| {
            self.places.push(Place::Vacant);
            Arc::make_mut(&mut self.slots).add(key)
        })
    }

    /// Links flags to their prerequisites and segments, and closes the ruleset.
    ///
    /// Nothing is refused here. A missing segment has no members; a flag that waits for a missing
    /// flag, or whose prerequisites never end, or exceed the limits, is off.
    #[must_use]
    pub fn build(self) -> Ruleset {
        let linked: Vec<Box<[Option<Slot>]>> = self
            .places
            .iter()
            .map(|place| self.prerequisites(place))
            .collect();
        let edges = |flag: usize| linked[flag].iter().map(|slot| slot.map(Slot::index));
        let reaches = links::survey(linked.len(), edges, |_| {});

        let Self {
            slots,
            places,
            segments,
        } = self;
        let places = places
            .into_iter()
            .zip(linked)
            .zip(reaches)
            .map(|((place, slots), reach)| link(place, slots, reach, &segments))
            .collect();
        Ruleset {
            slots,
            places,
            segments,
        }
    }

    /// The slots of a flag's prerequisites, as far as these flags are there.
    fn prerequisites(&self, place: &Place<Arc<CompiledFlag>>) -> Box<[Option<Slot>]> {
        let Place::Flag(flag) = place else {
            return Box::default();
        };
        let slot_of = |key| {
            let slot = self.slots.find(key)?;
            matches!(self.places[slot.index()], Place::Flag(_)).then_some(slot)
        };
        flag.prerequisites().map(slot_of).collect()
    }
}

fn link(
    place: Place<Arc<CompiledFlag>>,
    prerequisites: Box<[Option<Slot>]>,
    reach: Reach,
    segments: &Segments,
) -> Place<LinkedFlag> {
    let flag = match place {
        Place::Vacant => return Place::Vacant,
        Place::Refused => return Place::Refused,
        Place::Flag(flag) => flag,
    };
    let members = |key| segments.get(key).map_or_else(no_tenants, Arc::clone);
    Place::Flag(LinkedFlag {
        segments: flag.segments().map(members).collect(),
        prerequisites: if reach.within_limits() {
            Links::Slots(prerequisites)
        } else {
            Links::Broken
        },
        flag,
    })
}
