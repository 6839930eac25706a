//! `tenantry plan`: rollouts in stages.
//!
//! | file | what it is |
//! | --- | --- |
//! | `document` | a plan and how far it is, as the server says it |
//! | `render`, `render_guard` | the same for people |
//! | `draft` | a plan from a file or a template |
//! | the others | an operation each |

mod admissions;
mod approve;
mod delete;
mod document;
mod draft;
mod finish;
mod pause;
mod preview;
mod render;
mod render_guard;
mod resume;
mod roll_back;
mod set;
mod show;
mod start;
mod step_back;
mod templates;
mod watch;

use clap::{Args, Subcommand};
use reqwest::Method;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};
use tenantry_core::model::FlagKey;

use self::document::PlanDocument;
use crate::Outcome;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Roll a flag out in stages: make a plan, start it, follow it, take it back
#[derive(Debug, Subcommand)]
pub(crate) enum Plan {
    #[command(visible_alias = "status")]
    Show(show::Show),
    Watch(watch::Watch),
    Set(set::Set),
    Preview(preview::Preview),
    Start(start::Start),
    Pause(pause::Pause),
    Resume(resume::Resume),
    Approve(approve::Approve),
    StepBack(step_back::StepBack),
    #[command(visible_alias = "undo")]
    RollBack(roll_back::RollBack),
    Finish(finish::Finish),
    Admissions(admissions::Admissions),
    Delete(delete::Delete),
    Templates(templates::Templates),
}

impl Plan {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        match self {
            Self::Show(show) => return show.run(global, console).await,
            Self::Watch(watch) => return watch.run(global, console).await,
            Self::Set(set) => set.run(global, console).await?,
            Self::Preview(preview) => preview.run(global, console).await?,
            Self::Start(start) => start.run(global, console).await?,
            Self::Pause(pause) => pause.run(global, console).await?,
            Self::Resume(resume) => resume.run(global, console).await?,
            Self::Approve(approve) => approve.run(global, console).await?,
            Self::StepBack(step_back) => step_back.run(global, console).await?,
            Self::RollBack(roll_back) => roll_back.run(global, console).await?,
            Self::Finish(finish) => finish.run(global, console).await?,
            Self::Admissions(admissions) => admissions.run(global, console).await?,
            Self::Delete(delete) => delete.run(global, console).await?,
            Self::Templates(templates) => templates.run(global, console).await?,
        }
        Ok(Outcome::Fine)
    }
}

/// Which flag's plan, and why something is done to it.
#[derive(Debug, Args)]
struct Order {
    /// The flag's key
    flag: FlagKey,

    /// Why, for the audit log
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// The stage that the plan was seen in.
#[derive(Debug, Args)]
struct Seen {
    /// The stage that you saw the plan in; refused if it is in another by now. If absent, the one that
    /// it is in when the command begins
    #[arg(long, value_name = "NAME")]
    stage: Option<String>,
}

impl Seen {
    /// Puts it into what is sent. A plan that is in no stage is the server's to refuse.
    async fn tell(
        &self,
        order: &Order,
        fields: &mut Map<String, Value>,
        global: &Global,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let stage = if let Some(name) = &self.stage {
            json!(name)
        } else {
            let client = Client::new(global, console)?;
            let shown = client.flag_here(Method::GET, &order.flag, &["plan"]);
            let shown: Value = shown.send().await?.body;
            shown["stage"].clone()
        };
        if !stage.is_null() {
            fields.insert("stage".to_owned(), stage);
        }
        Ok(())
    }
}

impl Order {
    /// Has the server do it, with `fields` besides the reason, and says how far the plan is then.
    async fn give(
        &self,
        operation: &str,
        fields: Map<String, Value>,
        global: &Global,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let client = Client::new(global, console)?;
        let mut body = fields;
        if let Some(reason) = &self.reason {
            body.insert("reason".to_owned(), json!(reason));
        }
        let document: Value = client
            .flag_here(Method::POST, &self.flag, &["plan", operation])
            .json(&body)
            .send()
            .await?
            .body;
        if global.wants_json() {
            return console.json(&document);
        }
        let plan = understood(document, global)?;
        let now = console.now().to_utc();
        console.line(plan.summary(&self.flag, &global.environment, now))
    }
}

/// The plan that a document of the server's shows.
fn understood(document: Value, global: &Global) -> Result<PlanDocument, Failure> {
    PlanDocument::deserialize(document).map_err(|source| Failure::NotUnderstood {
        url: global.url.clone(),
        source,
    })
}
