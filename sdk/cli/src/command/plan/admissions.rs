//! `tenantry plan admissions FLAG`: whom a plan has drawn from the roster.

use chrono::{DateTime, Utc};
use clap::Args;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use tenantry_core::model::FlagKey;

use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::{Table, Tone, moment};

/// List the tenants that a plan's cohorts have drawn from the roster
#[derive(Debug, Args)]
pub(crate) struct Admissions {
    /// The flag's key
    flag: FlagKey,
}

#[derive(Debug, Deserialize)]
struct All {
    items: Vec<Admission>,
}

#[derive(Debug, Deserialize)]
struct Admission {
    tenant: String,
    stage: u64,
    at: DateTime<Utc>,
    by: String,
}

impl Admissions {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let document: Value = client
            .flag_here(Method::GET, &self.flag, &["plan", "admissions"])
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(&document);
        }
        let all = All::deserialize(document).map_err(|source| Failure::NotUnderstood {
            url: global.url.clone(),
            source,
        })?;
        if all.items.is_empty() {
            console.note("no tenant was drawn; segments and shares admit without drawing");
            return Ok(());
        }
        let mut table = Table::new(["TENANT", "STAGE", "SINCE", "BY"]);
        for item in all.items {
            table.row([
                (Tone::Strong, item.tenant.as_str()),
                (Tone::Normal, &(item.stage + 1).to_string()),
                (Tone::Normal, &moment(item.at)),
                (Tone::Normal, &item.by),
            ]);
        }
        console.line(table.render())
    }
}
