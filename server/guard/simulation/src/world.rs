//! The simulated world: tenants of very different sizes, who fail in bursts.
//!
//! Separate because the detectors must not see how it is made.
//!
//! Sizes are lognormal (sigma 2, 30 requests a minute on average). A tenant's rate of bad events is
//! lognormal about 0.3 % (sigma 1), times an exponential burst in each minute, times 20 for ten
//! minutes in its own incidents, times 4 in a quarter of an hour that hits all. Requests and bad
//! events are Poisson's.
//!
//! **Invariants**
//! - What happens to a tenant depends on the arm through [`Harm`] alone.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng as _};
use rand_distr::{Distribution as _, Exp1, LogNormal, Poisson};
use tenantry_guard::ErrorRow;

/// Minutes before the first stage.
pub(crate) const PAST: u32 = 240;

/// Minutes of each stage.
pub(crate) const STAGE: u32 = 60;

/// The stages' thresholds, in thousandths of a percent.
pub(crate) const STAGES: [u32; 3] = [10_000, 25_000, 50_000];

const MINUTES_A_DAY: f64 = 1_440.0;
const INCIDENT_MINUTES: u32 = 10;
const INCIDENT_FACTOR: f64 = 20.0;
const GLOBAL_MINUTES: u32 = 15;
const GLOBAL_FACTOR: f64 = 4.0;

/// Of ten tenants of a world with visitors, how many are.
const VISITORS_OF_TEN: u32 = 8;
const VISITOR_REQUESTS: f64 = 30.0;
const VISITOR_RATE: f64 = 0.9;

/// What the feature does to those who have it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Harm {
    /// Nothing.
    None,
    /// Multiplies each treated tenant's rate of bad events.
    Times(f64),
    /// Makes a further share of requests bad, 0 to 1, for a share of the treated tenants, 0 to 1.
    Plus {
        /// The share of requests.
        points: f64,
        /// The share of treated tenants that it hits.
        of_treated: f64,
    },
}

/// One kind of world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setup {
    /// How many tenants there are.
    pub tenants: u32,
    /// What the feature does.
    pub harm: Harm,
    /// Whether four of five tenants are visitors: there in one minute of the past, and in one of each
    /// stage, in which they fail.
    pub visitors: bool,
    /// How many incidents a tenant has a day of its own.
    pub incidents_a_day: f64,
}

impl Setup {
    /// The usual world: half an incident a day, no visitors.
    #[must_use]
    pub const fn new(tenants: u32, harm: Harm) -> Self {
        Self {
            tenants,
            harm,
            visitors: false,
            incidents_a_day: 0.5,
        }
    }

    /// The same with visitors.
    #[must_use]
    pub const fn with_visitors(self) -> Self {
        Self {
            visitors: true,
            ..self
        }
    }
}

/// One drawn world, minute by minute.
pub(crate) struct World {
    setup: Setup,
    rng: Xoshiro256PlusPlus,
    tenants: Vec<Tenant>,
    /// The first minute of the incident that hits all.
    global: u32,
    minute: u32,
}

struct Tenant {
    requests: Poisson<f64>,
    rate: f64,
    /// Whether harm that hits a part of the treated hits this one, if it is treated.
    fragile: bool,
    /// Its place in the rollout, 0 to 99,999.
    bucket: u32,
    /// The first minute after its latest incident.
    incident_until: u32,
    /// For visitors: their minutes.
    visits: Option<[u32; 1 + STAGES.len()]>,
}

impl World {
    pub(crate) fn new(setup: Setup, seed: u64) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        // The mean of a lognormal distribution is exp(mu + sigma^2 / 2).
        let sizes = LogNormal::new(30_f64.ln() - 2.0, 2.0).expect("sigma is finite");
        let rates = LogNormal::new(0.003_f64.ln(), 1.0).expect("sigma is finite");
        let share = match setup.harm {
            Harm::Plus { of_treated, .. } => of_treated,
            Harm::None | Harm::Times(_) => 1.0,
        };
        let tenants = (0..setup.tenants)
            .map(|tenant| {
                let size: f64 = sizes.sample(&mut rng);
                let visits = setup.visitors && tenant % 10 < VISITORS_OF_TEN;
                let visits = visits.then(|| {
                    let mut until = 0;
                    [PAST, STAGE, STAGE, STAGE].map(|minutes| {
                        until += minutes;
                        rng.random_range(until - minutes..until)
                    })
                });
                let size = if visits.is_some() {
                    VISITOR_REQUESTS
                } else {
                    // The distribution takes none that is smaller than the smallest number.
                    size.max(1e-9)
                };
                Tenant {
                    requests: Poisson::new(size).expect("sizes are positive and finite"),
                    rate: rates.sample(&mut rng),
                    fragile: rng.random_bool(share),
                    bucket: rng.random_range(0..100_000),
                    incident_until: 0,
                    visits,
                }
            })
            .collect();
        let global = rng.random_range(PAST..=PAST + 3 * STAGE - GLOBAL_MINUTES);
        Self {
            setup,
            rng,
            tenants,
            global,
            minute: 0,
        }
    }

    /// Whether the tenant has the feature at this threshold.
    pub(crate) fn is_treated(&self, tenant: u32, threshold: u32) -> bool {
        self.tenants[tenant as usize].bucket < threshold
    }

    /// Puts the next minute's rows into `rows`; the tenants below the threshold have the feature.
    pub(crate) fn minute(&mut self, threshold: u32, rows: &mut Vec<ErrorRow>) {
        rows.clear();
        let minute = self.minute;
        self.minute += 1;
        let global = if (self.global..self.global + GLOBAL_MINUTES).contains(&minute) {
            GLOBAL_FACTOR
        } else {
            1.0
        };
        let incident = self.setup.incidents_a_day / MINUTES_A_DAY;
        let rng = &mut self.rng;
        for (index, tenant) in (0..).zip(&mut self.tenants) {
            if minute >= tenant.incident_until && rng.random_bool(incident) {
                tenant.incident_until = minute + INCIDENT_MINUTES;
            }
            if tenant
                .visits
                .is_some_and(|visits| !visits.contains(&minute))
            {
                continue;
            }
            let requests = tenant.requests.sample(rng);
            if requests < 1.0 {
                continue;
            }
            let burst: f64 = Exp1.sample(rng);
            let mut rate = tenant.rate * burst * global;
            if minute < tenant.incident_until {
                rate *= INCIDENT_FACTOR;
            }
            if tenant.bucket < threshold && tenant.fragile {
                match self.setup.harm {
                    Harm::None => {}
                    Harm::Times(factor) => rate *= factor,
                    Harm::Plus { points, .. } => rate += points,
                }
            }
            if tenant.visits.is_some() && minute >= PAST {
                rate = VISITOR_RATE;
            }
            let mean = requests * rate.min(1.0);
            let bad = if mean > 0.0 {
                Poisson::new(mean)
                    .expect("the mean is positive and finite")
                    .sample(rng)
            } else {
                0.0
            };
            rows.push(ErrorRow {
                tenant: index,
                requests: count(requests),
                bad: count(bad.min(requests)),
            });
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole numbers from 0 up, far below 2^32; larger ones would become the largest"
)]
const fn count(drawn: f64) -> u32 {
    drawn as u32
}
