//! What can go wrong with `tenantry remove` alone, all of it wrong use.
//!
//! Separate from the failures of every command, of which this is one.

use std::path::PathBuf;

use tenantry_core::model::FlagKey;
use tenantry_scan::GitError;
use thiserror::Error;

/// Why nothing could be done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum RemoveFailure {
    #[error("nobody says which answer of {0} is to stay")]
    KeepUnknown(FlagKey),
    #[error("{}", told(files))]
    Uncommitted { files: Vec<PathBuf> },
    #[error("these files are in no git repository, so nothing keeps what they held")]
    NoRepository,
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{} was changed while the removal was made up; nothing is written", path.display())]
    ChangedMeanwhile { path: PathBuf },
    #[error("cannot write {}; some files are changed already and could not be put back", path.display())]
    HalfWritten {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("cannot write {}, so nothing is written", path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

impl RemoveFailure {
    /// What the person can do about it.
    pub(crate) fn way_out(&self) -> &'static str {
        match self {
            Self::KeepUnknown(_) => "give --keep on or --keep off",
            Self::Uncommitted { .. } => "commit or stash that first, or give --allow-dirty",
            Self::NoRepository => "give --allow-dirty if that is meant",
            Self::Git(_) => "do what git asks for, or give --allow-dirty",
            Self::ChangedMeanwhile { .. } => "run it again",
            Self::HalfWritten { .. } => "check the disk, then look at git diff",
            Self::Unwritable { .. } => "check the path and its permissions",
        }
    }
}

fn told(files: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().map(|it| it.display().to_string()).collect();
    match &names[..] {
        [one] => format!("{one} holds changes that are not committed"),
        all => format!("{} hold changes that are not committed", all.join(", ")),
    }
}
