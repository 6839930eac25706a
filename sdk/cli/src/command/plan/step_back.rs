//! `tenantry plan step-back FLAG`: takes the newest stage back.

use clap::Args;
use serde_json::Map;

use super::Order;
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
}

impl StepBack {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        self.order
            .give("step-back", Map::new(), global, console)
            .await
    }
}
