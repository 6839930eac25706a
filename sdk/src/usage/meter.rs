//! The meter: reads what was counted every minute, connected or not.
//!
//! **Invariants**
//! - Each client has its minute at another second, so that a server hears of many clients evenly.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::connection::{Jitter, stopped};
use crate::publish::Shared;

/// How often counts are read.
const EVERY: Duration = Duration::from_mins(1);

/// Reads what was counted, again and again.
#[derive(Debug)]
pub(crate) struct Meter {
    shared: Arc<Shared>,
    stop: watch::Receiver<bool>,
}

impl Meter {
    pub(crate) fn new(shared: Arc<Shared>, stop: watch::Receiver<bool>) -> Self {
        Self { shared, stop }
    }

    /// Runs until the client stops. The last reading is left to whoever tells it.
    pub(crate) async fn run(mut self) {
        let first = Instant::now() + Jitter::random().below(EVERY);
        let mut minutes = interval_at(first, EVERY);
        minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = minutes.tick() => self.shared.ledger.close(self.shared.ruleset.desk()),
                () = stopped(&mut self.stop) => return,
            }
        }
    }
}
