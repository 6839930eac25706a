//! `tenantry plan approve FLAG`: approves of the next stage.

use clap::Args;
use serde_json::{Map, json};
use tenantry_core::model::FlagKey;

use super::document::PlanDocument;
use super::{Order, Seen};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::render::plain;

/// Approve of a plan's next stage
///
/// It is entered when nothing else is waited for.
#[derive(Debug, Args)]
pub(crate) struct Approve {
    #[command(flatten)]
    order: Order,

    #[command(flatten)]
    seen: Seen,

    /// Whatever is still missing: the stage's time, or what its guard could not see
    #[arg(long = "override")]
    anyway: bool,
}

impl Approve {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let mut fields = Map::new();
        if self.anyway {
            fields.insert("override".to_owned(), json!(true));
        }
        let seen = self.seen.tell(&self.order, &mut fields, global, console);
        seen.await?;
        self.order.give("approve", fields, global, console).await
    }
}

impl PlanDocument {
    /// The command that approves of the next stage, of the plan as it is shown here.
    pub(super) fn approving(&self, flag: &FlagKey) -> String {
        let stage = self.stage.and_then(|stage| self.plan.stages.get(stage));
        let stage = stage.map(|stage| format!(" --stage {}", quoted(&stage.name)));
        let stage = stage.unwrap_or_default();
        format!("tenantry plan approve {flag}{stage}")
    }
}

/// A name as a shell takes it for one word.
fn quoted(name: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !name.is_empty() && !name.starts_with('-') && name.chars().all(is_word) {
        name.to_owned()
    } else {
        format!("'{}'", plain(name).replace('\'', r"'\''"))
    }
}
