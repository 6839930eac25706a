//! Publication: how the one writer hands answers to all readers.
//!
//! **Invariants**
//! - A reader takes no lock and frees nothing: the writer keeps old rulesets until no reader holds
//!   them (nor has them on its [seat](crate::seats)), and drops them itself.
//! - `ready` is set after the first ruleset is in place.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use foldhash::fast::RandomState;
use tenantry_core::Ruleset;
use tenantry_protocol::{Change, Incident};
use tokio::sync::{broadcast, watch};

use crate::changes::{BACKLOG, Changed};
use crate::seats::Current;
use crate::status::{Source, Status};
use crate::usage::Ledger;

/// What the writer and all readers share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// What every answer comes from.
    pub(crate) ruleset: Current,
    /// Whether `ruleset` holds data. Read only where a flag is unknown.
    pub(crate) ready: AtomicBool,
    /// The answers of flags that are unknown, by key. Never changes.
    pub(crate) defaults: HashMap<Box<str>, bool, RandomState>,
    pub(crate) status: watch::Sender<Status>,
    /// Lives as long as the writer, so that listeners learn of its end.
    pub(crate) changes: broadcast::WeakSender<Changed>,
    pub(crate) counters: Counters,
    /// What a client with fixed answers was built with; absent for all others.
    #[cfg(feature = "test-util")]
    pub(crate) overrides: Option<crate::testing::Overrides>,
    /// What is counted and not told yet.
    pub(crate) ledger: Ledger,
    /// Whether there is a task that tells it.
    pub(crate) is_told: bool,
}

/// What has gone wrong so far; written on cold paths only.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) empty_tenants: AtomicU64,
    pub(crate) wrong_types: AtomicU64,
    pub(crate) incidents: AtomicU64,
    pub(crate) refused_flags: AtomicU64,
}

/// The writer's side.
#[derive(Debug)]
pub(crate) struct Publisher {
    shared: Arc<Shared>,
    changes: broadcast::Sender<Changed>,
    /// Replaced rulesets that a reader may still hold.
    retired: Vec<Arc<Ruleset>>,
}

impl Publisher {
    /// Nothing yet. Questions are counted only if `counts`.
    pub(crate) fn new(defaults: HashMap<Box<str>, bool, RandomState>, counts: bool) -> Self {
        Self::with(defaults, counts, true)
    }

    fn with(defaults: HashMap<Box<str>, bool, RandomState>, counts: bool, is_told: bool) -> Self {
        let changes = broadcast::Sender::new(BACKLOG);
        let shared = Arc::new(Shared {
            ruleset: Current::new(counts),
            ready: AtomicBool::new(false),
            defaults,
            status: watch::Sender::default(),
            changes: changes.downgrade(),
            counters: Counters::default(),
            #[cfg(feature = "test-util")]
            overrides: None,
            ledger: Ledger::new(),
            is_told,
        });
        Self {
            shared,
            changes,
            retired: Vec::new(),
        }
    }

    /// What readers share, with the answers of a test: there is no writer.
    #[cfg(feature = "test-util")]
    pub(crate) fn fixed(ruleset: Ruleset, overrides: crate::testing::Overrides) -> Arc<Shared> {
        let mut shared = Self::with(HashMap::default(), false, false).shared;
        Arc::get_mut(&mut shared)
            .expect("nobody else has it yet")
            .overrides = Some(overrides);
        shared.ruleset.swap(Arc::new(ruleset));
        shared.ready.store(true, Ordering::Release);
        shared.status.send_modify(|status| {
            status.source = Source::Fixed;
            status.confirm(Duration::ZERO);
        });
        shared
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Answers from this from now on. `age` is how old the data are.
    pub(crate) fn publish(&mut self, change: &Change, source: Source, age: Duration) {
        for refused in &change.refused {
            self.shared
                .counters
                .refused_flags
                .fetch_add(1, Ordering::Relaxed);
            tracing::warn!(
                flag.name = %refused.name,
                problem = %refused.problem,
                "a flag does not compile here; its last good version stays, or the code's default"
            );
        }
        let old = self.shared.ruleset.swap(Arc::clone(&change.ruleset));
        self.retired.push(old);
        self.release();
        self.shared.ready.store(true, Ordering::Release);
        self.shared.status.send_modify(|status| {
            status.source = source;
            status.revision = change.revision;
            status.connected = source == Source::Stream;
            status.confirm(age);
        });
        // Whose answers changed takes a walk over all flags: only if somebody wants to know.
        if self.changes.receiver_count() > 0 {
            let keys = change.affected_flags().into();
            let changed = Changed {
                revision: change.revision,
                keys,
                missed: false,
            };
            self.changes.send(changed).ok();
        }
    }

    /// Notes that the server has said something, and the answers are its newest.
    pub(crate) fn heard(&mut self, revision: u64) {
        self.release();
        self.shared.ready.store(true, Ordering::Release);
        self.shared.status.send_if_modified(|status| {
            status.confirm(Duration::ZERO);
            let before = (status.source, status.revision, status.connected);
            (status.source, status.revision, status.connected) = (Source::Stream, revision, true);
            before != (Source::Stream, revision, true)
        });
    }

    /// Whether the stream is up.
    pub(crate) fn is_connected(&self) -> bool {
        self.shared.status.borrow().connected
    }

    /// Notes that the stream is down.
    pub(crate) fn disconnected(&self) {
        self.shared
            .status
            .send_if_modified(|status| std::mem::replace(&mut status.connected, false));
    }

    /// Counts and logs what the session found odd and put right.
    pub(crate) fn note(&self, incident: Incident) {
        self.count_incident();
        tracing::warn!(
            ?incident,
            "the stream and this client disagreed; it is being put right"
        );
    }

    /// Counts something that the server said and that was of no use.
    pub(crate) fn count_incident(&self) {
        let incidents = &self.shared.counters.incidents;
        incidents.fetch_add(1, Ordering::Relaxed);
    }

    /// Drops the replaced rulesets that no reader holds any more.
    fn release(&mut self) {
        self.retired.retain(|old| Arc::strong_count(old) > 1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Weak;

    use tenantry_protocol::Replica;

    use super::*;

    /// The next state of a replica.
    fn change(replica: &mut Replica, revision: u64) -> Change {
        let document = format!(r#"{{"revision":{revision},"items":[]}}"#);
        let loaded = replica.load_snapshot_bytes(document.as_bytes());
        loaded.expect("a document")
    }

    #[test]
    fn old_rulesets_are_dropped_by_the_writer_once_no_reader_holds_them() {
        let mut replica = Replica::default();
        let mut publisher = Publisher::new(HashMap::default(), true);
        let shared = Arc::clone(publisher.shared());
        let mut old: Vec<Weak<Ruleset>> = Vec::new();
        let mut publish = |publisher: &mut Publisher, revision| {
            let change = change(&mut replica, revision);
            publisher.publish(&change, Source::Stream, Duration::ZERO);
            old.push(Arc::downgrade(&change.ruleset));
            let gone = |ruleset: &&Weak<Ruleset>| ruleset.upgrade().is_none();
            old.iter().filter(gone).count()
        };
        assert_eq!(publish(&mut publisher, 1), 0);
        assert_eq!(publish(&mut publisher, 2), 1, "nobody holds the first");
        let reader = shared.ruleset.load();
        assert_eq!(publish(&mut publisher, 3), 1, "a reader holds the second");
        drop(reader);
        assert_eq!(
            publisher.retired.len(),
            1,
            "and when it lets go, it frees nothing"
        );
        publisher.heard(3);
        assert!(
            publisher.retired.is_empty(),
            "the writer does, at the next sign of life"
        );
        assert_eq!(publish(&mut publisher, 4), 3);
    }

    #[test]
    fn status_is_told_when_it_changes_and_not_on_every_heartbeat() {
        let mut publisher = Publisher::new(HashMap::default(), true);
        let mut status = publisher.shared().status.subscribe();
        publisher.heard(7);
        assert!(status.has_changed().expect("the writer is there"));
        assert!(status.borrow_and_update().connected);
        publisher.heard(7);
        assert!(!status.has_changed().expect("the writer is there"));
        publisher.disconnected();
        assert!(status.has_changed().expect("the writer is there"));
        status.borrow_and_update();
        publisher.disconnected();
        assert!(!status.has_changed().expect("the writer is there"));
    }
}
