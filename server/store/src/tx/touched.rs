//! What a transaction has touched in one environment.
//!
//! **Invariants**
//! - `checksum` is at any time that of the state the mutations so far have made.
//! - Whatever changes the checksum is noted by name too, so that a delta can be made of it. The one
//!   exception are the lists of a flag that is archived: they go with it, and come back with it.

use std::collections::{BTreeMap, BTreeSet};

use tenantry_core::Checksum;
use tenantry_core::model::{EnvironmentKey, ItemId};

use crate::environment::Environment;
use crate::ids::EnvironmentId;
use crate::stream::{List, TouchedMembers};

/// An environment as a transaction sees it.
#[derive(Debug)]
pub(crate) struct OpenEnvironment {
    pub(crate) id: EnvironmentId,
    pub(crate) key: EnvironmentKey,
    pub(crate) revision: u64,
    pub(crate) checksum: Checksum,
    pub(crate) items: BTreeSet<ItemId>,
    pub(crate) members: BTreeMap<(ItemId, List), BTreeSet<String>>,
}

impl OpenEnvironment {
    pub(crate) fn new(environment: Environment) -> Self {
        Self {
            id: environment.id,
            key: environment.key,
            revision: environment.revision,
            checksum: environment.checksum,
            items: BTreeSet::new(),
            members: BTreeMap::new(),
        }
    }

    /// Whether the commit must make a new revision.
    pub(crate) fn is_touched(&self) -> bool {
        !self.items.is_empty() || !self.members.is_empty()
    }

    /// The tenants that came onto lists or went off them, list by list.
    pub(crate) fn touched_members(&self) -> Vec<TouchedMembers> {
        let lists = self.members.iter();
        let lists = lists.map(|((owner, list), tenants)| TouchedMembers {
            owner: owner.clone(),
            list: *list,
            tenants: tenants.iter().cloned().collect(),
        });
        lists.collect()
    }

    /// Notes that an item's text went from `before` to `after`; `None` stands for no item.
    pub(crate) fn put_item(&mut self, id: &ItemId, before: Option<&str>, after: Option<&str>) {
        for text in before.into_iter().chain(after) {
            self.checksum ^= Checksum::of_item(text.as_bytes());
        }
        self.items.insert(id.clone());
    }

    /// Notes that tenants came onto a list, or went off it.
    pub(crate) fn toggle_members<'a>(
        &mut self,
        owner: &ItemId,
        list: List,
        tenants: impl IntoIterator<Item = &'a str>,
    ) {
        for tenant in tenants {
            self.checksum ^= Checksum::of_member(owner, list.as_str(), tenant);
            self.members
                .entry((owner.clone(), list))
                .or_default()
                .insert(tenant.to_owned());
        }
    }

    /// Takes the tenants of an archived flag out of the checksum. They are not noted by name: who drops
    /// the item drops its lists.
    pub(crate) fn drop_members<'a>(
        &mut self,
        owner: &ItemId,
        list: List,
        tenants: impl IntoIterator<Item = &'a str>,
    ) {
        for tenant in tenants {
            self.checksum ^= Checksum::of_member(owner, list.as_str(), tenant);
        }
    }
}
