//! Usage: what programs tell of what they ask and of what becomes of it, gathered and written.
//!
//! Separate from the streams that it comes in by: many streams tell of the same minute, and the
//! database hears of them together.
//!
//! **Invariants**
//! - This server's clock says which minute it was: a window counts for the one that its middle lay in.
//! - What waits is bounded, whatever programs say: tenants beyond the bound are summed, and windows
//!   beyond it are dropped and measured.
//! - What is written was told; what was told is written within [`EVERY`], or when somebody asks for
//!   it here, or when the server stops. A server that is killed loses what it was told since.
//! - What was told is written once. A write of which nobody knows whether it was committed is kept
//!   as it was and tried again under its own name; nothing else is written before it is done.

mod named;
mod waiting;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tenantry_protocol::Replica;
use tenantry_protocol::usage::{Calls, Outcomes, WindowFrame};
use tenantry_store::{EnvironmentScope, Read, Store, StoreError, UsageBatch, UsageWrite};

use self::named::Named;
use self::waiting::Waiting;
use crate::clock::SharedClock;
use crate::tasks::Tasks;
use crate::telemetry::metrics as names;

/// How often what waits is written.
const EVERY: Duration = Duration::from_secs(15);
/// Most bytes of an SDK's name that are kept.
const MAX_SDK_BYTES: usize = 64;

/// What programs tell; cloning it is cheap and shares it.
#[derive(Debug, Clone)]
pub(crate) struct Usage(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    clock: SharedClock,
    /// What was told and is not written. Held only to add to it, or to take it.
    waiting: Mutex<Waiting>,
    /// Held while it is written, so that who waits for that knows when it is done.
    writing: tokio::sync::Mutex<Writing>,
}

/// What is being written.
#[derive(Debug)]
struct Writing {
    /// The name of the write that is under way, or of the next.
    write: UsageWrite,
    /// What it writes. Kept until it is known to be done: writing fails, and who asks for it may
    /// go away in the middle.
    open: Option<Vec<UsageBatch>>,
    named: Named,
}

/// Who tells.
#[derive(Debug, Clone)]
pub(crate) struct Reporter {
    usage: Usage,
    environment: EnvironmentScope<Read>,
    token: String,
}

impl Usage {
    /// Nothing yet; writes what comes until the server stops.
    pub(crate) fn start(store: &Store, clock: &SharedClock, tasks: &Tasks) -> Self {
        let usage = Self(Arc::new(Shared {
            store: store.clone(),
            clock: clock.clone(),
            waiting: Mutex::default(),
            writing: tokio::sync::Mutex::new(Writing {
                write: UsageWrite::first(clock.now()),
                open: None,
                named: Named::default(),
            }),
        }));
        let (writing, stop) = (usage.clone(), tasks.stop_token());
        tasks.spawn("usage", async move {
            let mut interval = tokio::time::interval(EVERY);
            while stop.run_until_cancelled(interval.tick()).await.is_some() {
                writing.write().await.ok();
            }
        });
        usage
    }

    /// Somebody who tells of an environment, with a token of that name.
    pub(crate) fn reporter(&self, environment: EnvironmentScope<Read>, token: &str) -> Reporter {
        Reporter {
            usage: self.clone(),
            environment,
            token: token.to_owned(),
        }
    }

    /// Writes what waits. What cannot be written waits on.
    ///
    /// # Cancel safety
    /// Dropped half-way it is as after an error.
    pub(crate) async fn write(&self) -> Result<(), StoreError> {
        let mut writing = self.0.writing.lock().await;
        // Of the last time, if that failed.
        self.finish(&mut writing).await?;
        let taken = self.waiting().take();
        writing.open = taken.map(|minutes| minutes.into_batches(&mut writing.named));
        self.finish(&mut writing).await
    }

    async fn finish(&self, writing: &mut Writing) -> Result<(), StoreError> {
        let Some(batches) = &writing.open else {
            return Ok(());
        };
        let (store, now) = (&self.0.store, self.0.clock.now());
        let written = store.record_usage(writing.write, batches, now);
        written.await.inspect_err(|error| {
            tracing::warn!(
                error.cause = error as &dyn std::error::Error,
                "usage cannot be written; trying again"
            );
        })?;
        writing.write = writing.write.next();
        if let Some(batches) = writing.open.take() {
            self.waiting().note_written(batches);
        }
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // A panic half-way leaves counts that may lack a row.
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reporter {
    /// Hears how often the program asked. `replica` is the environment's newest state.
    pub(crate) fn usage(&self, frame: &WindowFrame<Calls>, sdk: &str, replica: &Replica) {
        metrics::counter!(names::USAGE_FRAMES, "type" => "usage").increment(1);
        metrics::counter!(names::USAGE_LOST).increment(frame.lost);
        let sdk = shortened(sdk);
        let now = self.usage.0.clock.now();
        let mut waiting = self.usage.waiting();
        let told = waiting.minute(&self.environment, now, frame.age, frame.length);
        if let Some(mut minute) = told {
            minute.add_calls(frame, replica, &self.token, sdk);
        }
    }

    /// Hears what became of the program's work.
    pub(crate) fn outcomes(&self, frame: &WindowFrame<Outcomes>, replica: &Replica) {
        metrics::counter!(names::USAGE_FRAMES, "type" => "outcomes").increment(1);
        metrics::counter!(names::USAGE_LOST).increment(frame.lost);
        let now = self.usage.0.clock.now();
        let mut waiting = self.usage.waiting();
        let told = waiting.minute(&self.environment, now, frame.age, frame.length);
        if let Some(mut minute) = told {
            minute.add_outcomes(frame, replica);
        }
    }
}

/// An SDK's name as it is kept.
pub(crate) fn shortened(sdk: &str) -> &str {
    let is_plain = sdk
        .bytes()
        .all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if is_plain && sdk.len() <= MAX_SDK_BYTES {
        sdk
    } else {
        "other"
    }
}
