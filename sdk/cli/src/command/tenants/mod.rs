//! `tenantry tenants`: the roster of a project.

mod get;
mod import;
mod learn;
mod list;

use std::fmt;

use clap::Subcommand;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Outcome;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Look at the roster of tenants, import it, or learn it from usage
#[derive(Debug, Subcommand)]
pub(crate) enum Tenants {
    #[command(visible_alias = "ls")]
    List(list::List),
    Get(get::Get),
    Import(import::Import),
    Learn(learn::Learn),
}

impl Tenants {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        match self {
            Self::List(list) => list.run(global, console).await?,
            Self::Get(get) => get.run(global, console).await?,
            Self::Import(import) => import.run(global, console).await?,
            Self::Learn(learn) => learn.run(global, console).await?,
        }
        Ok(Outcome::Fine)
    }
}

/// What became of the roster.
#[derive(Debug, Deserialize)]
struct Imported {
    added: u64,
    changed: u64,
    unchanged: u64,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            added,
            changed,
            unchanged,
        } = self;
        write!(
            f,
            "{added} added, {changed} changed, {unchanged} as they were"
        )
    }
}

/// A tenant as the server sends it.
#[derive(Debug, Deserialize)]
struct Tenant {
    key: String,
    name: String,
    weight: u64,
    attributes: Map<String, Value>,
}

/// An attribute's value as people write it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}
