//! Tasks: everything that runs beside the requests, and how it is told to stop.
//!
//! Separate so that no task is ever detached: each has a name, each hears of the shutdown, and the
//! shutdown waits for all of them.
//!
//! **Invariants**
//! - Nothing else in this crate spawns a task of its own.
//! - After [`Tasks::shut_down`] has returned true, no tracked task is running.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// The tasks of one running server; cloning it is cheap and shares them.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Runs `task` beside the requests. It must end by itself soon after [`Tasks::stopping`] does.
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let span = tracing::info_span!("task", task.name = name);
        self.tracker.spawn(task.instrument(span));
    }

    /// A future that the shutdown waits for, as it does for tasks. Whoever runs it sees to it that
    /// it ends soon after [`Tasks::stopping`] does.
    pub fn track<F: Future>(
        &self,
        name: &'static str,
        future: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        let span = tracing::info_span!("task", task.name = name);
        self.tracker.track_future(future).instrument(span)
    }

    /// Runs `work`, which may compute for long, away from the threads that answer requests.
    ///
    /// # Panics
    /// If `work` panics: its panic goes on in the caller.
    pub async fn compute<T, F>(&self, work: F) -> T
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        match self.tracker.spawn_blocking(work).await {
            Ok(result) => result,
            Err(failure) => std::panic::resume_unwind(failure.into_panic()),
        }
    }

    /// Ends when the server has begun to stop.
    ///
    /// # Cancel safety
    /// May be dropped and asked again.
    pub fn stopping(&self) -> WaitForCancellationFuture<'_> {
        self.stop.cancelled()
    }

    /// Whether the server has begun to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// A token that is cancelled when the server begins to stop.
    #[must_use]
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Tells all tasks to stop, without waiting for them.
    pub fn begin_shutdown(&self) {
        self.stop.cancel();
        self.tracker.close();
    }

    /// Tells all tasks to stop and waits for them, but no longer than `grace`. True if all ended.
    pub async fn shut_down(&self, grace: Duration) -> bool {
        self.begin_shutdown();
        tokio::time::timeout(grace, self.tracker.wait())
            .await
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn shutting_down_waits_for_every_task() {
        let tasks = Tasks::default();
        let (sender, mut receiver) = tokio::sync::oneshot::channel();
        let stop = tasks.stop_token();
        tasks.spawn("last words", async move {
            stop.cancelled().await;
            sender.send("done").expect("the test is listening");
        });
        assert!(tasks.shut_down(Duration::from_secs(5)).await);
        assert_eq!(receiver.try_recv(), Ok("done"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_stop_is_reported() {
        let tasks = Tasks::default();
        tasks.spawn("deaf", std::future::pending());
        assert!(!tasks.shut_down(Duration::from_secs(5)).await);
    }
}
