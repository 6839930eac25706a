//! Instants: points in time as conditions and attributes write them.
//!
//! Separate from the operators because of its grammar, which is narrower than what date libraries
//! take: whoever reads a document in another language must come to the same instant.
//!
//! **Invariants**
//! - The order of instants is the order of time; offsets are resolved, nothing depends on a clock
//!   or a time-zone database.

use chrono::NaiveDate;

/// A point in time, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z.
    seconds: i64,
    nanoseconds: u32,
}

impl Instant {
    /// Reads `YYYY-MM-DD` (its midnight in UTC) or an RFC 3339 timestamp.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut input = Input(text.as_bytes());
        let year = input.number(4)?;
        input.literal(b"-")?;
        let month = input.number(2)?;
        input.literal(b"-")?;
        let day = input.number(2)?;
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        let midnight = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        if input.0.is_empty() {
            return Some(Self {
                seconds: midnight,
                nanoseconds: 0,
            });
        }
        input.literal(b"Tt ")?;
        let hour = at_most(input.number(2)?, 23)?;
        input.literal(b":")?;
        let minute = at_most(input.number(2)?, 59)?;
        input.literal(b":")?;
        // A leap second is the first second of the next minute here, as POSIX has it.
        let second = at_most(input.number(2)?, 60)?;
        let nanoseconds = input.fraction()?;
        let offset = input.offset()?;
        let of_day = i64::from(hour * 3_600 + minute * 60 + second);
        input.0.is_empty().then_some(Self {
            seconds: midnight + of_day - offset,
            nanoseconds,
        })
    }
}

/// The text that is still to be read.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    /// Exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (text, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        text.iter()
            .try_fold(0, |number, &byte| Some(number * 10 + digit(byte)?))
    }

    /// One byte, which must be among `allowed`.
    fn literal(&mut self, allowed: &[u8]) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        allowed.contains(&byte).then_some(byte)
    }

    /// An optional fraction of a second, in nanoseconds; digits beyond them are dropped.
    fn fraction(&mut self) -> Option<u32> {
        let Some(rest) = self.0.strip_prefix(b".") else {
            return Some(0);
        };
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = rest.split_at(length);
        self.0 = rest;
        let padded = digits
            .iter()
            .copied()
            .chain(std::iter::repeat(b'0'))
            .take(9);
        (length > 0).then(|| padded.fold(0, |number, byte| number * 10 + u32::from(byte - b'0')))
    }

    /// `Z`, or hours and minutes east or west of it, in seconds east.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.literal(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = at_most(self.number(2)?, 23)?;
        self.literal(b":")?;
        let minutes = at_most(self.number(2)?, 59)?;
        Some(sign * i64::from(hours * 3_600 + minutes * 60))
    }
}

fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

fn at_most(number: u32, limit: u32) -> Option<u32> {
    (number <= limit).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_instant_has_many_spellings() {
        let noon = Instant::parse("2026-11-22T12:00:00Z");
        assert!(noon.is_some());
        for text in [
            "2026-11-22t12:00:00z",
            "2026-11-22 12:00:00.000Z",
            "2026-11-22T13:30:00+01:30",
            "2026-11-22T00:00:00-12:00",
            "2026-11-22T11:59:60Z",
            "2026-11-22T12:00:00.0000000009Z",
        ] {
            assert_eq!(Instant::parse(text), noon, "{text}");
        }
        assert_eq!(
            Instant::parse("2026-11-22"),
            Instant::parse("2026-11-22T00:00:00Z")
        );
    }

    #[test]
    fn what_is_no_instant() {
        for text in [
            "",
            "2026",
            "2026-11",
            "2026-11-2",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "26-11-22",
            "2026-11-22T",
            "2026-11-22T12:00",
            "2026-11-22T12:00:00",
            "2026-11-22T24:00:00Z",
            "2026-11-22T12:60:00Z",
            "2026-11-22T12:00:61Z",
            "2026-11-22T12:00:00.Z",
            "2026-11-22T12:00:00+24:00",
            "2026-11-22T12:00:00+0100",
            "2026-11-22T12:00:00 UTC",
            "2026-11-22T12:00:00Z ",
            " 2026-11-22",
            "+2026-11-22",
            "2026-11-22T12:00:00Europe/Rome",
            "1795348800",
            "２026-11-22",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_chrono(seconds in -62_167_219_200_i64..253_402_300_800, nanos in 0_u32..1_000_000_000, east in -1_439_i32..=1_439) {
            let zone = chrono::FixedOffset::east_opt(east * 60).expect("less than a day");
            let time = chrono::DateTime::from_timestamp(seconds, nanos).expect("in range");
            let text = time.with_timezone(&zone).to_rfc3339();
            // Near the ends of the range the offset may lead to a year of five digits.
            prop_assume!(!text.starts_with(['+', '-']));
            prop_assert_eq!(Instant::parse(&text), Some(Instant { seconds, nanoseconds: nanos }));
        }
    }
}
