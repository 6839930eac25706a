//! How a replica changes: tried on a copy, checked, then linked, then kept.
//!
//! **Invariants**
//! - Until [`Replica::adopt`] nothing of the replica has changed, and `adopt` cannot fail.

use std::sync::Arc;

use serde_json::value::RawValue;
use tenantry_core::CompiledFlag;

use super::edit::Edit;
use super::{ApplyError, Change, Entry, Replica};
use crate::frame::{Delta, Snapshot};
use crate::item::{self, ItemName};
use crate::publication::Changes;

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
        // No checksum covers these numbers.
        if delta.to <= delta.from {
            return Err(ApplyError::Backwards {
                from: delta.from,
                to: delta.to,
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
