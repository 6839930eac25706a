//! `tenantry plan approve FLAG`: approves of the next stage.

use clap::Args;
use serde_json::{Map, json};

use super::Order;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Approve of a plan's next stage
///
/// It is entered when nothing else is waited for.
#[derive(Debug, Args)]
pub(crate) struct Approve {
    #[command(flatten)]
    order: Order,

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
        self.order.give("approve", fields, global, console).await
    }
}
