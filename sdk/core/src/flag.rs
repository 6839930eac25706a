//! Compiled flags: a flag's document, ready to be asked.
//!
//! Separate from the ruleset because a flag is compiled once and shared by every ruleset that
//! holds it: a change of one flag copies pointers to all others.
//!
//! **Invariants**
//! - It was made by `compile`, so every value in it is within its limits.
//! - It knows other flags and segments by key only; a ruleset links them.

use std::sync::{Arc, LazyLock};

use crate::bucket::{Bucket, Draw, SaltedBucket};
use crate::condition::Condition;
use crate::model::{FlagKey, Prerequisite, SegmentKey};
use crate::tenants::TenantSet;

/// A flag that has been checked and compiled by [`compile`](crate::compile).
#[derive(Debug, Clone)]
pub struct CompiledFlag {
    pub(crate) key: FlagKey,
    pub(crate) on: bool,
    /// Whether nothing but the switch, the allow list and the rollout decides.
    pub(crate) is_plain: bool,
    pub(crate) rollout: CompiledRollout,
    pub(crate) block: Arc<TenantSet>,
    pub(crate) allow: Arc<TenantSet>,
    pub(crate) prerequisites: Box<[Prerequisite]>,
    pub(crate) rules: Box<[CompiledRule]>,
    /// Absent if the flag has no variants.
    pub(crate) draw: Option<Draw>,
    /// The segments that conditions name by index.
    pub(crate) segments: Box<[SegmentKey]>,
}

/// A rule, compiled.
#[derive(Debug, Clone)]
pub(crate) struct CompiledRule {
    pub(crate) conditions: Box<[Condition]>,
    pub(crate) effect: CompiledEffect,
    pub(crate) description: Box<str>,
}

/// What a rule does, compiled.
#[derive(Debug, Clone)]
pub(crate) enum CompiledEffect {
    On,
    Off,
    Rollout(CompiledRollout),
}

/// A rollout with its salt taken up.
#[derive(Debug, Clone)]
pub(crate) struct CompiledRollout {
    salted: SaltedBucket,
    pub(crate) threshold: u32,
    /// The salt itself, for explanations.
    pub(crate) salt: Arc<str>,
}

impl CompiledRollout {
    pub(crate) fn new(threshold: u32, salt: Arc<str>) -> Self {
        Self {
            salted: SaltedBucket::new(&salt),
            threshold,
            salt,
        }
    }

    #[inline]
    pub(crate) fn bucket(&self, tenant: &str) -> Bucket {
        self.salted.of(tenant)
    }

    #[inline]
    pub(crate) fn admits(&self, tenant: &str) -> bool {
        self.bucket(tenant).number() < self.threshold
    }

    /// Whether it admits everybody or nobody.
    #[inline]
    pub(crate) fn is_whole(&self) -> bool {
        self.threshold == 0 || self.threshold == Bucket::COUNT
    }
}

impl CompiledFlag {
    /// The flag's key.
    #[must_use]
    pub fn key(&self) -> &FlagKey {
        &self.key
    }

    /// The same flag with these key lists in place of its own.
    #[must_use]
    pub fn with_lists(mut self, allow: Arc<TenantSet>, block: Arc<TenantSet>) -> Self {
        self.allow = allow;
        self.block = block;
        self.settled()
    }

    /// The tenants that always get the flag.
    #[must_use]
    pub fn allow(&self) -> &Arc<TenantSet> {
        &self.allow
    }

    /// The tenants that never get the flag.
    #[must_use]
    pub fn block(&self) -> &Arc<TenantSet> {
        &self.block
    }

    /// The keys of the flags this one waits for.
    pub fn prerequisites(&self) -> impl Iterator<Item = &str> {
        self.prerequisites
            .iter()
            .map(|prerequisite| prerequisite.flag.as_str())
    }

    /// The keys of the segments its rules ask, each once.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().map(SegmentKey::as_str)
    }

    /// Whether the flag gives out variants.
    #[must_use]
    pub fn has_variants(&self) -> bool {
        self.draw.is_some()
    }

    /// Brings up to date what follows from the other fields, and lets all empty lists be one: most
    /// flags have none.
    pub(crate) fn settled(mut self) -> Self {
        for list in [&mut self.allow, &mut self.block] {
            if list.is_empty() {
                *list = no_tenants();
            }
        }
        self.is_plain =
            self.prerequisites.is_empty() && self.block.is_empty() && self.rules.is_empty();
        self
    }
}

/// The empty set that everybody shares.
pub(crate) fn no_tenants() -> Arc<TenantSet> {
    static EMPTY: LazyLock<Arc<TenantSet>> = LazyLock::new(Arc::default);
    Arc::clone(&EMPTY)
}
