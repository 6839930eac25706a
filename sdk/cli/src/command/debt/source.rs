//! Where the report comes from: the server, or a file that somebody exported it to.
//!
//! Separate from the judgement, which does not care.
//!
//! **Invariants**
//! - A file is judged as it is: neither server nor token is asked for, and its dates are not moved
//!   on to today. That is why its age has a limit.

use std::fs;
use std::path::Path;

use chrono::{DateTime, FixedOffset, TimeDelta};
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::Value;
use tenantry_protocol::report::Snapshot;

use super::failure::DebtFailure;
use super::judgement::Known;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::count;

/// Asks the server.
pub(super) async fn from_server(global: &Global, console: &mut Console) -> Result<Known, Failure> {
    let document = ask(global, console).await?;
    known(document, None).map_err(|source| Failure::NotUnderstood {
        url: global.url.clone(),
        source,
    })
}

/// Asks the server, and keeps what it says in a file.
pub(super) async fn export(
    file: &Path,
    global: &Global,
    console: &mut Console,
) -> Result<(), Failure> {
    let document = ask(global, console).await?;
    // What cannot be read again is no snapshot.
    let known = known(document.clone(), None).map_err(|source| Failure::NotUnderstood {
        url: global.url.clone(),
        source,
    })?;
    let text = serde_json::to_string_pretty(&document);
    let text = text.map_err(|error| Failure::Output(error.into()))?;
    let written = fs::write(file, format!("{text}\n"));
    written.map_err(|source| DebtFailure::Unwritable {
        path: file.to_owned(),
        source,
    })?;
    console.note(format!(
        "wrote the debt of {} as of {} to {}",
        known.report.project,
        known.report.generated_at,
        file.display()
    ));
    Ok(())
}

async fn ask(global: &Global, console: &mut Console) -> Result<Value, Failure> {
    let client = Client::new(global, console)?;
    let snapshot = client.project(Method::GET, &["debt", "snapshot"]);
    Ok(snapshot.send().await?.body)
}

/// Reads what was exported at most `max_age` before `now`.
///
/// # Errors
/// [`DebtFailure`]: there is no such file, it is no snapshot, or it is too old.
pub(super) fn from_file(
    file: &Path,
    max_age: TimeDelta,
    now: DateTime<FixedOffset>,
) -> Result<Known, DebtFailure> {
    let text = fs::read_to_string(file).map_err(|source| DebtFailure::Unreadable {
        path: file.to_owned(),
        source,
    })?;
    let senseless = |source| DebtFailure::NoSnapshot {
        path: file.to_owned(),
        source,
    };
    let document: Value = serde_json::from_str(&text).map_err(senseless)?;
    let mut known = known(document, None).map_err(senseless)?;
    let made = DateTime::parse_from_rfc3339(&known.report.generated_at);
    let made = made.map_err(|error| senseless(serde::de::Error::custom(error)))?;
    let age = now.signed_duration_since(made);
    if age > max_age {
        return Err(DebtFailure::TooOld {
            path: file.to_owned(),
            age: in_words(age),
            max_age: in_words(max_age),
        });
    }
    known.age = Some(format!("{} ago", in_words(age)));
    Ok(known)
}

/// Reads a snapshot.
fn known(mut document: Value, age: Option<String>) -> serde_json::Result<Known> {
    let snapshot = Snapshot::deserialize(&document)?;
    Ok(Known {
        document: document["report"].take(),
        report: snapshot.report,
        flags: snapshot.flags.into_iter().collect(),
        age,
    })
}

/// A time as people say it, in its largest unit.
fn in_words(time: TimeDelta) -> String {
    let number = |number: i64| usize::try_from(number).unwrap_or_default();
    if time >= TimeDelta::days(1) {
        count(number(time.num_days()), "day", "days")
    } else if time >= TimeDelta::hours(1) {
        count(number(time.num_hours()), "hour", "hours")
    } else {
        // A clock that is ahead makes it less than nothing.
        count(number(time.num_minutes().max(0)), "minute", "minutes")
    }
}

/// Reads a time such as `7d` or `36h`.
///
/// # Errors
/// How one is written.
pub(super) fn parse_age(text: &str) -> Result<TimeDelta, &'static str> {
    const HOW: &str = "write it in days or hours, such as 7d or 36h";
    let (number, unit): (_, fn(i64) -> Option<TimeDelta>) = match text.strip_suffix('h') {
        Some(hours) => (hours, TimeDelta::try_hours),
        None => (text.strip_suffix('d').ok_or(HOW)?, TimeDelta::try_days),
    };
    let number: u32 = number.parse().map_err(|_no_number| HOW)?;
    unit(number.into()).ok_or(HOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_a_unit() {
        assert_eq!(parse_age("7d"), Ok(TimeDelta::days(7)));
        assert_eq!(parse_age("36h"), Ok(TimeDelta::hours(36)));
        for text in ["7", "d", "-1d", "7w", "7 d", "1.5d"] {
            assert!(parse_age(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_said_in_its_largest_unit() {
        let words = [
            TimeDelta::days(-1),
            TimeDelta::minutes(1),
            TimeDelta::hours(25),
            TimeDelta::hours(23),
        ];
        assert_eq!(
            words.map(in_words),
            ["0 minutes", "1 minute", "1 day", "23 hours"]
        );
    }
}
