//! `tenantry plan watch FLAG`: follows a plan until it has come to its end, or stopped.
//!
//! **Invariants**
//! - Every decision is printed once, however many are made between two looks, up to the 100 that the
//!   server keeps at hand.
//! - A server that is away for a while ends nothing.

use std::time::Duration;

use clap::Args;
use owo_colors::OwoColorize as _;
use reqwest::Method;
use serde_json::Value;
use tenantry_core::model::FlagKey;
use tokio::time::{Instant, sleep};

use super::document::{PlanDocument, Status, Wait};
use super::render::by;
use super::understood;
use crate::Outcome;
use crate::api::Client;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// How often to look again.
const EVERY: Duration = Duration::from_secs(1);

/// Follow a plan until it is finished, or stopped
///
/// Prints every decision, and what is waited for. Ends with 0 when the plan has come to its end, and
/// with 1 when it is paused or rolled back.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tenantry plan start new-billing && tenantry plan watch new-billing
  tenantry plan watch new-billing --timeout 3600 -o json")]
pub(crate) struct Watch {
    /// The flag's key
    flag: FlagKey,

    /// Give up after so many seconds, and end with 1; the plan goes on
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

impl Watch {
    pub(super) async fn run(
        &self,
        global: &Global,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        let client = Client::new(global, console)?;
        let timeout = self.timeout.map(Duration::from_secs);
        follow(&client, &self.flag, timeout, console).await
    }
}

/// What was told of a plan so far.
#[derive(Default)]
struct Told {
    /// The number of the last decision.
    decision: u64,
    standing: String,
    waits: Vec<Wait>,
    trouble: Option<String>,
}

/// Prints what becomes of a plan until it is finished or stopped.
pub(super) async fn follow(
    client: &Client<'_>,
    flag: &FlagKey,
    timeout: Option<Duration>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let global = client.global();
    let give_up = timeout.map(|timeout| Instant::now() + timeout);
    let (mut told, mut is_away) = (None::<Told>, false);
    loop {
        let asked = client.flag_here(Method::GET, flag, &["plan"]);
        match asked.send::<Value>().await {
            Ok(answer) => {
                if is_away {
                    console.note("the server answers again");
                    is_away = false;
                }
                let plan = understood(answer.body.clone(), global)?;
                let is_first = told.is_none();
                let said = told.get_or_insert_with(|| Told::before(&plan));
                let news = said.take_up(&plan, flag);
                if global.wants_json() {
                    if is_first || !news.is_empty() {
                        console.json_line(&answer.body)?;
                    }
                } else {
                    for line in news {
                        let at = console.now().format("%H:%M:%S").to_string();
                        console.line(format!("{} {line}", at.dimmed()))?;
                    }
                }
                // Whoever reads this through a pipe is waiting for it.
                console.flush()?;
                if let Some(outcome) = outcome(&plan, flag, console) {
                    return Ok(outcome);
                }
            }
            // The first failure is told at once: most likely it is a mistake in the arguments.
            Err(failure) if told.is_some() && failure.is_passing() => {
                if !is_away {
                    let why = failure.what_and_why();
                    console.note(format!(
                        "{} {}; trying again every second",
                        "warning:".yellow().bold(),
                        plain(&why)
                    ));
                    is_away = true;
                }
            }
            Err(failure) => return Err(failure),
        }
        if give_up.is_some_and(|at| Instant::now() >= at) {
            console.note(format!("the time is over, and the plan of {flag} goes on"));
            return Ok(Outcome::GateSaysNo);
        }
        sleep(EVERY).await;
    }
}

/// How following ends, if it does.
fn outcome(plan: &PlanDocument, flag: &FlagKey, console: &mut Console) -> Option<Outcome> {
    let way_out = match plan.status {
        Status::Draft | Status::Running => return None,
        Status::Finished => return Some(Outcome::Fine),
        Status::Paused => format!("tenantry plan resume {flag} goes on"),
        Status::RolledBack => format!("tenantry plan start {flag} starts anew"),
    };
    console.note(format!("it has stopped; {way_out}"));
    Some(Outcome::GateSaysNo)
}

impl Told {
    /// What was decided before anybody looked is not told.
    fn before(plan: &PlanDocument) -> Self {
        Self {
            decision: plan.decisions.first().map_or(0, |it| it.number),
            ..Self::default()
        }
    }

    /// What is new, in lines.
    fn take_up(&mut self, plan: &PlanDocument, flag: &FlagKey) -> Vec<String> {
        let (mut news, known) = (Vec::new(), self.decision);
        let new = plan.decisions.iter().rev();
        for decision in new.filter(|it| it.number > known) {
            self.decision = decision.number;
            let what = plan.what(decision);
            news.push(format!("{} by {}", what.bold(), by(decision)));
        }
        let standing = plan.standing();
        if standing != self.standing {
            news.push(standing.clone());
            self.standing = standing;
        }
        let is_same = self.waits.len() == plan.waits.len()
            && self
                .waits
                .iter()
                .zip(&plan.waits)
                .all(|(old, new)| old.is_like(new));
        if !is_same {
            for wait in &plan.waits {
                let words = wait.words(&plan.approving(flag), plan.baking());
                news.push(format!("waits for {words}"));
            }
            self.waits.clone_from(&plan.waits);
        }
        let trouble = plan.trouble.as_ref().map(|it| it.detail.clone());
        if trouble != self.trouble {
            news.push(match &trouble {
                Some(detail) => format!("{}: {}", "trouble".red().bold(), plain(detail)),
                None => "the trouble is over".to_owned(),
            });
            self.trouble = trouble;
        }
        news
    }
}
