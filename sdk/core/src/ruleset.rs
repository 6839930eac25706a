//! Rulesets: all the flags of an environment, compiled and linked.

use std::sync::Arc;

use crate::context::Context;
use crate::evaluate::{Evaluation, Explanation};
use crate::flag::CompiledFlag;
use crate::model::{FlagKey, SegmentKey};
use crate::tenants::TenantSet;

/// All the flags of an environment. Immutable.
#[derive(Debug, Clone, Default)]
pub struct Ruleset;

/// The number of a flag's place in a [`Ruleset`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

impl Ruleset {
    /// Begins a new ruleset with what this one holds.
    #[must_use]
    pub fn edit(&self) -> RulesetEdit {
        unimplemented!()
    }

    /// The place of a key, if it ever had one.
    #[must_use]
    pub fn slot(&self, key: &str) -> Option<Slot> {
        let _ = key;
        unimplemented!()
    }

    /// The number of flags.
    #[must_use]
    pub fn len(&self) -> usize {
        unimplemented!()
    }

    /// Whether there is no flag.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        unimplemented!()
    }

    /// The flag with that key.
    #[must_use]
    pub fn flag(&self, key: &str) -> Option<&CompiledFlag> {
        let _ = key;
        unimplemented!()
    }

    /// The flags, in the order of their slots.
    pub fn flags(&self) -> impl Iterator<Item = &CompiledFlag> {
        std::iter::empty()
    }

    /// Asks a flag.
    #[must_use]
    pub fn evaluate<'r>(&'r self, key: &str, context: &Context<'_>) -> Evaluation<'r> {
        let _ = (key, context);
        unimplemented!()
    }

    /// Asks the flag in a slot.
    #[must_use]
    pub fn evaluate_slot<'r>(&'r self, slot: Slot, context: &Context<'_>) -> Evaluation<'r> {
        let _ = (slot, context);
        unimplemented!()
    }

    /// Whether a tenant gets a flag; `None` if there is no such flag.
    #[must_use]
    pub fn is_enabled(&self, key: &str, tenant: &str) -> Option<bool> {
        let _ = (key, tenant);
        unimplemented!()
    }

    /// Whether a tenant gets the flag in a slot; `None` if there is none.
    #[must_use]
    pub fn is_enabled_slot(&self, slot: Slot, tenant: &str) -> Option<bool> {
        let _ = (slot, tenant);
        unimplemented!()
    }

    /// Asks a flag and tells every step.
    #[must_use]
    pub fn explain(&self, key: &str, context: &Context<'_>) -> Explanation {
        let _ = (key, context);
        unimplemented!()
    }
}

/// A ruleset being made.
#[derive(Debug, Clone, Default)]
pub struct RulesetEdit;

impl RulesetEdit {
    /// Adds a flag or takes its place.
    pub fn upsert(&mut self, flag: Arc<CompiledFlag>) {
        let _ = flag;
        unimplemented!()
    }

    /// Notes that a flag's document cannot be compiled here: its last good version stays, or, if
    /// there is none, it answers [`ParseError`](crate::Reason::ParseError).
    pub fn refuse(&mut self, key: &FlagKey) {
        let _ = key;
        unimplemented!()
    }

    /// Takes a flag out.
    pub fn remove(&mut self, key: &FlagKey) {
        let _ = key;
        unimplemented!()
    }

    /// Adds a segment or takes its place.
    pub fn set_segment(&mut self, key: &SegmentKey, members: Arc<TenantSet>) {
        let _ = (key, members);
        unimplemented!()
    }

    /// Takes a segment out: it has no members then.
    pub fn remove_segment(&mut self, key: &SegmentKey) {
        let _ = key;
        unimplemented!()
    }

    /// Takes all flags and segments out; slots stay.
    pub fn clear(&mut self) {
        unimplemented!()
    }

    /// The slot of a key, given to it now if it has none.
    pub fn reserve(&mut self, key: &str) -> Slot {
        let _ = key;
        unimplemented!()
    }

    /// Links the flags and closes the ruleset.
    #[must_use]
    pub fn build(self) -> Ruleset {
        unimplemented!()
    }
}
