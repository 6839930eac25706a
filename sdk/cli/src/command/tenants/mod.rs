//! `tenantry tenants`: the roster of a project.

mod get;
mod import;
mod list;

use clap::Subcommand;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Outcome;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Look at the roster of tenants, and import it
#[derive(Debug, Subcommand)]
pub(crate) enum Tenants {
    #[command(visible_alias = "ls")]
    List(list::List),
    Get(get::Get),
    Import(import::Import),
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
        }
        Ok(Outcome::Fine)
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
