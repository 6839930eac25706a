//! Freezes: when nobody is admitted, or some tenants are not.
//!
//! Separate because a freeze stops admissions alone: it never takes a flag away, and never keeps it
//! from being taken away.
//!
//! **Invariants**
//! - All times are UTC. A week begins on Monday at 00:00.
//! - A freeze begins with its first minute and ends before its last.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, TimeDelta, Timelike as _, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::document::Plan;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTES_OF_DAY: u32 = 1_440;
const MINUTES_OF_WEEK: u32 = 7 * MINUTES_OF_DAY;

/// When nobody is admitted, or some tenants are not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Freeze {
    /// Why, in the words of whoever wrote it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who is not admitted; everybody if this is empty. Stages are entered without these tenants, who
    /// come to have the flag when the freeze is over, if their stage admits them. Up to 1000 keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub tenants: Vec<String>,
    /// Once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once: Option<Once>,
    /// Every week. Either this or `once`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekly: Option<Weekly>,
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Once {
    /// From this time on.
    pub from: DateTime<Utc>,
    /// Before this time.
    pub to: DateTime<Utc>,
}

/// A span of every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Weekly {
    /// From this time of the week on, UTC: `fri 16:00`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub from: Moment,
    /// Before this time of the week, UTC: `mon 08:00`. It may be the next week's.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub to: Moment,
}

/// A minute of the week, written `fri 16:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(u32);

/// This is no minute of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be a day and a time of day in UTC, written like fri 16:00")]
pub struct InvalidMoment;

impl FromStr for Moment {
    type Err = InvalidMoment;

    fn from_str(text: &str) -> Result<Self, InvalidMoment> {
        let (day, time) = text.split_once(' ').ok_or(InvalidMoment)?;
        let day = DAYS.iter().position(|name| *name == day);
        let (hour, minute) = time.split_once(':').ok_or(InvalidMoment)?;
        let number = |text: &str, below: u32| {
            let is_plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = is_plain.then(|| text.parse::<u32>().ok()).flatten();
            number.filter(|number| *number < below).ok_or(InvalidMoment)
        };
        let day = u32::try_from(day.ok_or(InvalidMoment)?).map_err(|_| InvalidMoment)?;
        Ok(Self(
            day * MINUTES_OF_DAY + number(hour, 24)? * 60 + number(minute, 60)?,
        ))
    }
}

impl TryFrom<String> for Moment {
    type Error = InvalidMoment;

    fn try_from(text: String) -> Result<Self, InvalidMoment> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, minute) = (self.0 / MINUTES_OF_DAY, self.0 % MINUTES_OF_DAY);
        let day = DAYS[(day % 7) as usize];
        write!(f, "{day} {:02}:{:02}", minute / 60, minute % 60)
    }
}

impl Moment {
    fn of(time: DateTime<Utc>) -> Self {
        let day = time.weekday().num_days_from_monday();
        Self(day * MINUTES_OF_DAY + time.hour() * 60 + time.minute())
    }

    /// How many minutes later in the week `other` is, 0 to a week.
    fn until(self, other: Self) -> u32 {
        (other.0 + MINUTES_OF_WEEK - self.0) % MINUTES_OF_WEEK
    }
}

impl Freeze {
    /// When the freeze that holds at `now` ends; `None` if it doesn't hold.
    #[must_use]
    pub fn ends(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if let Some(once) = self.once {
            return (once.from <= now && now < once.to).then_some(once.to);
        }
        let weekly = self.weekly?;
        let at = Moment::of(now);
        let length = weekly.from.until(weekly.to);
        let left = at.until(weekly.to);
        // Within it, the end is nearer than its whole length.
        (left > 0 && left <= length).then(|| {
            let begun = now - TimeDelta::seconds(i64::from(now.second()));
            begun + TimeDelta::minutes(i64::from(left))
        })
    }

    /// Whether it names this tenant.
    fn names(&self, tenant: &str) -> bool {
        self.tenants.iter().any(|key| key == tenant)
    }
}

impl Plan {
    /// The freeze that keeps everybody out at `now`, and when it ends: of several, the last to end.
    #[must_use]
    pub fn frozen(&self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, &Freeze)> {
        self.freezes_at(now)
            .filter(|(_, freeze)| freeze.tenants.is_empty())
            .max_by_key(|(until, _)| *until)
    }

    /// The freeze that keeps this tenant out at `now` by its name, and when it ends: of several, the
    /// last to end.
    #[must_use]
    pub fn frozen_by_name(
        &self,
        tenant: &str,
        now: DateTime<Utc>,
    ) -> Option<(DateTime<Utc>, &Freeze)> {
        self.freezes_at(now)
            .filter(|(_, freeze)| freeze.names(tenant))
            .max_by_key(|(until, _)| *until)
    }

    /// The tenants whom a freeze keeps out at `now` by their names.
    #[must_use]
    pub fn frozen_tenants(&self, now: DateTime<Utc>) -> BTreeSet<&str> {
        let tenants = self.freezes_at(now).flat_map(|(_, it)| &it.tenants);
        tenants.map(String::as_str).collect()
    }

    fn freezes_at(&self, now: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, &Freeze)> {
        let freezes = self.freezes.iter();
        freezes.filter_map(move |freeze| Some((freeze.ends(now)?, freeze)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn moments_are_written_as_they_are_read() {
        for text in ["mon 00:00", "fri 16:05", "sun 23:59"] {
            assert_eq!(text.parse::<Moment>().expect(text).to_string(), text);
        }
        for text in [
            "",
            "fri",
            "Fri 16:00",
            "fri 24:00",
            "fri 9:00",
            "fri 16:60",
            "fri +1:00",
        ] {
            assert_eq!(text.parse::<Moment>(), Err(InvalidMoment), "{text}");
        }
    }

    #[test]
    fn a_week_goes_round() {
        let freeze = |from: &str, to: &str| Freeze {
            reason: String::new(),
            tenants: Vec::new(),
            once: None,
            weekly: Some(Weekly {
                from: from.parse().expect(from),
                to: to.parse().expect(to),
            }),
        };
        let weekend = freeze("fri 16:00", "mon 08:00");
        // 2026-11-20 is a Friday.
        assert_eq!(weekend.ends(at("2026-11-20T15:59:59Z")), None);
        let ends = Some(at("2026-11-23T08:00:00Z"));
        for inside in [
            "2026-11-20T16:00:00Z",
            "2026-11-22T12:30:15Z",
            "2026-11-23T07:59:59Z",
        ] {
            assert_eq!(weekend.ends(at(inside)), ends, "{inside}");
        }
        assert_eq!(weekend.ends(at("2026-11-23T08:00:00Z")), None);
        let lunch = freeze("wed 12:00", "wed 13:00");
        assert_eq!(
            lunch.ends(at("2026-11-25T12:30:00Z")),
            Some(at("2026-11-25T13:00:00Z"))
        );
        assert_eq!(lunch.ends(at("2026-11-25T13:00:00Z")), None);
        assert_eq!(lunch.ends(at("2026-11-24T12:30:00Z")), None);
    }

    #[test]
    fn once_is_from_its_first_moment_to_before_its_last() {
        let freeze = Freeze {
            reason: "year's end".into(),
            tenants: vec!["acme".into()],
            once: Some(Once {
                from: at("2026-12-20T00:00:00Z"),
                to: at("2027-01-04T00:00:00Z"),
            }),
            weekly: None,
        };
        assert_eq!(freeze.ends(at("2026-12-19T23:59:59Z")), None);
        assert!(freeze.ends(at("2026-12-20T00:00:00Z")).is_some());
        assert_eq!(freeze.ends(at("2027-01-04T00:00:00Z")), None);
        assert!(freeze.names("acme") && !freeze.names("globex"));
    }
}
