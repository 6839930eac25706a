//! What is stored of a stage, and nothing that follows from it.
//!
//! Separate because its form is a promise: a newer version must be able to go on from it.
//!
//! **Invariants**
//! - Whole numbers alone, which survive every document format.

use serde::{Deserialize, Serialize};

use super::LENGTHS;
use crate::breaker::{HardStop, Suspects, Trip};
use crate::cohort::{Design, DesignError};
use crate::evidence::ByArm;
use crate::track::Departure;
use crate::verdict::Totals;
use crate::window::{OpenWindows, WindowLength};

/// What has happened in a stage so far. Store it after each step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Steps taken, which is the number of the next minute.
    pub(super) minutes: u32,
    pub(super) metrics: Vec<MetricProgress>,
    /// Tenants switched off, in order.
    pub(super) trips: Vec<Trip>,
    /// The first hard stop; kept, so that its verdict stands.
    pub(super) hard_stop: Option<HardStop>,
    /// By tenant: whether it had traffic in this stage.
    pub(super) seen: Vec<bool>,
    /// Whether a silent feed has already ended the stage.
    pub(super) silenced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MetricProgress {
    /// `None` where the caller judges.
    pub(super) windows: Option<OpenWindows>,
    /// By length.
    pub(super) departures: [Vec<Departure>; LENGTHS],
    pub(super) suspects: Suspects,
    /// How long each arm has had no row, in minutes.
    pub(super) silence: ByArm,
    pub(super) treated: Totals,
    pub(super) control: Totals,
}

impl Progress {
    /// Nothing has happened.
    pub(super) fn new(design: &Design) -> Self {
        let tenants = design.cohort.len();
        Self {
            minutes: 0,
            metrics: design
                .metrics
                .iter()
                .map(|metric| MetricProgress {
                    windows: metric
                        .kind
                        .width()
                        .map(|width| OpenWindows::new(tenants, width)),
                    departures: [const { Vec::new() }; LENGTHS],
                    suspects: Suspects::default(),
                    silence: ByArm::default(),
                    treated: Totals::default(),
                    control: Totals::default(),
                })
                .collect(),
            trips: Vec::new(),
            hard_stop: None,
            seen: vec![false; tenants],
            silenced: false,
        }
    }

    /// How many minutes have been taken up.
    #[must_use]
    pub const fn minutes(&self) -> u32 {
        self.minutes
    }

    /// Who went bad when, in a metric at a window length; `None` if there is no such metric.
    #[must_use]
    pub fn departures(&self, metric: usize, length: WindowLength) -> Option<&[Departure]> {
        let metric = self.metrics.get(metric)?;
        Some(&metric.departures[length as usize])
    }

    /// The tenants for which the feature was switched off.
    #[must_use]
    pub fn trips(&self) -> &[Trip] {
        &self.trips
    }
}

/// Why a stage cannot go on from what was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// The design is no good.
    #[error("the design of the stage is not valid")]
    Design(#[from] DesignError),
    /// What was stored belongs to another design, or is damaged.
    #[error("the progress does not fit the design of the stage")]
    Mismatch,
}
