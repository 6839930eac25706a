//! Feeding the stream: an environment's state, and what changed since a revision.
//!
//! Separate from the tables because it reads across them, in one snapshot of the database.
//!
//! **Invariants**
//! - An answer is consistent: it comes from one read transaction, at one revision.
//! - Item texts are handed out byte for byte as stored; the checksum covers those bytes.

mod changes;
mod history;
mod load;

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tenantry_core::Checksum;
use tenantry_core::model::ItemId;

pub(crate) use changes::ALL as CHANGES;
pub use changes::{Changes, MemberChange, RevisionChange, TouchedMembers};
pub(crate) use history::ALL as HISTORY;
pub(crate) use load::ALL as LOAD;

/// A key list: of a flag or of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Tenants that always get the flag.
    Allow,
    /// Tenants that never get the flag.
    Block,
    /// The tenants of a segment.
    Members,
}

impl List {
    /// The name used in SQL, JSON and frames.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Block => "block",
            Self::Members => "members",
        }
    }
}

/// A text that names no key list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key list must be allow, block or members")]
pub struct InvalidList;

impl FromStr for List {
    type Err = InvalidList;
    fn from_str(text: &str) -> Result<Self, InvalidList> {
        let all = [Self::Allow, Self::Block, Self::Members];
        all.into_iter()
            .find(|list| list.as_str() == text)
            .ok_or(InvalidList)
    }
}

/// All that an environment streams, at one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentState {
    /// The revision.
    pub revision: u64,
    /// The checksum of what follows.
    pub checksum: Checksum,
    /// The items and their texts, as streamed.
    pub items: Vec<(ItemId, String)>,
    /// The key lists that are not empty.
    pub lists: Vec<KeyList>,
}

/// A whole key list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyList {
    /// The item that it belongs to.
    pub owner: ItemId,
    /// Which of its lists.
    pub list: List,
    /// The tenants, sorted.
    pub tenants: Vec<String>,
}
