//! `tenantry plan set FLAG`: makes a flag's plan, or changes it.

use clap::Args;
use reqwest::Method;
use serde_json::Value;
use tenantry_core::model::FlagKey;

use super::draft::Draft;
use super::understood;
use crate::api::{Answer, Client};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Make a flag's plan, or change it
///
/// A new plan waits to be started. One that is under way goes on as it is changed, but for the
/// stages that were entered.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tenantry plan set new-billing --template rings
  tenantry plan set new-billing --file plan.json
  tenantry plan show new-billing -o json | jq '.plan.stages[1].bake_minutes = 60 | .plan' |
    tenantry plan set new-billing --file -")]
pub(crate) struct Set {
    /// The flag's key
    flag: FlagKey,

    #[command(flatten)]
    draft: Draft,
}

impl Set {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let plan = self.draft.read(&client).await?;
        let plan = plan.ok_or(Failure::NoPlanGiven)?;
        let present = client
            .flag_here(Method::GET, &self.flag, &["plan"])
            .send::<Value>()
            .await;
        let etag = match present {
            Ok(answer) => answer.etag,
            // No plan yet. If there is no flag either, the change says so.
            Err(Failure::Refused(refusal)) if refusal.is_not_found() => None,
            Err(failure) => return Err(failure),
        };
        let done: Answer<Value> = client
            .flag_here(Method::PUT, &self.flag, &["plan"])
            .if_match(etag.as_deref())
            .json(&plan)
            .send()
            .await?;
        if global.wants_json() {
            return console.json(&done.body);
        }
        let plan = understood(done.body, global)?;
        let now = console.now().to_utc();
        console.line(plan.summary(&self.flag, &global.environment, now))
    }
}
