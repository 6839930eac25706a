//! The keys of this program's flags.

/// The new billing.
pub const NEW_BILLING: &str = "new-billing";

/// The old export.
pub const OLD_EXPORT: &str = "old-export";

/// The export to come.
pub const EXPORT: &str = "export-v3";
