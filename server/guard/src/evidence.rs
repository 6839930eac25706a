//! How strongly the tenants that went bad speak for harm: the anytime-valid log-rank test.
//!
//! Separate because this is the one part that the bound on false rollbacks rests on. It knows
//! counts by arm and nothing of metrics, rates or time.
//!
//! **Invariants**
//! - All in logarithms: no count of tenants overflows or loses the small terms.
//! - A window in which nobody went bad leaves every bit as it was.

use serde::{Deserialize, Serialize};
use statrs::function::factorial::ln_binomial;
use statrs::function::gamma::ln_gamma;

/// The effects that the evidence is a mixture of, with equal weights: by how much treatment
/// multiplies the odds that a tenant goes bad.
pub const EFFECTS: [f64; 7] = [1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0];

/// Below this, relative to the largest one, a term adds nothing to a sum.
const NEGLIGIBLE: f64 = 1e-18;

/// A number of tenants in each arm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByArm {
    /// Tenants who have the feature.
    pub treated: u32,
    /// Tenants who could have it and have not.
    pub control: u32,
}

impl ByArm {
    /// Tenants in both arms.
    #[must_use]
    pub const fn total(self) -> u32 {
        self.treated + self.control
    }
}

/// The evidence for harm of one metric at one window length, since the stage's start.
///
/// In a window `d` tenants go bad of `n1` treated and `n0` control ones still at risk. Without harm
/// they are a draw without replacement, so the number of treated among them is hypergeometric. If
/// being treated multiplies the odds of going bad by `psi`, it follows Fisher's noncentral
/// hypergeometric distribution. The window's factor is the ratio of the two probabilities of what
/// was seen, `d1` treated ones:
///
/// ```text
/// Z(psi)  = sum over k of C(n1, k) C(n0, d - k) psi^k
/// LR(psi) = psi^d1 Z(1) / Z(psi)
/// E       = 1/7 sum over psi of the product of LR(psi) over all windows
/// ```
///
/// The mean of each factor is 1 without harm, so `E` is a non-negative martingale that starts at 1,
/// and by Ville's inequality it ever reaches `c` with a probability of `1/c` at most. The source is
/// ter Schure, Pérez-Ortiz, Ly and Grünwald, *The anytime-valid logrank test* (2024,
/// arXiv 2011.06931); the mixture over `psi` is theirs too.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Evidence {
    /// By effect: the natural logarithm of the product of all windows' factors.
    ln: [f64; EFFECTS.len()],
}

impl Evidence {
    /// Takes up one window, in which `bad` of the tenants `at_risk` went bad.
    ///
    /// Call it once per stratum where tenants were put into strata: the factors multiply.
    ///
    /// # Panics
    ///
    /// If in either arm more went bad than were at risk.
    pub fn observe(&mut self, at_risk: ByArm, bad: ByArm) {
        assert!(
            bad.treated <= at_risk.treated && bad.control <= at_risk.control,
            "only tenants at risk can go bad"
        );
        if bad.total() == 0 {
            return;
        }
        for (ln, psi) in self.ln.iter_mut().zip(EFFECTS) {
            *ln += ln_factor(psi, at_risk, bad);
        }
    }

    /// The natural logarithm of `E`: 0 at the start, positive where harm explains better what was
    /// seen.
    #[must_use]
    pub fn ln(&self) -> f64 {
        mixture(self.ln)
    }

    /// `ln E` if all treated tenants at risk went bad at once and no other did. If even that does
    /// not reach the threshold, the guard is blind.
    #[must_use]
    pub fn ln_after_total_failure(&self, strata: &[ByArm]) -> f64 {
        let mut after = *self;
        for at_risk in strata {
            after.observe(
                *at_risk,
                ByArm {
                    treated: at_risk.treated,
                    control: 0,
                },
            );
        }
        after.ln()
    }

    /// `ln E` if all treated tenants at risk went bad one window after the other and no other did:
    /// the most that this stage can still bring to light.
    #[must_use]
    pub fn ln_at_best(&self, strata: &[ByArm]) -> f64 {
        let mut ln = self.ln;
        for at_risk in strata {
            let (treated, control) = (f64::from(at_risk.treated), f64::from(at_risk.control));
            for (ln, psi) in ln.iter_mut().zip(EFFECTS) {
                // The product over j = 1..=n1 of psi (j + n0) / (psi j + n0), by gamma functions.
                let share = control / psi;
                *ln += ln_gamma(treated + control + 1.0)
                    - ln_gamma(control + 1.0)
                    - ln_gamma(treated + share + 1.0)
                    + ln_gamma(share + 1.0);
            }
        }
        mixture(ln)
    }
}

/// The logarithm of the mean of the exponentials.
fn mixture(ln: [f64; EFFECTS.len()]) -> f64 {
    let largest = ln.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = ln.into_iter().map(|ln| (ln - largest).exp()).sum();
    largest + (sum / EFFECTS_COUNT).ln()
}

#[expect(clippy::cast_precision_loss, reason = "seven is exact")]
const EFFECTS_COUNT: f64 = EFFECTS.len() as f64;

/// `ln LR(psi)` of a window.
pub(crate) fn ln_factor(psi: f64, at_risk: ByArm, bad: ByArm) -> f64 {
    let d = bad.total();
    // Z(1) has a closed form, after Vandermonde.
    f64::from(bad.treated) * psi.ln() + ln_choose(at_risk.total(), d)
        - ln_normaliser(psi, at_risk, d)
}

/// `ln Z(psi)`.
///
/// The terms rise to one peak and fall again. Summing outwards from the peak needs no logarithm
/// per term and stops where terms stop mattering, after some multiples of `sqrt(d)`.
fn ln_normaliser(psi: f64, at_risk: ByArm, d: u32) -> f64 {
    let (n1, n0) = (at_risk.treated, at_risk.control);
    let first = d.saturating_sub(n0);
    let last = d.min(n1);
    // The ratio of the term at k + 1 to the term at k, for first <= k < last. It falls with k.
    let ratio = |k: u32| {
        psi * (f64::from(n1 - k) * f64::from(d - k))
            / (f64::from(k + 1) * f64::from(n0 + k + 1 - d))
    };
    let (mut low, mut high) = (first, last);
    while low < high {
        let middle = low.midpoint(high);
        if ratio(middle) > 1.0 {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let peak = low;
    let mut sum = 1.0;
    let mut term = 1.0;
    for k in peak..last {
        term *= ratio(k);
        sum += term;
        if term < NEGLIGIBLE {
            break;
        }
    }
    term = 1.0;
    for k in (first..peak).rev() {
        term /= ratio(k);
        sum += term;
        if term < NEGLIGIBLE {
            break;
        }
    }
    ln_choose(n1, peak) + ln_choose(n0, d - peak) + f64::from(peak) * psi.ln() + sum.ln()
}

fn ln_choose(n: u32, k: u32) -> f64 {
    ln_binomial(u64::from(n), u64::from(k))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Window = (u32, u32, u32, u32);

    fn observed(windows: &[Window]) -> Vec<f64> {
        let mut evidence = Evidence::default();
        windows
            .iter()
            .map(|&(n1, n0, d1, d0)| {
                evidence.observe(arms(n1, n0), arms(d1, d0));
                evidence.ln() / std::f64::consts::LN_10
            })
            .collect()
    }

    fn arms(treated: u32, control: u32) -> ByArm {
        ByArm { treated, control }
    }

    #[track_caller]
    fn check(windows: &[Window], expected: &[f64]) {
        for (found, expected) in observed(windows).iter().zip(expected) {
            assert!(
                (found - expected).abs() < 5.1e-6,
                "found {found}, expected {expected}"
            );
        }
    }

    #[test]
    fn evidence_of_known_windows() {
        check(&[(5, 45, 1, 0)], &[0.63133]);
        check(
            &[(40, 360, 3, 1), (37, 359, 0, 2), (37, 357, 4, 0)],
            &[1.71917, 1.04001, 4.13233],
        );
        check(&[(100, 100, 1, 1)], &[-0.27125]);
        check(&[(10, 90, 0, 5)], &[-0.52712]);
    }

    #[test]
    fn one_bad_tenant_has_a_factor_in_closed_form() {
        let factor = ln_factor(10.0, arms(5, 45), arms(1, 0)).exp();
        assert!((factor - 100.0 / 19.0).abs() < 1e-12, "{factor}");
    }

    #[test]
    fn what_a_fresh_stage_can_reach() {
        let fresh = Evidence::default();
        for (n1, n0, best, total) in [
            (2, 18, Some(36.0), None),
            (5, 15, Some(2.0e3), Some(1_146.0)),
            (5, 45, Some(7.1e4), Some(3.4e4)),
        ] {
            let strata = [arms(n1, n0)];
            for (found, expected) in [
                (fresh.ln_at_best(&strata), best),
                (fresh.ln_after_total_failure(&strata), total),
            ] {
                if let Some(expected) = expected {
                    assert!(
                        (found.exp() / expected - 1.0).abs() < 0.03,
                        "{n1}, {n0}: found {}, expected {expected}",
                        found.exp()
                    );
                }
            }
        }
    }

    /// The closed form of the best case against the windows themselves.
    #[test]
    fn the_best_case_is_one_bad_tenant_per_window() {
        let mut evidence = Evidence::default();
        evidence.observe(arms(9, 40), arms(1, 2));
        let best = evidence.ln_at_best(&[arms(8, 38), arms(2, 5)]);
        for at_risk in (1..=8).rev() {
            evidence.observe(arms(at_risk, 38), arms(1, 0));
        }
        for at_risk in (1..=2).rev() {
            evidence.observe(arms(at_risk, 5), arms(1, 0));
        }
        assert!((best - evidence.ln()).abs() < 1e-10);
    }

    /// Without harm, the mean of a factor over all outcomes is 1, whatever the effect.
    #[test]
    fn a_factor_is_1_on_average_without_harm() {
        for n1 in 0..8_u32 {
            for n0 in 0..8_u32 {
                for d in 0..=(n1 + n0) {
                    for psi in EFFECTS {
                        let mean: f64 = (d.saturating_sub(n0)..=d.min(n1))
                            .map(|d1| {
                                let chance = ln_choose(n1, d1) + ln_choose(n0, d - d1)
                                    - ln_choose(n1 + n0, d);
                                (chance + ln_factor(psi, arms(n1, n0), arms(d1, d - d1))).exp()
                            })
                            .sum();
                        assert!((mean - 1.0).abs() < 1e-12, "{n1}, {n0}, {d}, {psi}: {mean}");
                    }
                }
            }
        }
    }

    /// The sum from the peak against the plain one, where both arms are large and most go bad.
    #[test]
    fn sums_of_many_terms_are_exact() {
        let (n1, n0, d) = (900_u32, 2_100_u32, 1_700_u32);
        for psi in EFFECTS {
            let terms: Vec<f64> = (d.saturating_sub(n0)..=n1)
                .map(|k| ln_choose(n1, k) + ln_choose(n0, d - k) + f64::from(k) * psi.ln())
                .collect();
            let largest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let plain = largest
                + terms
                    .iter()
                    .map(|term| (term - largest).exp())
                    .sum::<f64>()
                    .ln();
            let found = ln_normaliser(psi, arms(n1, n0), d);
            assert!((found - plain).abs() < 1e-9, "{psi}: {found}, {plain}");
        }
    }
}
