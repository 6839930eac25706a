//! `tenantry tenants learn`: takes tenants that programs asked for onto the roster.

use clap::Args;
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::Imported;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Add the tenants that programs asked the environment for, and with --weights how much each asks
#[derive(Debug, Args)]
pub(crate) struct Learn {
    /// Make the requests of the last 7 days the weight of every tenant that asked
    #[arg(long)]
    weights: bool,

    /// Learn although tenants lose a flag by it while that flag's plan is under way
    #[arg(long)]
    demote: bool,
}

impl Learn {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let environment = global.environment.as_str();
        let mut body = json!({ "weights": self.weights });
        if self.demote {
            body["demote"] = json!(true);
        }
        let done: Value = client
            .project(
                Method::POST,
                &["environments", environment, "tenants", "learn"],
            )
            .json(&body)
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(&done);
        }
        let done = Imported::deserialize(done).map_err(|source| Failure::NotUnderstood {
            url: global.url.clone(),
            source,
        })?;
        console.line(done.to_string())
    }
}
