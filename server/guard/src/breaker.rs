//! The two circuit breakers: coarse, quick, and outside the bound on false rollbacks.
//!
//! Separate because they are no statistics of the rollout. They act on what nobody would wait for:
//! many tenants bad at once, or one tenant far beyond its own past. Their false alarms are measured
//! by the simulation, not proven.
//!
//! **Invariants**
//! - The hard stop counts tenants, not requests, so that no giant can trip it alone, and only those
//!   with habits to break.
//! - A tenant is switched off at most once a stage, and stays in its arm's count of tenants at risk:
//!   taking it out would let the outcome decide who is compared.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use statrs::function::beta::checked_beta_reg;
use statrs::function::gamma::checked_gamma_lr;

use crate::baseline::{ErrorBaseline, real};
use crate::evidence::ByArm;

/// The least chance that a tenant's bad events may have by its own past.
const IMPROBABLE: f64 = 1e-5;

/// Fewer bad events in a window are nobody's outage, however perfect the past.
const FEWEST_BAD: u64 = 3;

/// Of the last three windows of a minute, how many must be improbable.
const IMPROBABLE_WINDOWS: u32 = 2;
const LAST_THREE: u8 = 0b111;

/// Above this a negative binomial's shape makes it Poisson's, to nine digits.
const POISSON_SHAPE: f64 = 1e9;

/// Many treated tenants were bad in one and the same minute.
///
/// Only tenants with traffic in at least 30 minutes of their past count. Of those who drop in now and
/// then nobody knows what is usual, and a few that fail in the same minute are no outage: with four
/// of five tenants like that, a third of harmless rollouts were stopped before this rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardStop {
    /// The metric's index in the design.
    pub metric: usize,
    /// The minute of the stage, from 0.
    pub minute: u32,
    /// Tenants who were bad in it.
    pub bad: ByArm,
    /// Tenants who had traffic in it.
    pub active: ByArm,
}

impl HardStop {
    /// Whether so many are bad: at least 5 treated tenants, 20 % of the treated with traffic, and 5
    /// times the share among control. With no control to compare with it stays silent.
    pub(crate) fn is_due(bad: ByArm, active: ByArm) -> bool {
        let (bad_treated, bad_control) = (u64::from(bad.treated), u64::from(bad.control));
        let (treated, control) = (u64::from(active.treated), u64::from(active.control));
        bad_treated >= 5
            && bad_treated * 5 >= treated
            && control > 0
            && bad_treated * control >= 5 * bad_control * treated
    }
}

/// A treated tenant for which the feature is to be switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trip {
    /// The tenant's index in the cohort.
    pub tenant: u32,
    /// The metric's index in the design.
    pub metric: usize,
    /// The minute of the stage, from 0.
    pub minute: u32,
}

/// Whether so many tenants were switched off that the stage must pause: more than 3, and more than
/// 2 % of the treated.
pub(crate) const fn too_many_trips(trips: usize, treated: u32) -> bool {
    trips > 3 && trips * 50 > treated as usize
}

/// The improbable windows among each tenant's last three, the newest in the lowest bit; tenants
/// without any are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Suspects(BTreeMap<u32, u8>);

impl Suspects {
    /// Takes up a minute's improbable tenants and says, in ascending order, who is over the limit.
    pub(crate) fn minute(&mut self, improbable: &[u32]) -> Vec<u32> {
        self.0.retain(|_, windows| {
            *windows = (*windows << 1) & LAST_THREE;
            *windows != 0
        });
        for tenant in improbable {
            *self.0.entry(*tenant).or_default() |= 1;
        }
        self.0
            .iter()
            .filter(|(_, windows)| windows.count_ones() >= IMPROBABLE_WINDOWS)
            .map(|(tenant, _)| *tenant)
            .collect()
    }
}

impl ErrorBaseline {
    /// Whether a window of one minute is hardly possible by the tenant's own past.
    #[inline]
    pub(crate) fn is_improbable(&self, tenant: u32, counts: &[u64]) -> bool {
        let [requests, bad] = *counts else {
            return false;
        };
        let mean = real(requests) * f64::from(self.rates[tenant as usize]);
        // Most windows end before the last, expensive question.
        bad >= FEWEST_BAD
            && real(bad) > mean
            && tail(mean, f64::from(self.dispersions[tenant as usize]), bad) < IMPROBABLE
    }
}

/// The chance of `bad` or more events, at least 1, under a negative binomial distribution.
fn tail(mean: f64, dispersion: f64, bad: u64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    let shape = dispersion.recip();
    let tail = if shape > POISSON_SHAPE {
        checked_gamma_lr(real(bad), mean).ok()
    } else {
        checked_beta_reg(real(bad), shape, mean / (mean + shape)).ok()
    };
    // Neither refuses positive numbers. If one did, no tenant should lose a feature for it.
    tail.unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference values by summing the distribution in 40 digits.
    #[test]
    fn tails_are_exact_where_they_decide() {
        for (bad, shape, mean, expected) in [
            (5, 0.5, 0.01, 7.191_648_449_2e-10),
            (20, 1.0, 1.0, 9.536_743_164_06e-7),
            (40, 2.0, 3.0, 2.272_474_071_6e-8),
            (300, 1.0, 20.0, 4.397_544_865_72e-7),
            (1_000, 50.0, 500.0, 4.004_653_731_76e-8),
            (20_000, 5.0, 3_000.0, 1.985_338_935_69e-10),
            (1_300, 1e5, 1_000.0, 1.078_447_425_94e-19),
            (103_000, 1e6, 100_000.0, 1.173_524_841_54e-19),
            (1_300, f64::INFINITY, 1_000.0, 6.887_086_665_43e-20),
            (5, f64::INFINITY, 0.1, 7.667_801_686_19e-8),
        ] {
            let found = tail(mean, 1.0 / shape, bad);
            assert!(
                (found / expected - 1.0_f64).abs() < 1e-8,
                "{bad}, {shape}, {mean}: found {found:e}, expected {expected:e}"
            );
        }
    }

    #[test]
    fn two_of_three_windows_trip() {
        let mut suspects = Suspects::default();
        assert!(suspects.minute(&[1, 2]).is_empty());
        assert!(suspects.minute(&[]).is_empty());
        assert_eq!(suspects.minute(&[2]), [2]);
        assert!(suspects.minute(&[1]).is_empty(), "the first is forgotten");
        assert_eq!(suspects.minute(&[1, 3]), [1]);
    }

    #[test]
    fn a_hard_stop_needs_many_tenants_and_a_contrast() {
        let arms = |treated, control| ByArm { treated, control };
        assert!(HardStop::is_due(arms(5, 1), arms(25, 25)));
        assert!(!HardStop::is_due(arms(4, 0), arms(4, 100)), "too few");
        assert!(
            !HardStop::is_due(arms(5, 0), arms(26, 100)),
            "below a fifth"
        );
        assert!(
            !HardStop::is_due(arms(5, 5), arms(25, 124)),
            "control is bad too"
        );
        assert!(
            !HardStop::is_due(arms(5, 0), arms(5, 0)),
            "nobody to compare with"
        );
    }

    #[test]
    fn many_trips_pause() {
        assert!(!too_many_trips(3, 10));
        assert!(too_many_trips(4, 199));
        assert!(!too_many_trips(4, 200), "2 % is not more than 2 %");
    }
}
