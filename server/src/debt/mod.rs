//! Debt: which flags have outlived their purpose, judged from facts alone.
//!
//! Separate and pure (the moment is passed in), because the same judgement is shown in the web
//! interface, answered by the API and decides about builds: it must be testable on any day.
//!
//! **Invariants**
//! - Debt never changes an answer of an evaluation.
//! - A flag is `due`, `expired` or `overdue`, never two of them; `unowned` is independent.
//! - Days are UTC days: a flag has expired from the 00:00 UTC after `expires_on`.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use tenantry_protocol::report::{IndebtedFlag, Policy, Report, State, Summary};

/// What the judgement knows of a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagFacts {
    /// The flag's key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Who is to clean up.
    pub owner: Option<String>,
    /// Whether the owner is somebody the project still knows, as far as it can tell.
    pub has_living_owner: bool,
    /// `release`, `experiment`, `ops` or `permission`.
    pub kind: &'static str,
    /// Whether the kind is temporary: then the flag must have an owner.
    pub is_temporary: bool,
    /// The flag's tags.
    pub tags: Vec<String>,
    /// The last day on which the flag is not expired.
    pub expires_on: Option<NaiveDate>,
    /// How often the date has been put off.
    pub extensions: u32,
}

/// Judges the flags of a project, which must not be archived, at the moment `now`.
#[must_use]
pub fn report(
    project: &str,
    flags: impl IntoIterator<Item = FlagFacts>,
    policy: Policy,
    now: DateTime<Utc>,
) -> Report {
    let today = now.date_naive();
    let mut flags: Vec<_> = flags
        .into_iter()
        .filter_map(|flag| judge(flag, policy, today))
        .collect();
    flags.sort_by(|a, b| a.key.cmp(&b.key));
    Report {
        generated_at: now.to_rfc3339_opts(SecondsFormat::Millis, true),
        project: project.to_owned(),
        policy,
        debt: 0,
        summary: Summary::of(&flags),
        owners: Vec::new(),
        flags,
    }
}

/// The flag with its states, or `None` if it is in no debt.
fn judge(flag: FlagFacts, policy: Policy, today: NaiveDate) -> Option<IndebtedFlag> {
    let days_past_expiry = flag
        .expires_on
        .map(|last_day| (today - last_day).num_days());
    let expiry = days_past_expiry.and_then(|days| expiry_state(days, policy));
    let is_unowned = flag.is_temporary && !flag.has_living_owner;
    let states: Vec<State> = expiry
        .into_iter()
        .chain(is_unowned.then_some(State::Unowned))
        .collect();
    if states.is_empty() {
        return None;
    }
    Some(IndebtedFlag {
        explanation: explain(&flag, expiry, days_past_expiry, is_unowned),
        key: flag.key,
        name: flag.name,
        owner: flag.owner.filter(|_| flag.has_living_owner),
        kind: Some(flag.kind.to_owned()),
        references: 0,
        debt: 0,
        removal: None,
        tags: flag.tags,
        expires_on: flag.expires_on.map(|day| day.to_string()),
        days_past_expiry,
        states,
        extensions: flag.extensions,
    })
}

fn expiry_state(days_past_expiry: i64, policy: Policy) -> Option<State> {
    if days_past_expiry > i64::from(policy.grace_days) {
        Some(State::Overdue)
    } else if days_past_expiry > 0 {
        Some(State::Expired)
    } else if days_past_expiry >= -i64::from(policy.notice_days) {
        Some(State::Due)
    } else {
        None
    }
}

/// What is wrong and what to do, in a sentence or two.
fn explain(
    flag: &FlagFacts,
    expiry: Option<State>,
    days_past_expiry: Option<i64>,
    is_unowned: bool,
) -> String {
    let days = days_past_expiry.unwrap_or_default();
    let mut text = match expiry {
        Some(State::Overdue) => {
            format!(
                "Expired {} ago, longer than the grace allows. Delete it.",
                count(days)
            )
        }
        Some(State::Expired) => {
            format!(
                "Expired {} ago. Delete it, or extend it with a reason.",
                count(days)
            )
        }
        Some(State::Due) if days == 0 => "Expires at the end of today (UTC).".to_owned(),
        Some(State::Due) => format!("Expires in {}.", count(-days)),
        Some(_) | None => String::new(),
    };
    if flag.extensions > 0 && expiry.is_some() {
        let times = if flag.extensions == 1 {
            "once"
        } else {
            "more than once"
        };
        text = format!("{text} It has been extended {times} already.");
    }
    if is_unowned {
        let separator = if text.is_empty() { "" } else { " " };
        text.push_str(separator);
        text.push_str("Nobody owns it any more: name an owner.");
    }
    text
}

fn count(days: i64) -> String {
    if days == 1 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn facts() -> FlagFacts {
        FlagFacts {
            key: "new-billing".to_owned(),
            name: "New billing".to_owned(),
            owner: Some("ana".to_owned()),
            has_living_owner: true,
            kind: "release",
            is_temporary: true,
            tags: Vec::new(),
            expires_on: Some(day("2026-03-01")),
            extensions: 0,
        }
    }

    /// The states at a moment, and the explanation.
    fn check(now: &str, flag: FlagFacts, expected: &[State], explanation: &str) {
        let now = now.parse().expect("a moment");
        let report = report("default", [flag], Policy::default(), now);
        let (states, text) = match report.flags.as_slice() {
            [] => (&[][..], ""),
            [flag] => (flag.states.as_slice(), flag.explanation.as_str()),
            more => panic!("one flag became {more:?}"),
        };
        assert_eq!((states, text), (expected, explanation), "at {now}");
    }

    #[test]
    fn a_flag_passes_from_due_to_expired_to_overdue_at_midnight_utc() {
        use State::{Due, Expired, Overdue};
        check("2026-02-14T23:59:59Z", facts(), &[], "");
        check(
            "2026-02-15T00:00:00Z",
            facts(),
            &[Due],
            "Expires in 14 days.",
        );
        check("2026-02-28T12:00:00Z", facts(), &[Due], "Expires in 1 day.");
        check(
            "2026-03-01T23:59:59Z",
            facts(),
            &[Due],
            "Expires at the end of today (UTC).",
        );
        let expired = |days| format!("Expired {days} ago. Delete it, or extend it with a reason.");
        check(
            "2026-03-02T00:00:00Z",
            facts(),
            &[Expired],
            &expired("1 day"),
        );
        check(
            "2026-03-15T23:59:59Z",
            facts(),
            &[Expired],
            &expired("14 days"),
        );
        let overdue = "Expired 15 days ago, longer than the grace allows. Delete it.";
        check("2026-03-16T00:00:00Z", facts(), &[Overdue], overdue);
    }

    #[test]
    fn a_temporary_flag_needs_a_living_owner() {
        let unowned = FlagFacts {
            has_living_owner: false,
            ..facts()
        };
        let text = "Nobody owns it any more: name an owner.";
        check(
            "2026-01-01T00:00:00Z",
            unowned.clone(),
            &[State::Unowned],
            text,
        );
        let both = format!("Expires in 1 day. {text}");
        check(
            "2026-02-28T00:00:00Z",
            unowned.clone(),
            &[State::Due, State::Unowned],
            &both,
        );
        let permanent = FlagFacts {
            kind: "ops",
            is_temporary: false,
            expires_on: None,
            ..unowned
        };
        check("2026-06-01T00:00:00Z", permanent, &[], "");
    }

    #[test]
    fn the_report_is_sorted_and_counted() {
        let late = FlagFacts {
            key: "b".to_owned(),
            ..facts()
        };
        let unowned = FlagFacts {
            key: "a".to_owned(),
            has_living_owner: false,
            ..facts()
        };
        let now = "2026-05-01T00:00:00Z".parse().expect("a moment");
        let report = report("default", [late, unowned], Policy::default(), now);
        let keys: Vec<_> = report.flags.iter().map(|flag| flag.key.as_str()).collect();
        assert_eq!(keys, ["a", "b"]);
        assert_eq!(
            report.flags[0].owner, None,
            "an owner who is gone is nobody"
        );
        assert_eq!(
            report.summary,
            Summary {
                overdue: 2,
                unowned: 1,
                ..Summary::default()
            }
        );
        assert_eq!(report.generated_at, "2026-05-01T00:00:00.000Z");
    }
}
