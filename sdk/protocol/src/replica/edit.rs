//! Edits: a change of a replica in the making.
//!
//! **Invariants**
//! - It works on a copy; thrown away, it leaves no trace.
//! - Only what is different is compiled again, and only that is touched in the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::value::RawValue;
use tenantry_core::model::Item;
use tenantry_core::{Checksum, CompiledFlag, compile};

use super::state::State;
use super::{ApplyError, Entry, RefusedFlag};
use crate::item::{self, ItemName, ReadItem};

/// A change in the making.
pub(super) struct Edit {
    /// What the replica holds.
    old: State,
    /// What it will hold.
    pub(super) new: State,
    pub(super) touched: BTreeMap<ItemName, Touch>,
    pub(super) refused: Vec<RefusedFlag>,
}

/// What has happened to an item.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Touch {
    /// It was taken out, and perhaps made anew after that.
    pub(super) removed: bool,
    /// It was compiled in this change: its lists are still those of its document.
    pub(super) compiled: bool,
}

impl Edit {
    /// A change of parts of what is held.
    pub(super) fn amend(old: &State) -> Self {
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

    pub(super) fn put(&mut self, bytes: &RawValue) -> Result<(), ApplyError> {
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

    pub(super) fn remove(&mut self, name: &ItemName) {
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

    pub(super) fn check(&self, stated: Checksum) -> Result<(), ApplyError> {
        let actual = self.new.checksum();
        if actual == stated {
            Ok(())
        } else {
            Err(ApplyError::Checksum { stated, actual })
        }
    }

    /// Ends a change of everything: what was not put again is gone, and what is as it was, is not
    /// touched, so that it keeps its compiled form and its lists are in memory once.
    pub(super) fn settle(&mut self) {
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
