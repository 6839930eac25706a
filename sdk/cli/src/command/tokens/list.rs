//! `tenantry tokens list`: the tokens of a project, without their secrets.

use clap::Args;
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::Value;

use crate::api::{Client, Page, TokenInfo};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Table, Tone};

/// List tokens
#[derive(Debug, Args)]
pub(crate) struct List {
    /// With those that were revoked or have expired
    #[arg(long)]
    all: bool,
}

impl List {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let document: Value = client.project(Method::GET, &["tokens"]).send().await?.body;
        if global.wants_json() {
            return console.json(&document);
        }
        let page: Page<TokenInfo> =
            Page::deserialize(document).map_err(|source| Failure::NotUnderstood {
                url: global.url.clone(),
                source,
            })?;
        let now = console.now();
        let mut table = Table::new(["ID", "TYPE", "NAME", "ENVIRONMENT", "LAST USED", "LAST DAY"]);
        for token in page.items {
            let expired = token.expires_at.is_some_and(|end| end <= now);
            let ended = token.revoked_at.is_some() || expired;
            if ended && !self.all {
                continue;
            }
            let day = |moment: chrono::DateTime<chrono::Utc>| moment.format("%Y-%m-%d").to_string();
            let ends = match (token.revoked_at, token.expires_at) {
                (Some(at), _) => format!("revoked {}", day(at)),
                // An end at midnight belongs to the day before.
                (None, Some(at)) => day(at - chrono::TimeDelta::seconds(1)),
                (None, None) => "none".to_owned(),
            };
            let last_used = token.last_used_at.map_or_else(|| "never".to_owned(), day);
            let tone = if ended { Tone::Faint } else { Tone::Normal };
            table.row([
                (tone, token.id.as_str()),
                (tone, &token.of_type),
                (if ended { Tone::Faint } else { Tone::Strong }, &token.name),
                (tone, token.environment.as_deref().unwrap_or("-")),
                (tone, &last_used),
                (tone, &ends),
            ]);
        }
        console.line(table.render())
    }
}
