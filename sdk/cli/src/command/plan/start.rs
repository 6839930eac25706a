//! `tenantry plan start FLAG`: starts a plan, or one that was rolled back anew.

use clap::Args;
use serde_json::Map;

use super::Order;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Start a plan
///
/// Its first stage is entered as soon as nothing is waited for. One that was rolled back starts anew.
#[derive(Debug, Args)]
pub(crate) struct Start {
    #[command(flatten)]
    order: Order,
}

impl Start {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        self.order.give("start", Map::new(), global, console).await
    }
}
