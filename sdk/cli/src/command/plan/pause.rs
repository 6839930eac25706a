//! `tenantry plan pause FLAG`: nobody is admitted until it is resumed.

use clap::Args;
use serde_json::Map;

use super::Order;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;

/// Pause a plan: nobody is admitted until somebody resumes it
///
/// Who has the flag keeps it, and the guard goes on watching.
#[derive(Debug, Args)]
pub(crate) struct Pause {
    #[command(flatten)]
    order: Order,
}

impl Pause {
    pub(super) async fn run(&self, global: &Global, console: &mut Console) -> Result<(), Failure> {
        self.order.give("pause", Map::new(), global, console).await
    }
}
