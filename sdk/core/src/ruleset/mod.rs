//! Rulesets: all the flags of an environment, compiled, linked and ready to be asked.
//!
//! Separate from the flags because this is what is swapped when something changes: readers hold
//! one ruleset, writers make the next one from it.
//!
//! **Invariants**
//! - A ruleset never changes; an edit makes another one.
//! - A key keeps its slot through every edit, also while it has no flag. So a slot taken from one
//!   ruleset is good for all that were edited from it, and for no others.
//! - Prerequisites are followed only where their chains come to an end within the limits.

mod edit;
mod slots;

use std::collections::HashSet;
use std::sync::Arc;

pub use edit::RulesetEdit;
pub use slots::Slot;

use self::slots::Slots;
use crate::context::Context;
use crate::evaluate::{self, Evaluation, Explanation};
use crate::flag::CompiledFlag;
use crate::tenants::{HashedKey, TenantSet};

/// All the flags of an environment. The default has none.
///
/// ```
/// use std::sync::Arc;
/// use tenantry_core::{Context, FlagDefinition, Reason, Ruleset, compile};
///
/// let document = br#"{"key": "new-billing", "salt": "7d3f",
///     "targeting": {"on": true, "allow": ["acme"], "rollout": {"threshold": 25000}}}"#;
/// let flag = compile(&FlagDefinition::from_json(document)?)?;
///
/// let mut edit = Ruleset::default().edit();
/// edit.upsert(Arc::new(flag));
/// let ruleset = edit.build();
///
/// assert_eq!(ruleset.is_enabled("new-billing", "acme"), Some(true));
/// assert_eq!(ruleset.is_enabled("no-such-flag", "acme"), None);
///
/// let answer = ruleset.evaluate("new-billing", &Context::tenant("acme"));
/// assert!(answer.on);
/// assert_eq!(answer.reason, Reason::TargetingMatch);
///
/// let explanation = ruleset.explain("new-billing", &Context::tenant("acme"));
/// let last = explanation.steps.last().expect("a step decided");
/// assert_eq!(last.sentence, "The tenant is in the allow list, so it gets the flag.");
/// # Ok::<(), tenantry_core::Problems>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Ruleset {
    /// Shared between rulesets, and copied only when a new key comes.
    slots: Arc<Slots>,
    /// By slot, one for each. Slots that later edits gave out lie beyond the end.
    places: Vec<Place>,
    /// The slots of segments, which are numbered by themselves.
    segment_slots: Arc<Slots>,
    /// Members by segment slot; a segment that is not there has none.
    segments: Arc<Vec<Arc<TenantSet>>>,
    /// Flags whose prerequisites never end or exceed the limits.
    unanswerable: Arc<HashSet<Slot>>,
}

/// What a slot holds.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// Nothing.
    Vacant,
    /// A flag whose document could not be compiled here.
    Refused,
    /// A flag.
    Flag(LinkedFlag),
}

/// A flag, and the slots of what it knows by key.
#[derive(Debug, Clone)]
pub(crate) struct LinkedFlag {
    pub(crate) flag: Arc<CompiledFlag>,
    /// Absent if the flag knows no others.
    links: Option<Arc<Links>>,
}

/// Slots do not move, so links stay good while other flags and segments come and go.
#[derive(Debug)]
struct Links {
    /// The flag's own.
    slot: Slot,
    /// In the flag's order. There may be no flag in a slot.
    prerequisites: Box<[Slot]>,
    /// In the order that conditions count.
    segments: Box<[Slot]>,
}

impl LinkedFlag {
    /// The slots of the flag's prerequisites, in its order.
    pub(crate) fn prerequisites(&self) -> &[Slot] {
        self.links
            .as_ref()
            .map_or(&[], |links| &links.prerequisites)
    }

    fn waits(&self) -> bool {
        !self.prerequisites().is_empty()
    }
}

impl Ruleset {
    /// Begins another ruleset with what this one holds.
    #[must_use]
    pub fn edit(&self) -> RulesetEdit {
        RulesetEdit::of(self)
    }

    /// The slot of a key, if it ever had one: a flag's handle. Asking by slot skips the lookup.
    #[inline]
    #[must_use]
    pub fn slot(&self, key: &str) -> Option<Slot> {
        self.slots.find(key)
    }

    /// The number of flags.
    #[must_use]
    pub fn len(&self) -> usize {
        self.flags().count()
    }

    /// Whether there is no flag.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flags().next().is_none()
    }

    /// The flag with that key.
    #[must_use]
    pub fn flag(&self, key: &str) -> Option<&CompiledFlag> {
        match self.place(self.slot(key)?) {
            Place::Flag(linked) => Some(&linked.flag),
            Place::Vacant | Place::Refused => None,
        }
    }

    /// The flags, in the order in which their keys first came.
    pub fn flags(&self) -> impl Iterator<Item = &CompiledFlag> {
        self.places.iter().filter_map(|place| match place {
            Place::Flag(linked) => Some(&*linked.flag),
            Place::Vacant | Place::Refused => None,
        })
    }

    /// Asks a flag.
    #[must_use]
    pub fn evaluate<'r>(&'r self, key: &str, context: &Context<'_>) -> Evaluation<'r> {
        evaluate::evaluate(self, self.slot(key), context)
    }

    /// Asks the flag in a slot.
    #[must_use]
    pub fn evaluate_slot<'r>(&'r self, slot: Slot, context: &Context<'_>) -> Evaluation<'r> {
        evaluate::evaluate(self, Some(slot), context)
    }

    /// Whether a tenant gets a flag, without attributes and variants; `None` if there is no such
    /// flag or its document could not be compiled here, so that the caller's default applies.
    #[inline]
    #[must_use]
    pub fn is_enabled(&self, key: &str, tenant: &str) -> Option<bool> {
        evaluate::is_enabled(self, self.slot(key)?, tenant.into())
    }

    /// As [`is_enabled`](Self::is_enabled), for the flag in a slot.
    #[inline]
    #[must_use]
    pub fn is_enabled_slot<'k>(
        &self,
        slot: Slot,
        tenant: impl Into<HashedKey<'k>>,
    ) -> Option<bool> {
        evaluate::is_enabled(self, slot, tenant.into())
    }

    /// Asks a flag and tells every step of the way: the same walk as [`evaluate`](Self::evaluate),
    /// recorded.
    #[must_use]
    pub fn explain(&self, key: &str, context: &Context<'_>) -> Explanation {
        evaluate::explain(self, key, context)
    }

    /// What a slot holds; one that is younger than this ruleset holds nothing.
    #[inline]
    pub(crate) fn place(&self, slot: Slot) -> &Place {
        self.places.get(slot.index()).unwrap_or(&Place::Vacant)
    }

    /// Whether a flag's prerequisites can be asked: they come to an end, within the limits.
    pub(crate) fn is_answerable(&self, linked: &LinkedFlag) -> bool {
        linked
            .links
            .as_ref()
            .is_none_or(|links| !self.unanswerable.contains(&links.slot))
    }

    /// Whether a tenant is in the segment that a flag's conditions call `index`.
    pub(crate) fn is_in_segment(
        &self,
        linked: &LinkedFlag,
        index: usize,
        tenant: HashedKey<'_>,
    ) -> bool {
        let slot = linked
            .links
            .as_ref()
            .and_then(|links| links.segments.get(index));
        slot.is_some_and(|slot| self.segments[slot.index()].contains_hashed(tenant))
    }
}
