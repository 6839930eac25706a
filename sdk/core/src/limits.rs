//! Limits: how big a flag's document may be.
//!
//! Separate so that writers, forms and tests name the same numbers. They bound what one flag can
//! cost everybody who evaluates it; `compile` refuses what exceeds them.

/// Most prerequisites of one flag.
pub const MAX_PREREQUISITES: usize = 64;
/// Longest chain of prerequisites below one flag, in flags.
pub const MAX_PREREQUISITE_DEPTH: usize = 32;
/// Most flags one evaluation may ask through prerequisites, counting a flag once for every way
/// that leads to it.
pub const MAX_PREREQUISITE_EVALUATIONS: usize = 128;
/// Most rules of one flag.
pub const MAX_RULES: usize = 64;
/// Longest description of a rule, in bytes.
pub const MAX_DESCRIPTION_BYTES: usize = 512;
/// Most conditions of one rule.
pub const MAX_CONDITIONS: usize = 32;
/// Most values of one condition.
pub const MAX_VALUES: usize = 1_000;
/// Most values of one flag, over all its conditions. Longer lists of tenants belong into segments.
pub const MAX_FLAG_VALUES: usize = 10_000;
/// Longest text among a condition's values, in bytes. Regular expressions count as text.
pub const MAX_VALUE_BYTES: usize = 1_024;
/// Longest name of an attribute in a condition, in bytes.
pub const MAX_ATTRIBUTE_NAME_BYTES: usize = 256;
/// Most regular expressions of one flag, over all its rules.
pub const MAX_PATTERNS: usize = 64;
/// Largest regular expression once compiled, in bytes.
pub const MAX_PATTERN_COMPILED_BYTES: usize = 64 * 1_024;
/// Most variants of one flag, and most variants one prerequisite may name.
pub const MAX_VARIANTS: usize = 100;
/// Longest name of a variant, in bytes.
pub const MAX_VARIANT_NAME_BYTES: usize = 128;
/// Largest payload of a variant, in bytes of JSON without insignificant blanks.
pub const MAX_PAYLOAD_BYTES: usize = 16 * 1_024;
/// Largest weight of a variant.
pub const MAX_WEIGHT: u32 = 1_000_000;
/// Longest salt, in bytes.
pub const MAX_SALT_BYTES: usize = 256;
/// Longest tenant key, in bytes.
pub const MAX_TENANT_BYTES: usize = 256;
/// Most problems that are reported of one document; a last one says how many more there are.
pub const MAX_PROBLEMS: usize = 1_000;
/// Most steps an explanation tells; it counts the rest.
pub const MAX_STEPS: usize = 1_000;
