//! What a step is fed with: who did what in a minute.
//!
//! Separate because these few types are all that a caller has to make. A tenant is its index in the
//! stage's [`Cohort`](crate::Cohort), so that nothing here looks up a key.
//!
//! **Invariants**
//! - Rows are checked before anything is taken up, so that a step is taken whole or not at all.

use crate::window::WindowLength;

/// Requests of one tenant in one minute and the bad events among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorRow {
    /// The tenant's index in the cohort.
    pub tenant: u32,
    /// Requests.
    pub requests: u32,
    /// Bad events, at most as many as requests: more count as many.
    pub bad: u32,
}

impl ErrorRow {
    #[inline]
    pub(crate) fn counts(&self) -> [u64; 2] {
        [
            u64::from(self.requests),
            u64::from(self.bad.min(self.requests)),
        ]
    }
}

/// How long the requests of one tenant took in one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatencyRow<'a> {
    /// The tenant's index in the cohort.
    pub tenant: u32,
    /// Requests by the metric's bounds, the last beyond the last bound.
    pub counts: &'a [u32],
}

impl LatencyRow<'_> {
    #[inline]
    pub(crate) fn counts(&self) -> impl Iterator<Item = u64> {
        self.counts.iter().copied().map(u64::from)
    }
}

/// What the caller's own predicate says of one tenant in one window.
///
/// Send one of length [`WindowLength::Minute`] for each tenant with traffic in each minute, good or bad:
/// that is how the guard knows who is there, and that the feed is alive.
///
/// Any predicate will do that doesn't look at the arm; a bad one costs power, never the guarantee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomRow {
    /// The tenant's index in the cohort.
    pub tenant: u32,
    /// The length of the window that closes with this minute.
    pub length: WindowLength,
    /// Whether the tenant was bad in it.
    pub bad: bool,
}

/// The rows of one metric in one minute. None at all means that its feed is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows<'a> {
    /// For a metric of errors.
    Errors(&'a [ErrorRow]),
    /// For a metric of latency.
    Latency(&'a [LatencyRow<'a>]),
    /// For a metric judged by the caller.
    Custom(&'a [CustomRow]),
}

/// A row names a tenant that is not in the cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a row names tenant {tenant} of a cohort of {tenants}")]
pub struct OutOfRange {
    /// The index in the row.
    pub tenant: u32,
    /// How many tenants there are.
    pub tenants: usize,
}

pub(crate) fn check(
    tenants: usize,
    mut named: impl Iterator<Item = u32>,
) -> Result<(), OutOfRange> {
    match named.find(|tenant| *tenant as usize >= tenants) {
        None => Ok(()),
        Some(tenant) => Err(OutOfRange { tenant, tenants }),
    }
}
