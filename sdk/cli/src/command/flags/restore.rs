//! `tenantry flags restore KEY`: brings an archived flag back.

use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde_json::{Value, json};
use tenantry_core::model::FlagKey;

use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Restore an archived flag, with the targeting it had
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The flag's key
    flag: FlagKey,
}

impl Restore {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let request = client
            .project(Method::POST, &["flags", self.flag.as_str(), "restore"])
            .json(&json!({}));
        let document: Value = request.send().await?.body;
        if global.wants_json() {
            return console.json(&document);
        }
        console.line(format!(
            "restored {} with the targeting it had",
            self.flag.bold()
        ))
    }
}
