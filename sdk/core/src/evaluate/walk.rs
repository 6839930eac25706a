//! The walk: every question of an evaluation, in its one order.
//!
//! **Invariants**
//! - The order is switch, prerequisites, block list, allow list, rules, rollout; first hit wins.
//!   Empty lists are not asked.
//! - Where nothing stands between allow list and rollout both are asked and joined: which of the
//!   two admits a tenant is a coin toss that the processor would lose every other time.
//! - A trace sees each question after it was asked; it can change nothing.

use super::answer::{Evaluation, Reason};
use super::trace::Trace;
use crate::context::Context;
use crate::flag::{CompiledEffect, CompiledFlag, CompiledRule};
use crate::model::Prerequisite;
use crate::ruleset::{LinkedFlag, Place, Ruleset, Slot};
use crate::tenants::HashedKey;

/// A ruleset and what it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Walk<'r, 'c> {
    ruleset: &'r Ruleset,
    context: &'c Context<'c>,
    /// The context's tenant, as lists are asked for it.
    tenant: HashedKey<'c>,
}

/// An answer without its variant.
#[derive(Clone, Copy)]
pub(super) struct Decision {
    pub(super) on: bool,
    reason: Reason,
    rule: Option<usize>,
}

impl Decision {
    const fn new(on: bool, reason: Reason) -> Self {
        Self {
            on,
            reason,
            rule: None,
        }
    }

    const fn by_rule(on: bool, reason: Reason, rule: usize) -> Self {
        Self {
            on,
            reason,
            rule: Some(rule),
        }
    }
}

impl<'r, 'c> Walk<'r, 'c> {
    #[inline]
    pub(super) fn new(ruleset: &'r Ruleset, context: &'c Context<'c>) -> Self {
        Self::with_hash(ruleset, context, HashedKey::new(context.tenant))
    }

    /// The same, where the tenant has been hashed already.
    #[inline]
    pub(super) fn with_hash(
        ruleset: &'r Ruleset,
        context: &'c Context<'c>,
        tenant: HashedKey<'c>,
    ) -> Self {
        Self {
            ruleset,
            context,
            tenant,
        }
    }

    /// Asks the flag in a slot, if there is one, and draws its variant.
    pub(super) fn ask(self, slot: Option<Slot>, trace: &mut impl Trace) -> Evaluation<'r> {
        let nobody = |reason| Evaluation {
            on: false,
            reason,
            variant: None,
            rule: None,
        };
        let linked = match slot.map(|slot| self.ruleset.place(slot)) {
            Some(Place::Flag(linked)) => linked,
            Some(Place::Refused) => {
                trace.refused();
                return nobody(Reason::ParseError);
            }
            Some(Place::Vacant) | None => {
                trace.unknown();
                return nobody(Reason::FlagNotFound);
            }
        };
        let Decision { on, reason, rule } = self.decide(linked, trace);
        let draw = linked.flag.draw.as_ref().filter(|_| on);
        let variant = draw.map(|draw| draw.of(self.context.tenant));
        if let Some(variant) = variant {
            trace.drew(variant);
        }
        Evaluation {
            on,
            reason,
            variant,
            rule,
        }
    }

    /// Decides whether the tenant gets the flag.
    #[inline]
    pub(super) fn decide(self, linked: &LinkedFlag, trace: &mut impl Trace) -> Decision {
        if self.context.tenant.is_empty() {
            trace.tenant_missing();
            return Decision::new(false, Reason::TargetingKeyMissing);
        }
        self.decide_for_tenant(linked, trace)
    }

    /// The same, of a tenant that has a key: also for prerequisites, whose tenant it is.
    #[inline]
    fn decide_for_tenant(self, linked: &LinkedFlag, trace: &mut impl Trace) -> Decision {
        let flag = &*linked.flag;
        trace.switch(flag.on);
        if !flag.on {
            return Decision::new(false, Reason::Disabled);
        }
        // Most flags are plain. They need not find out that everything in between is empty.
        if flag.is_plain {
            self.allowed_or_admitted(flag, trace)
        } else {
            self.decide_in_order(linked, trace)
        }
    }

    /// Every question after the switch, in order.
    #[inline(never)]
    fn decide_in_order(self, linked: &LinkedFlag, trace: &mut impl Trace) -> Decision {
        let flag = &*linked.flag;
        if !flag.prerequisites.is_empty() && !self.prerequisites_hold(linked, trace) {
            return Decision::new(false, Reason::PrerequisiteFailed);
        }
        if !flag.block.is_empty() {
            let blocked = flag.block.contains_hashed(self.tenant);
            trace.block(blocked);
            if blocked {
                return Decision::new(false, Reason::TargetingMatch);
            }
        }
        if flag.rules.is_empty() {
            return self.allowed_or_admitted(flag, trace);
        }
        if self.allowed(flag, trace) {
            return Decision::new(true, Reason::TargetingMatch);
        }
        self.decide_by_rules(linked, trace)
    }

    /// Allow list and rollout, joined without a branch.
    #[inline]
    fn allowed_or_admitted(self, flag: &CompiledFlag, trace: &mut impl Trace) -> Decision {
        // The share first: asked second, it would be asked only of those who are not in the list,
        // by a branch that the compiler makes of it.
        let admitted = flag.rollout.admits(self.context.tenant);
        let allowed = self.allowed(flag, trace);
        if !allowed {
            trace.rollout(None, &flag.rollout, self.context.tenant);
        }
        let reason = if allowed {
            Reason::TargetingMatch
        } else {
            rollout_reason(flag)
        };
        Decision::new(allowed | admitted, reason)
    }

    #[inline]
    fn allowed(self, flag: &CompiledFlag, trace: &mut impl Trace) -> bool {
        let allowed = flag.allow.contains_hashed(self.tenant);
        if !flag.allow.is_empty() {
            trace.allow(allowed);
        }
        allowed
    }

    /// Rules and rollout, one after the other.
    fn decide_by_rules(self, linked: &LinkedFlag, trace: &mut impl Trace) -> Decision {
        let (flag, tenant) = (&*linked.flag, self.context.tenant);
        for (index, rule) in flag.rules.iter().enumerate() {
            let applies = self.applies(linked, index, rule, trace);
            trace.rule(index, rule, applies);
            if !applies {
                continue;
            }
            match &rule.effect {
                CompiledEffect::On => {
                    return Decision::by_rule(true, Reason::TargetingMatch, index);
                }
                CompiledEffect::Off => {
                    return Decision::by_rule(false, Reason::TargetingMatch, index);
                }
                CompiledEffect::Rollout(rollout) => {
                    trace.rollout(Some(index), rollout, tenant);
                    if rollout.admits(tenant) {
                        return Decision::by_rule(true, Reason::Split, index);
                    }
                }
            }
        }
        trace.rollout(None, &flag.rollout, tenant);
        Decision::new(flag.rollout.admits(tenant), rollout_reason(flag))
    }

    /// Whether all conditions of a rule hold; the first that does not ends the question.
    fn applies(
        self,
        linked: &LinkedFlag,
        index: usize,
        rule: &CompiledRule,
        trace: &mut impl Trace,
    ) -> bool {
        rule.conditions
            .iter()
            .enumerate()
            .all(|(number, condition)| {
                let in_segment = |index| self.ruleset.is_in_segment(linked, index, self.tenant);
                let holds = condition.holds(self.context.attributes, in_segment);
                trace.condition((index, number), condition, self.context, holds);
                holds
            })
    }

    /// Whether all prerequisites give the wanted answers; the first that does not ends the question.
    fn prerequisites_hold(self, linked: &LinkedFlag, trace: &mut impl Trace) -> bool {
        if !self.ruleset.is_answerable(linked) {
            trace.unanswerable();
            return false;
        }
        let slots = linked.prerequisites();
        linked
            .flag
            .prerequisites
            .iter()
            .zip(slots)
            .all(|(wanted, slot)| {
                let met = self.meets(wanted, *slot, trace);
                trace.prerequisite(wanted, met);
                met
            })
    }

    /// Whether another flag gives the answer that is wanted of it. A missing one gives none.
    fn meets(self, wanted: &Prerequisite, slot: Slot, trace: &mut impl Trace) -> bool {
        let Place::Flag(linked) = self.ruleset.place(slot) else {
            return false;
        };
        trace.enter(linked.flag.key());
        let on = self.decide_for_tenant(linked, trace).on;
        trace.leave();
        if on != wanted.on {
            return false;
        }
        wanted.variants.is_empty()
            || linked.flag.draw.as_ref().is_some_and(|draw| {
                let given = &draw.of(self.context.tenant).name;
                wanted.variants.contains(given)
            })
    }
}

/// The reason of an answer that the flag's own rollout gives.
#[inline]
fn rollout_reason(flag: &CompiledFlag) -> Reason {
    if flag.rollout.is_whole() {
        Reason::Default
    } else {
        Reason::Split
    }
}
