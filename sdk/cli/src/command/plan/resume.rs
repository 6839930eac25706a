//! `tenantry plan resume FLAG`: a paused plan goes on.

use clap::Args;
use serde_json::Map;

use super::Order;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Resume a paused plan
///
/// Where somebody has changed the flag by hand, it goes on with the flag as it is now.
#[derive(Debug, Args)]
pub(crate) struct Resume {
    #[command(flatten)]
    order: Order,
}

impl Resume {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        self.order.give("resume", Map::new(), global, console).await
    }
}
