//! `tenantry flags archive KEY`: takes a flag out of service; `restore` brings it back.

use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde_json::{Value, json};
use tenantry_core::model::FlagKey;

use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Archive a flag: it leaves every stream, and code that still asks for it gets its default
#[derive(Debug, Args)]
pub(crate) struct Archive {
    /// The flag's key
    flag: FlagKey,

    /// Why, for the audit log
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Archive it although tenants lose it while its plan is under way
    #[arg(long)]
    demote: bool,

    /// Archive it although code or programs still ask for it
    #[arg(long, requires = "reason")]
    force: bool,
}

impl Archive {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let mut body = json!({});
        if self.demote {
            body["demote"] = json!(true);
        }
        if self.force {
            body["force"] = json!(true);
        }
        if let Some(reason) = &self.reason {
            body["reason"] = json!(reason);
        }
        let document: Value = client
            .project(Method::POST, &["flags", self.flag.as_str(), "archive"])
            .json(&body)
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(&document);
        }
        console.line(format!(
            "archived {}: code that still asks for it gets its default",
            self.flag.bold()
        ))?;
        console.note(format!(
            "to take this back: tenantry flags restore {}",
            self.flag
        ));
        Ok(())
    }
}
