//! `tenantry tenants get KEY`: what is known about a tenant, and what it gets since when.

use chrono::{DateTime, Utc};
use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tenantry_core::model::TenantKey;

use super::{Tenant, text};
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Table, Tone, plain};

/// Show a tenant: what is known about it, and every flag that it gets, since when and by whose change
#[derive(Debug, Args)]
pub(crate) struct Get {
    /// The tenant's key
    tenant: TenantKey,
}

/// What a tenant gets.
#[derive(Debug, Deserialize)]
struct Facts {
    history: History,
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct History {
    revision: u64,
}

#[derive(Debug, Deserialize)]
struct Item {
    flag: String,
    on: bool,
    #[serde(default)]
    variant: Option<String>,
    why: String,
    since: Option<Since>,
}

#[derive(Debug, Deserialize)]
struct Since {
    revision: u64,
    at: DateTime<Utc>,
    actor: String,
    #[serde(default)]
    reason: Option<String>,
}

impl Get {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let key = self.tenant.as_str();
        let environment = global.environment.as_str();
        // First, as it says whether there is such a project and environment.
        let facts: Value = client
            .project(
                Method::GET,
                &["environments", environment, "tenants", key, "flags"],
            )
            .send()
            .await?
            .body;
        let tenant = client.project(Method::GET, &["tenants", key]).send().await;
        let tenant: Value = match tenant {
            Ok(answer) => answer.body,
            // Flags are for whoever asks, and not for those alone that somebody has written down.
            Err(Failure::Refused(refusal)) if refusal.is_not_found() => Value::Null,
            Err(failure) => return Err(failure),
        };
        if tenant.is_null() {
            console.note(format!("{} is not on the roster", plain(key)));
        }
        if global.wants_json() {
            return console.json(&json!({ "tenant": tenant, "flags": facts }));
        }
        let not_understood = |source| Failure::NotUnderstood {
            url: global.url.clone(),
            source,
        };
        let facts = Facts::deserialize(facts).map_err(not_understood)?;
        let tenant = Option::<Tenant>::deserialize(tenant).map_err(not_understood)?;
        if let Some(tenant) = tenant {
            console.line(render_known(&tenant))?;
        }
        console.line(format!("\nin {}", environment.bold()))?;
        console.line(facts.render(console.width()))
    }
}

/// What is known about a tenant.
fn render_known(tenant: &Tenant) -> String {
    let (key, name) = (plain(&tenant.key), plain(&tenant.name));
    let mut lines = vec![format!("{}  {name}", key.bold())];
    lines.push(format!("{}  {}", "weight".dimmed(), tenant.weight));
    for (attribute, value) in &tenant.attributes {
        let (attribute, value) = (plain(attribute), text(value));
        lines.push(format!("{}  {}", attribute.dimmed(), plain(&value)));
    }
    lines.join("\n")
}

impl Facts {
    fn render(&self, width: Option<u16>) -> String {
        if self.items.is_empty() {
            return "no flags".to_owned();
        }
        let mut table = Table::new(["FLAG", "ANSWER", "SINCE", "BY", "WHY"]);
        for item in &self.items {
            let (tone, answer) = match (item.on, &item.variant) {
                (true, Some(variant)) => (Tone::Good, format!("on, {variant}")),
                (true, None) => (Tone::Good, "on".to_owned()),
                (false, _) => (Tone::Bad, "off".to_owned()),
            };
            let (since, by) = match &item.since {
                Some(since) => {
                    let reason = since.reason.as_ref();
                    let reason = reason.map_or_else(String::new, |it| format!(": {it}"));
                    let at = since.at.format("%Y-%m-%d %H:%M UTC");
                    let since_when = format!("{at}, r{}", since.revision);
                    (since_when, format!("{}{reason}", since.actor))
                }
                None => (format!("before r{}", self.history.revision), "-".to_owned()),
            };
            table.row([
                (Tone::Strong, item.flag.as_str()),
                (tone, &answer),
                (Tone::Normal, &since),
                (Tone::Normal, &by),
                (Tone::Faint, &item.why),
            ]);
        }
        table.wrap_last(width);
        table.render()
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn every_answer_says_since_when_and_by_whom() {
        let facts = json!({
            "history": {"revision": 12, "at": "2026-08-01T00:00:00Z"},
            "items": [
                {"flag": "new-billing", "on": true, "variant": "blue", "why": "it is on the allow list",
                    "since": {"revision": 40, "at": "2026-11-22T14:03:00Z", "seq": 9, "actor": "ada",
                        "action": "list.add", "reason": "they asked"}},
                {"flag": "old", "on": false, "variant": null, "why": "it is switched off", "since": null},
            ],
        });
        let facts = Facts::deserialize(facts).expect("facts");
        assert_snapshot!(strip_str(&facts.render(None)), @r"
        FLAG         ANSWER    SINCE                      BY               WHY
        new-billing  on, blue  2026-11-22 14:03 UTC, r40  ada: they asked  it is on the allow list
        old          off       before r12                 -                it is switched off
        ");
    }
}
