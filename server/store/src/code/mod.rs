//! Code references: where the sources of a project's programs ask for which flag.
//!
//! Separate from the flags, because builds tell it and people do not decide it: it is not audited and
//! has no revision. Each scan replaces what the scan of the same repository before it found.
//!
//! **Invariants**
//! - What is kept of a repository is one scan's, whole.
//! - When a flag's last reference in a repository went is remembered, until it comes back.

mod read;
mod write;

use chrono::{DateTime, Utc};
use serde_json::Value;

pub(crate) use read::ALL as READ;
pub(crate) use write::ALL as WRITE;

/// What a scan of a repository found.
#[derive(Debug, Clone, PartialEq)]
pub struct NewScan {
    /// The repository, as builds name it.
    pub repository: String,
    /// The commit that was scanned.
    pub commit: String,
    /// The branch, if that is known.
    pub branch: Option<String>,
    /// How many calls there were whose flag could not be told.
    pub unresolved: u64,
    /// Every place.
    pub references: Vec<NewReference>,
}

/// A place that asks for a flag.
#[derive(Debug, Clone, PartialEq)]
pub struct NewReference {
    /// The flag's key.
    pub flag: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// All that the scan says about it.
    pub document: Value,
}

/// What a scan changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanChange {
    /// Flags that the repository did not ask for before, by key.
    pub appeared: Vec<String>,
    /// Flags that it does not ask for any more, by key.
    pub gone: Vec<String>,
}

/// The newest scan of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The repository.
    pub repository: String,
    /// The commit.
    pub commit: String,
    /// The branch, if that is known.
    pub branch: Option<String>,
    /// When it came.
    pub scanned_at: DateTime<Utc>,
    /// The name of the token that brought it.
    pub uploaded_by: String,
    /// How many places ask for a flag.
    pub references: u64,
    /// How many calls there were whose flag could not be told.
    pub unresolved: u64,
}

/// A place that asks for a flag, as a scan told it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The repository.
    pub repository: String,
    /// All that the scan says about it.
    pub document: Value,
}

/// Since when and until when a repository asks for a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryUse {
    /// The repository.
    pub repository: String,
    /// The first commit that is known to ask for it.
    pub first_commit: String,
    /// When that was scanned.
    pub first_at: DateTime<Utc>,
    /// The first commit that does not any more, and when that was scanned.
    pub gone: Option<(String, DateTime<Utc>)>,
}
