//! Measures: what is counted of a flag, an answer and a tenant.
//!
//! Separate from tallies and frames because both work alike for calls and for outcomes.
//!
//! **Invariants**
//! - Measures add up: in whatever order and however often they are merged, the sum is the same.
//! - A count stays within [`MAX_COUNT`], so that sums of very many never leave 64 bits.

use std::fmt::Debug;

use serde::de::{Error as _, SeqAccess};
use serde::ser::SerializeSeq;

use super::latency::LATENCY_BUCKETS;

/// The largest count: 2^36, some 68 billion.
pub const MAX_COUNT: u64 = 1 << 36;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Calls {}
    impl Sealed for super::Outcomes {}
}

/// What is counted: [`Calls`] or [`Outcomes`].
pub trait Measure: sealed::Sealed + Debug + Clone + Default + PartialEq + Eq {
    /// The kind of the frame that carries it.
    const KIND: &'static str;

    /// Adds another one's counts.
    fn merge(&mut self, other: &Self);

    /// What it is sorted by: calls or requests.
    fn weight(&self) -> u64;

    /// Writes its fields as elements of a row.
    #[doc(hidden)]
    fn write<S: SerializeSeq>(&self, row: &mut S) -> Result<(), S::Error>;

    /// Reads its fields from the elements of a row.
    #[doc(hidden)]
    fn read<'de, A: SeqAccess<'de>>(row: &mut A) -> Result<Self, A::Error>;
}

/// How often a flag was asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls(pub u64);

impl Measure for Calls {
    const KIND: &'static str = "usage";

    fn merge(&mut self, other: &Self) {
        self.0 = sum(self.0, other.0);
    }

    fn weight(&self) -> u64 {
        self.0
    }

    fn write<S: SerializeSeq>(&self, row: &mut S) -> Result<(), S::Error> {
        row.serialize_element(&self.0)
    }

    fn read<'de, A: SeqAccess<'de>>(row: &mut A) -> Result<Self, A::Error> {
        count(row).map(Self)
    }
}

/// What became of the work behind a flag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// How often it was done.
    pub requests: u64,
    /// How often of these it failed.
    pub failures: u64,
    /// How long it took, where that was said: buckets (see
    /// [`latency_bucket`](super::latency_bucket)) and counts, sorted by bucket, without zeros.
    pub latency: Vec<(u8, u64)>,
}

impl Outcomes {
    /// One outcome, with the bucket of its latency if that is known.
    #[must_use]
    pub fn one(failed: bool, latency: Option<u8>) -> Self {
        Self {
            requests: 1,
            failures: u64::from(failed),
            latency: latency.map(|bucket| (bucket, 1)).into_iter().collect(),
        }
    }
}

impl Measure for Outcomes {
    const KIND: &'static str = "outcomes";

    fn merge(&mut self, other: &Self) {
        self.requests = sum(self.requests, other.requests);
        self.failures = sum(self.failures, other.failures);
        for &(bucket, count) in &other.latency {
            match self.latency.binary_search_by_key(&bucket, |it| it.0) {
                Ok(at) => self.latency[at].1 = sum(self.latency[at].1, count),
                Err(at) => self.latency.insert(at, (bucket, count)),
            }
        }
    }

    fn weight(&self) -> u64 {
        self.requests
    }

    fn write<S: SerializeSeq>(&self, row: &mut S) -> Result<(), S::Error> {
        row.serialize_element(&self.requests)?;
        row.serialize_element(&self.failures)?;
        if self.latency.is_empty() {
            return Ok(());
        }
        row.serialize_element(&self.latency)
    }

    fn read<'de, A: SeqAccess<'de>>(row: &mut A) -> Result<Self, A::Error> {
        let (requests, failures) = (count(row)?, count(row)?);
        let latency: Vec<(u8, u64)> = row.next_element()?.unwrap_or_default();
        let is_sorted = latency.is_sorted_by(|one, next| one.0 < next.0);
        let fits = |&(bucket, count): &(u8, u64)| {
            bucket < LATENCY_BUCKETS && (1..=MAX_COUNT).contains(&count)
        };
        if failures > requests || !is_sorted || !latency.iter().all(fits) {
            return Err(A::Error::custom("outcomes that cannot be"));
        }
        Ok(Self {
            requests,
            failures,
            latency,
        })
    }
}

fn sum(one: u64, other: u64) -> u64 {
    one.saturating_add(other).min(MAX_COUNT)
}

/// The next element of a row, which counts.
fn count<'de, A: SeqAccess<'de>>(row: &mut A) -> Result<u64, A::Error> {
    let count: u64 = row
        .next_element()?
        .ok_or_else(|| A::Error::custom("a row that is too short"))?;
    if count > MAX_COUNT {
        return Err(A::Error::custom("a count that is too large"));
    }
    Ok(count)
}
