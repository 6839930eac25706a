//! An environment's past: what its flags answered at an earlier revision, and since when they answer
//! as they do.
//!
//! Pure, and separate from its operations: the store reads the audit entries that led from there to
//! now, and here they are undone, one by one, over the state that is published.
//!
//! **Invariants**
//! - It asks the very evaluator that SDKs asked then, of what was streamed then. A flag that this build
//!   cannot compile answers with `PARSE_ERROR`.
//! - What no entry touched since is what is published now, so nothing else is read.

mod since;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tenantry_core::model::{FlagDefinition, FlagKey, ItemId, SegmentKey, Targeting};
use tenantry_core::{Ruleset, compile};
use tenantry_store::{AuditDocument, Past, PastChange, PresentFlag};
use thiserror::Error;

pub(crate) use since::since;

/// An audit entry that says what no build of ours writes.
#[derive(Debug, Error)]
#[error("cannot undo the audit entry {seq}")]
pub(crate) struct NotUndone {
    seq: u64,
    #[source]
    source: serde_json::Error,
}

/// An environment on its way back: what of it is, or was, different from now.
#[derive(Debug)]
pub(crate) struct Rewound {
    flags: HashMap<FlagKey, RewoundFlag>,
    segments: HashMap<SegmentKey, Option<BTreeSet<String>>>,
    /// Whether everything is undone: there was nothing at all.
    is_empty: bool,
}

#[derive(Debug)]
struct RewoundFlag {
    /// Without its key lists.
    definition: FlagDefinition,
    allow: BTreeSet<String>,
    block: BTreeSet<String>,
    /// Whether it is there, and not archived.
    is_live: bool,
}

/// What undoing a change has touched.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    pub(crate) flags: BTreeSet<FlagKey>,
    pub(crate) segments: BTreeSet<SegmentKey>,
    /// Everything is gone.
    pub(crate) is_all: bool,
}

impl Rewound {
    /// The environment as it is, as far as what follows touches it.
    pub(crate) fn new(past: &Past) -> Self {
        let flags = past.flags.iter().map(|flag| {
            let PresentFlag {
                definition,
                archived,
            } = flag;
            let mut definition = definition.clone();
            let Targeting { allow, block, .. } = &mut definition.targeting;
            let rewound = RewoundFlag {
                allow: std::mem::take(allow).into_iter().collect(),
                block: std::mem::take(block).into_iter().collect(),
                is_live: !archived,
                definition,
            };
            (rewound.definition.key.clone(), rewound)
        });
        let segments = past.segments.iter().map(|(key, members)| {
            let members = members.as_ref().map(|it| it.iter().cloned().collect());
            (key.clone(), members)
        });
        Self {
            flags: flags.collect(),
            segments: segments.collect(),
            is_empty: false,
        }
    }

    /// Undoes a change, which must be the newest that is not undone.
    ///
    /// # Errors
    /// [`NotUndone`].
    pub(crate) fn undo(&mut self, change: &PastChange) -> Result<Touched, NotUndone> {
        let mut touched = Touched::default();
        for document in change.documents.iter().rev() {
            let item: Option<ItemId> = document.item.as_deref().and_then(|it| it.parse().ok());
            let undone = match item {
                Some(ItemId::Flag(key)) => self.undo_flag(key, document, &mut touched),
                Some(ItemId::Segment(key)) => self.undo_segment(key, document, &mut touched),
                None => Ok(()),
            };
            undone.map_err(|source| NotUndone {
                seq: change.seq,
                source,
            })?;
        }
        if change.revision == 1 {
            self.is_empty = true;
            touched.is_all = true;
        }
        Ok(touched)
    }

    fn undo_flag(
        &mut self,
        key: FlagKey,
        document: &AuditDocument,
        touched: &mut Touched,
    ) -> Result<(), serde_json::Error> {
        let Some(flag) = self.flags.get_mut(&key) else {
            return Ok(());
        };
        match &*document.name {
            // What else is known about a flag is not streamed.
            "flag" => {
                let before = &document.before;
                let was_live = !before.is_null() && before["archived_at"].is_null();
                if was_live == flag.is_live {
                    return Ok(());
                }
                flag.is_live = was_live;
            }
            "targeting" => flag.definition.targeting = read(&document.before)?,
            "allow" | "block" => {
                let list = if document.name == "allow" {
                    &mut flag.allow
                } else {
                    &mut flag.block
                };
                if !move_back(list, document)? {
                    return Ok(());
                }
            }
            _ => return Ok(()),
        }
        touched.flags.insert(key);
        Ok(())
    }

    fn undo_segment(
        &mut self,
        key: SegmentKey,
        document: &AuditDocument,
        touched: &mut Touched,
    ) -> Result<(), serde_json::Error> {
        let members = self.segments.entry(key.clone()).or_default();
        match &*document.name {
            "segment" if document.before.is_null() => *members = None,
            "segment" if document.after.is_null() => {
                members.get_or_insert_default();
            }
            "members" => {
                if !move_back(members.get_or_insert_default(), document)? {
                    return Ok(());
                }
            }
            // Its name and its conditions are not streamed.
            _ => return Ok(()),
        }
        touched.segments.insert(key);
        Ok(())
    }

    /// The ruleset of this moment, from one that differs from it in nothing but what was touched.
    pub(crate) fn over(&self, ruleset: &Ruleset, touched: &Touched) -> Ruleset {
        let mut edit = ruleset.edit();
        if self.is_empty {
            edit.clear();
            return edit.build();
        }
        for key in &touched.segments {
            match self.segments.get(key) {
                Some(Some(members)) => edit.set_segment(key, Arc::new(members.iter().collect())),
                _ => edit.remove_segment(key),
            }
        }
        for key in &touched.flags {
            edit.remove(key);
            let Some(flag) = self.flags.get(key).filter(|flag| flag.is_live) else {
                continue;
            };
            match compile(&flag.definition) {
                Ok(compiled) => {
                    let allow = Arc::new(flag.allow.iter().collect());
                    let block = Arc::new(flag.block.iter().collect());
                    edit.upsert(Arc::new(compiled.with_lists(allow, block)));
                }
                Err(_) => edit.refuse(key),
            }
        }
        edit.build()
    }

    /// Everything that differs, or may, from now.
    pub(crate) fn all(&self) -> Touched {
        Touched {
            flags: self.flags.keys().cloned().collect(),
            segments: self.segments.keys().cloned().collect(),
            is_all: self.is_empty,
        }
    }
}

impl Touched {
    /// Adds what another change has touched.
    pub(crate) fn extend(&mut self, other: Self) {
        self.flags.extend(other.flags);
        self.segments.extend(other.segments);
        self.is_all |= other.is_all;
    }

    /// Whether a segment was touched.
    pub(crate) fn has_segment(&self, key: &str) -> bool {
        SegmentKey::new(key).is_ok_and(|key| self.segments.contains(&key))
    }

    /// Whether nothing was touched.
    pub(crate) fn is_nothing(&self) -> bool {
        self.flags.is_empty() && self.segments.is_empty() && !self.is_all
    }
}

/// The ruleset right after the revision that `past` leads back to, from the published one.
///
/// # Errors
/// [`NotUndone`].
pub(crate) fn ruleset_at(past: &Past, published: &Ruleset) -> Result<Ruleset, NotUndone> {
    let mut rewound = Rewound::new(past);
    for change in &past.changes {
        rewound.undo(change)?;
    }
    Ok(rewound.over(published, &rewound.all()))
}

/// Takes back what a document says was done to a key list. Whether it names anybody.
fn move_back(
    list: &mut BTreeSet<String>,
    document: &AuditDocument,
) -> Result<bool, serde_json::Error> {
    let added: Vec<String> = read(&document.after)?;
    let removed: Vec<String> = read(&document.before)?;
    let is_any = !added.is_empty() || !removed.is_empty();
    for tenant in added {
        list.remove(&tenant);
    }
    list.extend(removed);
    Ok(is_any)
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, serde_json::Error> {
    T::deserialize(value)
}
