//! The document model: what people write, what the database keeps and what the stream carries.
//!
//! Separate from the compiled form because it is the contract with the world: it is serde through
//! and through, tolerant of fields it does not know, and says nothing about speed. `compile` turns
//! it into a `Ruleset`, which the evaluator reads.
//!
//! **Invariants**
//! - One definition, no twins: API bodies, database rows and frames embed these very types.
//! - A document may be wrong; only `compile` decides, and it reports every problem at once.

mod definition;
mod json;
mod key;
mod problem;

pub use definition::{
    Condition, Effect, FlagDefinition, Item, Prerequisite, Rollout, Rule, SegmentDefinition,
    Targeting, Variant,
};
pub use key::{EnvironmentKey, FlagKey, InvalidKey, ItemId, ProjectKey, SegmentKey, TenantKey};
pub use problem::{Problem, Problems};
