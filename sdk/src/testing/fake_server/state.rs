//! What the fake server knows: its flags, the faults that last, and what it has seen of clients.
//!
//! **Invariants**
//! - The publication follows from the definitions, revision by revision: both change together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tenantry_core::model::{FlagDefinition, Item};
use tenantry_core::{Checksum, FlagKey, ItemId};
use tenantry_protocol::{Changes, ItemName, LoggedRevision, MemberRef, Publication, Replica};
use tokio::sync::{broadcast, watch};
use tokio::time::timeout;

use super::Fault;
use super::connection::Order;
use crate::testing::definitions::{Definitions, compiled};

/// What the fake server knows; its connections share it.
#[derive(Debug)]
pub(super) struct State {
    /// The flags as the test said them. Held while they are published.
    definitions: Mutex<Definitions>,
    /// The flags as connections stream them.
    publications: watch::Sender<Arc<Publication>>,
    faults: watch::Sender<Faults>,
    /// What is to happen once; whoever is connected does it.
    orders: broadcast::Sender<Order>,
    seen: watch::Sender<Seen>,
}

/// The faults that last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Faults {
    pub(super) unreachable: bool,
    pub(super) refusal: Option<u16>,
    pub(super) delay: Duration,
}

/// What the server has seen of clients.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Connections that were opened, whatever became of them.
    pub(super) attempts: u64,
    /// The clients that are connected, by a number of their own, and the revision that each has
    /// applied.
    pub(super) applied: BTreeMap<u64, u64>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            definitions: Mutex::default(),
            publications: watch::Sender::new(Arc::new(Publication::new(Replica::default()))),
            faults: watch::Sender::default(),
            orders: broadcast::Sender::new(64),
            seen: watch::Sender::default(),
        }
    }
}

impl State {
    pub(super) fn publication(&self) -> Arc<Publication> {
        Arc::clone(&self.publications.borrow())
    }

    pub(super) fn publications(&self) -> watch::Receiver<Arc<Publication>> {
        self.publications.subscribe()
    }

    pub(super) fn orders(&self) -> broadcast::Receiver<Order> {
        self.orders.subscribe()
    }

    /// Tells all connections. Without any it means nothing.
    pub(super) fn order(&self, order: Order) {
        self.orders.send(order).ok();
    }

    pub(super) fn faults(&self) -> Faults {
        *self.faults.borrow()
    }

    /// Waits for as long as frames are to be late.
    pub(super) async fn linger(&self) {
        let delay = self.faults().delay;
        let mut faults = self.faults.subscribe();
        let recovered = faults.wait_for(|faults| faults.delay.is_zero());
        timeout(delay, recovered).await.ok();
    }

    pub(super) fn fail(&self, fault: Fault) {
        self.faults.send_modify(|faults| match fault {
            Fault::Unreachable => faults.unreachable = true,
            Fault::Refuse(status) => faults.refusal = Some(status),
            Fault::Slow(delay) => faults.delay = delay,
            _ => {}
        });
    }

    pub(super) fn recover(&self) {
        self.faults.send_replace(Faults::default());
    }

    pub(super) fn see(&self, note: impl FnOnce(&mut Seen)) {
        self.seen.send_modify(note);
    }

    pub(super) async fn wait_for(&self, reached: impl FnMut(&Seen) -> bool) {
        // The sender is borrowed here, so it is not closed.
        self.seen.subscribe().wait_for(reached).await.ok();
    }

    /// Changes a flag, and publishes it as the next revision.
    pub(super) fn change<R>(
        &self,
        key: &FlagKey,
        change: impl FnOnce(&mut Definitions, &FlagKey) -> R,
    ) -> R {
        let mut definitions = self.definitions();
        let mut next = definitions.clone();
        let result = change(&mut next, key);
        // A test that said something impossible hears of it here, and the server goes on.
        if let Some(definition) = next.get(key) {
            compiled(definition);
        }
        let changes = changes(&self.publication(), key, next.get(key));
        let advanced = self.publication().advance(changes);
        let (publication, _) =
            advanced.expect("the changes follow from the state that they change");
        *definitions = next;
        self.publications.send_replace(Arc::new(publication));
        result
    }

    fn definitions(&self) -> MutexGuard<'_, Definitions> {
        // It is replaced whole, so after a panic it is as good as before.
        self.definitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The next revision: this flag is as `definition` says, or gone.
fn changes(before: &Publication, key: &FlagKey, definition: Option<&FlagDefinition>) -> Changes {
    let owner = ItemId::Flag(key.clone());
    let name = ItemName::of_flag(key);
    let bytes = definition.map(item_bytes);
    let mut checksum = before.checksum();
    if let Some(old) = before.replica().item(&name) {
        checksum ^= Checksum::of_item(old.get().as_bytes());
    }
    if let Some(new) = &bytes {
        checksum ^= Checksum::of_item(new.as_bytes());
    }
    let mut members = Vec::new();
    for list in ["allow", "block"] {
        let wanted: &[String] = match (definition, list) {
            (Some(definition), "allow") => &definition.targeting.allow,
            (Some(definition), _) => &definition.targeting.block,
            (None, _) => &[],
        };
        let held: Vec<String> = before
            .replica()
            .list(&name, list)
            .map(|tenants| tenants.iter().map(str::to_owned).collect())
            .unwrap_or_default();
        let added = wanted.iter().filter(|tenant| !held.contains(tenant));
        let removed = held.iter().filter(|tenant| !wanted.contains(tenant));
        let changed = added
            .map(|tenant| (tenant, true))
            .chain(removed.map(|tenant| (tenant, false)));
        for (tenant, is_member) in changed {
            checksum ^= Checksum::of_member(&owner, list, tenant);
            // An item that goes takes its lists along.
            if bytes.is_some() {
                let member = MemberRef {
                    owner: owner.clone(),
                    list: list.to_owned(),
                    tenant: tenant.clone(),
                };
                members.push((member, is_member));
            }
        }
    }
    let logged = LoggedRevision {
        revision: before.revision() + 1,
        checksum,
        items: vec![owner.clone()],
        removed: Vec::new(),
        members: members.iter().map(|(member, _)| member.clone()).collect(),
    };
    Changes {
        revisions: vec![logged],
        items: vec![(owner, bytes)],
        members,
    }
}

/// The flag as it is streamed: without its key lists, which travel beside it.
fn item_bytes(definition: &FlagDefinition) -> String {
    let mut definition = definition.clone();
    definition.targeting.allow.clear();
    definition.targeting.block.clear();
    let item = Item::Flag(definition);
    serde_json::to_string(&item).expect("a definition is plain data")
}
