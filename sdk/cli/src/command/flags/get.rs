//! `tenantry flags get KEY`: one flag, and who gets it in the environment.

use chrono::NaiveDate;
use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::{Value, json};
use tenantry_core::model::{FlagKey, Targeting};

use super::{expiry, state};
use crate::api::{Client, Flag};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{count, plain, targeting};

/// Show a flag and its targeting
#[derive(Debug, Args)]
pub(crate) struct Get {
    /// The flag's key
    flag: FlagKey,
}

impl Get {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let flag: Value = client
            .project(Method::GET, &["flags", self.flag.as_str()])
            .send()
            .await?
            .body;
        let targeting: Value = client
            .flag_here(Method::GET, &self.flag, &["targeting"])
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(
                &json!({ "flag": flag, "environment": global.environment, "targeting": targeting }),
            );
        }
        let not_understood = |source| Failure::NotUnderstood {
            url: global.url.clone(),
            source,
        };
        let flag = Flag::deserialize(flag).map_err(not_understood)?;
        let targeting = Targeting::deserialize(targeting).map_err(not_understood)?;
        let today = console.now().to_utc().date_naive();
        console.line(render(
            &flag,
            &targeting,
            global.environment.as_str(),
            today,
        ))
    }
}

fn render(flag: &Flag, here: &Targeting, environment: &str, today: NaiveDate) -> String {
    let archived = if flag.archived_at.is_some() {
        " (archived)"
    } else {
        ""
    };
    let mut lines = vec![format!(
        "{}{archived}  {}",
        plain(&flag.key).bold(),
        plain(&flag.name)
    )];
    if !flag.description.is_empty() {
        lines.push(plain(&flag.description).into_owned());
    }
    let mut fact = |name: &str, text: &str| {
        lines.push(format!(
            "{}  {}",
            format!("{name:<8}").dimmed(),
            plain(text)
        ));
    };
    fact("kind", &flag.kind);
    fact("owner", flag.owner.as_deref().unwrap_or("nobody"));
    let put_off = if flag.extensions == 0 {
        String::new()
    } else {
        format!(
            ", put off {}",
            count(flag.extensions as usize, "time", "times")
        )
    };
    fact("expires", &format!("{}{put_off}", expiry(flag, today)));
    if !flag.tags.is_empty() {
        fact("tags", &flag.tags.join(", "));
    }
    lines.push(format!("\nin {}", environment.bold()));
    lines.extend(targeting(here));
    let elsewhere: Vec<String> = flag
        .environments
        .iter()
        .filter(|other| other.environment != environment)
        .map(|other| format!("{}: {}", plain(&other.environment), state(Some(other))))
        .collect();
    if !elsewhere.is_empty() {
        lines.push(format!(
            "\n{}  {}",
            "elsewhere".dimmed(),
            elsewhere.join("; ")
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_flag_is_facts_then_targeting_then_the_other_environments() {
        let flag = serde_json::from_value(json!({
            "key": "new-billing", "name": "New billing", "description": "Invoices by the new engine.",
            "kind": "release", "owner": "ada", "tags": ["billing"], "expires_on": "2026-12-01", "extensions": 2,
            "environments": [
                {"environment": "development", "on": true, "threshold": 100_000, "rules": 1, "allow": 2, "block": 0},
                {"environment": "production", "on": true, "threshold": 25_000},
                {"environment": "staging", "on": false},
            ],
        }))
        .expect("a flag");
        let here = serde_json::from_value(json!({"on": true, "rollout": {"threshold": 25_000}}))
            .expect("a targeting");
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a real day");
        assert_snapshot!(strip_str(&render(&flag, &here, "production", today)), @r"
        new-billing  New billing
        Invoices by the new engine.
        kind      release
        owner     ada
        expires   2026-12-01 (in 9 days), put off 2 times
        tags      billing

        in production
        switch    on
        rollout   25%

        elsewhere  development: 100%, 2 allowed, 1 rule; staging: off
        ");
    }
}
