//! Traces: who listens to the walk.
//!
//! Separate from the walk, so that it reads as the specification does, and so that the silent
//! trace, which every evaluation but `explain` uses, leaves nothing of itself in the machine code.
//!
//! **Invariants**
//! - A trace only listens.
//! - A recording keeps at most [`MAX_STEPS`] steps; the rest is counted.

use super::answer::Evaluation;
use super::explain::{Explanation, Outcome, RolloutFinding, Step, StepKind};
use crate::condition::Condition;
use crate::context::Context;
use crate::flag::{CompiledEffect, CompiledRollout, CompiledRule};
use crate::limits::MAX_STEPS;
use crate::model::{FlagKey, Prerequisite, Variant};

/// Is told of every question of a walk, right after it was asked.
pub(super) trait Trace {
    /// There is no such flag.
    fn unknown(&mut self) {}
    /// The flag's document could not be compiled.
    fn refused(&mut self) {}
    /// The tenant's key is empty.
    fn tenant_missing(&mut self) {}
    /// The flag's switch.
    fn switch(&mut self, _on: bool) {}
    /// The prerequisites cannot be asked.
    fn unanswerable(&mut self) {}
    /// The walk goes into a prerequisite.
    fn enter(&mut self, _flag: &FlagKey) {}
    /// The walk comes back from it.
    fn leave(&mut self) {}
    /// A prerequisite, after it was asked.
    fn prerequisite(&mut self, _wanted: &Prerequisite, _met: bool) {}
    /// The block list.
    fn block(&mut self, _listed: bool) {}
    /// The allow list.
    fn allow(&mut self, _listed: bool) {}
    /// A condition, by the numbers of its rule and its own.
    fn condition(
        &mut self,
        _at: (usize, usize),
        _asked: &Condition,
        _of: &Context<'_>,
        _holds: bool,
    ) {
    }
    /// A rule, after its conditions.
    fn rule(&mut self, _index: usize, _rule: &CompiledRule, _applies: bool) {}
    /// A rollout: a rule's, or the flag's own.
    fn rollout(&mut self, _rule: Option<usize>, _rollout: &CompiledRollout, _tenant: &str) {}
    /// The variant that was drawn.
    fn drew(&mut self, _variant: &Variant) {}
}

/// Listens to nothing.
pub(super) struct Silent;

impl Trace for Silent {}

/// Writes every step down.
pub(super) struct Recorder {
    /// The flags the walk is in: the one that was asked, then prerequisites.
    flags: Vec<String>,
    steps: Vec<Step>,
    left_out: usize,
}

impl Recorder {
    pub(super) fn new(flag: &str) -> Self {
        Self {
            flags: vec![flag.to_owned()],
            steps: Vec::new(),
            left_out: 0,
        }
    }

    pub(super) fn into_explanation(
        mut self,
        context: &Context<'_>,
        evaluation: &Evaluation<'_>,
    ) -> Explanation {
        Explanation {
            flag: self.flags.swap_remove(0),
            tenant: context.tenant.to_owned(),
            on: evaluation.on,
            reason: evaluation.reason,
            variant: evaluation.variant.cloned(),
            rule: evaluation.rule,
            steps: self.steps,
            steps_left_out: self.left_out,
        }
    }

    /// Writes a step down; `details` fills in what is particular to it.
    fn step(
        &mut self,
        kind: StepKind,
        outcome: Outcome,
        sentence: impl Into<String>,
        details: impl FnOnce(&mut Step),
    ) {
        if self.steps.len() == MAX_STEPS {
            self.left_out += 1;
            return;
        }
        let depth = self.flags.len() - 1;
        let flag = self.flags[depth].clone();
        let mut step = Step::new(flag, depth, kind, outcome, sentence.into());
        details(&mut step);
        self.steps.push(step);
    }
}

impl Trace for Recorder {
    fn unknown(&mut self) {
        let sentence = "There is no such flag, so the caller's default applies.";
        self.step(StepKind::Flag, Outcome::LeftToDefault, sentence, |_| {});
    }

    fn refused(&mut self) {
        let sentence = "The flag's document cannot be read here, so the caller's default applies.";
        self.step(StepKind::Flag, Outcome::LeftToDefault, sentence, |_| {});
    }

    fn tenant_missing(&mut self) {
        let sentence = "There is no tenant key, so nobody gets the flag.";
        self.step(StepKind::Tenant, Outcome::Off, sentence, |_| {});
    }

    fn switch(&mut self, on: bool) {
        let (outcome, sentence) = if on {
            (Outcome::Next, "The flag is switched on.")
        } else {
            (Outcome::Off, "The flag is switched off, so nobody gets it.")
        };
        self.step(StepKind::Switch, outcome, sentence, |_| {});
    }

    fn unanswerable(&mut self) {
        let sentence = "The prerequisites lead in a circle or too far, so nobody gets the flag.";
        self.step(StepKind::Prerequisite, Outcome::Off, sentence, |_| {});
    }

    fn enter(&mut self, flag: &FlagKey) {
        self.flags.push(flag.to_string());
    }

    fn leave(&mut self) {
        self.flags.pop();
    }

    fn prerequisite(&mut self, wanted: &Prerequisite, met: bool) {
        let Prerequisite { flag, on, variants } = wanted;
        let mut wanted = format!("{flag} is to be {}", if *on { "on" } else { "off" });
        if !variants.is_empty() {
            wanted = format!("{wanted} with variant {}", variants.join(" or "));
        }
        let (outcome, sentence) = if met {
            (
                Outcome::Next,
                format!("The prerequisite is met: {wanted}, and it is."),
            )
        } else {
            (
                Outcome::Off,
                format!("The prerequisite is not met: {wanted}, and it is not."),
            )
        };
        self.step(StepKind::Prerequisite, outcome, sentence, |step| {
            step.prerequisite = Some(flag.clone());
        });
    }

    fn block(&mut self, listed: bool) {
        let (outcome, sentence) = if listed {
            (
                Outcome::Off,
                "The tenant is in the block list, so it does not get the flag.",
            )
        } else {
            (Outcome::Next, "The tenant is not in the block list.")
        };
        self.step(StepKind::Block, outcome, sentence, |_| {});
    }

    fn allow(&mut self, listed: bool) {
        let (outcome, sentence) = if listed {
            (
                Outcome::On,
                "The tenant is in the allow list, so it gets the flag.",
            )
        } else {
            (Outcome::Next, "The tenant is not in the allow list.")
        };
        self.step(StepKind::Allow, outcome, sentence, |_| {});
    }

    fn condition(
        &mut self,
        (rule, number): (usize, usize),
        condition: &Condition,
        context: &Context<'_>,
        holds: bool,
    ) {
        let (outcome, verb) = if holds {
            (Outcome::Met, "holds")
        } else {
            (Outcome::NotMet, "does not hold")
        };
        let found = condition.finding(context.attributes);
        let sentence = format!("The condition “{}” {verb}{found}.", condition.label);
        self.step(StepKind::Condition, outcome, sentence, |step| {
            step.rule = Some(rule);
            step.condition = Some(number);
        });
    }

    fn rule(&mut self, index: usize, rule: &CompiledRule, applies: bool) {
        let name = rule_name(index, &rule.description);
        let (outcome, sentence) = match (applies, &rule.effect) {
            (false, _) => (Outcome::Next, format!("{name} does not apply.")),
            (true, CompiledEffect::On) => (
                Outcome::On,
                format!("{name} applies, so the tenant gets the flag."),
            ),
            (true, CompiledEffect::Off) => (
                Outcome::Off,
                format!("{name} applies, so the tenant does not get the flag."),
            ),
            (true, CompiledEffect::Rollout(_)) => (
                Outcome::Next,
                format!("{name} applies and asks its rollout."),
            ),
        };
        self.step(StepKind::Rule, outcome, sentence, |step| {
            step.rule = Some(index);
        });
    }

    fn rollout(&mut self, rule: Option<usize>, rollout: &CompiledRollout, tenant: &str) {
        let (bucket, threshold) = (rollout.bucket(tenant), rollout.threshold);
        let admits = rollout.admits(tenant);
        let (outcome, end) = match (admits, rule) {
            (true, _) => (Outcome::On, "so the tenant gets the flag"),
            (false, Some(_)) => (Outcome::Next, "so it decides nothing"),
            (false, None) => (Outcome::Off, "so the tenant does not get the flag"),
        };
        let share = f64::from(threshold) / 1_000.0;
        let sentence = if rollout.is_whole() {
            format!("The rollout is at {share} %, {end}.")
        } else {
            let below = if admits { "below" } else { "not below" };
            format!(
                "The tenant's bucket {bucket} is {below} the threshold {threshold} ({share} %), {end}."
            )
        };
        self.step(StepKind::Rollout, outcome, sentence, |step| {
            step.rule = rule;
            step.rollout = Some(RolloutFinding {
                bucket,
                threshold,
                salt: rollout.salt.to_string(),
            });
        });
    }

    fn drew(&mut self, variant: &Variant) {
        let sentence = format!("The tenant draws the variant \"{}\".", variant.name);
        self.step(StepKind::Variant, Outcome::On, sentence, |step| {
            step.variant = Some(variant.name.clone());
        });
    }
}

/// A rule as people count and call it.
fn rule_name(index: usize, description: &str) -> String {
    match description {
        "" => format!("Rule {}", index + 1),
        text => format!("Rule {} ({text})", index + 1),
    }
}
