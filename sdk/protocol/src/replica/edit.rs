//! How a replica changes: on a copy, checked, then linked, then kept.
//!
//! **Invariants**
//! - Until [`Replica::adopt`] nothing of the replica has changed, and `adopt` cannot fail.
//! - Only what is different is compiled again, and only that is named in the [`Change`].

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::value::RawValue;
use tenantry_core::model::Item;
use tenantry_core::{Checksum, CompiledFlag, FlagKey, compile};

use super::state::State;
use super::{ApplyError, Change, Entry, RefusedFlag, Replica};
use crate::frame::{Delta, Snapshot};
use crate::item::{self, ItemName, ReadItem};
use crate::publication::Changes;

/// A change in the making.
pub(super) struct Edit {
    /// What the replica holds.
    old: State,
    /// What it will hold.
    new: State,
    touched: BTreeMap<ItemName, Touch>,
    refused: Vec<RefusedFlag>,
}

/// What has happened to an item.
#[derive(Debug, Clone, Copy, Default)]
struct Touch {
    /// It was taken out, and perhaps made anew after that.
    removed: bool,
    /// It was compiled in this change: its lists are still those of its document.
    compiled: bool,
}

impl Edit {
    /// A change of parts of what is held.
    fn amend(old: &State) -> Self {
        Self {
            new: old.clone(),
            ..Self::replace(old)
        }
    }

    /// A change of everything: nothing stays that is not put again.
    pub(super) fn replace(old: &State) -> Self {
        Self {
            old: old.clone(),
            new: State::default(),
            touched: BTreeMap::new(),
            refused: Vec::new(),
        }
    }

    fn put(&mut self, bytes: &RawValue) -> Result<(), ApplyError> {
        let read = item::read(bytes)?;
        self.put_named(read, bytes);
        Ok(())
    }

    /// Adds an item, or takes the place of the one with that name.
    pub(super) fn put_named(&mut self, read: ReadItem, bytes: &RawValue) {
        let ReadItem { name, item } = read;
        let touch = self.touched.entry(name.clone()).or_default();
        // What was removed in this very change has no last good version any more.
        let old = if touch.removed {
            None
        } else {
            self.old.entry(&name)
        };
        let mut compiled = old.and_then(|entry| entry.compiled.clone());
        if !old.is_some_and(|entry| entry.has_bytes(bytes)) {
            match compile_item(&name, item) {
                Ok(flag) => {
                    touch.compiled = true;
                    compiled = flag.map(Arc::new);
                }
                Err(problem) => self.refused.push(RefusedFlag {
                    name: name.clone(),
                    problem,
                }),
            }
        }
        self.new.put_item(&name, bytes).compiled = compiled;
    }

    /// Keeps what is held under a name, since what should take its place cannot be.
    pub(super) fn refuse(&mut self, name: ItemName, problem: String) {
        if let Some(Entry {
            bytes: Some(bytes),
            compiled,
            ..
        }) = self.old.entry(&name)
        {
            self.new
                .put_item(&name, bytes)
                .compiled
                .clone_from(compiled);
            self.touched.entry(name.clone()).or_default();
        }
        self.refused.push(RefusedFlag { name, problem });
    }

    fn remove(&mut self, name: &ItemName) {
        self.new.remove_item(name);
        self.touched.insert(
            name.clone(),
            Touch {
                removed: true,
                compiled: false,
            },
        );
    }

    /// Adds members to a list and takes others out.
    pub(super) fn change_list<'t>(
        &mut self,
        owner: &ItemName,
        list: &str,
        add: impl IntoIterator<Item = &'t str>,
        remove: impl IntoIterator<Item = &'t str>,
    ) {
        self.new.change_list(owner, list, add, remove);
        self.touched.entry(owner.clone()).or_default();
    }

    fn check(&self, stated: Checksum) -> Result<(), ApplyError> {
        let actual = self.new.checksum();
        if actual == stated {
            Ok(())
        } else {
            Err(ApplyError::Checksum { stated, actual })
        }
    }

    /// Ends a change of everything: what was not put again is gone, and what is as it was, is not
    /// touched, so that it keeps its compiled form and its lists are in memory once.
    fn settle(&mut self) {
        for (name, entry) in self.old.entries() {
            match self.new.entry(name) {
                None => {
                    self.touched.insert(
                        name.clone(),
                        Touch {
                            removed: true,
                            compiled: false,
                        },
                    );
                }
                Some(new) if new.same_as(entry) => {
                    self.touched.remove(name);
                    *self.new.entry_mut(name) = entry.clone();
                }
                Some(_) => {}
            }
        }
    }
}

impl Replica {
    /// Applies a delta.
    ///
    /// # Errors
    /// [`ApplyError`], and then nothing was applied: ask for a snapshot.
    pub fn apply(&mut self, delta: &Delta<'_>) -> Result<Change, ApplyError> {
        if delta.from != self.revision {
            return Err(ApplyError::NotConsecutive {
                from: delta.from,
                revision: self.revision,
            });
        }
        let mut edit = Edit::amend(&self.state);
        for name in &delta.removals {
            edit.remove(name);
        }
        for bytes in &delta.upserts {
            edit.put(bytes)?;
        }
        for members in &delta.members {
            let add = members.add.iter().map(|tenant| &*tenant.0);
            let remove = members.remove.iter().map(|tenant| &*tenant.0);
            edit.change_list(&members.owner, &members.list, add, remove);
        }
        edit.check(delta.checksum)?;
        Ok(self.adopt(delta.to, edit))
    }

    /// Follows what a change log says.
    ///
    /// # Errors
    /// [`ApplyError`] if that does not lead to the state that the log says. Then nothing has changed.
    pub(crate) fn follow(&mut self, changes: &Changes) -> Result<Change, ApplyError> {
        let mut edit = Edit::amend(&self.state);
        for id in changes.revisions.iter().flat_map(|logged| &logged.removed) {
            edit.remove(&ItemName::from(id));
        }
        for (id, bytes) in &changes.items {
            let name = ItemName::from(id);
            match bytes.as_deref().map(serde_json::from_str::<&RawValue>) {
                Some(Ok(bytes)) => edit.put_named(item::read_as(name, bytes), bytes),
                Some(Err(source)) => edit.refuse(name, source.to_string()),
                None => edit.remove(&name),
            }
        }
        for (member, present) in &changes.members {
            let owner = ItemName::from(&member.owner);
            // The lists of a removed item are gone, whatever the log says about their members.
            if edit.new.entry(&owner).is_some() {
                let tenant = Some(&*member.tenant);
                let (add, remove) = if *present {
                    (tenant, None)
                } else {
                    (None, tenant)
                };
                edit.change_list(&owner, &member.list, add, remove);
            }
        }
        if let Some(newest) = changes.revisions.last() {
            edit.check(newest.checksum)?;
        }
        let revision = changes
            .revisions
            .last()
            .map_or(self.revision, |newest| newest.revision);
        Ok(self.adopt(revision, edit))
    }

    /// Replaces everything by a snapshot, of whatever revision.
    ///
    /// # Errors
    /// [`ApplyError`], and then nothing was applied.
    pub fn load(&mut self, snapshot: &Snapshot<'_>) -> Result<Change, ApplyError> {
        let edit = self.read(snapshot)?;
        edit.check(snapshot.checksum)?;
        Ok(self.adopt_all(snapshot.revision, edit))
    }

    /// Replaces everything by a snapshot whose checksum says nothing.
    pub(super) fn load_unchecked(&mut self, snapshot: &Snapshot<'_>) -> Result<Change, ApplyError> {
        let edit = self.read(snapshot)?;
        Ok(self.adopt_all(snapshot.revision, edit))
    }

    fn read(&self, snapshot: &Snapshot<'_>) -> Result<Edit, ApplyError> {
        let mut edit = Edit::replace(&self.state);
        for bytes in &snapshot.items {
            edit.put(bytes)?;
        }
        for members in &snapshot.members {
            let add = members.add.iter().map(|tenant| &*tenant.0);
            edit.change_list(&members.owner, &members.list, add, []);
        }
        Ok(edit)
    }

    /// Replaces everything by what was put into `edit`, without a checksum to compare with.
    pub(super) fn adopt_all(&mut self, revision: u64, mut edit: Edit) -> Change {
        edit.settle();
        self.adopt(revision, edit)
    }

    fn adopt(&mut self, revision: u64, edit: Edit) -> Change {
        let Edit {
            new: mut state,
            touched,
            refused,
            ..
        } = edit;
        let mut rules = self.ruleset.edit();
        let mut flags = Vec::new();
        let mut segments = Vec::new();
        for (name, touch) in touched {
            if let Some(key) = name.flag_key() {
                if touch.removed {
                    rules.remove(&key);
                }
                match state
                    .entry(&name)
                    .map(|entry| (&entry.bytes, &entry.compiled))
                {
                    Some((Some(_), Some(_))) => {
                        rules.upsert(state.entry_mut(&name).attach_lists(touch.compiled));
                    }
                    Some((Some(_), None)) => rules.refuse(&key),
                    _ => rules.remove(&key),
                }
                flags.push(key);
            } else if let Some(key) = name.segment_key() {
                match state.entry(&name) {
                    Some(entry) if entry.bytes.is_some() => {
                        rules.set_segment(&key, entry.tenants("members"));
                    }
                    _ => rules.remove_segment(&key),
                }
                segments.push(key);
            }
        }
        self.revision = revision;
        self.state = state;
        self.ruleset = Arc::new(rules.build());
        Change {
            revision,
            ruleset: Arc::clone(&self.ruleset),
            flags,
            segments,
            refused,
        }
    }
}

impl Entry {
    /// Brings the compiled flag's key lists up to date. Those of a document that has just been
    /// compiled count unless lists came beside it: a file written by hand may hold both in one.
    fn attach_lists(&mut self, just_compiled: bool) -> Arc<CompiledFlag> {
        let flag = self
            .compiled
            .take()
            .expect("the caller has seen a compiled flag");
        let flag = if just_compiled && self.lists.is_empty() {
            flag
        } else {
            let (allow, block) = (self.tenants("allow"), self.tenants("block"));
            Arc::new(Arc::unwrap_or_clone(flag).with_lists(allow, block))
        };
        self.compiled = Some(Arc::clone(&flag));
        flag
    }
}

/// Compiles an item, if it is a flag. The error is for the log.
fn compile_item(
    name: &ItemName,
    item: Result<Item, serde_json::Error>,
) -> Result<Option<CompiledFlag>, String> {
    match item {
        Ok(Item::Flag(definition)) if ItemName::of_flag(&definition.key) == *name => {
            compile(&definition)
                .map(Some)
                .map_err(|problems| problems.to_string())
        }
        Ok(Item::Flag(definition)) => Err(format!("holds the flag {}", definition.key)),
        Err(error) if name.as_str().starts_with("flag/") => Err(error.to_string()),
        Ok(Item::Segment(_)) | Err(_) => Ok(None),
    }
}

/// See [`Change::affected_flags`].
pub(super) fn affected_flags(change: &Change) -> Vec<FlagKey> {
    let segments: HashSet<&str> = change.segments.iter().map(AsRef::as_ref).collect();
    let mut affected: HashSet<&str> = change.flags.iter().map(AsRef::as_ref).collect();
    if !segments.is_empty() {
        let asking = |flag: &&CompiledFlag| flag.segments().any(|key| segments.contains(key));
        affected.extend(
            change
                .ruleset
                .flags()
                .filter(asking)
                .map(|flag| flag.key().as_str()),
        );
    }
    // Chains of prerequisites are short: this runs once more than the longest is long.
    loop {
        let waiting: Vec<&str> = change
            .ruleset
            .flags()
            .filter(|flag| !affected.contains(flag.key().as_str()))
            .filter(|flag| flag.prerequisites().any(|key| affected.contains(key)))
            .map(|flag| flag.key().as_str())
            .collect();
        if waiting.is_empty() {
            break;
        }
        affected.extend(waiting);
    }
    let gone = change.flags.iter().cloned();
    let known = change.ruleset.flags().map(CompiledFlag::key).cloned();
    let mut keys: Vec<FlagKey> = gone
        .chain(known.filter(|key| affected.contains(key.as_str())))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
