//! The replica: one environment's state at one revision, as bytes and compiled.
//!
//! The SDK keeps one and is brought from revision to revision by the stream; a server keeps one per
//! environment, filled from its database, and makes the stream from it.
//!
//! **Invariants**
//! - `checksum` is the checksum of exactly the items and members held.
//! - `ruleset` is what those items and members compile to, but for flags that do not compile here:
//!   each of them answers as its last good version did, or is unknown to the evaluator.
//! - A change is applied whole or not at all.
//! - A flag's slot in the ruleset never changes in the life of a replica, whatever it is loaded with.

mod affected;
mod apply;
mod document;
mod edit;
mod state;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::value::RawValue;
use tenantry_core::{Checksum, CompiledFlag, FlagKey, ItemId, Ruleset, SegmentKey, TenantSet};
use thiserror::Error;

pub use document::DocumentError;

use self::edit::Edit;
use self::state::State;
use crate::frame::{Members, Tenant};
use crate::item::{self, ItemName, NotAnItem};

/// One environment's state at one revision. Cheap to copy: copies share what they have in common.
///
/// ```
/// use tenantry_core::ItemId;
/// use tenantry_protocol::Replica;
///
/// let flag = r#"{"flag":{"key":"new-billing","salt":"s","targeting":{"on":true}}}"#;
/// let id: ItemId = "flag/new-billing".parse()?;
/// let mut replica = Replica::default();
/// replica.fill(
///     7,
///     [(id.clone(), flag.to_owned())],
///     [(id, "allow".to_owned(), vec!["acme".to_owned()])],
/// );
/// assert_eq!(replica.ruleset().is_enabled("new-billing", "acme"), Some(true));
/// assert_eq!(replica.ruleset().is_enabled("new-billing", "globex"), Some(false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Replica {
    revision: u64,
    state: State,
    ruleset: Arc<Ruleset>,
}

/// What a replica holds under one item's name.
#[derive(Debug, Clone, Default)]
struct Entry {
    /// The item, exactly as received; absent if only lists are here.
    bytes: Option<Arc<RawValue>>,
    /// The item's key lists; none of them is empty.
    lists: Vec<List>,
    /// A flag as it was last compiled: of these bytes and lists, or, if they do not compile, of the
    /// newest that did.
    compiled: Option<Arc<CompiledFlag>>,
}

/// A key list of an item.
#[derive(Debug, Clone)]
struct List {
    name: Arc<str>,
    tenants: Arc<TenantSet>,
    /// The XOR of the members' terms.
    checksum: Checksum,
}

/// What has become different.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Change {
    /// The revision that the replica is at now.
    pub revision: u64,
    /// What to answer from now on.
    pub ruleset: Arc<Ruleset>,
    /// The flags that are new, different or gone, or whose key lists have changed; sorted.
    pub flags: Vec<FlagKey>,
    /// The segments that are new or gone, or whose members have changed; sorted.
    pub segments: Vec<SegmentKey>,
    /// The flags that do not compile here and answer as they last did, if they ever did.
    pub refused: Vec<RefusedFlag>,
}

/// A flag whose document does not compile here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedFlag {
    /// The flag's name; its key may not even be one.
    pub name: ItemName,
    /// What is wrong, for the log.
    pub problem: String,
}

/// Why a delta or a snapshot was not applied. The replica is as it was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// A delta that starts from another revision.
    #[error("a delta from revision {from}, but the replica is at {revision}")]
    NotConsecutive {
        /// Where the delta starts.
        from: u64,
        /// Where the replica is.
        revision: u64,
    },
    /// A delta that does not lead to a later revision.
    #[error("a delta from revision {from} to {to}, which is no later one")]
    Backwards {
        /// Where the delta starts.
        from: u64,
        /// Where it says that it leads.
        to: u64,
    },
    /// Applied, it would not give the state that it says.
    #[error("the state would have checksum {actual}, not {stated}")]
    Checksum {
        /// The checksum that the frame states.
        stated: Checksum,
        /// The checksum that came out.
        actual: Checksum,
    },
    /// Bytes among the items that are no item.
    #[error("not an item")]
    NotAnItem(#[from] NotAnItem),
}

impl Replica {
    /// Fills a replica from a database: items as stored, and key lists by owner and name. What it
    /// held before is replaced.
    ///
    /// This cannot fail: a row whose bytes are no JSON is left out, a flag that does not compile is
    /// held and streamed but answers as its last good version did; both are named in the change.
    /// The caller compares [`checksum`](Self::checksum) with the one it stored at `revision`.
    pub fn fill(
        &mut self,
        revision: u64,
        items: impl IntoIterator<Item = (ItemId, String)>,
        lists: impl IntoIterator<Item = (ItemId, String, Vec<String>)>,
    ) -> Change {
        let mut edit = Edit::replace(&self.state);
        for (id, bytes) in items {
            let name = ItemName::from(&id);
            match RawValue::from_string(bytes) {
                Ok(bytes) => edit.put_named(item::read_as(name, &bytes), &bytes),
                Err(source) => edit.refuse(name, source.to_string()),
            }
        }
        for (owner, list, tenants) in lists {
            let tenants = tenants.iter().map(String::as_str);
            edit.change_list(&ItemName::from(&owner), &list, tenants, []);
        }
        self.adopt_all(revision, edit)
    }

    /// The revision; 0 if nothing was ever loaded.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The state's checksum.
    #[must_use]
    pub fn checksum(&self) -> Checksum {
        self.state.checksum()
    }

    /// What the state compiles to.
    #[must_use]
    pub fn ruleset(&self) -> &Arc<Ruleset> {
        &self.ruleset
    }

    /// The number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items().count()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items().next().is_none()
    }

    /// All items, sorted by name, each exactly as received.
    pub fn items(&self) -> impl Iterator<Item = (&ItemName, &RawValue)> {
        self.state
            .entries()
            .filter_map(|(name, entry)| entry.bytes.as_deref().map(|bytes| (name, bytes)))
    }

    /// An item's bytes.
    #[must_use]
    pub fn item(&self, name: &ItemName) -> Option<&RawValue> {
        self.state.entry(name)?.bytes.as_deref()
    }

    /// A key list, if it has members.
    #[must_use]
    pub fn list(&self, owner: &ItemName, list: &str) -> Option<&Arc<TenantSet>> {
        self.state
            .entry(owner)?
            .list(list)
            .map(|list| &list.tenants)
    }

    /// All key lists that have members.
    pub(crate) fn lists(&self) -> impl Iterator<Item = Members<'_>> {
        self.state
            .entries()
            .flat_map(|(owner, entry)| entry.members(owner))
    }

    /// The key lists of an item that have members.
    pub(crate) fn lists_of(&self, owner: &ItemName) -> impl Iterator<Item = Members<'_>> {
        self.state
            .entry(owner)
            .into_iter()
            .flat_map(|entry| entry.members(owner))
    }
}

impl Entry {
    fn list(&self, name: &str) -> Option<&List> {
        self.lists.iter().find(|list| &*list.name == name)
    }

    /// A list's members; shared with the replica, so that a list is in memory once.
    fn tenants(&self, list: &str) -> Arc<TenantSet> {
        self.list(list)
            .map(|list| Arc::clone(&list.tenants))
            .unwrap_or_default()
    }

    /// The lists, each whole, as a snapshot has them.
    fn members(&self, owner: &ItemName) -> impl Iterator<Item = Members<'_>> {
        self.lists.iter().map(|list| Members {
            owner: owner.clone(),
            list: Cow::Borrowed(&*list.name),
            add: list.tenants.iter().map(Tenant::from).collect(),
            remove: Vec::new(),
        })
    }

    /// Whether both hold the same. Lists are compared by their checksums.
    fn same_as(&self, other: &Self) -> bool {
        self.bytes.as_deref().map(RawValue::get) == other.bytes.as_deref().map(RawValue::get)
            && self.lists.len() == other.lists.len()
            && self
                .lists
                .iter()
                .zip(&other.lists)
                .all(|(one, two)| one.name == two.name && one.checksum == two.checksum)
    }

    fn has_bytes(&self, bytes: &RawValue) -> bool {
        self.bytes
            .as_deref()
            .is_some_and(|held| held.get() == bytes.get())
    }
}
