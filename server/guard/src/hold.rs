//! Reasons not to trust the figures at all: the stage is held, neither advanced nor rolled back.
//!
//! Separate because a hold never decides about harm.
//!
//! **Invariants**
//! - A hold ends by itself when its cause does.

use serde::Serialize;
use statrs::function::gamma::checked_gamma_ur;

use crate::cohort::Arm;
use crate::evidence::ByArm;

/// So many windows of a minute may pass without a row.
pub(crate) const LONGEST_SILENCE: u32 = 3;

/// The least chance that the shares of the arms may have by the plan.
const IMPROBABLE: f64 = 1e-4;

/// With fewer tenants expected in an arm, chi-square is no approximation.
const FEWEST_EXPECTED: f64 = 5.0;

/// Why a stage is held.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Hold {
    /// A metric has had no row for more than 3 minutes.
    Silence {
        /// The metric's index in the design.
        metric: usize,
        /// The arm that is silent; `None` if both are.
        arm: Option<Arm>,
    },
    /// The share of treated tenants among those seen isn't what the plan says, so assignment or
    /// collection is broken.
    SampleRatio {
        /// Tenants seen in the stage.
        seen: ByArm,
        /// The chance of such shares if all were well, below 1e-4.
        chance: f64,
    },
}

/// The chance (chi-square with one degree of freedom) that the shares of the tenants seen differ so
/// much from the plan, if that is improbable. `share` is the treated share, 0 to 1.
pub(crate) fn improbable_ratio(seen: ByArm, share: f64) -> Option<f64> {
    let total = f64::from(seen.total());
    let (treated, control) = (total * share, total * (1.0 - share));
    if treated < FEWEST_EXPECTED || control < FEWEST_EXPECTED {
        return None;
    }
    let difference = f64::from(seen.treated) - treated;
    let chi_square = difference * difference * (treated.recip() + control.recip());
    // It knows no answer at exactly 0, where nothing is improbable.
    let chance = checked_gamma_ur(0.5, chi_square / 2.0).unwrap_or(1.0);
    (chance < IMPROBABLE).then_some(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_assignment_shows_in_the_ratio() {
        let seen = |treated, control| ByArm { treated, control };
        assert_eq!(improbable_ratio(seen(100, 900), 0.1), None);
        // (149 - 100)^2 / 90 = 26.68
        let chance = improbable_ratio(seen(149, 851), 0.1).expect("improbable");
        assert!((chance / 2.402e-7 - 1.0).abs() < 1e-2, "{chance:e}");
        // On both sides of 1e-4, which lies at 15.137: 36.9 tenants.
        assert_eq!(improbable_ratio(seen(136, 864), 0.1), None);
        assert!(improbable_ratio(seen(137, 863), 0.1).is_some());
        assert_eq!(improbable_ratio(seen(4, 30), 0.1), None, "too few to tell");
        assert_eq!(improbable_ratio(seen(50, 0), 1.0), None, "no control");
    }
}
