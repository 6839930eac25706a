//! Checksums: one number that says whether two replicas of an environment hold the same.
//!
//! Separate because both ends of a stream and the store compute it, each from its own data; it
//! finds mistakes, and is no defence against forgery.
//!
//! **Invariants**
//! - A checksum is the XOR of one term for each item and one for each member of a key list, so a
//!   change costs what it touches, in any order, and applying a term twice takes it out again.
//! - Terms hash bytes exactly as they were sent; nothing is parsed or serialised again.

use std::fmt;
use std::ops::{BitXor, BitXorAssign};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::model::ItemId;

/// The checksum of an environment's state, or one term of it. Zero is the empty state. Written as
/// 16 lowercase hexadecimal digits.
///
/// ```
/// use tenantry_core::{Checksum, ItemId};
///
/// let flag: ItemId = "flag/new-billing".parse()?;
/// let mut state = Checksum::of_item(br#"{"flag":{"key":"new-billing"}}"#);
/// let before = state;
/// state ^= Checksum::of_member(&flag, "allow", "acme");
/// assert_ne!(state, before);
/// state ^= Checksum::of_member(&flag, "allow", "acme");
/// assert_eq!(state, before, "the member is gone again");
/// # Ok::<(), tenantry_core::model::InvalidKey>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Checksum(u64);

impl Checksum {
    /// The checksum of nothing.
    pub const ZERO: Self = Self(0);

    /// The term of an item: its bytes as sent, without its key lists.
    #[must_use]
    pub fn of_item(bytes: &[u8]) -> Self {
        Self::of(Sha256::new().chain_update(bytes))
    }

    /// The term of one member of a key list: `allow` or `block` of a flag, `members` of a segment.
    #[must_use]
    pub fn of_member(owner: &ItemId, list: &str, tenant: &str) -> Self {
        let (kind, key) = match owner {
            ItemId::Flag(key) => ("flag/", key.as_str()),
            ItemId::Segment(key) => ("segment/", key.as_str()),
        };
        Self::of(
            Sha256::new()
                .chain_update(kind)
                .chain_update(key)
                .chain_update([0])
                .chain_update(list)
                .chain_update([0])
                .chain_update(tenant),
        )
    }

    fn of(hash: Sha256) -> Self {
        let digest = hash.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Self(u64::from_le_bytes(first))
    }
}

/// Puts a term in, or takes it out again.
impl BitXor for Checksum {
    type Output = Self;
    fn bitxor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

/// Puts a term in, or takes it out again.
impl BitXorAssign for Checksum {
    fn bitxor_assign(&mut self, other: Self) {
        self.0 ^= other.0;
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A text that is not a checksum.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a checksum must be 16 lowercase hexadecimal digits")]
pub struct InvalidChecksum;

impl FromStr for Checksum {
    type Err = InvalidChecksum;
    fn from_str(text: &str) -> Result<Self, InvalidChecksum> {
        let digits = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != 16 || !text.bytes().all(digits) {
            return Err(InvalidChecksum);
        }
        u64::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| InvalidChecksum)
    }
}

impl TryFrom<String> for Checksum {
    type Error = InvalidChecksum;
    fn try_from(text: String) -> Result<Self, InvalidChecksum> {
        text.parse()
    }
}

impl From<Checksum> for String {
    fn from(checksum: Checksum) -> Self {
        checksum.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_written_as_16_digits() {
        let checksum: Checksum = "00000000000000ff".parse().expect("16 digits");
        assert_eq!(checksum, Checksum(255));
        assert_eq!(checksum.to_string(), "00000000000000ff");
        assert_eq!(
            serde_json::to_string(&checksum).expect("JSON"),
            "\"00000000000000ff\""
        );
        for bad in [
            "",
            "ff",
            "00000000000000FF",
            "0x000000000000ff",
            "+0000000000000ff",
            "00000000000000ff ",
        ] {
            assert_eq!(bad.parse::<Checksum>(), Err(InvalidChecksum), "{bad}");
            assert!(
                serde_json::from_value::<Checksum>(bad.into()).is_err(),
                "{bad}"
            );
        }
    }
}
