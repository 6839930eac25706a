//! Hashed keys: a key is hashed once for an evaluation, however many lists are asked for it.
//!
//! **Invariants**
//! - The hash is keyed at random, once for each process: tenant keys come from outside, and nobody
//!   who chooses them may choose where they land. All sets have the same key, since one hash serves
//!   them all.

use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use foldhash::fast::RandomState;

static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::default);

/// A key of a tenant and its hash, for callers who ask several things about the same tenant.
///
/// ```
/// use tenantry_core::{HashedKey, TenantSet};
///
/// let friends: TenantSet = ["acme", "globex"].into_iter().collect();
/// let acme = HashedKey::new("acme");
/// assert!(friends.contains_hashed(acme));
/// assert_eq!(acme.hash(), HashedKey::from("acme").hash());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct HashedKey<'k> {
    key: &'k str,
    hash: u64,
}

impl<'k> HashedKey<'k> {
    /// Hashes a key.
    #[inline]
    #[must_use]
    pub fn new(key: &'k str) -> Self {
        // The bytes alone: `Hash` for `str` would append a mark, for a third of the price.
        let hash = hash(key.as_bytes());
        Self { key, hash }
    }

    /// The key.
    #[inline]
    #[must_use]
    pub const fn key(self) -> &'k str {
        self.key
    }

    /// The hash: another one in each process, and even over all its bits.
    #[inline]
    #[must_use]
    pub const fn hash(self) -> u64 {
        self.hash
    }
}

impl<'k> From<&'k str> for HashedKey<'k> {
    #[inline]
    fn from(key: &'k str) -> Self {
        Self::new(key)
    }
}

/// The hash of a key's bytes.
#[inline]
pub(super) fn hash(key: &[u8]) -> u64 {
    let mut state = HASHER.build_hasher();
    state.write(key);
    state.finish()
}
