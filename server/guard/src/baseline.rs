//! Each tenant's own past: what is usual for it, and so what is bad.
//!
//! Separate because it is done before the stage starts and then only read. The guarantee needs
//! that, and one thing more: both arms' past must be taken **alike**, over the same time, without
//! regard to who is treated. So take the days before the whole rollout, not before each stage: from
//! the second stage on, a part of the treated has had the feature already, and its harm would
//! become usual.
//!
//! **Invariants**
//! - Nothing here knows the arms.
//! - Limits are kept as `f32`, rounded up: that many digits survive every document format.
//!   A window is bad only above its limit, never at it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use crate::rows::{ErrorRow, LatencyRow, OutOfRange, check};
use crate::window::{OpenWindows, WindowLength};

/// A window must exceed what is usual by this factor to be bad.
const MARGIN: f64 = 1.25;

/// Windows with fewer requests say nothing about what rates are usual.
const FEWEST_REQUESTS: u64 = 20;

/// With fewer windows, the largest rate stands for the 99th percentile.
const FEWEST_WINDOWS: usize = 30;

/// A tenant with traffic in fewer minutes has no habits that a breaker could go by.
const FEWEST_MINUTES: u32 = 30;

/// How many requests at the rate of all tenants are added to a tenant's own, so that a tenant of
/// few requests does not seem perfect.
const POOLED_REQUESTS: f64 = 200.0;

/// What is usual for each tenant in a metric of errors; made by [`ErrorHistory`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorBaseline {
    /// By length and tenant: the share of bad events above which a window is bad.
    pub(crate) limits: [Vec<f32>; WindowLength::ALL.len()],
    /// By tenant: its share of bad events, drawn a little to that of all tenants.
    pub(crate) rates: Vec<f32>,
    /// By tenant: by how much the variance of its bad events exceeds Poisson's, as a multiple of
    /// the squared mean. 0 for Poisson.
    pub(crate) dispersions: Vec<f32>,
    /// By tenant: whether it had any traffic. Those without are no part of the stage.
    pub(crate) active: Vec<bool>,
    /// By tenant: whether it had traffic in at least 30 minutes.
    pub(crate) settled: Vec<bool>,
}

/// What is usual for each tenant in a metric of latency; made by [`LatencyHistory`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LatencyBaseline {
    /// The upper bounds of the histogram's counts, ascending, in any unit; one more count lies
    /// beyond the last.
    pub(crate) bounds: Vec<f32>,
    /// By length and tenant: the 95th percentile above which a window is bad.
    pub(crate) limits: [Vec<f32>; WindowLength::ALL.len()],
    pub(crate) active: Vec<bool>,
    pub(crate) settled: Vec<bool>,
}

/// What is known beforehand in a metric that is judged by the caller: only who had traffic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomBaseline {
    pub(crate) active: Vec<bool>,
}

impl CustomBaseline {
    /// `active` says by tenant whether it had traffic before the stage.
    #[must_use]
    pub const fn new(active: Vec<bool>) -> Self {
        Self { active }
    }
}

/// Of each tenant's values those of some tenants, by their places.
fn of<T: Copy>(values: &[T], places: &[u32]) -> Vec<T> {
    let values = places.iter().map(|place| values[*place as usize]);
    values.collect()
}

impl ErrorBaseline {
    pub(crate) fn only(&self, places: &[u32]) -> Self {
        Self {
            limits: self.limits.each_ref().map(|limits| of(limits, places)),
            rates: of(&self.rates, places),
            dispersions: of(&self.dispersions, places),
            active: of(&self.active, places),
            settled: of(&self.settled, places),
        }
    }
}

impl LatencyBaseline {
    pub(crate) fn only(&self, places: &[u32]) -> Self {
        Self {
            bounds: self.bounds.clone(),
            limits: self.limits.each_ref().map(|limits| of(limits, places)),
            active: of(&self.active, places),
            settled: of(&self.settled, places),
        }
    }
}

impl CustomBaseline {
    pub(crate) fn only(&self, places: &[u32]) -> Self {
        Self {
            active: of(&self.active, places),
        }
    }
}

/// Collects a past of requests and bad events, minute by minute, in memory that doesn't grow with
/// its length.
///
/// Both arms' past must be taken alike, over the same time and without regard to who is treated, or
/// the guarantee is lost. Take the last seven days before the whole *rollout*, and the same for all of
/// its stages: later, a part of the treated has had the feature already, and its harm would become
/// usual.
#[derive(Debug, Clone)]
pub struct ErrorHistory {
    windows: OpenWindows,
    minutes: u32,
    top: [Vec<TopRates>; WindowLength::ALL.len()],
    sums: Vec<Sums>,
}

/// Sums over a tenant's windows of one minute, exact so that their differences are.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    minutes: u32,
    requests: u64,
    bad: u64,
    requests_squared: u128,
    bad_squared: u128,
    product: u128,
}

impl ErrorHistory {
    /// For `tenants` tenants and at most `minutes` minutes: 10,080 for seven days.
    #[must_use]
    pub fn new(tenants: usize, minutes: u32) -> Self {
        Self {
            windows: OpenWindows::new(tenants, 2),
            minutes: 0,
            top: top_rates(tenants, minutes),
            sums: vec![Sums::default(); tenants],
        }
    }

    /// Takes up the next minute.
    ///
    /// # Errors
    ///
    /// If a row's tenant is unknown; nothing is taken up then.
    pub fn minute(&mut self, rows: &[ErrorRow]) -> Result<(), OutOfRange> {
        check(self.sums.len(), rows.iter().map(|row| row.tenant))?;
        for row in rows {
            self.windows.add(row.tenant, row.counts());
        }
        self.windows.close(self.minutes, |length, tenant, counts| {
            let [requests, bad] = *counts else { return };
            let tenant = tenant as usize;
            if length == WindowLength::Minute {
                self.sums[tenant].add(requests, bad);
            }
            if requests >= FEWEST_REQUESTS {
                self.top[length as usize][tenant].add(round_up(real(bad) / real(requests)));
            }
        });
        self.minutes += 1;
        Ok(())
    }

    /// Ends the past; windows still open are dropped.
    #[must_use]
    pub fn finish(self) -> ErrorBaseline {
        let requests: u64 = self.sums.iter().map(|sums| sums.requests).sum();
        let bad: u64 = self.sums.iter().map(|sums| sums.bad).sum();
        let pool = if requests == 0 {
            0.0
        } else {
            real(bad) / real(requests)
        };
        let rates: Vec<f64> = self.sums.iter().map(|sums| sums.rate(pool)).collect();
        let limits = self.top.map(|top| {
            top.into_iter()
                .zip(&rates)
                .map(|(top, rate)| round_up(MARGIN * top.percentile_99().unwrap_or(0.0).max(*rate)))
                .collect()
        });
        ErrorBaseline {
            limits,
            dispersions: self
                .sums
                .iter()
                .zip(&rates)
                .map(|(sums, rate)| round_up(sums.dispersion(*rate)))
                .collect(),
            active: self.sums.iter().map(|sums| sums.minutes > 0).collect(),
            settled: (self.sums.iter())
                .map(|sums| sums.minutes >= FEWEST_MINUTES)
                .collect(),
            rates: rates.into_iter().map(round_up).collect(),
        }
    }
}

impl Sums {
    fn add(&mut self, requests: u64, bad: u64) {
        let (r, y) = (u128::from(requests), u128::from(bad));
        self.minutes += u32::from(requests > 0);
        self.requests += requests;
        self.bad += bad;
        self.requests_squared += r * r;
        self.bad_squared += y * y;
        self.product += r * y;
    }

    fn rate(&self, pool: f64) -> f64 {
        (real(self.bad) + POOLED_REQUESTS * pool) / (real(self.requests) + POOLED_REQUESTS)
    }

    /// The method of moments: the sum over windows of `(y - r b)^2 - r b` over that of `(r b)^2`,
    /// at least Poisson.
    fn dispersion(&self, rate: f64) -> f64 {
        let squares = rate * rate * wide(self.requests_squared);
        if squares == 0.0 {
            return 0.0;
        }
        let excess = wide(self.bad_squared) - 2.0 * rate * wide(self.product) + squares
            - rate * real(self.requests);
        (excess / squares).max(0.0)
    }
}

/// Collects a past of latency histograms, minute by minute; see [`ErrorHistory`] for which past.
#[derive(Debug, Clone)]
pub struct LatencyHistory {
    bounds: Vec<f32>,
    windows: OpenWindows,
    minutes: u32,
    top: [Vec<TopRates>; WindowLength::ALL.len()],
    /// By tenant: in how many minutes it had traffic.
    active_minutes: Vec<u32>,
}

impl LatencyHistory {
    /// For `tenants` tenants and at most `minutes` minutes. `bounds` are the upper bounds of the
    /// histogram's counts, ascending and positive, in any unit; each row has one more count, for
    /// what lies beyond.
    #[must_use]
    pub fn new(bounds: Vec<f32>, tenants: usize, minutes: u32) -> Self {
        Self {
            windows: OpenWindows::new(tenants, bounds.len() + 1),
            bounds,
            minutes: 0,
            top: top_rates(tenants, minutes),
            active_minutes: vec![0; tenants],
        }
    }

    /// Takes up the next minute. Counts that a row lacks are 0, and those it has too many are
    /// dropped.
    ///
    /// # Errors
    ///
    /// If a row's tenant is unknown; nothing is taken up then.
    pub fn minute(&mut self, rows: &[LatencyRow<'_>]) -> Result<(), OutOfRange> {
        check(self.active_minutes.len(), rows.iter().map(|row| row.tenant))?;
        for row in rows {
            self.windows.add(row.tenant, row.counts());
        }
        self.windows.close(self.minutes, |length, tenant, counts| {
            let tenant = tenant as usize;
            if let Some((requests, value)) = percentile_95(&self.bounds, counts) {
                if length == WindowLength::Minute {
                    self.active_minutes[tenant] += 1;
                }
                if requests >= FEWEST_REQUESTS {
                    self.top[length as usize][tenant].add(value);
                }
            }
        });
        self.minutes += 1;
        Ok(())
    }

    /// Ends the past; windows still open are dropped. A tenant that never had 20 requests in a
    /// window has no usual latency and is never bad.
    #[must_use]
    pub fn finish(self) -> LatencyBaseline {
        LatencyBaseline {
            limits: self.top.map(|top| {
                top.into_iter()
                    .map(|top| match top.percentile_99() {
                        Some(usual) => round_up(MARGIN * usual),
                        None => f32::MAX,
                    })
                    .collect()
            }),
            bounds: self.bounds,
            active: (self.active_minutes.iter())
                .map(|minutes| *minutes > 0)
                .collect(),
            settled: (self.active_minutes.iter())
                .map(|minutes| *minutes >= FEWEST_MINUTES)
                .collect(),
        }
    }
}

impl ErrorBaseline {
    /// The share of bad events above which a window of this length is bad for the tenant, from 0 up;
    /// `None` if there is no such tenant.
    #[must_use]
    pub fn limit(&self, length: WindowLength, tenant: u32) -> Option<f32> {
        self.limits[length as usize].get(tenant as usize).copied()
    }

    /// Whether the tenant's window of this length is bad.
    #[inline]
    pub(crate) fn is_bad(&self, length: WindowLength, tenant: u32, counts: &[u64]) -> bool {
        let [requests, bad] = *counts else {
            return false;
        };
        bad >= 3
            && real(bad) > f64::from(self.limits[length as usize][tenant as usize]) * real(requests)
    }
}

impl LatencyBaseline {
    /// Whether the tenant's window of this length is bad.
    #[inline]
    pub(crate) fn is_bad(&self, length: WindowLength, tenant: u32, counts: &[u64]) -> bool {
        percentile_95(&self.bounds, counts).is_some_and(|(requests, value)| {
            requests >= FEWEST_REQUESTS && value > self.limits[length as usize][tenant as usize]
        })
    }
}

/// The number of requests, and the bound under which 95 of 100 lie; `None` without requests.
#[inline]
fn percentile_95(bounds: &[f32], counts: &[u64]) -> Option<(u64, f32)> {
    let requests: u64 = counts.iter().sum();
    if requests == 0 {
        return None;
    }
    let rank = (requests * 95).div_ceil(100);
    let mut below = 0;
    for (bound, count) in bounds.iter().zip(counts) {
        below += count;
        if below >= rank {
            return Some((requests, *bound));
        }
    }
    Some((requests, f32::MAX))
}

/// The largest of a series of values: as many as its 99th percentile can be among.
#[derive(Debug, Clone)]
struct TopRates {
    room: usize,
    values: usize,
    /// The bits of values from 0 up, which are ordered as the values are.
    largest: BinaryHeap<Reverse<u32>>,
}

fn top_rates(tenants: usize, minutes: u32) -> [Vec<TopRates>; WindowLength::ALL.len()] {
    WindowLength::ALL.map(|length| {
        let top = TopRates {
            room: from_the_top((minutes / length.minutes()).max(1) as usize),
            values: 0,
            largest: BinaryHeap::new(),
        };
        vec![top; tenants]
    })
}

/// The place of the 99th percentile (nearest rank) of `values` values, counted from the largest,
/// which is 1.
const fn from_the_top(values: usize) -> usize {
    if values < FEWEST_WINDOWS {
        1
    } else {
        values - (values * 99).div_ceil(100) + 1
    }
}

impl TopRates {
    fn add(&mut self, value: f32) {
        self.values += 1;
        if self.largest.len() < self.room {
            self.largest.push(Reverse(value.to_bits()));
        } else if let Some(mut least) = self.largest.peek_mut()
            && value.to_bits() > least.0
        {
            least.0 = value.to_bits();
        }
    }

    fn percentile_99(self) -> Option<f64> {
        let place = from_the_top(self.values).min(self.room);
        let descending = self.largest.into_sorted_vec();
        descending
            .get(place - 1)
            .map(|Reverse(bits)| f64::from(f32::from_bits(*bits)))
    }
}

/// The least `f32` that is not below `value`, and at most the largest of all.
fn round_up(value: f64) -> f32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is cut off is put right below"
    )]
    let near = value as f32;
    let up = if f64::from(near) < value {
        near.next_up()
    } else {
        near
    };
    up.min(f32::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) const fn real(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a relative error of 2^-53 is of no account"
)]
const fn wide(sum: u128) -> f64 {
    sum as f64
}

#[cfg(test)]
#[path = "baseline_tests.rs"]
mod tests;
