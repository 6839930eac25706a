//! Flag handles: a flag that is asked often, found once.
//!
//! **Invariants**
//! - A slot, once found, is the flag's for as long as the client lives: rulesets only ever append.

use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use tenantry_core::{Context, Ruleset, Slot};

use super::answer::evaluate;
use super::{Call, Evaluation};
use crate::publish::Shared;
use crate::usage::Outcome;

/// A handle of a flag. Made by [`Client::flag`](crate::Client::flag); cheap to keep, and it may be
/// made before there is any data.
///
/// ```
/// # #[cfg(feature = "test-util")] {
/// let flags = tenantry::Client::fixed().with("new-billing", true).build();
/// let new_billing = flags.flag("new-billing");
/// let kill_switch = flags.flag("not-on-the-server-yet").default_on(true);
/// assert!(new_billing.is_enabled("acme"));
/// assert!(kill_switch.is_enabled("acme"));
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Flag {
    pub(super) shared: Arc<Shared>,
    key: Box<str>,
    /// The flag's place, from the first time that the flag is there.
    slot: OnceLock<Slot>,
    pub(super) default: bool,
}

impl Flag {
    pub(super) fn new(shared: Arc<Shared>, key: Box<str>, default: bool) -> Self {
        let flag = Self {
            shared,
            key,
            slot: OnceLock::new(),
            default,
        };
        flag.slot(&flag.shared.ruleset.load());
        flag
    }

    /// The same handle with another answer where there is none: before the first data, and if the
    /// server does not have the flag.
    #[must_use]
    pub fn default_on(mut self, on: bool) -> Self {
        self.default = on;
        self
    }

    /// The flag's key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether the tenant gets the flag. Takes no lock and allocates nothing.
    #[must_use]
    #[inline]
    pub fn is_enabled(&self, tenant: &str) -> bool {
        let answer = self.shared.ruleset.ask(|ruleset, sheet| {
            let slot = self.slot(ruleset);
            self.shared
                .is_enabled_slot(ruleset, sheet, slot, &self.key, tenant)
        });
        answer.unwrap_or(self.default)
    }

    /// Whether the flag is on in this context: for flags whose rules test attributes.
    #[must_use]
    pub fn is_enabled_for(&self, context: &Context<'_>) -> bool {
        let answer = self.shared.ruleset.ask(|ruleset, sheet| {
            let slot = self.slot(ruleset);
            let evaluation = evaluate(ruleset, slot, &self.key, context);
            self.shared
                .counted(ruleset, sheet, slot, &self.key, context.tenant, &evaluation)
        });
        answer.unwrap_or(self.default)
    }

    /// What the tenant's variant carries, or `default`; see
    /// [`Client::value`](crate::Client::value).
    #[must_use]
    pub fn value<T: DeserializeOwned>(&self, tenant: &str, default: T) -> T {
        self.value_for(&Context::tenant(tenant), default)
    }

    /// Like [`value`](Self::value), for flags whose rules test attributes.
    #[must_use]
    pub fn value_for<T: DeserializeOwned>(&self, context: &Context<'_>, default: T) -> T {
        let ruleset = self.shared.ruleset.load();
        let evaluation = self.ask(&ruleset, context);
        self.shared.value(&self.key, &evaluation, default)
    }

    /// The whole answer: on or off, the variant, and why.
    #[must_use]
    pub fn evaluate(&self, context: &Context<'_>) -> Evaluation {
        let ruleset = self.shared.ruleset.load();
        let evaluation = self.ask(&ruleset, context);
        self.shared.evaluation(evaluation, || self.default)
    }

    /// Tells the server what became of work that the flag may have influenced; see
    /// [`Client::record`](crate::Client::record).
    pub fn record(&self, tenant: &str, outcome: Outcome) {
        self.record_for(&Context::tenant(tenant), outcome);
    }

    /// Like [`record`](Self::record), for flags whose rules test attributes.
    pub fn record_for(&self, context: &Context<'_>, outcome: Outcome) {
        self.shared.record(&self.key, context, outcome);
    }

    /// Watches a unit of work; see [`Client::watch`](crate::Client::watch).
    pub fn watch(&self, tenant: &str) -> Call {
        self.watch_for(&Context::tenant(tenant))
    }

    /// Like [`watch`](Self::watch), for flags whose rules test attributes.
    pub fn watch_for(&self, context: &Context<'_>) -> Call {
        Call::begin(&self.shared, &self.key, context)
    }

    fn ask<'r>(
        &self,
        ruleset: &'r Ruleset,
        context: &Context<'_>,
    ) -> tenantry_core::Evaluation<'r> {
        self.shared
            .evaluate(ruleset, self.slot(ruleset), &self.key, context)
    }

    #[inline]
    pub(super) fn slot(&self, ruleset: &Ruleset) -> Option<Slot> {
        match self.slot.get() {
            Some(slot) => Some(*slot),
            None => self.find(ruleset),
        }
    }

    #[cold]
    fn find(&self, ruleset: &Ruleset) -> Option<Slot> {
        let slot = ruleset.slot(&self.key)?;
        Some(*self.slot.get_or_init(|| slot))
    }
}
