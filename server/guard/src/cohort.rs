//! Who takes part in a stage, and what it is to prove: fixed before the stage starts.
//!
//! Separate because everything else only reads it.
//!
//! **Invariants**
//! - Nothing of this changes while the stage runs. A tenant first seen during a stage waits for the
//!   next one, and a tenant that falls silent stays.

use serde::{Deserialize, Serialize};

use crate::baseline::{CustomBaseline, ErrorBaseline, LatencyBaseline};
use crate::evidence::ByArm;
use crate::window::WindowLength;

/// Which side of the comparison a tenant is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// Its bucket lies below the rollout's threshold: it has the feature.
    Treated,
    /// It is of the same audience, not targeted by itself, and hasn't the feature.
    Control,
}

/// The eligible tenants of a stage: those the rollout's salted hash could have put into either arm.
///
/// Tenants on allow or block lists are not among them. Their place in this list is what rows and
/// verdicts call them by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    pub(crate) arms: Vec<Arm>,
    /// By tenant; empty if there is one stratum only.
    pub(crate) strata: Vec<u16>,
}

impl Cohort {
    /// A cohort without strata.
    #[must_use]
    pub const fn new(arms: Vec<Arm>) -> Self {
        Self {
            arms,
            strata: Vec::new(),
        }
    }

    /// Compares tenants only with those of the same stratum, such as of a like size: each tenant's
    /// stratum, counted from 0. The strata must not depend on the arms.
    #[must_use]
    pub fn with_strata(self, strata: Vec<u16>) -> Self {
        Self { strata, ..self }
    }

    /// How many tenants there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.arms.len()
    }

    /// Whether there is no tenant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.arms.is_empty()
    }

    /// The arm of the tenant at this place; `None` beyond the last.
    #[must_use]
    pub fn arm_of(&self, place: usize) -> Option<Arm> {
        self.arms.get(place).copied()
    }

    #[inline]
    pub(crate) fn arm(&self, tenant: u32) -> Arm {
        self.arms[tenant as usize]
    }

    #[inline]
    pub(crate) fn stratum(&self, tenant: u32) -> usize {
        self.strata
            .get(tenant as usize)
            .copied()
            .unwrap_or_default()
            .into()
    }

    /// Of the tenants marked, how many are in each arm.
    pub(crate) fn count(&self, marked: &[bool]) -> ByArm {
        let mut count = ByArm::default();
        for (arm, _) in self.arms.iter().zip(marked).filter(|(_, marked)| **marked) {
            count.add(*arm);
        }
        count
    }

    pub(crate) fn strata_count(&self) -> usize {
        self.strata
            .iter()
            .max()
            .map_or(1, |last| usize::from(*last) + 1)
    }
}

/// How tenants came into their arms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignment {
    /// By a hash with a salt from a CSPRNG, which nobody chose: the ground of the guarantee.
    #[default]
    Randomised,
    /// By somebody's choice. Nothing is proven then: each tenant is compared with its own past,
    /// and only the breakers act.
    Targeted,
}

/// What to do when a metric's feed falls silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnSilence {
    /// Neither advance nor roll back.
    #[default]
    Hold,
    /// Roll back.
    RollBack,
}

/// What the stage's plan says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The most that the chance of a false rollback may be over the whole rollout, above 0 and
    /// below 1. 0.01 is usual; below 100 tenants 0.05 sees more.
    pub alpha: f64,
    /// The number of stages in the whole rollout that are guarded, at least 1. A stage whose start
    /// was delayed because of its evidence counts as one more, and so does each further try with
    /// the same salt.
    pub stages: u32,
    /// The treated share by the plan, in thousandths of a percent: 0 to 100,000.
    pub threshold: u32,
    /// How many minutes the stage lasts at least.
    pub bake_minutes: u32,
    /// What to do when a metric's feed falls silent.
    pub on_silence: OnSilence,
    /// How tenants came into their arms.
    pub assignment: Assignment,
}

impl Settings {
    /// The usual ones: alpha 0.01, 30 minutes, hold on silence, randomised.
    #[must_use]
    pub fn new(stages: u32, threshold: u32) -> Self {
        Self {
            alpha: 0.01,
            stages,
            threshold,
            bake_minutes: 30,
            on_silence: OnSilence::default(),
            assignment: Assignment::default(),
        }
    }
}

/// A metric and each tenant's past in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// What people call it.
    pub name: String,
    /// What it measures, and what is usual.
    pub kind: MetricKind,
}

/// What a metric measures, and what is usual for each tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricKind {
    /// The share of bad events among requests.
    ///
    /// A window is bad with at least 3 bad events at a rate of more than 1.25 times the larger of
    /// two: the 99th percentile of its past windows' rates and its past rate as a whole.
    Errors(ErrorBaseline),
    /// How long requests take.
    ///
    /// A window of at least 20 requests is bad if its 95th percentile is above 1.25 times the 99th
    /// percentile of its past windows' 95th percentiles.
    Latency(LatencyBaseline),
    /// Anything else that the caller judges, window by window.
    Custom(CustomBaseline),
}

/// All that is fixed before a stage starts. Store it once; it doesn't change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Design {
    /// What the plan says.
    pub settings: Settings,
    /// Who takes part.
    pub cohort: Cohort,
    /// What is watched.
    pub metrics: Vec<Metric>,
}

/// Why no stage can be guarded by a design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignError {
    /// `alpha` is not above 0 and below 1.
    #[error("alpha must be above 0 and below 1")]
    Alpha,
    /// There is no stage.
    #[error("there must be at least one stage")]
    Stages,
    /// The threshold is above 100,000.
    #[error("the threshold is above 100000 thousandths of a percent")]
    Threshold,
    /// There is no metric.
    #[error("there must be at least one metric")]
    Metrics,
    /// A metric's past, or the strata, are not of as many tenants as the cohort has.
    #[error("the cohort, its strata and each metric's past must be of the same tenants")]
    Tenants,
}

impl Design {
    /// The threshold `c = m S |Z| / alpha` that evidence must reach.
    #[must_use]
    pub fn limit(&self) -> f64 {
        let tests = self.metrics.len() * WindowLength::ALL.len();
        #[expect(clippy::cast_precision_loss, reason = "a handful of metrics")]
        let tests = tests as f64;
        tests * f64::from(self.settings.stages) / self.settings.alpha
    }

    pub(crate) fn check(&self) -> Result<(), DesignError> {
        let Settings {
            alpha,
            stages,
            threshold,
            ..
        } = self.settings;
        let tenants = self.cohort.len();
        let strata = &self.cohort.strata;
        if !(alpha > 0.0 && alpha < 1.0) {
            Err(DesignError::Alpha)
        } else if stages == 0 {
            Err(DesignError::Stages)
        } else if threshold > 100_000 {
            Err(DesignError::Threshold)
        } else if self.metrics.is_empty() {
            Err(DesignError::Metrics)
        } else if !(strata.is_empty() || strata.len() == tenants)
            || !self.metrics.iter().all(|metric| metric.kind.fits(tenants))
        {
            Err(DesignError::Tenants)
        } else {
            Ok(())
        }
    }
}

impl MetricKind {
    /// The same of some of its tenants, in this order: the past is taken once, before the rollout,
    /// and each stage is about those of its tenants who are eligible.
    ///
    /// # Panics
    ///
    /// If a place is beyond its tenants.
    #[must_use]
    pub fn only(&self, places: &[u32]) -> Self {
        match self {
            Self::Errors(past) => Self::Errors(past.only(places)),
            Self::Latency(past) => Self::Latency(past.only(places)),
            Self::Custom(past) => Self::Custom(past.only(places)),
        }
    }

    pub(crate) fn active(&self) -> &[bool] {
        match self {
            Self::Errors(baseline) => &baseline.active,
            Self::Latency(baseline) => &baseline.active,
            Self::Custom(baseline) => &baseline.active,
        }
    }

    /// Tenants with a past long enough for the hard stop to go by. Of a metric that the caller judges
    /// nothing is known, so all with traffic count.
    pub(crate) fn settled(&self) -> &[bool] {
        match self {
            Self::Errors(baseline) => &baseline.settled,
            Self::Latency(baseline) => &baseline.settled,
            Self::Custom(baseline) => &baseline.active,
        }
    }

    fn fits(&self, tenants: usize) -> bool {
        let of_all = |limits: &[Vec<f32>]| limits.iter().all(|limits| limits.len() == tenants);
        self.active().len() == tenants
            && self.settled().len() == tenants
            && match self {
                Self::Errors(baseline) => {
                    of_all(&baseline.limits)
                        && baseline.rates.len() == tenants
                        && baseline.dispersions.len() == tenants
                }
                Self::Latency(baseline) => of_all(&baseline.limits),
                Self::Custom(_) => true,
            }
    }

    /// How many counts a tenant has in a window; `None` where the caller judges.
    pub(crate) fn width(&self) -> Option<usize> {
        match self {
            Self::Errors(_) => Some(2),
            Self::Latency(baseline) => Some(baseline.bounds.len() + 1),
            Self::Custom(_) => None,
        }
    }
}
