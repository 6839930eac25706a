//! A share of tenants: `25%` to people, thousandths of a percent in documents.
//!
//! **Invariants**
//! - A [`Share`] is 0 to 100 000 thousandths of a percent, exactly; no floating point is involved.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A share of tenants in thousandths of a percent, 0 to 100 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share(u32);

/// A text that is no percentage.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("write a percentage from 0% to 100%, with at most three decimals, such as 25% or 0.5%")]
pub(crate) struct NoPercentage;

impl Share {
    /// Everybody.
    pub(crate) const ALL: Self = Self(100_000);

    /// The share that a document's threshold stands for; thresholds beyond 100 000 mean everybody.
    pub(crate) fn of_threshold(threshold: u32) -> Self {
        Self(threshold.min(Self::ALL.0))
    }

    /// Thousandths of a percent, as documents have it.
    pub(crate) fn threshold(self) -> u32 {
        self.0
    }
}

impl FromStr for Share {
    type Err = NoPercentage;

    /// Reads `25%` or `0.5%`. The sign is required: `0.25` could mean a quarter of a percent or a
    /// quarter of everybody, and guessing wrong is a hundredfold rollout.
    fn from_str(text: &str) -> Result<Self, NoPercentage> {
        let number = text
            .trim()
            .strip_suffix('%')
            .ok_or(NoPercentage)?
            .trim_end();
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 3 {
            return Err(NoPercentage);
        }
        let thousandths = format!("{whole}{decimals:0<3}")
            .parse()
            .map_err(|_too_long| NoPercentage)?;
        if thousandths <= Self::ALL.0 {
            Ok(Self(thousandths))
        } else {
            Err(NoPercentage)
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, thousandths) = (self.0 / 1000, self.0 % 1000);
        if thousandths == 0 {
            write!(f, "{whole}%")
        } else {
            let decimals = format!("{thousandths:03}");
            write!(f, "{whole}.{}%", decimals.trim_end_matches('0'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for (text, thousandths) in [
            ("0%", 0),
            ("25%", 25_000),
            ("0.5%", 500),
            ("0.001%", 1),
            ("33.333%", 33_333),
            ("100%", 100_000),
        ] {
            let share: Share = text.parse().expect(text);
            assert_eq!(share.threshold(), thousandths, "{text}");
            assert_eq!(share.to_string(), text);
        }
        assert_eq!(
            "12.50 %"
                .parse::<Share>()
                .expect("a space before the sign")
                .to_string(),
            "12.5%"
        );
    }

    #[test]
    fn refuses_rather_than_guesses() {
        for text in [
            "25",
            "0.25",
            "",
            "%",
            "-1%",
            "+5%",
            "100.001%",
            "101%",
            "1.2345%",
            "1e1%",
            ".5%",
            "5.%",
            "5%%",
            "99999999999%",
        ] {
            assert_eq!(text.parse::<Share>(), Err(NoPercentage), "{text}");
        }
    }
}
