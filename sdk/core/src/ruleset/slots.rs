//! Slots: a number for every key that was ever seen.
//!
//! **Invariants**
//! - Slots are given out in order, from 0, and never taken back.
//! - The hash is keyed at random: keys come from outside.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// The number of a key's place in a [`Ruleset`](super::Ruleset).
///
/// It is good for the ruleset it came from and for all that are edited from that one, one after
/// the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

impl Slot {
    /// The number, counted from 0 in the order in which keys first came.
    #[inline]
    #[must_use]
    pub const fn index(self) -> usize {
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
        let is_key = |slot: &Slot| *self.keys[slot.index()] == *key;
        self.table.find(hash(&self.hasher, key), is_key).copied()
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
        table.insert_unique(hash(hasher, key), slot, |slot| {
            hash(hasher, &keys[slot.index()])
        });
        slot
    }
}

/// Hashes the bytes alone: `Hash` for `str` would append a mark, for a third of the price.
#[inline]
fn hash(hasher: &RandomState, key: &str) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(key.as_bytes());
    hasher.finish()
}
