//! A world to test with: an environment with a change log, as a database would have it.
//!
//! It keeps plain sets and recomputes its checksum from scratch, so that it cannot share a mistake
//! with what it tests.

use std::collections::{BTreeMap, BTreeSet};

use tenantry_core::{Checksum, ItemId};
use tenantry_protocol::{Changes, LoggedRevision, MemberRef, Publication, Replica};

/// An environment and all that ever happened to it.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) revision: u64,
    pub(crate) items: BTreeMap<ItemId, String>,
    pub(crate) members: BTreeSet<MemberRef>,
    pub(crate) log: Vec<LoggedRevision>,
}

pub(crate) fn id(text: &str) -> ItemId {
    text.parse().expect("an id")
}

/// A flag's bytes, on, with a rollout.
pub(crate) fn flag(key: &str, threshold: u32) -> String {
    format!(
        r#"{{"flag":{{"key":"{key}","salt":"s","targeting":{{"on":true,"rollout":{{"threshold":{threshold}}}}}}}}}"#
    )
}

/// A flag's bytes, on for a segment.
pub(crate) fn flag_for(key: &str, segment: &str) -> String {
    format!(
        r#"{{"flag":{{"key":"{key}","salt":"s","targeting":{{"on":true,"rules":[{{"conditions":[{{"operator":"in_segment","segment":"{segment}"}}],"effect":"on"}}],"rollout":{{"threshold":0}}}}}}}}"#
    )
}

pub(crate) fn segment(key: &str) -> String {
    format!(r#"{{"segment":{{"key":"{key}"}}}}"#)
}

impl World {
    /// Writes or, without bytes, removes an item. A new revision.
    pub(crate) fn put(&mut self, id: &ItemId, bytes: Option<String>) {
        let removed = bytes.is_none().then(|| id.clone());
        if let Some(bytes) = bytes {
            self.items.insert(id.clone(), bytes);
        } else {
            self.items.remove(id);
            self.members.retain(|member| member.owner != *id);
        }
        self.commit(vec![id.clone()], removed.into_iter().collect(), Vec::new());
    }

    /// Adds a member to a list or takes it out. A new revision, if the owner is there.
    pub(crate) fn set_member(&mut self, owner: &ItemId, list: &str, tenant: &str, present: bool) {
        if !self.items.contains_key(owner) {
            return;
        }
        let member = MemberRef {
            owner: owner.clone(),
            list: list.into(),
            tenant: tenant.into(),
        };
        if present {
            self.members.insert(member.clone());
        } else {
            self.members.remove(&member);
        }
        self.commit(Vec::new(), Vec::new(), vec![member]);
    }

    fn commit(&mut self, items: Vec<ItemId>, removed: Vec<ItemId>, members: Vec<MemberRef>) {
        self.revision += 1;
        let (revision, checksum) = (self.revision, self.checksum());
        self.log.push(LoggedRevision {
            revision,
            checksum,
            items,
            removed,
            members,
        });
    }

    pub(crate) fn checksum(&self) -> Checksum {
        let items = self
            .items
            .values()
            .map(|bytes| Checksum::of_item(bytes.as_bytes()));
        let members = self
            .members
            .iter()
            .map(|member| Checksum::of_member(&member.owner, &member.list, &member.tenant));
        items
            .chain(members)
            .fold(Checksum::ZERO, |sum, term| sum ^ term)
    }

    /// What a node reads from the database at its start.
    pub(crate) fn replica(&self) -> Replica {
        let mut lists: BTreeMap<(&ItemId, &str), Vec<String>> = BTreeMap::new();
        for member in &self.members {
            lists
                .entry((&member.owner, &member.list))
                .or_default()
                .push(member.tenant.clone());
        }
        let mut replica = Replica::default();
        replica.fill(
            self.revision,
            self.items.clone(),
            lists
                .into_iter()
                .map(|((owner, list), tenants)| (owner.clone(), list.into(), tenants)),
        );
        replica
    }

    /// What a node reads from the database later on.
    pub(crate) fn changes_since(&self, revision: u64) -> Changes {
        let revisions: Vec<_> = self
            .log
            .iter()
            .filter(|logged| logged.revision > revision)
            .cloned()
            .collect();
        let items: BTreeSet<&ItemId> = revisions.iter().flat_map(|logged| &logged.items).collect();
        let members: BTreeSet<&MemberRef> = revisions
            .iter()
            .flat_map(|logged| &logged.members)
            .collect();
        Changes {
            items: items
                .into_iter()
                .map(|id| (id.clone(), self.items.get(id).cloned()))
                .collect(),
            members: members
                .into_iter()
                .map(|member| (member.clone(), self.members.contains(member)))
                .collect(),
            revisions,
        }
    }

    /// A node's publication that has followed `publication` up to now.
    pub(crate) fn advance(&self, publication: &Publication) -> Publication {
        let changes = self.changes_since(publication.revision());
        if changes.revisions.is_empty() {
            return Publication::with_history(self.replica(), self.log.clone());
        }
        publication.advance(changes).expect("the next state").0
    }
}
