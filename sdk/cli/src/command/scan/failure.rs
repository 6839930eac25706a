//! What can go wrong with `tenantry scan` alone, all of it wrong use.
//!
//! Separate from the failures of every command, of which this is one.

use std::path::PathBuf;

use tenantry_scan::{ScanError, SettingsError};
use thiserror::Error;

/// Why there is nothing to show or upload.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum ScanFailure {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Scan(#[from] ScanError),
    #[error("{} holds no flags", path.display())]
    NoFlags { path: PathBuf },
    #[error("it is not known what this repository is called")]
    NoRepository,
    #[error("it is not known which commit this is")]
    NoCommit,
    #[error("the flags that exist are not known")]
    FlagsUnknown,
}

impl ScanFailure {
    /// What the person can do about it.
    pub(crate) fn way_out(&self) -> &'static str {
        match self {
            Self::Settings(_) => "tenantry help scan tells what [scan] may hold",
            Self::Scan(_) => "check the path, and the patterns in tenantry.toml",
            Self::NoFlags { .. } => {
                "give one key a line, what tenantry flags list -o json prints, or an SDK's bootstrap file"
            }
            Self::NoRepository => "give --repository, or repository under [scan] in tenantry.toml",
            Self::NoCommit => "give --commit, or scan a checkout of git",
            Self::FlagsUnknown => "set TENANTRY_TOKEN, or give --flags",
        }
    }
}
