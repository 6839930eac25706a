//! Numbers and times as people say them.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

/// `1 day`, `2 days`.
pub(super) fn count(number: i64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// `3 May`, or `3 May 2025` in another year.
pub(super) fn day(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let form = if at.year() == now.year() {
        "%-d %B"
    } else {
        "%-d %B %Y"
    };
    at.format(form).to_string()
}

/// `2 hours ago`.
pub(super) fn ago(since: TimeDelta) -> String {
    let (minutes, hours, days) = (since.num_minutes(), since.num_hours(), since.num_days());
    let time = match (days, hours, minutes) {
        (1.., ..) => count(days, "day"),
        (_, 1.., _) => count(hours, "hour"),
        (_, _, 2..) => count(minutes, "minute"),
        _ => return "just now".to_owned(),
    };
    format!("{time} ago")
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn and(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
