//! The demo's past: what programs would have told in forty days, and what was owed in thirty.
//!
//! Separate from the traffic, which goes the way that an SDK's frames go: the past can only be
//! written down.
//!
//! **Invariants**
//! - Answers are those of the flags as they are, of the days since somebody last set them.

use std::f64::consts::TAU;

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};
use serde_json::json;
use tenantry_core::Ruleset;
use tenantry_store::{
    AskerCalls, DebtDay, EnvironmentScope, FlagCalls, ProjectScope, Read, Store, StoreError,
    TenantCalls, UsageBatch, UsageWrite, Write,
};

use super::flags::{DemoFlag, all, is_asked};
use super::tenants::DemoTenant;
use super::traffic::FORGOTTEN;
use crate::debt::{self, Filter};
use crate::instances::Instances;

/// Days of which each is told of as a whole.
const DAYS: i64 = 40;
/// The last hours, each of which is told of by itself: all but those that the traffic begins with.
const HOURS: std::ops::RangeInclusive<i64> = 3..=47;
/// Days of which it is known what was owed.
const OWED_DAYS: i64 = 30;
/// When the code without the flag was to be everywhere.
const FORGOTTEN_DAYS: i64 = 25;
/// Tenants that are told of by name.
const NAMED: usize = 40;
/// The programs that ask, and what with.
const PROGRAMS: [(&str, &str); 3] = [
    ("billing-api", "tenantry-rust/0.1.0"),
    ("web", "openfeature-server-sdk/1.20.0"),
    ("worker", "tenantry-rust/0.1.0"),
];

/// Writes down what programs asked before the demo began.
pub(super) async fn usage(
    store: &Store,
    scope: &EnvironmentScope<Read>,
    ruleset: &Ruleset,
    tenants: &[DemoTenant],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let flags = all();
    let days = (3..=DAYS).rev().map(|day| (TimeDelta::days(day), 1_440.0));
    let hours = HOURS.rev().map(|hour| (TimeDelta::hours(hour), 60.0));
    let mut write = UsageWrite::first(now);
    for (ago, minutes) in days.chain(hours) {
        let at = now - ago;
        let batch = batch(&flags, scope, ruleset, tenants, (at, minutes), now);
        store.record_usage(write, &[batch], now).await?;
        write = write.next();
    }
    Ok(())
}

fn batch(
    flags: &[DemoFlag],
    environment: &EnvironmentScope<Read>,
    ruleset: &Ruleset,
    tenants: &[DemoTenant],
    (at, minutes): (DateTime<Utc>, f64),
    now: DateTime<Utc>,
) -> UsageBatch {
    let mut batch = UsageBatch {
        environment: environment.clone(),
        at,
        flags: Vec::new(),
        tenants: Vec::new(),
        outcomes: Vec::new(),
        askers: Vec::new(),
        seen: tenants.iter().map(|it| it.key.clone()).collect(),
    };
    let share = minutes * if minutes > 60.0 { 1.0 } else { by_day(at) };
    for flag in flags {
        // A day after it was made it was set for the last time, in the demo.
        let is_there = at > now - TimeDelta::days(flag.created_days_ago - 3);
        if !is_there || !is_asked(flag.key) || flag.is_archived {
            continue;
        }
        let mut calls = FlagCalls {
            flag: flag.key.to_owned(),
            on: 0,
            off: 0,
            other_tenants: tenants.len().saturating_sub(NAMED) as u64,
        };
        for (place, tenant) in tenants.iter().enumerate() {
            let is_on = ruleset.is_enabled(flag.key, &tenant.key) == Some(true);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "some million requests"
            )]
            let asked = (tenant.requests as f64 * share) as u64;
            let (on, off) = if is_on { (asked, 0) } else { (0, asked) };
            calls.on += on;
            calls.off += off;
            if place < NAMED {
                batch.tenants.push(TenantCalls {
                    flag: flag.key.to_owned(),
                    tenant: tenant.key.clone(),
                    on,
                    off,
                });
            }
        }
        let (token, sdk) = PROGRAMS[flag.key.len() % PROGRAMS.len()];
        batch
            .askers
            .push(asker(flag.key, true, (token, sdk), calls.on + calls.off));
        batch.flags.push(calls);
    }
    if at > now - TimeDelta::days(FORGOTTEN_DAYS) {
        batch.askers.push(asker(FORGOTTEN, false, PROGRAMS[2], 36));
    }
    batch
}

fn asker(flag: &str, is_known: bool, (token, sdk): (&str, &str), calls: u64) -> AskerCalls {
    AskerCalls {
        flag: flag.to_owned(),
        is_known,
        token: token.to_owned(),
        sdk: sdk.to_owned(),
        calls,
    }
}

/// The share of the requests that come in an hour: most at two in the afternoon.
fn by_day(at: DateTime<Utc>) -> f64 {
    1.0 + 0.6 * ((f64::from(at.hour()) - 8.0) / 24.0 * TAU).sin()
}

/// Writes down what was owed on each day, as the report would have judged it.
pub(super) async fn debt(
    store: &Store,
    instances: &Instances,
    project: &ProjectScope<Write>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (facts, policy) = debt::gather(store, instances, project, now).await?;
    for day in (1..=OWED_DAYS).rev() {
        let then = now - TimeDelta::days(day);
        let report = debt::report(&facts, policy, &Filter::default(), then);
        let owed = DebtDay {
            day: then.date_naive(),
            debt: report.debt,
            summary: json!(report.summary),
        };
        store.note_debt(project, &owed).await?;
    }
    Ok(())
}
