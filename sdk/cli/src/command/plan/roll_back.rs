//! `tenantry plan roll-back FLAG`: takes everything back that the plan did.

use clap::Args;
use serde_json::Map;

use super::Order;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Take everything back that a plan did, at once
///
/// The flag is what it was before the plan, but for what people have changed since: tenants that they
/// added or blocked stay so, and a smaller share stays. A share that they made larger goes back.
#[derive(Debug, Args)]
pub(crate) struct RollBack {
    #[command(flatten)]
    order: Order,
}

impl RollBack {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        self.order
            .give("roll-back", Map::new(), global, console)
            .await
    }
}
