//! What can go wrong with `tenantry debt` alone, all of it wrong use.
//!
//! Separate from the failures of every command, of which this is one.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why the gate could not be asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum DebtFailure {
    #[error("cannot write {}", path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("--fail-on never cannot be together with a state")]
    NeverAndMore,
}

impl DebtFailure {
    /// What the person can do about it.
    pub(crate) fn way_out(&self) -> &'static str {
        match self {
            Self::Unwritable { .. } => "check the path and its permissions",
            Self::NeverAndMore => "leave out never, or everything else",
        }
    }
}
