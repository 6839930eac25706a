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
//! - Only hashes are kept, at most some 50 MB of them. Two with the same hash are
//!   named together, which does no harm.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, Hash, RandomState};

use chrono::{DateTime, Utc};
use tenantry_store::EnvironmentId;

/// Most pairs of flag and tenant that are named of an environment and an hour.
const MAX_CALLS: usize = 20_000;
/// Most rows of outcomes that are named of an environment and a minute.
const MAX_OUTCOMES: usize = 5_000;
/// Hours and minutes that are remembered, of all environments together. The oldest are forgotten
/// first, and then others may be named of them.
const MAX_HOURS: usize = 100;
const MAX_MINUTES: usize = 500;

/// Who is named.
#[derive(Debug, Default)]
pub(super) struct Named {
    hasher: RandomState,
    /// By hour.
    calls: Times,
    /// By minute.
    outcomes: Times,
}

/// The hashes of what is named, by time and environment.
type Times = BTreeMap<(i64, EnvironmentId), HashSet<u64>>;

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
        has_room(&mut self.calls, time, hash, MAX_CALLS, MAX_HOURS)
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
        has_room(&mut self.outcomes, time, hash, MAX_OUTCOMES, MAX_MINUTES)
    }
}

fn has_room(
    times: &mut Times,
    time: (i64, EnvironmentId),
    hash: u64,
    max: usize,
    max_times: usize,
) -> bool {
    let known = times.entry(time).or_default();
    let has_room = known.contains(&hash) || (known.len() < max && known.insert(hash));
    if times.len() > max_times {
        times.pop_first();
    }
    has_room
}
