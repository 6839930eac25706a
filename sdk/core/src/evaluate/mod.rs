//! Evaluation: the way from a flag and a context to an answer.
//!
//! Separate from the compiled forms because it is the meaning of the product, in one place and one
//! order; `SPEC.md` says the same in words.
//!
//! **Invariants**
//! - One walk, three callers: `is_enabled`, `evaluate` and `explain` differ in what they keep of
//!   it, so they cannot disagree.
//! - It cannot fail, takes no lock, reads no clock and, unless it is recorded or a rule holds a
//!   regular expression, allocates nothing.
//! - It ends: prerequisites are followed only where the ruleset has linked them.

mod answer;
mod explain;
mod trace;
mod walk;

pub use answer::{Evaluation, Reason};
pub use explain::{Explanation, Outcome, RolloutFinding, Step, StepKind};

use self::trace::{Recorder, Silent};
use self::walk::Walk;
use crate::context::Context;
use crate::ruleset::{Place, Ruleset, Slot};
use crate::tenants::HashedKey;

/// The answer of the flag in a slot; a key that never had a slot has none.
pub(crate) fn evaluate<'r>(
    ruleset: &'r Ruleset,
    slot: Option<Slot>,
    context: &Context<'_>,
) -> Evaluation<'r> {
    Walk::new(ruleset, context).ask(slot, &mut Silent)
}

/// Whether the flag in a slot is on for a tenant; `None` if the slot holds no flag.
#[inline]
pub(crate) fn is_enabled(ruleset: &Ruleset, slot: Slot, tenant: HashedKey<'_>) -> Option<bool> {
    let Place::Flag(linked) = ruleset.place(slot) else {
        return None;
    };
    let context = Context::tenant(tenant.key());
    let walk = Walk::with_hash(ruleset, &context, tenant);
    Some(walk.decide(linked, &mut Silent).on)
}

/// The answer of a flag, with its way.
pub(crate) fn explain(ruleset: &Ruleset, key: &str, context: &Context<'_>) -> Explanation {
    let mut recorder = Recorder::new(key);
    let evaluation = Walk::new(ruleset, context).ask(ruleset.slot(key), &mut recorder);
    recorder.into_explanation(context, &evaluation)
}
