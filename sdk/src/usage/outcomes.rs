//! Outcomes: what became of the work behind a flag.
//!
//! Separate from the counting of questions, because an outcome is told once per unit of work, not
//! per question: a lock that hardly anybody waits for is cheap enough.
//!
//! **Invariants**
//! - A tenant belongs to one part, so that what is said of it is exact, whichever threads tell it.
//! - Each part names a bounded number of tenants; the others are summed.

use std::hash::{BuildHasher, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;
use tenantry_protocol::usage::{Measure, Outcomes, Tally, latency_bucket};

/// Parts, each with a lock.
const PARTS: usize = 16;
/// Tenants that each part names, of all flags and answers together; between two reports up to twice
/// as many.
const NAMED: usize = 512;

/// What became of a unit of work: a request, a job, a message.
///
/// ```
/// use std::time::Duration;
/// use tenantry::Outcome;
///
/// let quick = Outcome::success().with_latency(Duration::from_millis(12));
/// let failed = Outcome::failure();
/// # let _ = (quick, failed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    failed: bool,
    latency: Option<Duration>,
}

impl Outcome {
    /// It went well.
    #[must_use]
    pub const fn success() -> Self {
        Self {
            failed: false,
            latency: None,
        }
    }

    /// It failed.
    #[must_use]
    pub const fn failure() -> Self {
        Self {
            failed: true,
            latency: None,
        }
    }

    /// How long it took. It is told in 78 buckets, each at most a quarter wide, from 128 µs to 67 s.
    #[must_use]
    pub const fn with_latency(self, latency: Duration) -> Self {
        Self {
            latency: Some(latency),
            ..self
        }
    }
}

/// Where outcomes are recorded until they are told.
#[derive(Debug)]
pub(crate) struct Recorder {
    parts: [Mutex<Tally<Outcomes>>; PARTS],
    hasher: RandomState,
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            parts: std::array::from_fn(|_| Mutex::new(Tally::new(NAMED))),
            hasher: RandomState::default(),
        }
    }
}

impl Recorder {
    /// Records an outcome.
    pub(crate) fn record(&self, flag: &str, on: bool, tenant: &str, outcome: Outcome) {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(tenant.as_bytes());
        #[expect(
            clippy::cast_possible_truncation,
            reason = "cut to the number of parts anyway"
        )]
        let part = &self.parts[hasher.finish() as usize % PARTS];
        let outcome = Outcomes::one(outcome.failed, outcome.latency.map(latency_bucket));
        lock(part).add(flag, on, tenant, &outcome);
    }

    /// Takes what was recorded so far.
    pub(crate) fn take(&self, into: &mut Tally<Outcomes>) {
        for part in &self.parts {
            let taken = std::mem::replace(&mut *lock(part), Tally::new(NAMED));
            into.merge(&taken);
        }
    }
}

fn lock<M: Measure>(part: &Mutex<Tally<M>>) -> MutexGuard<'_, Tally<M>> {
    // A panic half-way leaves a tally that adds up.
    part.lock().unwrap_or_else(PoisonError::into_inner)
}
