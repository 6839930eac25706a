//! Answers: what a reader makes of an evaluation, and what it counts.
//!
//! Separate from [`Client`](super::Client) because handles do the same.

use std::sync::atomic::Ordering;

use serde::de::DeserializeOwned;
use tenantry_core::{Context, Evaluation as Evaluated, HashedKey, Reason, Ruleset, Slot};

use super::Evaluation;
use crate::publish::Shared;
use crate::usage::{Outcome, Sheet};

/// The answer of the flag in a slot, or that there is none.
pub(super) fn evaluate<'r>(
    ruleset: &'r Ruleset,
    slot: Option<Slot>,
    flag: &str,
    context: &Context<'_>,
) -> Evaluated<'r> {
    match slot {
        Some(slot) => ruleset.evaluate_slot(slot, context),
        None => ruleset.evaluate(flag, context),
    }
}

impl Shared {
    /// Whether the tenant gets the flag, counted; `None` where there is no answer.
    #[inline]
    pub(super) fn is_enabled(&self, flag: &str, tenant: &str) -> Option<bool> {
        self.ruleset.ask(|ruleset, sheet| {
            self.is_enabled_slot(ruleset, sheet, ruleset.slot(flag), flag, tenant)
        })
    }

    /// The same, of a flag whose slot is known, if it has one.
    #[expect(
        clippy::inline_always,
        reason = "the hottest path: a call with eight arguments is a tenth of it"
    )]
    #[inline(always)]
    pub(super) fn is_enabled_slot(
        &self,
        ruleset: &Ruleset,
        sheet: &Sheet,
        slot: Option<Slot>,
        flag: &str,
        tenant: &str,
    ) -> Option<bool> {
        if let Some(slot) = slot {
            let tenant = HashedKey::new(tenant);
            if let Some(on) = ruleset.is_enabled_slot(slot, tenant) {
                self.count(sheet, slot, flag, tenant, on);
                return Some(on);
            }
        }
        self.count_unanswered(ruleset, sheet, slot, flag);
        None
    }

    /// The whole answer, counted.
    pub(super) fn evaluate<'r>(
        &self,
        ruleset: &'r Ruleset,
        slot: Option<Slot>,
        flag: &str,
        context: &Context<'_>,
    ) -> Evaluated<'r> {
        let evaluation = evaluate(ruleset, slot, flag, context);
        self.ruleset.count(|sheet| {
            self.counted(ruleset, sheet, slot, flag, context.tenant, &evaluation);
        });
        evaluation
    }

    /// Counts an evaluation; whether the tenant gets the flag, if there is an answer.
    pub(super) fn counted(
        &self,
        ruleset: &Ruleset,
        sheet: &Sheet,
        slot: Option<Slot>,
        flag: &str,
        tenant: &str,
        evaluation: &Evaluated<'_>,
    ) -> Option<bool> {
        if let Some(slot) = slot
            && !evaluation.reason.leaves_default()
        {
            self.count(sheet, slot, flag, tenant.into(), evaluation.on);
            return Some(evaluation.on);
        }
        self.count_unanswered(ruleset, sheet, slot, flag);
        None
    }

    /// Counts an answer.
    #[inline]
    fn count(&self, sheet: &Sheet, slot: Slot, flag: &str, tenant: HashedKey<'_>, on: bool) {
        if tenant.key().is_empty() {
            self.count_empty_tenant(sheet, slot, flag);
        } else {
            sheet.count(flag, slot.index(), tenant, on);
        }
    }

    #[cold]
    fn count_empty_tenant(&self, sheet: &Sheet, slot: Slot, flag: &str) {
        self.note_empty_tenant();
        sheet.count_nobody(flag, slot.index());
    }

    /// Counts that somebody named no tenant, whatever for, and logs the first time.
    #[cold]
    fn note_empty_tenant(&self) {
        if self.counters.empty_tenants.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!("a flag was asked for an empty tenant key, which is always off");
        }
    }

    /// Counts a question without an answer, if it is because there is no such flag.
    #[inline]
    fn count_unanswered(&self, ruleset: &Ruleset, sheet: &Sheet, slot: Option<Slot>, flag: &str) {
        // A slot without an answer was a flag once, or is one that does not compile here.
        let is_there = slot.is_some_and(|slot| {
            let evaluation = ruleset.evaluate_slot(slot, &Context::tenant(""));
            evaluation.reason == Reason::ParseError
        });
        if !is_there && self.ready.load(Ordering::Acquire) {
            sheet.count_unknown(flag);
        }
    }

    /// Records an outcome, for the answer that the tenant gets now.
    pub(super) fn record(&self, flag: &str, context: &Context<'_>, outcome: Outcome) {
        if let Some(on) = self.answer_now(flag, context) {
            self.ledger.record(flag, on, context.tenant, outcome);
        }
    }

    /// What outcomes count for: the answer that the tenant gets now, not counted itself. `None` if
    /// there is no such flag, no tenant, or nobody to tell.
    pub(super) fn answer_now(&self, flag: &str, context: &Context<'_>) -> Option<bool> {
        if context.tenant.is_empty() {
            self.note_empty_tenant();
            return None;
        }
        let ruleset = self.ruleset.load();
        let evaluation = ruleset.evaluate(flag, context);
        (self.is_told && !evaluation.reason.leaves_default()).then_some(evaluation.on)
    }

    #[cold]
    pub(super) fn default_of(&self, flag: &str) -> bool {
        self.defaults.get(flag).copied().unwrap_or_default()
    }

    pub(super) fn value<T: DeserializeOwned>(
        &self,
        flag: &str,
        evaluation: &Evaluated<'_>,
        default: T,
    ) -> T {
        match evaluation.variant {
            None => default,
            Some(variant) => T::deserialize(&variant.payload).unwrap_or_else(|error| {
                self.count_wrong_type(flag, &error);
                default
            }),
        }
    }

    #[cold]
    fn count_wrong_type(&self, flag: &str, error: &serde_json::Error) {
        if self.counters.wrong_types.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!(flag.key = flag, %error, "a payload is of another type than asked for");
        }
    }

    pub(super) fn evaluation(
        &self,
        evaluation: Evaluated<'_>,
        default: impl FnOnce() -> bool,
    ) -> Evaluation {
        if evaluation.reason.leaves_default() {
            let ready = self.ready.load(Ordering::Acquire);
            let reason = if ready {
                evaluation.reason
            } else {
                Reason::NotReady
            };
            return Evaluation {
                on: default(),
                reason,
                variant: None,
                rule: None,
            };
        }
        Evaluation {
            on: evaluation.on,
            reason: evaluation.reason,
            variant: evaluation.variant.cloned(),
            rule: evaluation.rule,
        }
    }
}
