//! What a replica holds, without its compiled form: items and key lists, and their checksum.
//!
//! Separate so that a change can be tried: it is made on a copy, compared with the checksum that it
//! claims to lead to, and only then compiled and kept.
//!
//! **Invariants**
//! - `checksum` follows every change of an item or a list at once.
//! - No entry is empty, and no list in it. Lists are sorted by name.

use std::sync::Arc;

use serde_json::value::RawValue;
use tenantry_core::Checksum;

use super::{Entry, List};
use crate::chunks::ChunkedMap;
use crate::item::ItemName;

/// Items and key lists, by the name of the item.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    entries: ChunkedMap<ItemName, Entry>,
    checksum: Checksum,
}

impl State {
    pub(super) fn checksum(&self) -> Checksum {
        self.checksum
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&ItemName, &Entry)> {
        self.entries.iter()
    }

    pub(super) fn entry(&self, name: &ItemName) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// The entry of a name that is held, to set what is not in the checksum.
    pub(super) fn entry_mut(&mut self, name: &ItemName) -> &mut Entry {
        self.entries.get_or_insert_with(name, Entry::default)
    }

    /// Adds an item, or takes the place of the one with that name. Its lists stay.
    pub(super) fn put_item(&mut self, name: &ItemName, bytes: &RawValue) -> &mut Entry {
        let entry = self.entries.get_or_insert_with(name, Entry::default);
        if let Some(old) = &entry.bytes {
            self.checksum ^= item_term(old);
        }
        self.checksum ^= item_term(bytes);
        entry.bytes = Some(bytes.to_owned().into());
        entry
    }

    /// Takes an item out, and its lists with it.
    pub(super) fn remove_item(&mut self, name: &ItemName) {
        let Some(entry) = self.entries.remove(name) else {
            return;
        };
        if let Some(old) = &entry.bytes {
            self.checksum ^= item_term(old);
        }
        for list in &entry.lists {
            self.checksum ^= list.checksum;
        }
    }

    /// Adds members to a list and takes others out; who is in or out already makes no difference.
    pub(super) fn change_list<'t>(
        &mut self,
        owner: &ItemName,
        name: &str,
        add: impl IntoIterator<Item = &'t str>,
        remove: impl IntoIterator<Item = &'t str>,
    ) {
        let entry = self.entries.get_or_insert_with(owner, Entry::default);
        let found = entry.lists.binary_search_by(|list| (*list.name).cmp(name));
        let index = found.unwrap_or_else(|place| {
            entry.lists.insert(place, List::new(name));
            place
        });
        let list = &mut entry.lists[index];
        let tenants = Arc::make_mut(&mut list.tenants);
        let mut terms = MemberTerms::of(owner, name);
        let mut change = Checksum::ZERO;
        for tenant in add {
            if tenants.insert(tenant) {
                change ^= terms.term(tenant);
            }
        }
        for tenant in remove {
            if tenants.remove(tenant) {
                change ^= terms.term(tenant);
            }
        }
        list.checksum ^= change;
        self.checksum ^= change;
        if list.tenants.is_empty() {
            entry.lists.remove(index);
        }
        if entry.lists.is_empty() && entry.bytes.is_none() {
            self.entries.remove(owner);
        }
    }
}

impl List {
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            tenants: Arc::default(),
            checksum: Checksum::ZERO,
        }
    }
}

fn item_term(bytes: &RawValue) -> Checksum {
    Checksum::of_item(bytes.get().as_bytes())
}

/// The terms of one list's members, without an allocation for each.
///
/// It writes down itself what [`Checksum::of_member`] hashes, because the owner may be of a kind
/// that this build does not know; a test holds the two together.
struct MemberTerms {
    text: String,
    prefix: usize,
}

impl MemberTerms {
    fn of(owner: &ItemName, list: &str) -> Self {
        let text = format!("{owner}\0{list}\0");
        Self {
            prefix: text.len(),
            text,
        }
    }

    fn term(&mut self, tenant: &str) -> Checksum {
        self.text.truncate(self.prefix);
        self.text.push_str(tenant);
        Checksum::of_item(self.text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use tenantry_core::ItemId;

    use super::*;

    #[test]
    fn members_are_hashed_as_the_core_hashes_them() {
        for owner in ["flag/new-billing", "segment/design-partners"] {
            let id: ItemId = owner.parse().expect("an id");
            let mut terms = MemberTerms::of(&ItemName::from(&id), "allow");
            for tenant in ["acme", "Ärzte GmbH & Söhne", "acme"] {
                assert_eq!(
                    terms.term(tenant),
                    Checksum::of_member(&id, "allow", tenant)
                );
            }
        }
    }

    #[test]
    fn what_is_taken_back_leaves_no_trace() {
        let name: ItemName = "flag/a".parse().expect("a name");
        let bytes = RawValue::from_string(r#"{"flag":{"key":"a"}}"#.to_owned()).expect("JSON");
        let mut state = State::default();
        state.put_item(&name, &bytes);
        let before = state.checksum();
        state.change_list(&name, "allow", ["acme", "acme", "globex"], ["initech"]);
        assert_ne!(state.checksum(), before);
        state.change_list(&name, "allow", [], ["acme", "globex"]);
        assert_eq!(state.checksum(), before);
        assert!(state.entry(&name).expect("the item").lists.is_empty());
        state.change_list(&name, "block", ["acme"], []);
        state.remove_item(&name);
        assert_eq!(state.checksum(), Checksum::ZERO);
        assert_eq!(state.entries().count(), 0);
    }
}
