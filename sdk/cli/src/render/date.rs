//! Dates as people speak of them.

use chrono::NaiveDate;

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
}
