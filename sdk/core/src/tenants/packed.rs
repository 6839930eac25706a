//! Packed keys: one arena of bytes, and a table of positions in it.
//!
//! Separate from [`TenantSet`](super::TenantSet), which is made of up to three of these and knows
//! how copies share them.
//!
//! **Invariants**
//! - Every position in the table is the start of a record: one byte that holds the key's length
//!   less one, then the key's bytes.
//! - Records that no position names are waste; `waste` is their total size, and never more than
//!   half of the arena (a page at least).

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::hashed::{HashedKey, hash};

/// Waste below this many bytes is not worth a compaction.
const SMALL_WASTE_BYTES: usize = 4_096;

/// A key of 1 to 256 bytes, and its hash.
#[derive(Clone, Copy)]
pub(super) struct Probe<'k> {
    key: &'k [u8],
    hash: u64,
}

impl<'k> Probe<'k> {
    /// A key that is in a set already.
    pub(super) fn of_record(key: &'k [u8]) -> Self {
        Self {
            key,
            hash: hash(key),
        }
    }
}

impl<'k> From<HashedKey<'k>> for Probe<'k> {
    #[inline]
    fn from(key: HashedKey<'k>) -> Self {
        Self {
            key: key.key().as_bytes(),
            hash: key.hash(),
        }
    }
}

#[derive(Clone, Default)]
pub(super) struct Packed {
    arena: Vec<u8>,
    positions: HashTable<u32>,
    waste: usize,
}

impl Packed {
    /// Adds a key; true if it was not there.
    pub(super) fn insert(&mut self, probe: Probe<'_>) -> bool {
        let Self {
            arena, positions, ..
        } = self;
        let entry = positions.entry(
            probe.hash,
            |&position| record(arena, position) == probe.key,
            |&position| hash(record(arena, position)),
        );
        let Entry::Vacant(vacant) = entry else {
            return false;
        };
        let position = u32::try_from(arena.len()).expect("a set holds at most 4 GiB of keys");
        vacant.insert(position);
        append(arena, probe.key);
        true
    }

    /// Takes a key out; true if it was there.
    pub(super) fn remove(&mut self, probe: Probe<'_>) -> bool {
        let found = self.positions.find_entry(probe.hash, |&position| {
            record(&self.arena, position) == probe.key
        });
        let Ok(entry) = found else {
            return false;
        };
        entry.remove();
        self.waste += 1 + probe.key.len();
        if self.waste > SMALL_WASTE_BYTES.max(self.arena.len() / 2) {
            self.compact();
        }
        true
    }

    #[inline]
    pub(super) fn contains(&self, probe: Probe<'_>) -> bool {
        let is_key = |&position: &u32| record(&self.arena, position) == probe.key;
        self.positions.find(probe.hash, is_key).is_some()
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.positions.len()
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The keys, in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.positions
            .iter()
            .map(|&position| record(&self.arena, position))
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.arena.capacity() + self.positions.allocation_size()
    }

    /// Gives back what growth has reserved ahead.
    pub(super) fn shrink(&mut self) {
        let Self {
            arena, positions, ..
        } = self;
        positions.shrink_to_fit(|&position| hash(record(arena, position)));
        arena.shrink_to_fit();
    }

    fn compact(&mut self) {
        let mut packed = Self::default();
        for key in self.iter() {
            packed.insert(Probe::of_record(key));
        }
        packed.shrink();
        *self = packed;
    }
}

/// The key of the record that starts at `position`.
#[inline]
fn record(arena: &[u8], position: u32) -> &[u8] {
    let record = &arena[position as usize..];
    record[1..].split_at(usize::from(record[0]) + 1).0
}

/// Appends a record. The arena grows by an eighth, not twofold: long lists are the reason it is
/// there, and they are filled once and then kept.
fn append(arena: &mut Vec<u8>, key: &[u8]) {
    let needed = 1 + key.len();
    if arena.capacity() - arena.len() < needed {
        arena.reserve_exact(needed.max(arena.len() / 8));
    }
    arena.push(u8::try_from(key.len() - 1).expect("a tenant key has 1 to 256 bytes"));
    arena.extend_from_slice(key);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waste_stays_below_half() {
        let mut packed = Packed::default();
        let key = |number: u32| format!("tenant-{number:08}");
        for number in 0..10_000 {
            packed.insert(HashedKey::new(&key(number)).into());
        }
        for number in 0..10_000 {
            assert!(packed.remove(HashedKey::new(&key(number)).into()));
            assert!(packed.waste <= SMALL_WASTE_BYTES.max(packed.arena.len() / 2));
        }
        assert!(packed.is_empty() && packed.size_bytes() < 2 * SMALL_WASTE_BYTES);
    }
}
