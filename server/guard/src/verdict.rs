//! What a step says: the decision, and all that a person needs to believe it.
//!
//! Separate because this is what the controller acts on and what is shown. It is made anew by each
//! step and never read back.
//!
//! **Invariants**
//! - `action` follows from the rest; whoever reads only that acts rightly.

use serde::Serialize;

use crate::breaker::{HardStop, Trip};
use crate::evidence::ByArm;
use crate::hold::Hold;
use crate::window::WindowLength;

/// What to do with the stage after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Harm is proven, too many tenants failed at once, or the feed is silent and the plan wants
    /// this then. Once said, it is said by every later step.
    RollBack,
    /// The breaker switched off too many tenants: somebody must look.
    Pause,
    /// The figures can't be trusted at the moment.
    Hold,
    /// All is well so far, but it is too early to advance.
    Wait,
    /// Nothing speaks against the next stage.
    Advance,
}

/// Why a stage that isn't held may not advance yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Wait {
    /// Even if all treated tenants failed at once, the evidence would not reach the limit. More
    /// minutes don't help; only more tenants, or somebody who overrides it.
    Blind,
    /// The stage's time is not over.
    Baking {
        /// Minutes that are left.
        minutes: u32,
    },
    /// The evidence of a metric is at a tenth of the limit or above.
    Suspicion,
}

/// A metric whose evidence has reached the limit at one of the window lengths.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Harm {
    /// The metric's index in the design.
    pub metric: usize,
    /// The length of the windows.
    pub length: WindowLength,
    /// The decimal logarithm of the highest evidence so far.
    pub log10_evidence: f64,
    /// The treated tenants who went bad in the stage, in the order in which they did.
    pub treated: Vec<u32>,
    /// The control tenants who did.
    pub control: Vec<u32>,
}

/// How one metric stands at one window length. Evidence is given as decimal logarithms: it may lie
/// beyond any number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Watch {
    /// The metric's index in the design.
    pub metric: usize,
    /// The length of the windows.
    pub length: WindowLength,
    /// Tenants who have not been bad in this stage.
    pub at_risk: ByArm,
    /// Tenants who have.
    pub bad: ByArm,
    /// The evidence for harm: 0 at the start.
    pub log10_evidence: f64,
    /// What it would be if all treated tenants still at risk failed in one window.
    pub log10_if_all_fail: f64,
    /// What it could be at best, if they failed one after the other.
    pub log10_at_best: f64,
    /// Whether a total failure would be seen: `log10_if_all_fail` reaches the limit.
    pub armed: bool,
}

/// Requests and bad events of one arm since the stage's start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Totals {
    /// Requests.
    pub requests: u64,
    /// Bad events among them.
    pub bad: u64,
}

/// A metric of errors in plain figures. It describes; it decides nothing, for one giant moves it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Description {
    /// The metric's index in the design.
    pub metric: usize,
    /// All treated tenants.
    pub treated: Totals,
    /// All control tenants.
    pub control: Totals,
    /// The treated rate of bad events as a multiple of the control rate; `None` while there is none.
    pub rate_ratio: Option<f64>,
}

/// What one step says of a stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// The minute that was taken up, from 0.
    pub minute: u32,
    /// What to do.
    pub action: Action,
    /// Where harm is proven.
    pub harm: Vec<Harm>,
    /// The first minute in which too many tenants were bad at once.
    pub hard_stop: Option<HardStop>,
    /// For whom the feature is to be switched off because of this minute.
    pub trips: Vec<Trip>,
    /// Why the figures can't be trusted.
    pub holds: Vec<Hold>,
    /// Why it is too early to advance.
    pub waits: Vec<Wait>,
    /// Whether a total failure would be seen in every metric, at one of its window lengths.
    pub armed: bool,
    /// The decimal logarithm of the limit that evidence must reach.
    pub log10_limit: f64,
    /// How each metric stands at each length; none if tenants were chosen and not drawn.
    pub watches: Vec<Watch>,
    /// Plain figures of the metrics of errors.
    pub descriptions: Vec<Description>,
}

impl Totals {
    pub(crate) fn add(&mut self, counts: &[u64]) {
        if let [requests, bad] = *counts {
            self.requests += requests;
            self.bad += bad;
        }
    }
}

impl Description {
    pub(crate) fn new(metric: usize, treated: Totals, control: Totals) -> Self {
        let rate = |totals: Totals| {
            crate::baseline::real(totals.bad) / crate::baseline::real(totals.requests)
        };
        let ratio = rate(treated) / rate(control);
        Self {
            metric,
            treated,
            control,
            rate_ratio: ratio.is_finite().then_some(ratio),
        }
    }
}
