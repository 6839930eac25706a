//! A project's debt, once a week: told when a week's Monday comes to 08:00 UTC, or as soon after that
//! as a server runs.
//!
//! **Invariants**
//! - A week is told once, also if there was no debt when it was: what comes later waits for the next.
//! - All mails of a week come of one report, and are noted in one transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc};
use lettre::Address;
use serde_json::json;
use tenantry_protocol::report::{IndebtedFlag, Report};
use tenantry_store::{NewNotification, ProjectScope, Read, Store};

use super::event::{DigestEvent, Event};
use super::settings::{NotificationSettings, SettingsError, settings};
use super::words::{debt_headline, debt_text, no_debt};
use crate::config::{Config, Origin};

/// When people come to work, roughly.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("a time of day");
/// Most flags, and most owners, that the webhook is told, the deepest in debt first.
const TOLD: usize = 100;

/// Has digests told.
#[derive(Debug, Clone)]
pub(crate) struct Digests {
    /// How people reach the web interface.
    public_origin: Option<Origin>,
    /// Whether there is a mail server.
    has_mail: bool,
}

impl Digests {
    /// Digests by the operator's channels.
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            public_origin: config.http.public_origin.clone(),
            has_mail: config.notify.smtp_url.is_some(),
        }
    }

    /// Has the project's people told of its debt, unless they were this week.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub(crate) async fn note(
        &self,
        store: &Store,
        scope: &ProjectScope<Read>,
        report: &Report,
        now: DateTime<Utc>,
    ) -> Result<(), SettingsError> {
        let Some(week) = week(now) else {
            return Ok(());
        };
        let mut whole = DigestEvent {
            week: week.date_naive(),
            to: None,
            subject: no_debt(&report.project),
            text: String::new(),
            data: None,
        };
        let once = Event::Digest(whole.clone()).once();
        let is_young = store.project(scope).await?.created_at > week;
        if is_young || store.is_notified(scope, &once).await? {
            return Ok(());
        }
        let settings = settings(store, scope).await?;
        let mut digests = Vec::new();
        if settings.digest && !report.flags.is_empty() {
            let link = (self.public_origin.as_ref())
                .map(|origin| format!("{origin}/projects/{}/debt", report.project));
            digests = self.parts(&mut whole, report, &settings, link.as_deref(), now);
        }
        digests.insert(0, whole);
        let news: Vec<NewNotification> = digests
            .into_iter()
            .map(|digest| Event::Digest(digest).to_store())
            .collect();
        store.notify_first(scope, &news, now).await?;
        Ok(())
    }

    /// Words the whole, and everybody's part of it.
    fn parts(
        &self,
        whole: &mut DigestEvent,
        report: &Report,
        settings: &NotificationSettings,
        link: Option<&str>,
        now: DateTime<Utc>,
    ) -> Vec<DigestEvent> {
        let mut debts: Vec<&IndebtedFlag> = report.flags.iter().collect();
        debts.sort_by(|a, b| b.debt.cmp(&a.debt).then_with(|| a.key.cmp(&b.key)));
        whole.subject = debt_headline(&report.project, &debts);
        whole.text = debt_text(&whole.subject, &debts, now, link);
        whole.data = Some(json!({
            "debt": report.debt,
            "summary": report.summary,
            "owners": &report.owners[..report.owners.len().min(TOLD)],
            "flags": &debts[..debts.len().min(TOLD)],
            "url": link,
        }));
        let mut theirs: BTreeMap<Address, Vec<&IndebtedFlag>> = BTreeMap::new();
        if self.has_mail {
            for flag in debts {
                for address in settings.recipients(flag.owner.as_deref()) {
                    theirs.entry(address).or_default().push(flag);
                }
            }
        }
        let part = |(to, debts): (Address, Vec<&IndebtedFlag>)| {
            let subject = debt_headline(&report.project, &debts);
            DigestEvent {
                week: whole.week,
                to: Some(to),
                text: debt_text(&subject, &debts, now, link),
                subject,
                data: None,
            }
        };
        theirs.into_iter().map(part).collect()
    }
}

/// The week's beginning; `None` before it, on Monday.
fn week(now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let today = now.date_naive();
    let days = u64::from(today.weekday().num_days_from_monday());
    let monday: NaiveDate = today.checked_sub_days(Days::new(days))?;
    let morning = monday.and_time(MORNING).and_utc();
    (now >= morning).then_some(morning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_mondays_morning() {
        for (now, expected) in [
            ("2026-11-23T07:59:59Z", None),
            ("2026-11-23T08:00:00Z", Some("2026-11-23 08:00:00 UTC")),
            ("2026-11-29T23:59:59Z", Some("2026-11-23 08:00:00 UTC")),
            ("2026-11-30T00:00:00Z", None),
        ] {
            let week = week(now.parse().expect("a moment"));
            let week = week.map(|morning| morning.to_string());
            assert_eq!(week.as_deref(), expected, "{now}");
        }
    }
}
