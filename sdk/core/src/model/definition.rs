//! Definitions: a flag's targeting in one environment, as people write it.
//!
//! **Invariants**
//! - Fields that are absent mean "nothing": no rule, no list, off. A default never turns a flag on.
//! - Key lists (`allow`, `block`) are sets: order and repetition carry no meaning.
//! - Unknown fields are ignored here, so that an older SDK reads a newer server; the API refuses
//!   them before they get this far.

use serde::{Deserialize, Serialize};

use super::json::{objects, read};
use super::{FlagKey, ItemId, Problems, SegmentKey};

/// What is streamed under one [`ItemId`]: `{"flag": {…}}` or `{"segment": {…}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "items are read one at a time, and nearly all are flags"
)]
pub enum Item {
    /// A flag, without its key lists.
    Flag(FlagDefinition),
    /// A segment, without its members.
    Segment(SegmentDefinition),
}

impl Item {
    /// The name under which the item is streamed.
    #[must_use]
    pub fn id(&self) -> ItemId {
        match self {
            Self::Flag(flag) => ItemId::Flag(flag.key.clone()),
            Self::Segment(segment) => ItemId::Segment(segment.key.clone()),
        }
    }
}

/// A flag in one environment: all that an evaluation needs to know of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self")]
pub struct FlagDefinition {
    /// The flag's key.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key: FlagKey,
    /// What the flag's buckets are salted with: 0 to 256 bytes, the same in every environment.
    pub salt: String,
    /// Who gets it.
    pub targeting: Targeting,
}

impl FlagDefinition {
    /// Reads a definition from JSON.
    ///
    /// # Errors
    /// The first thing that does not have the form of a definition, with its path relative to the
    /// targeting, as those of [`compile`](crate::compile) are.
    pub fn from_json(json: &[u8]) -> Result<Self, Problems> {
        read(json)
    }
}

/// A named set of tenants. Its members travel beside it, as a key list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct SegmentDefinition {
    /// The segment's key.
    pub key: SegmentKey,
}

/// A flag's configuration in one environment. The default is off for everybody.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, remote = "Self")]
pub struct Targeting {
    /// The switch: false is off for everybody, whatever else is written here.
    pub on: bool,
    /// Flags whose answer for the tenant must be the wanted one, else this flag is off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 64))]
    pub prerequisites: Vec<Prerequisite>,
    /// Tenants that never get the flag, each 1 to 256 bytes. Beats everything below.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub block: Vec<String>,
    /// Tenants that always get the flag, each 1 to 256 bytes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// Rules, tried in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 64))]
    pub rules: Vec<Rule>,
    /// The share of the remaining tenants that get the flag.
    pub rollout: Rollout,
    /// What a tenant that gets the flag is given, by weight; empty for a plain flag.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub variants: Vec<Variant>,
    /// What the draw of a variant is salted with, 0 to 256 bytes; the flag's salt if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_salt: Option<String>,
}

impl Targeting {
    /// Reads a targeting from JSON.
    ///
    /// # Errors
    /// The first thing that does not have the form of a targeting, with its path.
    pub fn from_json(json: &[u8]) -> Result<Self, Problems> {
        read(json)
    }
}

/// Another flag whose answer this flag waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self")]
pub struct Prerequisite {
    /// The other flag's key.
    pub flag: String,
    /// The answer wanted of it.
    #[serde(default = "default_true", skip_serializing_if = "is_true")]
    pub on: bool,
    /// If not empty, the other flag must be on with one of these variants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
}

/// A rule: if all its conditions hold, its effect applies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self")]
pub struct Rule {
    /// What the rule is for, in the words of whoever wrote it; up to 512 bytes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// All must hold; none at all always holds.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 32))]
    pub conditions: Vec<Condition>,
    /// What happens then.
    pub effect: Effect,
}

/// What a rule does for the tenants it applies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// They get the flag.
    On,
    /// They do not get the flag.
    Off,
    /// A share of them gets the flag; the others go on to the next rule.
    Rollout(Rollout),
}

/// One test of a tenant or of an attribute passed with the call.
///
/// `in_segment` and `not_in_segment` use `segment`; every other operator uses `attribute`, and all
/// but `exists` and `does_not_exist` need `values`, any one of which satisfies it (for `not_in`,
/// none of which may match).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, remote = "Self")]
pub struct Condition {
    /// The test: `in_segment`, `not_in_segment`, `in`, `not_in`, `contains`, `starts_with`,
    /// `ends_with`, `matches`, `number_eq`, `number_gt`, `number_gte`, `number_lt`, `number_lte`,
    /// `semver_eq`, `semver_gt`, `semver_gte`, `semver_lt`, `semver_lte`, `date_before`,
    /// `date_after`, `in_cidr`, `exists` or `does_not_exist`.
    pub operator: String,
    /// The attribute that is tested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// The segment that is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// What the attribute is compared with: strings, numbers or booleans, as the operator wants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub values: Vec<serde_json::Value>,
    /// Whether the string operators and `matches` ignore case.
    #[serde(skip_serializing_if = "is_false")]
    pub ignore_case: bool,
}

/// A share of tenants, always the same ones for the same salt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, remote = "Self")]
pub struct Rollout {
    /// The share in thousandths of a percent: 0 to 100000.
    #[cfg_attr(feature = "openapi", schema(maximum = 100_000))]
    pub threshold: u32,
    /// What the buckets are salted with, 0 to 256 bytes; the flag's salt if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
}

/// One of the things a tenant that gets the flag may be given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self")]
pub struct Variant {
    /// The variant's name: 1 to 128 bytes, unique within the flag.
    pub name: String,
    /// Its share of the sum of all weights: 0 to 1000000.
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub weight: u32,
    /// What the caller receives: a string, number, boolean or any other JSON; null for nothing.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub payload: serde_json::Value,
}

objects!(
    FlagDefinition,
    SegmentDefinition,
    Targeting,
    Prerequisite,
    Rule,
    Condition,
    Rollout,
    Variant,
);

fn default_true() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
fn is_true(value: &bool) -> bool {
    *value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
fn is_false(value: &bool) -> bool {
    !*value
}
