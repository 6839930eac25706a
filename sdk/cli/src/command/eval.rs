//! `tenantry eval FLAG TENANT`: what a tenant gets, or got, and with `--explain` why.

use chrono::{DateTime, FixedOffset, NaiveDateTime, SecondsFormat, Utc};
use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde_json::{Map, Value, json};
use tenantry_core::Explanation;
use tenantry_core::model::{FlagKey, TenantKey};
use thiserror::Error;

use crate::Outcome;
use crate::api::{Answer, Client};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// Ask what a tenant gets, or got at a time, and why
#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// The flag's key
    flag: FlagKey,

    /// The tenant's key
    tenant: TenantKey,

    /// An attribute to evaluate with; repeatable
    ///
    /// The value is read as a number, true, false or a JSON list if it is one, else as text; quote
    /// it to make it text in any case: --attribute 'zip="01234"'.
    #[arg(short, long = "attribute", value_name = "NAME=VALUE", value_parser = attribute)]
    attributes: Vec<(String, Value)>,

    /// Tell every step that led to the answer
    #[arg(long)]
    explain: bool,

    /// As of this time, such as 2026-11-22T14:03:00Z; without a zone it is your own time
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with = "revision")]
    at: Option<Moment>,

    /// As of right after this revision of the environment
    #[arg(long, value_name = "NUMBER")]
    revision: Option<u64>,
}

/// A time, with or without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Zoned(DateTime<Utc>),
    Local(NaiveDateTime),
}

impl Eval {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        let client = Client::new(global, console)?;
        let attributes: Map<String, Value> = self.attributes.iter().cloned().collect();
        let question = json!({ "tenant": self.tenant, "attributes": attributes });
        let zone = *console.now().offset();
        let at = self.at.map(|at| at.in_zone(zone));
        let revision = self.revision.map(|revision| revision.to_string());
        let request = client
            .flag_here(Method::POST, &self.flag, &["evaluate"])
            .query("at", at.as_deref())
            .query("revision", revision.as_deref())
            .json(&question);
        if global.wants_json() {
            let answer: Value = request.send().await?.body;
            console.json(&answer)?;
        } else {
            let answer: Answer<Explanation> = request.send().await?;
            let is_past = at.is_some() || revision.is_some();
            let as_of = answer.revision.filter(|_| is_past);
            console.line(self.render(&answer.body, as_of, global))?;
        }
        Ok(Outcome::Fine)
    }

    /// The answer in one line, after its steps if they are wanted.
    fn render(&self, answer: &Explanation, as_of: Option<u64>, global: &Global) -> String {
        let mut lines = Vec::new();
        if self.explain {
            for (index, step) in answer.steps.iter().enumerate() {
                let indent = "  ".repeat(step.depth);
                lines.push(format!(
                    "{}  {indent}{}",
                    format!("{:>3}", index + 1).dimmed(),
                    plain(&step.sentence)
                ));
            }
            lines.push(String::new());
        }
        let state = if answer.on {
            "on".green().bold().to_string()
        } else {
            "off".red().bold().to_string()
        };
        let variant = match &answer.variant {
            Some(variant) => format!(", variant {}", plain(&variant.name).bold()),
            None => String::new(),
        };
        let (verb, as_of) = match as_of {
            Some(revision) => ("was", format!(" at r{revision}")),
            None => ("is", String::new()),
        };
        let tenant = plain(self.tenant.as_str()).into_owned();
        lines.push(format!(
            "{} {verb} {state} for {} in {}{as_of}{variant} {}",
            self.flag.bold(),
            tenant.bold(),
            global.environment,
            format!("({})", answer.reason).dimmed(),
        ));
        lines.join("\n")
    }
}

impl Moment {
    /// The time as the server takes it; without a zone of its own it is in `zone`.
    fn in_zone(self, zone: FixedOffset) -> String {
        let time = match self {
            Self::Zoned(time) => time,
            Self::Local(time) => (time - zone).and_utc(),
        };
        time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

/// A text that is no time.
#[derive(Debug, Error)]
#[error("write a time as 2026-11-22T14:03:00Z, or as 2026-11-22T14:03 in your own zone")]
struct NoMoment;

fn moment(text: &str) -> Result<Moment, NoMoment> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(Moment::Zoned(time.to_utc()));
    }
    let text = text.replace(' ', "T");
    let formats = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"];
    let mut times = formats
        .iter()
        .filter_map(|format| NaiveDateTime::parse_from_str(&text, format).ok());
    times.next().map(Moment::Local).ok_or(NoMoment)
}

/// A text that is no `NAME=VALUE`.
#[derive(Debug, Error)]
#[error("write it as NAME=VALUE, such as plan=pro")]
struct NoAttribute;

fn attribute(text: &str) -> Result<(String, Value), NoAttribute> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or(NoAttribute)?;
    let value = match serde_json::from_str(value) {
        Ok(parsed @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_))) => {
            parsed
        }
        Ok(Value::Null | Value::Object(_)) | Err(_) => Value::String(value.to_owned()),
    };
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_a_zone_is_ones_own() {
        let zone = FixedOffset::east_opt(3_600).expect("a zone");
        for (text, time) in [
            ("2026-11-22T14:03:00Z", "2026-11-22T14:03:00Z"),
            ("2026-11-22T14:03:00+02:00", "2026-11-22T12:03:00Z"),
            ("2026-11-22T14:03", "2026-11-22T13:03:00Z"),
            ("2026-11-22 14:03:07", "2026-11-22T13:03:07Z"),
        ] {
            assert_eq!(moment(text).expect(text).in_zone(zone), time);
        }
        for text in ["yesterday", "14:03", "2026-11-22"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn values_have_the_type_they_look_like() {
        for (text, value) in [
            ("plan=pro", json!("pro")),
            ("seats=25", json!(25)),
            ("beta=true", json!(true)),
            ("countries=[\"DE\",\"AT\"]", json!(["DE", "AT"])),
            ("zip=01234", json!("01234")),
            ("zip=\"12345\"", json!("12345")),
            ("version=1.2.3", json!("1.2.3")),
            ("query=a=b", json!("a=b")),
            ("empty=", json!("")),
            ("null=null", json!("null")),
        ] {
            assert_eq!(attribute(text).expect(text).1, value, "{text}");
        }
        for text in ["plan", "=pro", ""] {
            assert!(attribute(text).is_err(), "{text}");
        }
    }
}
