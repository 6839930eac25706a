//! Drawing a cohort: which tenants of the roster a stage admits.
//!
//! Separate because it is a computation over the roster and knows no time.
//!
//! **Invariants**
//! - Who was drawn stays drawn: only others are added.
//! - The order is that of the buckets, or of the sizes and then of the buckets, and of the keys
//!   where buckets are the same: it never depends on the roster's order.

use crate::document::{Cohort, CohortSize};

/// A tenant that may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its weight.
    pub weight: u64,
    /// Its bucket, 0 to 99,999.
    pub bucket: u32,
}

/// How many tenants, and their weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// How many.
    pub tenants: u64,
    /// The sum of their weights.
    pub weight: u64,
}

/// A tenant's class of sizes: how many digits its weight has, 0 for no weight.
#[must_use]
pub fn size_class(weight: u64) -> u16 {
    weight
        .checked_ilog10()
        .map_or(0, |digits| u16::try_from(digits + 1).unwrap_or(u16::MAX))
}

/// Draws tenants, by their places among the candidates, in the order in which they were drawn.
/// `roster` is everybody, `drawn` whom earlier stages drew; candidates are neither drawn nor otherwise
/// excluded.
#[must_use]
pub fn fill(
    cohort: &Cohort,
    roster: Size,
    drawn: Size,
    candidates: &[Candidate<'_>],
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_unstable_by_key(|place| {
        let candidate = &candidates[*place];
        let class = if cohort.small_first {
            size_class(candidate.weight)
        } else {
            0
        };
        (class, candidate.bucket, candidate.key)
    });
    let most_tenants = match cohort.size {
        CohortSize::Tenants(count) => count,
        CohortSize::ShareOfTenants(share) => part(roster.tenants, share),
        CohortSize::ShareOfRequests(_) => u64::MAX,
    };
    let of_size = match cohort.size {
        CohortSize::ShareOfRequests(share) => Some(share),
        CohortSize::Tenants(_) | CohortSize::ShareOfTenants(_) => None,
    };
    let limits = of_size.into_iter().chain(cohort.max_share_of_requests);
    let most_weight = limits.map(|share| part(roster.weight, share)).min();
    let mut size = drawn;
    order.retain(|place| {
        let weight = size.weight.saturating_add(candidates[*place].weight);
        let fits = size.tenants < most_tenants && most_weight.is_none_or(|most| weight <= most);
        if fits {
            size = Size {
                tenants: size.tenants + 1,
                weight,
            };
        }
        fits
    });
    order
}

/// A share of a whole, in thousandths of a percent, rounded down.
fn part(whole: u64, share: u32) -> u64 {
    let part = u128::from(whole) * u128::from(share) / 100_000;
    u64::try_from(part).unwrap_or(u64::MAX)
}
