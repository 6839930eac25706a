//! Many rollouts of one kind, counted.
//!
//! Separate because it alone knows threads.
//!
//! **Invariants**
//! - A rollout's seed follows from its number, so the count of threads changes nothing.

use std::fmt;
use std::num::NonZero;
use std::thread;

use crate::rollout::{Played, play};
use crate::usual::DETECTORS;
use crate::world::Setup;

/// A share of rollouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub of: u32,
    /// Out of how many.
    pub all: u32,
}

impl Share {
    /// In percent.
    #[must_use]
    pub fn percent(self) -> f64 {
        100.0 * f64::from(self.of) / f64::from(self.all)
    }

    /// Wilson's interval of 95 %, in percent.
    #[must_use]
    pub fn interval(self) -> (f64, f64) {
        const Z: f64 = 1.959_963_985;
        let n = f64::from(self.all);
        let p = f64::from(self.of) / n;
        let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let middle = p + Z * Z / (2.0 * n);
        let scale = 100.0 / (1.0 + Z * Z / n);
        (
            (scale * (middle - spread)).max(0.0),
            scale * (middle + spread),
        )
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = self.percent();
        // Near both ends a digit more tells apart what matters.
        if self.of == 0 || self.of == self.all || (1.0..=99.0).contains(&percent) {
            write!(f, "{percent:.0} %")
        } else if percent < 1.0 {
            write!(f, "{percent:.2} %")
        } else {
            write!(f, "{percent:.1} %")
        }
    }
}

/// What came of many rollouts of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally(Vec<Played>);

impl Tally {
    fn share(&self, holds: impl Fn(&Played) -> bool) -> Share {
        let count = |number: usize| u32::try_from(number).expect("there are not so many rollouts");
        Share {
            of: count(self.0.iter().filter(|played| holds(played)).count()),
            all: count(self.0.len()),
        }
    }

    /// Rolled back by the guard, the hard stop included.
    #[must_use]
    pub fn caught(&self) -> Share {
        self.share(|played| played.caught.is_some())
    }

    /// Rolled back by the hard stop alone.
    #[must_use]
    pub fn stopped(&self) -> Share {
        self.share(|played| played.caught.is_some_and(|caught| !caught.proven))
    }

    /// Rolled back in the first stage.
    #[must_use]
    pub fn caught_early(&self) -> Share {
        self.share(|played| played.caught.is_some_and(|caught| caught.first_stage))
    }

    /// The median of the minutes until the rollback; `None` if less than half were rolled back.
    #[must_use]
    pub fn median_minutes(&self) -> Option<u32> {
        let mut minutes: Vec<_> = self
            .0
            .iter()
            .filter_map(|played| played.caught)
            .map(|caught| caught.minutes)
            .collect();
        minutes.sort_unstable();
        (2 * minutes.len() >= self.0.len()).then(|| minutes[minutes.len() / 2])
    }

    /// In which the breaker of single tenants would have paused a stage.
    #[must_use]
    pub fn paused(&self) -> Share {
        self.share(|played| played.paused)
    }

    /// Tenants switched off, per rollout.
    #[must_use]
    pub fn trips(&self) -> f64 {
        let trips: u32 = self.0.iter().map(|played| played.trips).sum();
        f64::from(trips) / f64::from(self.caught().all)
    }

    /// Held at least once because of the sample ratio.
    #[must_use]
    pub fn held(&self) -> Share {
        self.share(|played| played.held)
    }

    /// Rolled back by each of the usual detectors.
    #[must_use]
    pub fn usual(&self) -> [Share; DETECTORS.len()] {
        std::array::from_fn(|detector| self.share(|played| played.usual.0[detector]))
    }
}

/// Plays `rollouts` rollouts on all cores. With `compare` the usual detectors look at them too.
///
/// # Panics
///
/// If a rollout did, which would be a bug.
#[must_use]
pub fn run(setup: Setup, rollouts: u32, compare: bool) -> Tally {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let chunk = (rollouts as usize).div_ceil(threads).max(1);
    let seeds: Vec<u64> = (1..=u64::from(rollouts)).collect();
    thread::scope(|scope| {
        let parts: Vec<_> = seeds
            .chunks(chunk)
            .map(|seeds| {
                scope.spawn(move || {
                    seeds
                        .iter()
                        .map(|seed| play(setup, *seed, compare))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        Tally(
            parts
                .into_iter()
                .flat_map(|part| part.join().expect("a rollout plays to its end"))
                .collect(),
        )
    })
}
