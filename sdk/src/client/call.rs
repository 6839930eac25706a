//! Calls: units of work that are watched from their beginning to their end.
//!
//! **Invariants**
//! - A call is recorded once, or not at all: never twice.

use std::sync::Arc;
use std::time::Duration;

use tenantry_core::Context;
use tokio::time::Instant;

use crate::publish::Shared;
use crate::usage::Outcome;

/// A unit of work that is being watched. Begun by [`Client::watch`](crate::Client::watch).
///
/// It counts for the answer that the tenant got when it began, so begin it where you ask.
///
/// One that is dropped while its thread panics has failed. One that is dropped otherwise, without
/// a word, is not recorded: a request that was cancelled, or left early, says nothing about the
/// flag. Where `?` may leave early, [`result`](Self::result) tells both.
#[derive(Debug)]
#[must_use = "it records nothing unless it is told how the work ended"]
pub struct Call {
    /// Absent once it is recorded, and for a flag that is not there.
    watched: Option<Watched>,
}

#[derive(Debug)]
struct Watched {
    shared: Arc<Shared>,
    flag: Box<str>,
    tenant: Box<str>,
    on: bool,
    since: Instant,
}

impl Call {
    pub(super) fn begin(shared: &Arc<Shared>, flag: &str, context: &Context<'_>) -> Self {
        let watched = shared.answer_now(flag, context).map(|on| Watched {
            shared: Arc::clone(shared),
            flag: flag.into(),
            tenant: context.tenant.into(),
            on,
            since: Instant::now(),
        });
        Self { watched }
    }

    /// Records that the work went well, and how long it took.
    pub fn success(mut self) {
        self.end(Outcome::success());
    }

    /// Records that the work failed, and how long it took.
    pub fn failure(mut self) {
        self.end(Outcome::failure());
    }

    /// Records whether the work went well, by its result, which is passed on.
    ///
    /// # Errors
    /// Those of the work.
    pub fn result<T, E>(self, result: Result<T, E>) -> Result<T, E> {
        match &result {
            Ok(_) => self.success(),
            Err(_) => self.failure(),
        }
        result
    }

    /// How long the work has been watched.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.watched
            .as_ref()
            .map_or(Duration::ZERO, |watched| watched.since.elapsed())
    }

    fn end(&mut self, outcome: Outcome) {
        if let Some(watched) = self.watched.take() {
            let outcome = outcome.with_latency(watched.since.elapsed());
            let Watched {
                shared,
                flag,
                tenant,
                on,
                ..
            } = watched;
            shared.ledger.record(&flag, on, &tenant, outcome);
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.end(Outcome::failure());
        }
    }
}
