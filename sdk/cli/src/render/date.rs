//! Dates, times and spans of time as people speak of them.

use chrono::{DateTime, NaiveDate, Utc};

/// `2027-02-20 (in 90 days)`.
pub(crate) fn day(date: NaiveDate, today: NaiveDate) -> String {
    format!("{date} ({})", ago(date, today))
}

/// `in 90 days`, `tomorrow`, `today`, `yesterday`, `21 days ago`.
pub(crate) fn ago(date: NaiveDate, today: NaiveDate) -> String {
    match date.signed_duration_since(today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", days.unsigned_abs()),
    }
}

/// `2026-11-22 14:03 UTC`.
pub(crate) fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// A span of so many seconds in its two largest units: `40 s`, `18 min`, `2 h 5 min`, `1 d 3 h`.
pub(crate) fn span(seconds: u64) -> String {
    const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];
    let largest = UNITS.iter().position(|(_, length)| seconds >= *length);
    let Some(largest) = largest else {
        return "0 min".to_owned();
    };
    let (unit, length) = UNITS[largest];
    let whole = format!("{} {unit}", seconds / length);
    match UNITS.get(largest + 1) {
        // Nobody counts a stage's seconds beside its minutes.
        Some((smaller, part)) if *part >= 60 && seconds % length >= *part => {
            format!("{whole} {} {smaller}", seconds % length / part)
        }
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_far_away_a_day_is() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a real day");
        let far = |days| ago(today + chrono::TimeDelta::days(days), today);
        assert_eq!(
            [far(-21), far(-1), far(0), far(1), far(90)],
            [
                "21 days ago",
                "yesterday",
                "today",
                "tomorrow",
                "in 90 days"
            ]
        );
        assert_eq!(day(today, today), "2026-11-22 (today)");
    }

    #[test]
    fn spans_have_two_units_at_most() {
        let spans = [0, 40, 60, 61, 1_080, 7_200, 7_500, 86_400, 97_200, 172_860];
        assert_eq!(
            spans.map(span),
            [
                "0 min",
                "40 s",
                "1 min",
                "1 min",
                "18 min",
                "2 h",
                "2 h 5 min",
                "1 d",
                "1 d 3 h",
                "2 d"
            ]
        );
    }
}
