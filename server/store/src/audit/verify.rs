//! Verifying the audit log: walking the chain from its first entry to its head.

use crate::access::{Mode, ProjectScope};
use crate::error::StoreError;
use crate::store::Store;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// How many entries were found good, from the first one on.
    pub entries: u64,
    /// The hash of the last good entry, in lowercase hexadecimal.
    pub head: String,
    /// The first bad entry, if there is one.
    pub broken: Option<Broken>,
}

/// Where the chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// The number of the first bad entry.
    pub seq: u64,
    /// What is wrong with it.
    pub why: Break,
}

/// How a chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The entry is missing.
    Missing,
    /// The entry is not what was written, or not in its place.
    Altered,
    /// The project's row names an older head than there are entries.
    BeyondHead,
}

impl Store {
    /// Walks the project's whole audit log, a thousand entries at a time.
    ///
    /// # Errors
    /// [`StoreError`]. A broken chain is a result, not an error.
    pub async fn verify_audit<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
    ) -> Result<Verification, StoreError> {
        let _ = scope;
        unimplemented!()
    }
}
