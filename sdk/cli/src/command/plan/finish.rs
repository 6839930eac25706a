//! `tenantry plan finish FLAG`: ends a plan and leaves the flag as it is.

use clap::Args;
use serde_json::Map;

use super::Order;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// End a plan, and leave the flag as it is
///
/// The rules that it wrote are people's from then on.
#[derive(Debug, Args)]
pub(crate) struct Finish {
    #[command(flatten)]
    order: Order,
}

impl Finish {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        self.order.give("finish", Map::new(), global, console).await
    }
}
