//! The rate limit on evaluation requests, by credential.
//!
//! A limit by address would let all customers behind one proxy share a bucket, and a forged
//! header move it; a credential can do neither.
//!
//! **Invariants**
//! - Memory is bounded by the credentials seen within the last second (the full burst): an entry
//!   older than that says nothing and is dropped.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a credential may run ahead of its rate: one second's worth of requests at once.
const BURST: Duration = Duration::from_secs(1);
/// Entries beyond which old ones are looked for.
const SWEEP_ABOVE: usize = 1_024;

/// A limit of so many requests a second for each key (the generic cell rate algorithm).
#[derive(Debug)]
pub(crate) struct RateLimit<K> {
    /// Time that one request uses up; zero for no limit.
    interval: Duration,
    /// When each key will have used up what it has taken. Held only for a map operation.
    paid_until: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> RateLimit<K> {
    /// A limit of `per_second` requests; 0 for none.
    pub(crate) fn new(per_second: u32) -> Self {
        let interval = BURST.checked_div(per_second).unwrap_or_default();
        Self {
            interval,
            paid_until: Mutex::default(),
        }
    }

    /// Takes one request of `key` at the moment `now`, or says how long to wait.
    pub(crate) fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        if self.interval.is_zero() {
            return Ok(());
        }
        let mut paid_until = self
            .paid_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if paid_until.len() > SWEEP_ABOVE {
            paid_until.retain(|_, until| *until > now);
        }
        let until = paid_until.entry(key).or_insert(now);
        let next = (*until).max(now) + self.interval;
        let wait = (next - now).saturating_sub(BURST);
        if !wait.is_zero() {
            return Err(wait);
        }
        *until = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gets_its_burst_then_its_rate() {
        let limit = RateLimit::new(10);
        let start = Instant::now();
        for _ in 0..10 {
            assert_eq!(limit.take("a", start), Ok(()));
        }
        assert_eq!(limit.take("a", start), Err(Duration::from_millis(100)));
        assert_eq!(limit.take("b", start), Ok(()), "keys do not share");
        let later = start + Duration::from_millis(100);
        assert_eq!(limit.take("a", later), Ok(()));
        assert!(limit.take("a", later).is_err());
    }

    #[test]
    fn no_limit_means_none() {
        let limit = RateLimit::new(0);
        let now = Instant::now();
        assert!((0..100_000).all(|_| limit.take((), now).is_ok()));
    }
}
