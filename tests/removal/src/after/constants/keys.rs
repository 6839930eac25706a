//! The keys of this program's flags.

/// The export to come.
pub const EXPORT: &str = "export-v3";
