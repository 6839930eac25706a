//! `tenantry flags extend KEY`: puts an expiry date off, with a reason.

use chrono::NaiveDate;
use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde_json::{Value, json};
use tenantry_core::model::FlagKey;

use crate::api::Client;
use crate::arguments::{Global, parse_day};
use crate::console::Console;
use crate::failure::Failure;
use crate::render::ago;

/// Put a flag's expiry date off; this is counted, and needs a reason
#[derive(Debug, Args)]
pub(crate) struct Extend {
    /// The flag's key
    flag: FlagKey,

    /// The new last day, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    to: NaiveDate,

    /// Why it cannot be deleted yet
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Extend {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let body = json!({ "expires_on": self.to, "reason": self.reason });
        let request = client
            .project(Method::POST, &["flags", self.flag.as_str(), "extend"])
            .json(&body);
        let document: Value = request.send().await?.body;
        if global.wants_json() {
            return console.json(&document);
        }
        let today = console.now().to_utc().date_naive();
        console.line(format!(
            "{} now expires {} ({})",
            self.flag.bold(),
            self.to,
            ago(self.to, today)
        ))
    }
}
