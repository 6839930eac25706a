//! Slots: a number for every key that was ever seen.
//!
//! **Invariants**
//! - Slots are given out in order, from 0, and never taken back.
//! - The index is shared between rulesets and copied only when a new key comes.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// The number of a key's place in a [`Ruleset`](super::Ruleset).
///
/// It is good for the ruleset it came from and for all that are edited from that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

impl Slot {
    #[inline]
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The slots by key.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    /// By slot.
    keys: Vec<Box<str>>,
    table: HashTable<Slot>,
    hasher: RandomState,
}

impl Slots {
    /// The slot of a key.
    #[inline]
    pub(super) fn find(&self, key: &str) -> Option<Slot> {
        let hash = self.hasher.hash_one(key);
        self.table
            .find(hash, |slot| *self.keys[slot.index()] == *key)
            .copied()
    }

    /// Gives a key the next slot. The key must have none.
    pub(super) fn add(&mut self, key: &str) -> Slot {
        let Self {
            keys,
            table,
            hasher,
        } = self;
        let slot = Slot(u32::try_from(keys.len()).expect("4 billion keys do not fit into memory"));
        keys.push(key.into());
        let hash = |key: &str| hasher.hash_one(key);
        table.insert_unique(hash(key), slot, |slot| hash(&keys[slot.index()]));
        slot
    }
}
