//! `tenantry eval FLAG TENANT`: what a tenant gets, and with `--explain` why.

use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde_json::{Map, Value, json};
use tenantry_core::Explanation;
use tenantry_core::model::{FlagKey, TenantKey};
use thiserror::Error;

use crate::Outcome;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// Ask what a tenant gets, and why
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
        let request = client
            .flag_here(Method::POST, &self.flag, &["evaluate"])
            .json(&question);
        if global.wants_json() {
            let answer: Value = request.send().await?.body;
            console.json(&answer)?;
        } else {
            let answer: Explanation = request.send().await?.body;
            console.line(self.render(&answer, global))?;
        }
        Ok(Outcome::Fine)
    }

    /// The answer in one line, after its steps if they are wanted.
    fn render(&self, answer: &Explanation, global: &Global) -> String {
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
        let tenant = plain(self.tenant.as_str()).into_owned();
        lines.push(format!(
            "{} is {state} for {} in {}{variant} {}",
            self.flag.bold(),
            tenant.bold(),
            global.environment,
            format!("({})", answer.reason).dimmed(),
        ));
        lines.join("\n")
    }
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
