//! The replica as a document: what the disk cache and a bootstrap file hold.
//!
//! It is the snapshot frame, byte for byte, so there is one reader and one writer of it.
//!
//! **Invariants**
//! - What [`Replica::to_snapshot_bytes`] writes, [`Replica::load_snapshot_bytes`] reads back to the
//!   same revision, checksum and answers.

use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use super::{ApplyError, Change, Replica};
use crate::frame::{Members, ServerFrame, Snapshot};

/// A document that is no snapshot.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// Not JSON, or not of this shape.
    #[error("not a snapshot")]
    Malformed(#[from] serde_json::Error),
    /// It reads as a snapshot, but it does not hold together.
    #[error("not a whole snapshot")]
    Inconsistent(#[from] ApplyError),
}

impl Replica {
    /// The state as a snapshot frame.
    #[must_use]
    pub fn to_snapshot(&self) -> Snapshot<'_> {
        Snapshot {
            revision: self.revision(),
            items: self.items().map(|(_, bytes)| bytes).collect(),
            members: self.lists().collect(),
            checksum: self.checksum(),
        }
    }

    /// The state as a document: the text of the snapshot frame.
    #[must_use]
    pub fn to_snapshot_bytes(&self) -> Vec<u8> {
        ServerFrame::Snapshot(self.to_snapshot())
            .to_text()
            .into_bytes()
    }

    /// Replaces everything by a document.
    ///
    /// `type` and `revision` may be missing (0 is assumed), and so may `members` and `checksum`,
    /// which then is not compared: a document written by hand has none.
    ///
    /// # Errors
    /// [`DocumentError`], and then nothing was replaced.
    pub fn load_snapshot_bytes(&mut self, document: &[u8]) -> Result<Change, DocumentError> {
        #[derive(Deserialize)]
        struct Document<'a> {
            #[serde(default)]
            revision: u64,
            #[serde(borrow)]
            items: Vec<&'a RawValue>,
            #[serde(borrow, default)]
            members: Vec<Members<'a>>,
            checksum: Option<tenantry_core::Checksum>,
        }
        let Document {
            revision,
            items,
            members,
            checksum,
        } = serde_json::from_slice(document)?;
        let stated = checksum.unwrap_or_default();
        let snapshot = Snapshot {
            revision,
            items,
            members,
            checksum: stated,
        };
        match checksum {
            Some(_) => Ok(self.load(&snapshot)?),
            None => Ok(self.load_unchecked(&snapshot)?),
        }
    }

    /// A new replica from a document; see [`load_snapshot_bytes`](Self::load_snapshot_bytes).
    ///
    /// # Errors
    /// [`DocumentError`] if the document is no snapshot.
    pub fn from_snapshot_bytes(document: &[u8]) -> Result<Self, DocumentError> {
        let mut replica = Self::default();
        replica.load_snapshot_bytes(document)?;
        Ok(replica)
    }
}
