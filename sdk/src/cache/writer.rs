//! The writer of the disk cache: takes the newest state now and then, never each one.
//!
//! **Invariants**
//! - One write at a time, and at least [`PAUSE`] between two, but for the last before the end. A
//!   write that takes long is followed by a pause ten times as long.
//! - What the disk does not take is tried again, after pauses that double up to [`LONGEST_PAUSE`],
//!   and once more at the end. Meanwhile it costs a log line, once, and nothing else.

use std::time::Duration;

use tenantry_protocol::Replica;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::CacheFile;
use crate::connection::stopped;

/// The pause after a write. A change that comes within it is written after it.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest pause after a write that failed.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Writes what the stream brings to the disk.
#[derive(Debug)]
pub(crate) struct Writer {
    file: CacheFile,
    replicas: watch::Receiver<Replica>,
    stop: watch::Receiver<bool>,
    /// How many writes have failed in a row.
    failures: u32,
}

impl Writer {
    pub(crate) fn new(
        file: CacheFile,
        replicas: watch::Receiver<Replica>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self {
            file,
            replicas,
            stop,
            failures: 0,
        }
    }

    /// Runs until the connection is gone and what it brought last is written.
    pub(crate) async fn run(mut self) {
        let mut has_news = self.replicas.changed().await.is_ok();
        while has_news {
            let start = Instant::now();
            self.write().await;
            let pause = self.pause().max(start.elapsed() * 10);
            let is_stopping = tokio::select! {
                () = sleep(pause) => false,
                () = stopped(&mut self.stop) => true,
            };
            let tries_again = self.failures > 0 && !is_stopping;
            has_news = tries_again || self.replicas.changed().await.is_ok();
        }
        if self.failures > 0 {
            self.write().await;
        }
    }

    /// Writes the newest state.
    async fn write(&mut self) {
        let replica = self.replicas.borrow_and_update().clone();
        let file = self.file.clone();
        let writing = tokio::task::spawn_blocking(move || file.write(&replica.to_snapshot_bytes()));
        match writing.await {
            Ok(Ok(())) => self.failures = 0,
            Ok(Err(error)) => self.complain(&error),
            // The runtime is being shut down: there is nothing left to write with, and nobody waits.
            Err(_) => {}
        }
    }

    fn pause(&self) -> Duration {
        let doubled = 2_u32.saturating_pow(self.failures);
        PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
    }

    fn complain(&mut self, error: &std::io::Error) {
        if self.failures == 0 {
            let path = self.file.path();
            tracing::warn!(path = %path.display(), %error, "the disk cache cannot be written");
        }
        self.failures = self.failures.saturating_add(1);
    }
}
