//! The log of a publication, and how its entries become one delta.
//!
//! **Invariants**
//! - Revisions follow each other without a gap; the newest entry is the publication's revision.
//! - The oldest entry only says where it stands: what it changed is never asked for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tenantry_core::{Checksum, ItemId};

use super::{LOGGED_NAMES, LOGGED_REVISIONS, LoggedRevision};
use crate::chunks::ChunkedMap;
use crate::frame::{Delta, Members, Tenant};
use crate::item::ItemName;
use crate::replica::Replica;

/// What each of the latest revisions changed.
#[derive(Debug, Clone)]
pub(super) struct Log {
    entries: ChunkedMap<u64, Arc<LoggedRevision>>,
    /// How many names the entries hold.
    names: usize,
}

impl Log {
    /// A log that knows no more than where it stands.
    pub(super) fn starting_at(revision: u64, checksum: Checksum) -> Self {
        let mut log = Self {
            entries: ChunkedMap::default(),
            names: 0,
        };
        log.extend(vec![LoggedRevision {
            revision,
            checksum,
            items: Vec::new(),
            removed: Vec::new(),
            members: Vec::new(),
        }]);
        log
    }

    /// A log of `history`, if that is one which ends at this revision and checksum.
    pub(super) fn of(revision: u64, checksum: Checksum, history: Vec<LoggedRevision>) -> Self {
        let ends_here = history
            .last()
            .is_some_and(|newest| newest.revision == revision && newest.checksum == checksum);
        let gapless = history
            .windows(2)
            .all(|pair| pair[0].revision.checked_add(1) == Some(pair[1].revision));
        if !ends_here || !gapless {
            return Self::starting_at(revision, checksum);
        }
        let mut log = Self {
            entries: ChunkedMap::default(),
            names: 0,
        };
        log.extend(history);
        log
    }

    /// Adds the revisions that follow, and forgets the oldest beyond the limits.
    pub(super) fn extend(&mut self, revisions: Vec<LoggedRevision>) {
        for logged in revisions {
            self.names += logged.names();
            self.entries
                .get_or_insert_with(&logged.revision.clone(), || Arc::new(logged));
        }
        let (mut kept, mut names) = (self.entries.len(), self.names);
        let is_excess = |(_, logged): &(&u64, &Arc<LoggedRevision>)| {
            let is_excess = kept > LOGGED_REVISIONS + 1 || (names > LOGGED_NAMES && kept > 1);
            if is_excess {
                kept -= 1;
                names -= logged.names();
            }
            is_excess
        };
        let excess = self.entries.iter().take_while(is_excess);
        let excess: Vec<u64> = excess.map(|(revision, _)| *revision).collect();
        for revision in excess {
            self.entries.remove(&revision);
        }
        self.names = names;
    }

    /// The checksum of the state at a revision, if the log goes back that far.
    pub(super) fn checksum_at(&self, revision: u64) -> Option<Checksum> {
        self.entries.get(&revision).map(|logged| logged.checksum)
    }

    /// The way from `from` to the state of `replica`, which is where the log ends. However many
    /// revisions lie between, each item and each member is named once.
    pub(super) fn delta<'a>(&self, replica: &'a Replica, from: u64) -> Delta<'a> {
        let mut touched: BTreeSet<&ItemId> = BTreeSet::new();
        let mut removed: BTreeSet<&ItemId> = BTreeSet::new();
        let mut members: BTreeMap<(&ItemId, &str), BTreeSet<&str>> = BTreeMap::new();
        for (_, logged) in self.entries.from(&(from + 1)) {
            touched.extend(&logged.items);
            removed.extend(&logged.removed);
            for member in &logged.members {
                members
                    .entry((&member.owner, &*member.list))
                    .or_default()
                    .insert(&*member.tenant);
            }
        }
        let mut delta = Delta {
            from,
            to: replica.revision(),
            upserts: Vec::new(),
            removals: Vec::new(),
            members: Vec::new(),
            checksum: replica.checksum(),
        };
        for &id in touched.union(&removed) {
            let name = ItemName::from(id);
            let bytes = replica.item(&name);
            if bytes.is_none() || removed.contains(id) {
                delta.removals.push(name);
            }
            delta.upserts.extend(bytes);
        }
        for ((owner, list), tenants) in members {
            // A removal takes the lists along; what was made anew gets them whole, below.
            if !removed.contains(owner) {
                delta
                    .members
                    .extend(changed_members(replica, owner, list, &tenants));
            }
        }
        for id in removed {
            delta.members.extend(replica.lists_of(&ItemName::from(id)));
        }
        delta
    }
}

/// How the touched members of a list are now; nothing if the list's owner is gone.
fn changed_members<'a>(
    replica: &Replica,
    owner: &ItemId,
    list: &str,
    tenants: &BTreeSet<&str>,
) -> Option<Members<'a>> {
    let owner = ItemName::from(owner);
    replica.item(&owner)?;
    let held = replica.list(&owner, list);
    let tenant = |tenant: &&str| Tenant(Cow::Owned((*tenant).to_owned()));
    let (add, remove): (Vec<&str>, Vec<&str>) = tenants
        .iter()
        .partition(|tenant| held.is_some_and(|held| held.contains(tenant)));
    Some(Members {
        owner,
        list: Cow::Owned(list.to_owned()),
        add: add.iter().map(tenant).collect(),
        remove: remove.iter().map(tenant).collect(),
    })
}
