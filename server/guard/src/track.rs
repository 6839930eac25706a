//! One metric watched at one window length: who is at risk, who went bad when, and what it proves.
//!
//! Separate because a stage has several, side by side, which know nothing of each other.
//!
//! **Invariants**
//! - The set of tenants at risk only shrinks. It is those with traffic *before* the stage, silent
//!   later or not: were it those with traffic in the window, the sets would not be nested, and the
//!   guarantee would be false.
//! - Each tenant counts once. One noisy giant cannot decide.
//! - Everything follows from the list of departures, which is all that is stored.

use serde::{Deserialize, Serialize};

use crate::cohort::{Arm, Cohort};
use crate::evidence::{ByArm, Evidence};

/// The tenants who went bad for the first time in one window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// The window's number since the stage's start, from 0.
    pub window: u32,
    /// Their indices in the cohort, ascending.
    pub tenants: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Track {
    /// By tenant: whether it can still go bad for the first time.
    at_risk: Vec<bool>,
    /// Tenants at risk, by stratum.
    strata: Vec<ByArm>,
    /// Those who went bad, in all strata.
    pub(crate) bad: ByArm,
    evidence: Evidence,
    /// `ln E` now, at its highest so far, if all treated failed at once, and at best.
    pub(crate) ln: f64,
    pub(crate) ln_highest: f64,
    pub(crate) ln_total_failure: f64,
    pub(crate) ln_best: f64,
}

impl Track {
    /// At the stage's start: the tenants with traffic before it are at risk.
    pub(crate) fn new(cohort: &Cohort, active: &[bool]) -> Self {
        let mut strata = vec![ByArm::default(); cohort.strata_count()];
        for (tenant, _) in (0..).zip(active).filter(|(_, active)| **active) {
            strata[cohort.stratum(tenant)].add(cohort.arm(tenant));
        }
        let mut track = Self {
            at_risk: active.to_vec(),
            strata,
            bad: ByArm::default(),
            evidence: Evidence::default(),
            ln: 0.0,
            ln_highest: 0.0,
            ln_total_failure: 0.0,
            ln_best: 0.0,
        };
        track.look_ahead();
        track
    }

    #[inline]
    pub(crate) fn is_at_risk(&self, tenant: u32) -> bool {
        self.at_risk
            .get(tenant as usize)
            .is_some_and(|at_risk| *at_risk)
    }

    /// Takes up a window in which `tenants`, each at risk and named once, went bad.
    pub(crate) fn depart(&mut self, cohort: &Cohort, tenants: &[u32]) {
        if tenants.is_empty() {
            return;
        }
        let mut bad = vec![ByArm::default(); self.strata.len()];
        for tenant in tenants {
            self.at_risk[*tenant as usize] = false;
            bad[cohort.stratum(*tenant)].add(cohort.arm(*tenant));
            self.bad.add(cohort.arm(*tenant));
        }
        for (at_risk, bad) in self.strata.iter_mut().zip(bad) {
            self.evidence.observe(*at_risk, bad);
            at_risk.treated -= bad.treated;
            at_risk.control -= bad.control;
        }
        self.ln = self.evidence.ln();
        self.ln_highest = self.ln_highest.max(self.ln);
        self.look_ahead();
    }

    /// Tenants still at risk, in all strata.
    pub(crate) fn at_risk(&self) -> ByArm {
        self.strata
            .iter()
            .fold(ByArm::default(), |sum, at_risk| ByArm {
                treated: sum.treated + at_risk.treated,
                control: sum.control + at_risk.control,
            })
    }

    fn look_ahead(&mut self) {
        self.ln_total_failure = self.evidence.ln_after_total_failure(&self.strata);
        self.ln_best = self.evidence.ln_at_best(&self.strata);
    }
}

impl ByArm {
    pub(crate) const fn add(&mut self, arm: Arm) {
        match arm {
            Arm::Treated => self.treated += 1,
            Arm::Control => self.control += 1,
        }
    }
}
