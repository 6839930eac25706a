//! The usual detectors, to compare with: each at a nominal 1 % of false rollbacks.
//!
//! Separate because they are not ours. All but the last count requests as if they were independent.
//!
//! **Invariants**
//! - They start anew with each stage, as the guard does, and see the same rows.

use tenantry_guard::{ByArm, EFFECTS, ErrorBaseline, ErrorRow, Evidence, WindowLength};

/// Their names, in the order of [`Usual`].
pub const DETECTORS: [&str; 5] = [
    "pooled z-test, looked at each minute",
    "pooled normal mSPRT",
    "mixture over request counts",
    "fixed: success below 99 % in five minutes",
    "tenants at risk by traffic in the window (wrong)",
];

/// The quantile of the normal distribution above which 1 % lie.
const Z: f64 = 2.326_347_874;

/// For sequential tests: three stages share the 1 %.
const LN_LIMIT: f64 = 5.703_782_475; // ln 300

/// The same for the last, which looks at one of three lengths.
const LN_LIMIT_OF_LENGTH: f64 = 6.802_394_763; // ln 900

const LOWEST_SUCCESS: f64 = 0.99;
const FAILED_MINUTES: u32 = 5;

/// Which of the detectors fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usual(pub [bool; DETECTORS.len()]);

impl Usual {
    pub(crate) fn join(&mut self, other: Self) {
        for (fired, other) in self.0.iter_mut().zip(other.0) {
            *fired |= other;
        }
    }
}

/// The detectors during one stage.
pub(crate) struct Detectors {
    treated: Requests,
    control: Requests,
    failed_minutes: u32,
    /// By tenant: whether it has been bad.
    gone: Vec<bool>,
    evidence: Evidence,
    fired: Usual,
}

#[derive(Debug, Clone, Copy, Default)]
struct Requests {
    all: f64,
    bad: f64,
}

impl Requests {
    fn add(&mut self, row: &ErrorRow) {
        self.all += f64::from(row.requests);
        self.bad += f64::from(row.bad);
    }

    fn join(&mut self, other: Self) {
        self.all += other.all;
        self.bad += other.bad;
    }
}

impl Detectors {
    pub(crate) fn new(tenants: u32) -> Self {
        Self {
            treated: Requests::default(),
            control: Requests::default(),
            failed_minutes: 0,
            gone: vec![false; tenants as usize],
            evidence: Evidence::default(),
            fired: Usual::default(),
        }
    }

    pub(crate) const fn fired(&self) -> Usual {
        self.fired
    }

    pub(crate) fn minute(
        &mut self,
        rows: &[ErrorRow],
        is_treated: impl Fn(u32) -> bool,
        baseline: &ErrorBaseline,
    ) {
        let mut treated = Requests::default();
        let mut control = Requests::default();
        let mut present = ByArm::default();
        let mut bad = ByArm::default();
        for row in rows {
            let is_treated = is_treated(row.tenant);
            if is_treated {
                treated.add(row);
            } else {
                control.add(row);
            }
            let gone = &mut self.gone[row.tenant as usize];
            if !*gone {
                count(&mut present, is_treated);
                if is_bad(row, baseline) {
                    *gone = true;
                    count(&mut bad, is_treated);
                }
            }
        }
        self.treated.join(treated);
        self.control.join(control);
        if treated.all > 0.0 && 1.0 - treated.bad / treated.all < LOWEST_SUCCESS {
            self.failed_minutes += 1;
        }
        self.evidence.observe(present, bad);
        self.fired.join(Usual([
            self.z_test(),
            self.msprt(),
            self.count_mixture(),
            self.failed_minutes >= FAILED_MINUTES,
            self.evidence.ln() >= LN_LIMIT_OF_LENGTH,
        ]));
    }

    /// The difference of the rates of bad events, its variance if they are equal, and the rate of
    /// both arms together.
    fn difference(&self) -> Option<(f64, f64, f64)> {
        let (treated, control) = (self.treated, self.control);
        let rate = (treated.bad + control.bad) / (treated.all + control.all);
        let variance = rate * (1.0 - rate) * (treated.all.recip() + control.all.recip());
        // With fewer bad events nobody would use a normal approximation.
        (treated.bad + control.bad >= 5.0 && variance.is_finite() && variance > 0.0).then(|| {
            let difference = treated.bad / treated.all - control.bad / control.all;
            (difference, variance, rate)
        })
    }

    fn z_test(&self) -> bool {
        self.difference()
            .is_some_and(|(difference, variance, _)| difference / variance.sqrt() > Z)
    }

    /// Mixed over a normal effect whose deviation is the rate itself.
    fn msprt(&self) -> bool {
        self.difference()
            .is_some_and(|(difference, variance, rate)| {
                let mixed = variance + rate * rate;
                let ln = 0.5 * (variance / mixed).ln()
                    + rate * rate * difference * difference / (2.0 * variance * mixed);
                difference > 0.0 && ln >= LN_LIMIT
            })
    }

    /// Each bad event is treated with the arm's share of requests, if requests were independent.
    fn count_mixture(&self) -> bool {
        let (treated, control) = (self.treated, self.control);
        let share = treated.all / (treated.all + control.all);
        if !share.is_finite() {
            return false;
        }
        let mean = EFFECTS
            .iter()
            .map(|psi| {
                let ln = treated.bad * psi.ln()
                    - (treated.bad + control.bad) * (psi * share + 1.0 - share).ln();
                (ln - LN_LIMIT).exp()
            })
            .sum::<f64>()
            / 7.0;
        mean >= 1.0
    }
}

const fn count(arms: &mut ByArm, is_treated: bool) {
    if is_treated {
        arms.treated += 1;
    } else {
        arms.control += 1;
    }
}

fn is_bad(row: &ErrorRow, baseline: &ErrorBaseline) -> bool {
    let limit = baseline.limit(WindowLength::Minute, row.tenant);
    row.bad >= 3
        && limit
            .is_some_and(|limit| f64::from(row.bad) > f64::from(limit) * f64::from(row.requests))
}
