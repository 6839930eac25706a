//! Streams: WebSockets over which SDKs and the web interface hear of every change.
//!
//! Separate from the API because a stream outlives its handshake by days. The handshake decides who
//! may listen to what; after it, protocol and links take over.
//!
//! **Invariants**
//! - Never 101 without a credential that may stream.
//! - A browser's handshake comes from our own pages, whatever credential it carries.
//! - A connection holds no queue.

mod handshake;
mod interface;
mod link;
mod sdk;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(crate) use handshake::{__path_open_stream, open_stream};

use self::link::Ends;
use crate::clock::SharedClock;
use crate::credentials::Credential;
use crate::instances::Instances;
use crate::tasks::Tasks;
use crate::telemetry::metrics as names;
use crate::usage::Usage;

/// Time per stream over which the clients of a stopping server come back.
const SPREAD_PER_STREAM: Duration = Duration::from_millis(5);
const MIN_SPREAD: Duration = Duration::from_secs(1);
const MAX_SPREAD: Duration = Duration::from_secs(30);

/// The open streams; cloning it is cheap and shares them.
#[derive(Debug, Clone)]
pub(crate) struct Streams {
    tasks: Tasks,
    places: Arc<Semaphore>,
    max: usize,
    /// Takes what programs tell.
    usage: Usage,
    /// Knows who is connected.
    instances: Instances,
}

/// A place among the open streams, given back when it is dropped.
#[derive(Debug)]
struct Place {
    kind: &'static str,
    _permit: OwnedSemaphorePermit,
}

impl Streams {
    /// No stream yet, and at most `max` at a time.
    pub(crate) fn new(tasks: Tasks, max: usize, usage: Usage, instances: Instances) -> Self {
        Self {
            tasks,
            places: Arc::new(Semaphore::new(max)),
            max,
            usage,
            instances,
        }
    }

    /// What programs tell.
    pub(crate) fn usage(&self) -> &Usage {
        &self.usage
    }

    /// Who is connected.
    pub(crate) fn instances(&self) -> &Instances {
        &self.instances
    }

    /// Whether the server has begun to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.tasks.is_stopping()
    }

    /// Takes a place; `None` if there is none left.
    fn take_place(&self, kind: &'static str) -> Option<Place> {
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        metrics::gauge!(names::STREAMS, "kind" => kind).increment(1.0);
        Some(Place {
            kind,
            _permit: permit,
        })
    }

    /// What ends a stream of this credential from outside.
    fn ends(&self, credential: &Credential) -> Ends {
        Ends {
            revoked: credential.revoked().clone(),
            stopping: self.tasks.stop_token(),
        }
    }

    /// Time over which the streams that are open now are to come back after a stop.
    fn spread(&self) -> Duration {
        let open = self.max - self.places.available_permits();
        let open = u32::try_from(open).unwrap_or(u32::MAX);
        SPREAD_PER_STREAM
            .saturating_mul(open)
            .clamp(MIN_SPREAD, MAX_SPREAD)
    }
}

/// The moment, in milliseconds since 1970-01-01T00:00Z.
fn server_time(clock: &SharedClock) -> u64 {
    u64::try_from(clock.now().timestamp_millis()).unwrap_or_default()
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!(names::STREAMS, "kind" => self.kind).decrement(1.0);
    }
}
