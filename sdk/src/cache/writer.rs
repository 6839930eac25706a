//! The writer of the disk cache: takes the newest state now and then, never each one.
//!
//! **Invariants**
//! - One write at a time, and at least [`PAUSE`] between two, but for the last before the end. A
//!   write that takes long is followed by a pause ten times as long.
//! - A disk that does not take it costs a log line, once, and nothing else.

use std::time::Duration;

use tenantry_protocol::Replica;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::CacheFile;
use crate::connection::stopped;

/// The pause after a write. A change that comes within it is written after it.
const PAUSE: Duration = Duration::from_secs(5);

/// Writes what the stream brings to the disk.
#[derive(Debug)]
pub(crate) struct Writer {
    file: CacheFile,
    replicas: watch::Receiver<Replica>,
    stop: watch::Receiver<bool>,
    failing: bool,
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
            failing: false,
        }
    }

    /// Runs until the connection is gone and what it brought last is written.
    pub(crate) async fn run(mut self) {
        while self.replicas.changed().await.is_ok() {
            let replica = self.replicas.borrow_and_update().clone();
            let file = self.file.clone();
            let start = Instant::now();
            let writing =
                tokio::task::spawn_blocking(move || file.write(&replica.to_snapshot_bytes()));
            match writing.await {
                Ok(Ok(())) => self.failing = false,
                Ok(Err(error)) => self.complain(&error),
                // The runtime is being shut down: there is nothing left to write with.
                Err(_) => return,
            }
            tokio::select! {
                () = sleep(PAUSE.max(start.elapsed() * 10)) => {}
                () = stopped(&mut self.stop) => {}
            }
        }
    }

    fn complain(&mut self, error: &std::io::Error) {
        if !std::mem::replace(&mut self.failing, true) {
            let path = self.file.path();
            tracing::warn!(path = %path.display(), %error, "the disk cache cannot be written");
        }
    }
}
