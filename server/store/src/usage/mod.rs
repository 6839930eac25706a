//! Usage: who asks which flag, and what becomes of it.
//!
//! Separate from the flags, because it is told by programs and not decided by people: nothing of it
//! is streamed, audited or has a revision. It is written by [`Store::record_usage`], in maintenance,
//! since one batch is about many projects.
//!
//! | what | by | kept |
//! | --- | --- | --- |
//! | calls of a flag, on and off | minute | 2 days |
//! | the same | hour | 400 days |
//! | when a flag gave each answer | | 400 days after the last call |
//! | calls of a flag by tenant | hour | 8 days |
//! | outcomes by flag, answer and tenant | minute | 8 days |
//! | who asks for a flag, known or not | token and SDK | 90 days after the last call |
//! | which tenants are asked for | | 400 days after the last call |
//!
//! **Invariants**
//! - Counts are added to what is there, so a batch may come in parts and from several nodes.
//! - Each write has a name, so that one whose end nobody knows can be tried again.

mod outcomes;
mod requests;
mod several;
mod show;
mod unknown;

use chrono::{DateTime, Utc};

pub(crate) use outcomes::{ALL as OUTCOMES, read_latency};
pub use outcomes::{OutcomeFilter, OutcomeSum, TenantOutcomes};
pub(crate) use requests::ALL as REQUESTS;
pub use requests::{TenantRequests, TenantSeen};
pub(crate) use several::ALL as SEVERAL;
pub(crate) use show::ALL as SHOW;
pub use show::{FlagUsage, TenantUsage, UsageFilter, UsageStep, UsageTotal};
pub(crate) use unknown::ALL as UNKNOWN;
pub use unknown::{Asker, UnknownFlag};

use crate::access::{EnvironmentScope, Read};
use crate::ids::UsageWriterId;

/// Seconds of a minute, and of an hour.
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;

/// The name of a write of usage: who writes, and which of its writes it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageWrite {
    writer: UsageWriterId,
    number: u64,
}

impl UsageWrite {
    /// The first write of a run of a node.
    #[must_use]
    pub fn first(now: DateTime<Utc>) -> Self {
        Self {
            writer: UsageWriterId::new(now),
            number: 1,
        }
    }

    /// The next. To be made only when this one is known to be done.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            number: self.number + 1,
            ..self
        }
    }

    pub(crate) fn writer(self) -> UsageWriterId {
        self.writer
    }

    pub(crate) fn number(self) -> u64 {
        self.number
    }
}

/// What was told of one environment and one minute.
#[derive(Debug, Clone)]
pub struct UsageBatch {
    /// The environment.
    pub environment: EnvironmentScope<Read>,
    /// Any time of the minute.
    pub at: DateTime<Utc>,
    /// Calls by flag.
    pub flags: Vec<FlagCalls>,
    /// Calls by flag and tenant, of those that are named.
    pub tenants: Vec<TenantCalls>,
    /// Outcomes by flag, answer and tenant.
    pub outcomes: Vec<TenantOutcomes>,
    /// Who asked for which flag.
    pub askers: Vec<AskerCalls>,
    /// Tenants that were asked for. It may be left out of it who was noted within the hour.
    pub seen: Vec<String>,
}

/// Calls of a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagCalls {
    /// The flag's key.
    pub flag: String,
    /// Answered with on.
    pub on: u64,
    /// Answered with off.
    pub off: u64,
    /// How many tenants were asked for that are not named, roughly.
    pub other_tenants: u64,
}

/// Calls of a flag for a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantCalls {
    /// The flag's key.
    pub flag: String,
    /// The tenant's key. Neither empty nor with a NUL, which PostgreSQL has no place for.
    pub tenant: String,
    /// Answered with on.
    pub on: u64,
    /// Answered with off.
    pub off: u64,
}

/// How often somebody asked for a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskerCalls {
    /// The flag's key.
    pub flag: String,
    /// Whether there is such a flag.
    pub is_known: bool,
    /// The name of the token that was used.
    pub token: String,
    /// The name and version of the SDK.
    pub sdk: String,
    /// How often.
    pub calls: u64,
}

/// The number of a minute.
pub(crate) fn minute(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(MINUTE)
}

/// The number of an hour.
pub(crate) fn hour(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(HOUR)
}

/// The beginning of a minute.
pub(crate) fn of_minute(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(minute.saturating_mul(MINUTE), 0).unwrap_or_default()
}

/// The beginning of an hour.
fn of_hour(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(hour.saturating_mul(HOUR), 0).unwrap_or_default()
}
