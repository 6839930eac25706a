//! The flag model, compiler and evaluator of Tenantry: pure, without I/O.
//!
//! A flag's targeting is written as a document ([`FlagDefinition`], [`Targeting`]), checked and
//! compiled once ([`compile`]), put into a [`Ruleset`] and asked many times. What an answer means
//! is said in `SPEC.md`, next to this crate's manifest, and pinned by the vectors in `vectors/`.
//!
//! ```
//! use std::sync::Arc;
//! use tenantry_core::{Attributes, Context, FlagDefinition, Ruleset, compile};
//!
//! let definition = FlagDefinition::from_json(br#"{
//!     "key": "new-billing",
//!     "salt": "7d3f",
//!     "targeting": {
//!         "on": true,
//!         "allow": ["acme"],
//!         "rules": [{
//!             "description": "a quarter of the big ones",
//!             "conditions": [{"operator": "number_gte", "attribute": "seats", "values": [500]}],
//!             "effect": {"rollout": {"threshold": 25000}}
//!         }]
//!     }
//! }"#)?;
//! let mut edit = Ruleset::default().edit();
//! edit.upsert(Arc::new(compile(&definition)?));
//! let ruleset = edit.build();
//!
//! assert_eq!(ruleset.is_enabled("new-billing", "acme"), Some(true));
//!
//! let attributes = Attributes::from_iter([("seats", 750)]);
//! let context = Context::tenant("umbrella").with_attributes(&attributes);
//! let answer = ruleset.evaluate("new-billing", &context);
//! assert!(answer.on);
//! assert_eq!(answer.rule, Some(0));
//! # Ok::<(), tenantry_core::Problems>(())
//! ```
//!
//! # How to add an operator
//!
//! 1. Write vectors first: a group in `vectors/conditions.json` with what holds and what does not
//!    (a list, the empty text, another type, a missing attribute), and in `vectors/refused.json`
//!    a document with values that it does not take. Run `cargo test -p tenantry-core` and see
//!    them fail.
//! 2. In `src/condition/mod.rs`, add a variant to `Operator` that holds the values as they are
//!    compared, and its case to `met_by` or `met_by_text`. It may parse the attribute and must not
//!    allocate. If reading a value takes more than a line, give it a file, as `version.rs` has.
//! 3. In `src/condition/compile.rs`, add its name to the table in `test`, and to `Values` what
//!    reads its values: every bad value is a problem at its own path.
//! 4. In `SPEC.md`, add its row to the table of operators, and its edge cases.
//! 5. In `tests/allocations.rs`, add a condition with it; in `tests/properties/documents.rs`, its
//!    name to `OPERATORS` and its values to `fitting_value`.
//!
//! An SDK that is older than the operator cannot compile the flags that use it; they keep their
//! last good version there, or answer [`Reason::ParseError`]. Say so in the changelog.
//!
//! **Invariants**
//! - No I/O, no clock, no randomness but the seeds of hash tables, no logging, no async.
//! - A document is judged by [`compile`] alone; what comes after it cannot fail.
//! - The answer for a tenant depends on the ruleset and the context, and on nothing else.

pub mod checksum;
pub mod limits;
pub mod model;

mod bucket;
mod compile;
mod condition;
mod conditions;
mod context;
mod evaluate;
mod flag;
mod links;
mod murmur;
mod ruleset;
mod tenants;

pub use bucket::{Bucket, bucket};
pub use checksum::Checksum;
pub use compile::compile;
pub use conditions::Conditions;
pub use context::{AttributeValue, Attributes, Context};
pub use evaluate::{Evaluation, Explanation, Outcome, Reason, RolloutFinding, Step, StepKind};
pub use flag::CompiledFlag;
pub use links::check_links;
pub use model::{FlagDefinition, FlagKey, ItemId, Problem, Problems, SegmentKey, Targeting};
pub use ruleset::{Ruleset, RulesetEdit, Slot};
pub use tenants::{HashedKey, TenantSet};
