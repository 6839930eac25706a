//! A project's policy: what it calls debt.

use chrono::{DateTime, Days, NaiveDate, Utc};
use tenantry_core::model::Problems;
use tenantry_protocol::report::Policy;
use tenantry_store::{FlagKind, Mode, ProjectScope, Store, StoreError};

/// Most days of anything: ten years.
const MAX_DAYS: u32 = 3_650;
/// How long usage is remembered: no proof can look back further.
const MAX_LOOK_BACK_DAYS: u32 = 365;
/// Most extensions that a policy can allow.
const MAX_EXTENSIONS: u32 = 100;

/// A project's policy: the one that was set, or the usual one.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn policy<M: Mode>(
    store: &Store,
    scope: &ProjectScope<M>,
) -> Result<Policy, StoreError> {
    let stored = store.debt_policy(scope).await?;
    // What a newer server wrote may be no policy here: the usual one is better than no report.
    let policy = stored.and_then(|document| serde_json::from_value(document).ok());
    Ok(policy.unwrap_or_default())
}

/// The last day of a new flag's life, if nobody says another; `None` if it may stay.
pub(crate) fn expiry(policy: Policy, kind: FlagKind, now: DateTime<Utc>) -> Option<NaiveDate> {
    let lifetimes = policy.lifetime_days;
    let days = match kind {
        FlagKind::Release => Some(lifetimes.release),
        FlagKind::Experiment => Some(lifetimes.experiment),
        FlagKind::Ops => lifetimes.ops,
        FlagKind::Permission => lifetimes.permission,
    };
    now.date_naive().checked_add_days(Days::new(days?.into()))
}

/// Checks a policy, and reports every problem at once.
pub(crate) fn check_policy(policy: &Policy, problems: &mut Problems) {
    let mut within = |path: &str, value: u32, least: u32, most: u32| {
        if !(least..=most).contains(&value) {
            problems.push(path, format!("must be {least} to {most}"));
        }
    };
    within("notice_days", policy.notice_days, 0, MAX_DAYS);
    within("grace_days", policy.grace_days, 0, MAX_DAYS);
    within("ready_days", policy.ready_days, 1, MAX_LOOK_BACK_DAYS);
    within("unused_days", policy.unused_days, 1, MAX_LOOK_BACK_DAYS);
    within("max_extensions", policy.max_extensions, 0, MAX_EXTENSIONS);
    let lifetimes = policy.lifetime_days;
    within("lifetime_days.release", lifetimes.release, 1, MAX_DAYS);
    within(
        "lifetime_days.experiment",
        lifetimes.experiment,
        1,
        MAX_DAYS,
    );
    for (path, days) in [
        ("lifetime_days.ops", lifetimes.ops),
        ("lifetime_days.permission", lifetimes.permission),
    ] {
        if let Some(days) = days {
            within(path, days, 1, MAX_DAYS);
        }
    }
}
