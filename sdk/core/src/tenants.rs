//! Tenant sets: key lists of any length, packed.
//!
//! Separate because an allow list may hold a million tenants and is asked on every evaluation: one
//! arena of bytes and a table of positions take 22 to 30 bytes for a key of 15, where a set of
//! strings takes 51 and more, and are as quick.
//!
//! **Invariants**
//! - Every position in the table is the start of a record: one byte that holds the key's length
//!   less one, then the key's bytes.
//! - Records that no position names are waste; `waste` is their total size, and never more than
//!   half of the arena (a page at least).
//! - The hash is keyed at random for each set: tenant keys come from outside, and nobody who
//!   chooses them may choose where they land.

use std::fmt;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::limits::MAX_TENANT_BYTES;

/// Waste below this many bytes is not worth a compaction.
const SMALL_WASTE_BYTES: usize = 4_096;

/// A set of tenant keys.
///
/// ```
/// use tenantry_core::TenantSet;
///
/// let mut friends: TenantSet = ["acme", "globex"].into_iter().collect();
/// assert!(friends.contains("acme"));
/// assert!(friends.insert("initech"));
/// assert!(!friends.insert("initech"), "it is there already");
/// assert!(friends.remove("acme"));
/// assert_eq!(friends.len(), 2);
/// ```
#[derive(Clone, Default)]
pub struct TenantSet {
    arena: Vec<u8>,
    positions: HashTable<u32>,
    waste: usize,
    hasher: RandomState,
}

impl TenantSet {
    /// An empty set. Allocates nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tenant; true if it was not there. A key that is empty or longer than 256 bytes is no
    /// tenant key and is never added.
    ///
    /// # Panics
    /// If the keys of the set exceed 4 GiB.
    pub fn insert(&mut self, tenant: &str) -> bool {
        let key = tenant.as_bytes();
        if key.is_empty() || key.len() > MAX_TENANT_BYTES {
            return false;
        }
        let Self {
            arena,
            positions,
            hasher,
            ..
        } = self;
        let entry = positions.entry(
            hash(hasher, key),
            |&position| record(arena, position) == key,
            |&position| hash(hasher, record(arena, position)),
        );
        let Entry::Vacant(vacant) = entry else {
            return false;
        };
        let position = u32::try_from(arena.len()).expect("a set holds at most 4 GiB of keys");
        vacant.insert(position);
        append(arena, key);
        true
    }

    /// Takes a tenant out; true if it was there.
    pub fn remove(&mut self, tenant: &str) -> bool {
        let key = tenant.as_bytes();
        let found = self
            .positions
            .find_entry(hash(&self.hasher, key), |&position| {
                record(&self.arena, position) == key
            });
        let Ok(entry) = found else {
            return false;
        };
        entry.remove();
        self.waste += 1 + key.len();
        if self.waste > SMALL_WASTE_BYTES.max(self.arena.len() / 2) {
            *self = self.iter().collect();
        }
        true
    }

    /// Whether the tenant is in the set.
    #[inline]
    #[must_use]
    pub fn contains(&self, tenant: &str) -> bool {
        let key = tenant.as_bytes();
        !self.positions.is_empty()
            && self
                .positions
                .find(hash(&self.hasher, key), |&position| {
                    record(&self.arena, position) == key
                })
                .is_some()
    }

    /// The number of tenants.
    #[must_use]
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The tenants, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        // Records are made from text, so none is passed over.
        let key = |&position| std::str::from_utf8(record(&self.arena, position)).ok();
        self.positions.iter().filter_map(key)
    }

    /// What the set occupies on the heap, in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.arena.capacity() + self.positions.allocation_size()
    }

    /// Gives back what growth has reserved ahead.
    fn shrink(&mut self) {
        let Self {
            arena,
            positions,
            hasher,
            ..
        } = self;
        positions.shrink_to_fit(|&position| hash(hasher, record(arena, position)));
        arena.shrink_to_fit();
    }
}

impl<T: AsRef<str>> FromIterator<T> for TenantSet {
    fn from_iter<I: IntoIterator<Item = T>>(tenants: I) -> Self {
        let mut set = Self::new();
        set.extend(tenants);
        set.shrink();
        set
    }
}

impl<T: AsRef<str>> Extend<T> for TenantSet {
    fn extend<I: IntoIterator<Item = T>>(&mut self, tenants: I) {
        for tenant in tenants {
            self.insert(tenant.as_ref());
        }
    }
}

impl PartialEq for TenantSet {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|tenant| other.contains(tenant))
    }
}

impl Eq for TenantSet {}

impl fmt::Debug for TenantSet {
    /// At most ten tenants are shown: a million in a log help nobody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut set = f.debug_set();
        set.entries(self.iter().take(10));
        if self.len() > 10 {
            set.finish_non_exhaustive()
        } else {
            set.finish()
        }
    }
}

#[inline]
fn hash(hasher: &RandomState, key: &[u8]) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(key);
    hasher.finish()
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

    fn tenant(number: u32) -> String {
        format!("tenant-{number:08}")
    }

    #[test]
    fn keys_have_1_to_256_bytes() {
        let mut set = TenantSet::new();
        assert!(set.insert(&"é".repeat(128)) && set.insert(" "));
        assert!(!set.insert("") && !set.insert(&"x".repeat(257)));
        assert!(!set.contains("") && !set.contains(&"x".repeat(257)) && !set.remove(""));
        assert_eq!(set.len(), 2);
    }

    #[test]
    fn waste_is_given_back() {
        let mut set: TenantSet = (0..10_000).map(tenant).collect();
        let full = set.size_bytes();
        for number in 0..9_990 {
            assert!(set.remove(&tenant(number)));
            assert!(set.waste <= SMALL_WASTE_BYTES.max(set.arena.len() / 2));
        }
        assert!(
            set.size_bytes() < full / 10,
            "{} of {full} bytes",
            set.size_bytes()
        );
        let mut left: Vec<&str> = set.iter().collect();
        left.sort_unstable();
        assert_eq!(left, (9_990..10_000).map(tenant).collect::<Vec<_>>());
    }

    #[test]
    fn one_tenant_coming_and_going_does_not_grow_the_set() {
        let mut set: TenantSet = (0..10).map(tenant).collect();
        for _ in 0..10_000 {
            assert!(set.insert("guest") && set.remove("guest"));
        }
        assert!(
            set.size_bytes() < 3 * SMALL_WASTE_BYTES,
            "{} bytes",
            set.size_bytes()
        );
    }

    #[test]
    fn sets_are_equal_by_their_members() {
        let forwards: TenantSet = (0..100).map(tenant).collect();
        let mut backwards: TenantSet = (0..101).rev().map(tenant).collect();
        assert_ne!(forwards, backwards);
        backwards.remove(&tenant(100));
        assert_eq!(forwards, backwards);
        assert_ne!(forwards, (1..101).map(tenant).collect());
    }

    #[test]
    fn a_long_set_is_shown_in_part() {
        let set: TenantSet = ["acme"].into_iter().collect();
        assert_eq!(format!("{set:?}"), r#"{"acme"}"#);
        let set: TenantSet = (0..1_000).map(tenant).collect();
        assert!(format!("{set:?}").len() < 300);
    }
}
