//! A project's debt, once a week: told when a week's Monday comes to 08:00 UTC, or as soon after that
//! as a server runs.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc};
use tenantry_protocol::report::Report;
use tenantry_store::{ProjectScope, Read, Store, StoreError};

use super::event::Event;
use super::settings::settings;

/// When people come to work, roughly.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("a time of day");

/// Has the project's people told of its debt, unless they know it for this week or there is none.
pub(crate) async fn remind(
    store: &Store,
    scope: &ProjectScope<Read>,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(week) = week(now).filter(|_| !report.flags.is_empty()) else {
        return Ok(());
    };
    let event = Event::Digest { week };
    if store.is_notified(scope, &event.once()).await? || !settings(store, scope).await?.digest {
        return Ok(());
    }
    store.notify(scope, &event.to_store(), now).await?;
    Ok(())
}

/// The week's Monday; `None` before its morning.
fn week(now: DateTime<Utc>) -> Option<NaiveDate> {
    let today = now.date_naive();
    let days = u64::from(today.weekday().num_days_from_monday());
    let monday = today.checked_sub_days(Days::new(days))?;
    (now.naive_utc() >= monday.and_time(MORNING)).then_some(monday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_mondays_morning() {
        for (now, expected) in [
            ("2026-11-23T07:59:59Z", None),
            ("2026-11-23T08:00:00Z", Some("2026-11-23")),
            ("2026-11-29T23:59:59Z", Some("2026-11-23")),
            ("2026-11-30T00:00:00Z", None),
        ] {
            let week = week(now.parse().expect("a moment"));
            let week = week.map(|day| day.to_string());
            assert_eq!(week.as_deref(), expected, "{now}");
        }
    }
}
