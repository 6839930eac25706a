//! `tenantry tokens rotate ID`: a new secret; the old one works on for a while.

use std::str::FromStr;

use clap::Args;
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::{Value, json};
use thiserror::Error;

use crate::api::{Client, IssuedToken};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// Give a token a new secret and print it, once; the old one works until the overlap is over
#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The token's id, as tokens list shows it
    id: String,

    /// How long the old secret still works, such as 30m, 24h or 7d
    #[arg(long, value_name = "TIME", default_value = "24h")]
    overlap: Overlap,
}

/// A time in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Overlap(u32);

/// A text that is no time.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("write a whole number and s, m, h or d, such as 30m, 24h or 7d")]
struct NoTime;

impl FromStr for Overlap {
    type Err = NoTime;

    fn from_str(text: &str) -> Result<Self, NoTime> {
        let number = text.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let unit = match &text[number.len()..] {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => return Err(NoTime),
        };
        let number: u32 = number.parse().map_err(|_no_number| NoTime)?;
        number.checked_mul(unit).map(Self).ok_or(NoTime)
    }
}

impl Rotate {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let request = client
            .project(Method::POST, &["tokens", &self.id, "rotate"])
            .json(&json!({ "overlap_seconds": self.overlap.0 }));
        let document: Value = request.send().await?.body;
        if global.wants_json() {
            return console.json(&document);
        }
        let issued =
            IssuedToken::deserialize(document).map_err(|source| Failure::NotUnderstood {
                url: global.url.clone(),
                source,
            })?;
        console.note("the new secret is shown only now; give it to whoever uses the old one");
        console.line(plain(&issued.secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times() {
        for (text, seconds) in [
            ("45s", 45),
            ("30m", 1800),
            ("24h", 86_400),
            ("7d", 604_800),
            ("0s", 0),
        ] {
            assert_eq!(text.parse(), Ok(Overlap(seconds)), "{text}");
        }
        for text in ["", "24", "h", "1w", "-1h", "1.5h", "99999999d", "1 h", "1ä"] {
            assert_eq!(text.parse::<Overlap>(), Err(NoTime), "{text}");
        }
    }
}
