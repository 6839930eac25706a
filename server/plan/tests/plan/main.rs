//! Plans from outside: their rules as tables, and what holds whatever happens.

mod cohort;
mod properties;
mod shape;
mod table;

use chrono::{DateTime, TimeDelta, Utc};
use tenantry_plan::{Advance, Audience, Plan, Stage};

/// So many seconds after the beginning of the tests' time.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    let beginning: DateTime<Utc> = "2026-11-02T12:00:00Z".parse().expect("a time");
    beginning + TimeDelta::seconds(seconds)
}

/// A plan of shares, each stage ten minutes long.
pub(crate) fn plan(shares: &[u32]) -> Plan {
    let stages = shares.iter().map(|share| Stage {
        name: share.to_string(),
        audience: Audience::Threshold(*share),
        bake_minutes: 10,
        advance: Advance::Automatic,
    });
    Plan {
        stages: stages.collect(),
        start_at: None,
        freezes: Vec::new(),
        guard: None,
    }
}
