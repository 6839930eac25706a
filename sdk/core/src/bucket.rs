//! Buckets: where a tenant stands in a rollout, and which variant it draws.
//!
//! Separate because these numbers are a promise: a tenant that has a flag keeps it. Nothing here
//! may ever change an answer; the vectors in `vectors/hash.json` hold it.
//!
//! **Invariants**
//! - Integers only. The same salt and tenant give the same bucket on every machine, for ever.
//! - At whole percents a rollout admits exactly whom Unleash's `flexibleRollout` admits.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::Variant;
use crate::murmur::Murmur;

/// A tenant's place in a rollout, 0 to 99,999: the rollout admits the tenant if its place lies
/// below the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Bucket(u32);

impl Bucket {
    /// The number of buckets: 100,000, a thousandth of a percent each.
    pub const COUNT: u32 = 100_000;

    /// The bucket's number, 0 to 99,999.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Whole percents come from the hash as Unleash takes them; the next digits refine them.
    const fn of_hash(hash: u32) -> Self {
        Self((hash % 100) * 1_000 + (hash / 100) % 1_000)
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The bucket of `tenant` under `salt`.
///
/// ```
/// let bucket = tenantry_core::bucket("new-billing", "acme");
/// assert_eq!(bucket.number(), 7_210);
/// ```
#[must_use]
pub fn bucket(salt: &str, tenant: &str) -> Bucket {
    SaltedBucket::new(salt).of(tenant)
}

/// A salt taken up, ready for tenants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SaltedBucket(Murmur);

impl SaltedBucket {
    pub(crate) fn new(salt: &str) -> Self {
        Self(absorb(0, salt))
    }

    #[inline]
    pub(crate) fn of(self, tenant: &str) -> Bucket {
        Bucket::of_hash(self.0.finish(tenant.as_bytes()))
    }
}

/// The variants of a flag with their salt taken up.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    salted: Murmur,
    variants: Box<[Variant]>,
    /// The sum of all weights: at least 1.
    sum: u32,
}

impl Draw {
    /// A second hash, so that a tenant's variant says nothing about its place in the rollout.
    const SEED: u32 = 86_028_157;

    /// `None` if no variant has any weight.
    pub(crate) fn new(salt: &str, variants: &[Variant]) -> Option<Self> {
        let sum = variants
            .iter()
            .fold(0, |sum: u32, variant| sum.saturating_add(variant.weight));
        (sum > 0).then(|| Self {
            salted: absorb(Self::SEED, salt),
            variants: variants.into(),
            sum,
        })
    }

    /// The variant of `tenant`: the first whose running sum of weights reaches the tenant's ticket.
    pub(crate) fn of(&self, tenant: &str) -> &Variant {
        let ticket = self.salted.finish(tenant.as_bytes()) % self.sum + 1;
        let mut reached = 0;
        self.variants
            .iter()
            .find(|variant| {
                reached += variant.weight;
                reached >= ticket
            })
            .expect("the running sum ends at the sum of all weights, which no ticket exceeds")
    }
}

fn absorb(seed: u32, salt: &str) -> Murmur {
    Murmur::absorb(seed, format!("{salt}:").as_bytes())
}
