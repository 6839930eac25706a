//! The clock: where the server learns what time it is.
//!
//! Separate so that every rule about time (expiry, sessions, heartbeats' `server_time`) can be
//! tested at any instant, and so that one place decides the precision.
//!
//! **Invariants**
//! - Nothing else in this crate asks the operating system for the time of day.
//! - Times are whole milliseconds: what is answered equals what both databases give back.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound as _, Utc};

/// A clock that components share; cloning it is cheap.
#[derive(Clone)]
pub struct SharedClock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl SharedClock {
    /// The machine's clock.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that may ask it"
    )]
    pub fn system() -> Self {
        Self::new(Utc::now)
    }

    /// A clock that asks `source`, for tests that choose the time.
    #[must_use]
    pub fn new(source: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// The time of day, in whole milliseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(3)
    }
}

impl fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedClock").field(&self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_milliseconds() {
        let precise = DateTime::from_timestamp_nanos(1_771_622_898_123_456_789);
        let clock = SharedClock::new(move || precise);
        assert_eq!(
            clock.now(),
            DateTime::from_timestamp_nanos(1_771_622_898_123_000_000)
        );
    }
}
