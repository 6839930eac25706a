//! `tenantry tokens create TYPE NAME`: a new token, whose secret is shown once.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use clap::Args;
use reqwest::Method;
use serde::{Deserialize as _, Serialize};
use serde_json::Value;
use tenantry_core::model::EnvironmentKey;

use super::Type;
use crate::api::{Client, IssuedToken};
use crate::arguments::{Global, parse_day};
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// Make a token and print its secret, once
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  export TENANTRY_TOKEN=$(tenantry tokens create sdk billing)
  tenantry tokens create ci 'expiry gate' --expires-on 2027-11-30")]
pub(crate) struct Create {
    /// What it may do; sdk and web tokens are for the environment of --environment
    #[arg(value_name = "TYPE")]
    of_type: Type,

    /// What it is for
    name: String,

    /// The last day on which it works, in UTC [default: it does not end]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    expires_on: Option<NaiveDate>,
}

/// The request's body.
#[derive(Debug, Serialize)]
struct NewToken<'a> {
    #[serde(rename = "type")]
    of_type: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a EnvironmentKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

impl Create {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let environment = self
            .of_type
            .is_of_one_environment()
            .then_some(&global.environment);
        let body = NewToken {
            of_type: self.of_type.as_str(),
            name: &self.name,
            environment,
            expires_at: self.expires_on.map(end_of),
        };
        let document: Value = client
            .project(Method::POST, &["tokens"])
            .json(&body)
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(&document);
        }
        let issued =
            IssuedToken::deserialize(document).map_err(|source| Failure::NotUnderstood {
                url: global.url.clone(),
                source,
            })?;
        let place = environment.map_or_else(|| "the project".to_owned(), ToString::to_string);
        console.note(format!(
            "made the {} token {} ({}) for {place}; its secret is shown only now",
            self.of_type.as_str(),
            plain(&self.name),
            plain(&issued.id),
        ));
        console.line(plain(&issued.secret))
    }
}

/// The moment at which a day is over, RFC 3339.
fn end_of(day: NaiveDate) -> String {
    let next = day.checked_add_signed(TimeDelta::days(1)).unwrap_or(day);
    next.and_time(NaiveTime::MIN).and_utc().to_rfc3339()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_works_for_the_whole_of_its_last_day() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 31).expect("a real day");
        assert_eq!(end_of(day), "2027-01-01T00:00:00+00:00");
    }
}
