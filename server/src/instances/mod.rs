//! SDK instances: which programs follow which environment, and which revision each has acknowledged.
//!
//! Separate from the streams, which come and go: whoever turns a flag off wants to know who has heard
//! of it, at every node, and of those that were cut off a moment ago as well, since they serve on what
//! they had.
//!
//! **Invariants**
//! - A node knows its own connections at once and tells the others through the database, within
//!   [`EVERY`] of a change. While nothing changes it writes no more than a sign of life every
//!   [`SIGN_EVERY`], and none at all without an SDK.
//! - An SDK that says goodbye is forgotten at once. One whose connection just ends is remembered for
//!   [`ENDED_KEPT`]: most often its process ended, and if not it comes back before. One that fell
//!   silent, or whose node did, is remembered for [`KEPT`].
//! - What waits to be written is bounded: beyond [`MAX_WAITING`] nobody is noted as lost.

mod known;
mod propagation;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tenantry_store::{
    EnvironmentScope, InstanceChange, KEPT, Lost, Mode, NodeId, Read, SdkInstance, Store,
    StoreError,
};

use self::known::Known;
pub(crate) use self::propagation::Propagation;
use crate::clock::SharedClock;
use crate::tasks::Tasks;

/// How often what has changed is written.
const EVERY: Duration = Duration::from_secs(1);
/// How often a node gives a sign of life. Much less than `NODE_SILENCE`.
const SIGN_EVERY: TimeDelta = TimeDelta::seconds(25);
/// How long an instance is remembered whose connection ended without a goodbye: longer than an SDK
/// ever waits before it comes back.
const ENDED_KEPT: TimeDelta = TimeDelta::seconds(60);
/// Most instances that wait to be written before those that are lost are forgotten.
const MAX_WAITING: usize = 20_000;
/// Most bytes of what an instance calls itself. What is longer, or not plain, is left out.
const MAX_NAME_BYTES: usize = 64;

/// The SDK instances; cloning it is cheap and shares it.
#[derive(Debug, Clone)]
pub(crate) struct Instances(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    clock: SharedClock,
    /// This node, from its start to its end.
    node: NodeId,
    /// What this node knows. Held only to read or change it.
    known: Mutex<Known>,
    /// Held while it is written, so that what is later is written later.
    writing: tokio::sync::Mutex<()>,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Departure {
    /// The program said goodbye, or its token is no longer valid: it is none of ours any more.
    Goodbye,
    /// The connection ended, and nobody said why.
    Ended,
    /// The program fell silent, or this node stops.
    Lost,
}

/// One connection of an instance. Dropped without a word, it has ended.
#[derive(Debug)]
pub(crate) struct Presence {
    instances: Instances,
    environment: EnvironmentScope<Read>,
    /// What the program calls itself; `None` if it has no name to be known by again.
    name: Option<String>,
    token: String,
    /// Absent until its hello, and after its end.
    connection: Option<u64>,
    heard_at: DateTime<Utc>,
}

impl Instances {
    /// Nobody yet; writes who comes and goes until the server stops.
    pub(crate) fn start(store: &Store, clock: &SharedClock, tasks: &Tasks) -> Self {
        let instances = Self(Arc::new(Shared {
            store: store.clone(),
            clock: clock.clone(),
            node: NodeId::of_start(clock.now()),
            known: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
        }));
        let (writing, stop) = (instances.clone(), tasks.stop_token());
        tasks.spawn("instances", async move {
            let mut interval = tokio::time::interval(EVERY);
            while stop.run_until_cancelled(interval.tick()).await.is_some() {
                writing.write().await;
            }
        });
        instances
    }

    /// A connection to an environment with a token of that name, which has not said hello yet. `name`
    /// is what the program calls itself, if it does.
    pub(crate) fn connecting(
        &self,
        environment: EnvironmentScope<Read>,
        token: &str,
        name: Option<&str>,
    ) -> Presence {
        let is_plain = |name: &&str| {
            (1..=MAX_NAME_BYTES).contains(&name.len())
                && name.bytes().all(|it| it.is_ascii_graphic())
        };
        Presence {
            environment,
            name: name.filter(is_plain).map(str::to_owned),
            token: token.to_owned(),
            connection: None,
            heard_at: self.0.clock.now(),
            instances: self.clone(),
        }
    }

    /// Every instance of an environment that is connected to any node, or was lost a moment ago; by
    /// its name.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot say what other nodes know.
    pub(crate) async fn of<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
    ) -> Result<Vec<SdkInstance>, StoreError> {
        let Shared { store, clock, .. } = &*self.0;
        let now = clock.now();
        let written = store.written_instances(scope, self.0.node, now).await?;
        Ok(self.known().of(scope.id(), written))
    }

    /// Writes what has changed. What cannot be written waits on.
    pub(crate) async fn write(&self) {
        let _turn = self.0.writing.lock().await;
        let now = self.0.clock.now();
        let Some(taken) = self.known().take(now) else {
            return;
        };
        let Shared { store, node, .. } = &*self.0;
        let written = store
            .record_instances(*node, &taken.changes, &taken.present, now)
            .await;
        if let Err(error) = written {
            tracing::warn!(
                error.cause = &error as &dyn std::error::Error,
                "connected SDKs cannot be written; trying again"
            );
            self.known().take_back(taken);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // A panic half-way leaves an instance that is told of late.
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Presence {
    /// Notes that the program said something.
    pub(crate) fn heard(&mut self) {
        self.heard_at = self.instances.0.clock.now();
    }

    /// Notes that the program said hello, and the name and version of its SDK.
    pub(crate) fn hello(&mut self, sdk: &str) {
        let is = SdkInstance {
            instance: self.name.clone().unwrap_or_default(),
            token: self.token.clone(),
            sdk: crate::usage::shortened(sdk).to_owned(),
            revision: 0,
            connected_at: self.heard_at,
            lost: None,
        };
        let mut known = self.instances.known();
        let (connection, name) = known.connect(&self.environment, self.instances.0.node, is);
        drop(known);
        self.connection = Some(connection);
        // A made-up name is good for this connection alone.
        if self.name.is_none() {
            self.name = Some(name);
        }
    }

    /// Notes which revision the program answers from.
    pub(crate) fn applied(&self, revision: u64) {
        self.change(|known, key, connection| known.applied(key, connection, revision));
    }

    /// Notes that the connection is at an end.
    pub(crate) fn ended(mut self, departure: Departure) {
        self.leave(departure);
    }

    fn leave(&mut self, departure: Departure) {
        let kept = match departure {
            Departure::Goodbye => None,
            Departure::Ended => Some(ENDED_KEPT),
            Departure::Lost => Some(KEPT),
        };
        let at = self.heard_at;
        let now = self.instances.0.clock.now();
        let lost = kept.map(|kept| Lost {
            at,
            forget_at: now + kept,
        });
        self.change(|known, key, connection| known.leave(key, connection, lost));
        self.connection = None;
    }

    fn change(&self, change: impl FnOnce(&mut Known, &known::Key, u64)) {
        if let (Some(connection), Some(name)) = (self.connection, &self.name) {
            let key = (self.environment.id(), name.as_str().into());
            change(&mut self.instances.known(), &key, connection);
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.leave(Departure::Ended);
    }
}

/// What [`Known::take`] took to be written.
#[derive(Debug)]
struct Taken {
    changes: Vec<InstanceChange>,
    present: Vec<EnvironmentScope<Read>>,
}
