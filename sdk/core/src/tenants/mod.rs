//! Tenant sets: key lists of any length, packed.
//!
//! Separate because an allow list may hold a million tenants and is asked on every evaluation: one
//! arena of bytes and a table of positions take 22 to 30 bytes for a key of 15, where a set of
//! strings takes 51 and more, and are as quick.
//!
//! A set that is read elsewhere is changed as a copy. So that one more tenant does not copy a
//! million, the copies of a long set share what they have in common, and each holds what was added
//! and removed since.
//!
//! **Invariants**
//! - `top` and the keys of `base` have nothing in common; all of `removed` is in the keys of `base`.
//! - `top` and `removed` together hold [`LAYER`] keys at most where there is a base; without one
//!   `top` holds [`LONG`] at most.

mod hashed;
mod packed;

use std::fmt;
use std::sync::Arc;

pub use self::hashed::HashedKey;
use self::packed::{Packed, Probe};
use crate::limits::MAX_TENANT_BYTES;

/// A set of more keys has a base. To copy one that has none takes half a millisecond.
const LONG: usize = 32_768;
/// The most keys that are held beside a base: more, and a new base is made, which takes some 15 ms
/// for a million; fewer, and it is made too often.
const LAYER: usize = 4_096;

/// A set of tenant keys. Copies of a long set share what they have in common.
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
    /// The whole of a short set; of a long one what was added since its base was made.
    top: Packed,
    base: Option<Box<Base>>,
}

/// The better part of a long set.
#[derive(Clone)]
struct Base {
    keys: Arc<Packed>,
    /// Those of `keys` that are no longer in the set.
    removed: Packed,
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
        let probe = Probe::from(HashedKey::new(tenant));
        let Some(base) = &mut self.base else {
            let is_new = self.top.insert(probe);
            if self.top.len() > LONG {
                self.base = Some(Box::new(Base {
                    keys: Arc::new(std::mem::take(&mut self.top)),
                    removed: Packed::default(),
                }));
            }
            return is_new;
        };
        if let Some(keys) = base.own_keys(&self.top) {
            return keys.insert(probe);
        }
        if base.keys.contains(probe) {
            return base.removed.remove(probe);
        }
        let is_new = self.top.insert(probe);
        self.fold();
        is_new
    }

    /// Takes a tenant out; true if it was there.
    pub fn remove(&mut self, tenant: &str) -> bool {
        let probe = Probe::from(HashedKey::new(tenant));
        if self.top.remove(probe) {
            return true;
        }
        let Some(base) = &mut self.base else {
            return false;
        };
        if let Some(keys) = base.own_keys(&self.top) {
            return keys.remove(probe);
        }
        let is_gone = base.keys.contains(probe) && base.removed.insert(probe);
        self.fold();
        is_gone
    }

    /// Whether the tenant is in the set.
    #[inline]
    #[must_use]
    pub fn contains(&self, tenant: &str) -> bool {
        self.contains_hashed(HashedKey::new(tenant))
    }

    /// As [`contains`](Self::contains), for a key that is hashed already.
    #[inline]
    #[must_use]
    pub fn contains_hashed(&self, tenant: HashedKey<'_>) -> bool {
        if self.top.is_empty() && self.base.is_none() {
            return false;
        }
        let probe = Probe::from(tenant);
        match &self.base {
            None => self.top.contains(probe),
            Some(base) => base.contains(probe) || !self.top.is_empty() && self.top.contains(probe),
        }
    }

    /// The number of tenants.
    #[must_use]
    pub fn len(&self) -> usize {
        self.top.len() + self.base.as_ref().map_or(0, |base| base.len())
    }

    /// Whether there is none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The tenants, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let base = self.base.iter().flat_map(|base| {
            let stays = |key: &&[u8]| {
                base.removed.is_empty() || !base.removed.contains(Probe::of_record(key))
            };
            base.keys.iter().filter(stays)
        });
        // Keys are made from text, so none is passed over.
        let text = |key| std::str::from_utf8(key).ok();
        self.top.iter().chain(base).filter_map(text)
    }

    /// What the set occupies on the heap, in bytes, shared parts included.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let base = self.base.as_ref().map_or(0, |base| {
            size_of::<Base>() + base.keys.size_bytes() + base.removed.size_bytes()
        });
        self.top.size_bytes() + base
    }

    /// Makes a new base once there is much beside the old one.
    fn fold(&mut self) {
        let Self { top, base } = self;
        let Some(base) = base else {
            return;
        };
        if top.len() + base.removed.len() <= LAYER {
            return;
        }
        let (top, removed) = (std::mem::take(top), std::mem::take(&mut base.removed));
        let keys = Arc::make_mut(&mut base.keys);
        for key in removed.iter() {
            keys.remove(Probe::of_record(key));
        }
        for key in top.iter() {
            keys.insert(Probe::of_record(key));
        }
    }

    /// Gives back what growth has reserved ahead.
    fn shrink(&mut self) {
        self.top.shrink();
        if let Some(keys) = self
            .base
            .as_mut()
            .and_then(|base| Arc::get_mut(&mut base.keys))
        {
            keys.shrink();
        }
    }
}

impl Base {
    /// The keys to change them, if no copy shares them and there is nothing beside them.
    fn own_keys(&mut self, top: &Packed) -> Option<&mut Packed> {
        if top.is_empty() && self.removed.is_empty() {
            Arc::get_mut(&mut self.keys)
        } else {
            None
        }
    }

    /// Not inlined: short sets are most, and have none.
    #[inline(never)]
    fn contains(&self, probe: Probe<'_>) -> bool {
        // Who is found is a coin toss; whether anybody was removed is not, and so it is asked first.
        if self.removed.is_empty() {
            self.keys.contains(probe)
        } else {
            self.keys.contains(probe) && !self.removed.contains(probe)
        }
    }

    fn len(&self) -> usize {
        self.keys.len() - self.removed.len()
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
        assert!(set.size_bytes() < 12_000, "{} bytes", set.size_bytes());
    }

    #[test]
    fn copies_of_a_long_set_share_it_and_go_their_own_ways() {
        let count = u32::try_from(LONG + LONG / 2).expect("a small number");
        let original: TenantSet = (0..count).map(tenant).collect();
        let (mut copy, mut model) = (original.clone(), (0..count).collect::<BTreeSet<_>>());
        let (mut reader, mut read) = (copy.clone(), copy.len());
        let alone = original.size_bytes();
        // Enough for several new bases. Some come and go, some go and come back.
        for step in 0..4 * u32::try_from(LAYER).expect("a small number") {
            let number = step.wrapping_mul(2_654_435_761) % (2 * count);
            for number in [number, number / 3] {
                if step % 2 == 0 {
                    assert_eq!(copy.insert(&tenant(number)), model.insert(number));
                } else {
                    assert_eq!(copy.remove(&tenant(number)), model.remove(&number));
                }
                assert_eq!(copy.contains(&tenant(number)), model.contains(&number));
            }
            assert_eq!(copy.len(), model.len());
            if step % 1_000 == 0 {
                // Somebody reads it: the next change is made beside what is shared.
                assert_eq!(reader.len(), read);
                (reader, read) = (copy.clone(), copy.len());
            }
        }
        let keys: BTreeSet<String> = model.into_iter().map(tenant).collect();
        assert!(copy.iter().collect::<BTreeSet<_>>().iter().eq(keys.iter()));
        assert_eq!(copy, keys.iter().collect::<TenantSet>());
        assert_eq!(original, (0..count).map(tenant).collect());
        assert_eq!(original.size_bytes(), alone);
        assert_ne!(original, copy);
    }

    #[test]
    fn a_change_of_a_copy_copies_no_long_set() {
        let original: TenantSet = (0..100_000).map(tenant).collect();
        let mut copy = original.clone();
        assert!(copy.insert("guest") && copy.remove(&tenant(7)) && copy.insert(&tenant(7)));
        assert!(copy.remove(&tenant(8)) && !copy.remove(&tenant(8)) && !copy.insert("guest"));
        let shared = original
            .base
            .as_ref()
            .map_or(0, |base| base.keys.size_bytes());
        assert!(shared > 2_000_000 && copy.size_bytes() - shared < 1_000);
        assert_eq!(copy.len(), 100_000);
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
