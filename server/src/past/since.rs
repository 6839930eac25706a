//! Since when a tenant has got the answers that it gets.

use std::collections::HashMap;

use tenantry_core::model::{FlagKey, Variant};
use tenantry_core::{Context, Evaluation, Reason, Ruleset};
use tenantry_store::{Past, PastChange};

use super::{NotUndone, Rewound};

/// The change that made a tenant's answer what it is.
pub(super) type Since<'p> = HashMap<FlagKey, &'p PastChange>;

/// Finds, for every flag, the change at which the tenant's answer (on or off, and the variant) last
/// became what it is. A flag is absent from the result if its answer is older than `past` reaches.
///
/// `published` is the environment's ruleset; `past` may have been read for this tenant alone.
///
/// # Errors
/// [`NotUndone`].
pub(crate) fn since<'p>(
    past: &'p Past,
    published: &Ruleset,
    tenant: &str,
) -> Result<Since<'p>, NotUndone> {
    let mut rewound = Rewound::new(past);
    // What is published may be older than what was read, which is where the way back begins.
    let mut later = rewound.over(published, &rewound.all());
    let context = Context::tenant(tenant);
    let mut open: Vec<FlagKey> = later.flags().map(|flag| flag.key().clone()).collect();
    let mut found = Since::new();
    for change in &past.changes {
        if open.is_empty() {
            break;
        }
        let touched = rewound.undo(change)?;
        if touched.is_nothing() {
            continue;
        }
        let earlier = rewound.over(&later, &touched);
        open.retain(|key| {
            let after = later.evaluate(key.as_str(), &context);
            let before = earlier.evaluate(key.as_str(), &context);
            let is_same = answer(&before) == answer(&after);
            if !is_same {
                found.insert(key.clone(), change);
            }
            is_same
        });
        later = earlier;
    }
    Ok(found)
}

/// What an application notices of an answer; `None` if there is no such flag.
fn answer<'a>(evaluation: &Evaluation<'a>) -> Option<(bool, Option<&'a Variant>)> {
    let is_there = evaluation.reason != Reason::FlagNotFound;
    is_there.then_some((evaluation.on, evaluation.variant))
}
