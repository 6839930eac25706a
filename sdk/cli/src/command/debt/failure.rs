//! What can go wrong with `tenantry debt` alone, all of it wrong use.
//!
//! Separate from the failures of every command, of which this is one.

use std::io;
use std::path::PathBuf;

use tenantry_scan::{GitError, ScanError, SettingsError};
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
    #[error("cannot read {}", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} is no snapshot of a project's debt", path.display())]
    NoSnapshot {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
    #[error("{} is {age} old, and at most {max_age} are allowed", path.display())]
    TooOld {
        path: PathBuf,
        age: String,
        max_age: String,
    },
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{} is no folder", path.display())]
    NoFolder { path: PathBuf },
    #[error("{} is in no git repository, so nothing says what has changed", path.display())]
    NoRepository { path: PathBuf },
    #[error("cannot lay out what was there before the change")]
    NoRoom(#[source] io::Error),
    #[error(transparent)]
    Scan(#[from] ScanError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("--fail-on never cannot be together with a state")]
    NeverAndMore,
}

impl DebtFailure {
    /// Whether it is git that cannot be asked.
    pub(crate) fn is_gits(&self) -> bool {
        matches!(
            self,
            Self::Git(GitError::NoGit(_) | GitError::Refused { .. })
        )
    }

    /// What the person can do about it.
    pub(crate) fn way_out(&self) -> &'static str {
        match self {
            Self::Unwritable { .. } | Self::Unreadable { .. } => {
                "check the path and its permissions"
            }
            Self::NoSnapshot { .. } | Self::TooOld { .. } => {
                "export it again: tenantry debt --export FILE"
            }
            Self::Git(GitError::NoGit(_)) => {
                "install it, or name the folder of the code with --scan"
            }
            Self::NoFolder { .. } => "name the folder of the code with --scan",
            Self::NoRepository { .. } => "run it in a clone, or leave out --changed-since",
            Self::Git(GitError::UnknownRevision { .. }) => {
                "fetch it first (git fetch origin BRANCH, then name origin/BRANCH); in CI fetch the whole history: \
                 fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 in GitLab"
            }
            Self::Git(GitError::Unrelated { .. }) => "name the branch that the change is to go to",
            Self::Git(GitError::Shallow { .. }) => {
                "fetch the whole history: fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 in GitLab, \
                 git fetch --unshallow by hand"
            }
            Self::Git(_) => "do what git asks for, or leave the code out with --no-scan",
            Self::NoRoom(_) => "is there room in the folder for temporary files (TMPDIR)?",
            Self::Scan(_) => {
                "name the folder of the code with --scan, or leave it out with --no-scan"
            }
            Self::Settings(_) => "correct tenantry.toml",
            Self::NeverAndMore => "leave out never, or everything else",
        }
    }
}
