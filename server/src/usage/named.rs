//! Who is named in the database, over all writes of an hour.
//!
//! Separate from what waits, because that is bounded by the write, and an hour has hundreds of them:
//! where tenants are many and alike, each write would name others, and the tables grow by all of
//! them.
//!
//! **Invariants**
//! - Of an environment and an hour at most [`MAX_CALLS`] pairs of flag and tenant are named by this
//!   node, and of a minute's outcomes at most [`MAX_OUTCOMES`] rows. Whoever is named stays so, so
//!   that what is said of it in that time is all there is.
//! - An hour or a minute is forgotten only for a later one: of those that are now, whoever is named
//!   stays so, however many environments there are.
//! - Only hashes are kept, at most [`MAX_HASHES`] of each kind: 80 MB of both at the very most. Where
//!   all of them are of now, nobody else is named. Two with the same hash are named together, which
//!   does no harm.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, Hash, RandomState};

use chrono::{DateTime, Utc};
use tenantry_store::EnvironmentId;

/// Most pairs of flag and tenant that are named of an environment and an hour.
const MAX_CALLS: usize = 20_000;
/// Most rows of outcomes that are named of an environment and a minute.
const MAX_OUTCOMES: usize = 5_000;
/// Hours and minutes that are remembered, of all environments together, unless more are of now. The
/// oldest are forgotten first, and then others may be named of them.
const MAX_HOURS: usize = 100;
const MAX_MINUTES: usize = 500;
/// Most hashes of calls, and as many of outcomes, that are remembered.
const MAX_HASHES: usize = 2_000_000;

/// Who is named.
#[derive(Debug)]
pub(super) struct Named {
    hasher: RandomState,
    /// By hour.
    calls: Times<EnvironmentId>,
    /// By minute.
    outcomes: Times<EnvironmentId>,
}

/// The hashes of what is named, by time and environment.
#[derive(Debug)]
struct Times<E> {
    named: BTreeMap<(i64, E), HashSet<u64>>,
    /// How many hashes there are of all times.
    hashes: usize,
    limits: Limits,
}

#[derive(Debug)]
struct Limits {
    /// Most hashes of a time and an environment.
    each: usize,
    /// Most times, all environments' together, beyond those of now.
    times: usize,
    /// Most hashes.
    hashes: usize,
}

impl Default for Named {
    fn default() -> Self {
        let limits = |each, times| Limits {
            each,
            times,
            hashes: MAX_HASHES,
        };
        Self {
            hasher: RandomState::new(),
            calls: Times::new(limits(MAX_CALLS, MAX_HOURS)),
            outcomes: Times::new(limits(MAX_OUTCOMES, MAX_MINUTES)),
        }
    }
}

impl Named {
    /// Whether a tenant's calls are told by name.
    pub(super) fn has_room_for_calls(
        &mut self,
        environment: EnvironmentId,
        at: DateTime<Utc>,
        flag: &str,
        tenant: &str,
    ) -> bool {
        let time = (at.timestamp().div_euclid(3_600), environment);
        let hash = self.hasher.hash_one((flag, tenant));
        self.calls.has_room(time, hash)
    }

    /// Whether a tenant's outcomes are told by name.
    pub(super) fn has_room_for_outcomes(
        &mut self,
        environment: EnvironmentId,
        at: DateTime<Utc>,
        answer: impl Hash,
        tenant: &str,
    ) -> bool {
        let time = (at.timestamp().div_euclid(60), environment);
        let hash = self.hasher.hash_one((answer, tenant));
        self.outcomes.has_room(time, hash)
    }
}

impl<E: Ord + Copy> Times<E> {
    fn new(limits: Limits) -> Self {
        Self {
            named: BTreeMap::new(),
            hashes: 0,
            limits,
        }
    }

    /// Whether a hash is named of a time: it is, or it can be and now is.
    fn has_room(&mut self, time: (i64, E), hash: u64) -> bool {
        let known = self.named.get(&time);
        if known.is_some_and(|known| known.contains(&hash)) {
            return true;
        }
        if known.is_some_and(|known| known.len() >= self.limits.each) {
            return false;
        }
        let is_new = known.is_none();
        while self.hashes >= self.limits.hashes || (is_new && self.named.len() >= self.limits.times)
        {
            if !self.forget_before(time.0) {
                break;
            }
        }
        if self.hashes >= self.limits.hashes {
            return false;
        }
        self.hashes += 1;
        self.named.entry(time).or_default().insert(hash)
    }

    /// Forgets the oldest, if it was before this time; whether it did.
    fn forget_before(&mut self, time: i64) -> bool {
        let oldest = self.named.first_entry();
        let Some(oldest) = oldest.filter(|oldest| oldest.key().0 < time) else {
            return false;
        };
        self.hashes -= oldest.remove().len();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        each: 3,
        times: 4,
        hashes: 50,
    };

    /// How many of so many more are named of an environment.
    fn named(times: &mut Times<u32>, time: i64, environment: u32, hashes: u64) -> usize {
        let from = u64::from(environment) << 32;
        let asked = from..from + hashes;
        asked
            .filter(|hash| times.has_room((time, environment), *hash))
            .count()
    }

    #[test]
    fn more_environments_than_are_remembered_are_bounded_each_for_itself() {
        let mut times = Times::new(LIMITS);
        for environment in 0..10 {
            assert_eq!(named(&mut times, 7, environment, 2), 2);
        }
        for environment in 0..10 {
            assert_eq!(named(&mut times, 7, environment, 20), 3);
            assert_eq!(named(&mut times, 7, environment, 3), 3, "they stay named");
        }
    }

    #[test]
    fn earlier_times_make_way() {
        let mut times = Times::new(LIMITS);
        for time in 0..1_000 {
            assert_eq!(named(&mut times, time, 1, 5), 3);
        }
        assert_eq!((times.named.len(), times.hashes), (4, 12));
        // What is told late does not push out what is now.
        assert_eq!(named(&mut times, 5, 1, 5), 3);
        assert!(times.named.contains_key(&(999, 1)));
    }

    #[test]
    fn all_environments_together_are_bounded_as_well() {
        let mut times = Times::new(LIMITS);
        assert_eq!(named(&mut times, 6, 0, 3), 3);
        let all = |times: &mut Times<u32>| -> usize {
            (1..=100)
                .map(|environment| named(times, 7, environment, 3))
                .sum()
        };
        assert_eq!(all(&mut times), 50);
        assert_eq!(all(&mut times), 50, "and the same as before");
        assert_eq!(times.hashes, 50);
        assert_eq!(times.named.values().map(HashSet::len).sum::<usize>(), 50);
    }
}
