//! `tenantry plan delete FLAG`: deletes a plan that is not under way.

use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde_json::Value;
use tenantry_core::model::FlagKey;

use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Delete a plan that is not under way; the flag stays as it is
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// The flag's key
    flag: FlagKey,
}

impl Delete {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let _nothing: Value = client
            .flag_here(Method::DELETE, &self.flag, &["plan"])
            .if_match(None)
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(&serde_json::json!({ "deleted": self.flag }));
        }
        console.line(format!(
            "deleted the plan of {} in {}; the flag stays as it is",
            self.flag.bold(),
            global.environment
        ))
    }
}
