//! `tenantry plan step-back FLAG`: takes the newest stage back.

use clap::Args;
use serde_json::Map;

use super::{Order, Seen};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Take the newest stage back, and pause the plan
///
/// Who came last goes first; it takes effect at once.
#[derive(Debug, Args)]
pub(crate) struct StepBack {
    #[command(flatten)]
    order: Order,

    #[command(flatten)]
    seen: Seen,
}

impl StepBack {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        let mut fields = Map::new();
        let seen = self.seen.tell(&self.order, &mut fields, global, console);
        seen.await?;
        self.order.give("step-back", fields, global, console).await
    }
}
