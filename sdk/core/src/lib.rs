//! The flag model, compiler and evaluator of Tenantry: pure, without I/O.

pub mod checksum;
pub mod limits;
pub mod model;

mod bucket;
mod compile;
mod condition;
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
pub use context::{AttributeValue, Attributes, Context};
pub use evaluate::{Evaluation, Explanation, Outcome, Reason, RolloutFinding, Step, StepKind};
pub use flag::CompiledFlag;
pub use links::check_links;
pub use model::{FlagDefinition, FlagKey, ItemId, Problem, Problems, SegmentKey, Targeting};
pub use ruleset::{Ruleset, RulesetEdit, Slot};
pub use tenants::TenantSet;
