//! When to connect again.
//!
//! Separate from the connection so that it is a function of how the last one ended, and of a stream
//! of random numbers: thousands of clients that lose a server in the same second must not come back
//! in the same second.
//!
//! **Invariants**
//! - Every delay is drawn from the whole range down to nearly nothing ("full jitter"), but for those
//!   that the server asked for. A server that asks again and again gets them with jitter on top, so
//!   that one which always asks for nothing is not hammered.
//! - There is no end to it: a client tries for as long as it lives.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// The longest first delay.
const BASE: Duration = Duration::from_secs(1);
/// The longest delay after many failures.
const CAP: Duration = Duration::from_secs(30);
/// The delay after the server has refused the token lies between this and twice this.
const REFUSED: Duration = Duration::from_secs(150);
/// How many rejections in a row are taken for a passing state, as of a load balancer that is being
/// set up. After them it is the address that is wrong, and nobody is helped by haste.
const QUICK_REJECTIONS: u32 = 3;
/// The longest delay that a server may ask for.
const LONGEST_ASKED: Duration = Duration::from_mins(5);
/// A connection that lived this long was a good one: what failed before it is forgotten.
const HEALTHY: Duration = Duration::from_mins(1);

/// How a connection, or the attempt at one, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It broke, or never came about.
    Lost,
    /// The server refuses the token.
    Refused,
    /// Whoever is there has no stream to offer: not here, not like this.
    Rejected,
    /// The server said when to come back.
    Asked(Duration),
}

/// When to connect again.
#[derive(Debug)]
pub(crate) struct Schedule {
    jitter: Jitter,
    /// Failures since the last good connection.
    failures: u32,
    /// Rejections in a row, up to now.
    rejections: u32,
}

impl Schedule {
    pub(crate) fn new(jitter: Jitter) -> Self {
        Self {
            jitter,
            failures: 0,
            rejections: 0,
        }
    }

    /// How long to wait, after a connection that was up for `lived`.
    pub(crate) fn delay(&mut self, ended: Ended, lived: Duration) -> Duration {
        if lived >= HEALTHY {
            self.failures = 0;
        }
        self.rejections = match ended {
            Ended::Rejected => self.rejections.saturating_add(1),
            _ => 0,
        };
        match ended {
            Ended::Rejected if self.rejections <= QUICK_REJECTIONS => self.backoff(),
            Ended::Refused | Ended::Rejected => REFUSED + self.jitter.below(REFUSED),
            Ended::Lost => self.backoff(),
            Ended::Asked(delay) if self.failures == 0 => {
                self.failures = 1;
                delay.min(LONGEST_ASKED)
            }
            Ended::Asked(delay) => delay.min(LONGEST_ASKED) + self.backoff(),
        }
    }

    /// The next delay of the usual schedule.
    fn backoff(&mut self) -> Duration {
        let limit = CAP.min(BASE.saturating_mul(1 << self.failures.min(5)));
        self.failures = self.failures.saturating_add(1);
        self.jitter.below(limit)
    }
}

/// A stream of random durations (the generator is `SplitMix64`). Good enough to spread clients, and for nothing else.
#[derive(Debug)]
pub(crate) struct Jitter(u64);

impl Jitter {
    /// Seeded by the operating system.
    pub(crate) fn random() -> Self {
        Self(RandomState::new().build_hasher().finish())
    }

    /// A duration from 0 up to, but not including, `limit`.
    pub(crate) fn below(&mut self, limit: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let nanos = (limit.as_nanos() * u128::from(mixed)) >> 64;
        u64::try_from(nanos).map_or(limit, Duration::from_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest delay of `draws` schedules after `failures` failures.
    fn largest(failures: u32) -> Duration {
        (0..1_000)
            .map(|seed| {
                let mut schedule = Schedule::new(Jitter(seed));
                schedule.failures = failures;
                schedule.delay(Ended::Lost, Duration::ZERO)
            })
            .max()
            .expect("a thousand draws")
    }

    #[test]
    fn delays_are_drawn_from_a_range_that_doubles_up_to_the_cap() {
        for (failures, limit) in [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 30), (90, 30)] {
            let limit = Duration::from_secs(limit);
            let largest = largest(failures);
            assert!(largest < limit, "{largest:?} after {failures} failures");
            assert!(
                largest > limit * 9 / 10,
                "{largest:?} after {failures} failures"
            );
        }
    }

    #[test]
    fn a_refused_token_is_tried_again_in_two_and_a_half_to_five_minutes_for_ever() {
        let mut schedule = Schedule::new(Jitter(7));
        for _ in 0..1_000 {
            let delay = schedule.delay(Ended::Refused, Duration::ZERO);
            assert!((150..300).contains(&delay.as_secs()), "{delay:?}");
        }
    }

    #[test]
    fn the_server_may_ask_for_a_delay_within_reason() {
        let mut schedule = Schedule::new(Jitter(7));
        let asked = Duration::from_millis(4_312);
        assert_eq!(schedule.delay(Ended::Asked(asked), Duration::ZERO), asked);
        let delay = schedule.delay(Ended::Asked(Duration::MAX), HEALTHY);
        assert_eq!(delay, LONGEST_ASKED);
    }

    #[test]
    fn a_server_that_always_asks_for_nothing_is_not_hammered() {
        let mut schedule = Schedule::new(Jitter(7));
        let nothing = Ended::Asked(Duration::ZERO);
        let total: Duration = (0..1_000)
            .map(|_| schedule.delay(nothing, Duration::ZERO))
            .sum();
        assert!(
            total > Duration::from_secs(10_000),
            "ten seconds on average: {total:?}"
        );
        // After a good connection the next request is taken at its word.
        assert_eq!(schedule.delay(nothing, HEALTHY), Duration::ZERO);
    }

    #[test]
    fn an_address_without_a_stream_is_asked_quickly_a_few_times_and_then_rarely() {
        let mut schedule = Schedule::new(Jitter(7));
        for _ in 0..2 {
            for _ in 0..QUICK_REJECTIONS {
                let delay = schedule.delay(Ended::Rejected, Duration::ZERO);
                assert!(delay <= CAP, "{delay:?}");
            }
            for _ in 0..100 {
                let delay = schedule.delay(Ended::Rejected, Duration::ZERO);
                assert!((150..300).contains(&delay.as_secs()), "{delay:?}");
            }
            // Anything else makes it a passing state again.
            let delay = schedule.delay(Ended::Lost, Duration::ZERO);
            assert!(delay <= CAP, "{delay:?}");
        }
    }

    #[test]
    fn only_a_connection_that_lived_makes_up_for_failures() {
        let mut schedule = Schedule::new(Jitter(7));
        for _ in 0..10 {
            schedule.delay(Ended::Lost, Duration::from_secs(1));
        }
        assert_eq!(schedule.failures, 10);
        schedule.delay(Ended::Lost, HEALTHY);
        assert_eq!(schedule.failures, 1);
    }

    #[test]
    fn two_clients_do_not_draw_the_same() {
        let (mut one, mut two) = (Jitter::random(), Jitter::random());
        assert_ne!(one.below(CAP), two.below(CAP));
    }
}
