//! `tenantry plan show FLAG`: how far a plan is.

use clap::Args;
use reqwest::Method;
use serde_json::Value;
use tenantry_core::model::FlagKey;

use super::understood;
use super::watch::follow;
use crate::Outcome;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Show a plan: where it stands, what comes next and when, and what its guard says
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The flag's key
    flag: FlagKey,

    /// Then follow it, as `tenantry plan watch` does
    #[arg(short, long)]
    watch: bool,
}

impl Show {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        let client = Client::new(global, console)?;
        if !self.watch || !global.wants_json() {
            let document: Value = client
                .flag_here(Method::GET, &self.flag, &["plan"])
                .send()
                .await?
                .body;
            if global.wants_json() {
                console.json(&document)?;
            } else {
                let plan = understood(document, global)?;
                let (now, width) = (console.now().to_utc(), console.width());
                console.line(plan.render(&self.flag, &global.environment, now, width))?;
            }
        }
        if self.watch {
            return follow(&client, &self.flag, None, console).await;
        }
        Ok(Outcome::Fine)
    }
}
