//! Creating a flag: off, in every environment.

use chrono::{DateTime, NaiveDate, Utc};
use tenantry_core::model::FlagKey;

use super::{Flag, FlagKind};
use crate::error::CreateError;
use crate::tx::Tx;

/// A flag to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFlag {
    /// Its key.
    pub key: FlagKey,
    /// What people call it, 1 to 256 bytes; the key if absent.
    pub name: Option<String>,
    /// What it is for, up to 4096 bytes.
    pub description: String,
    /// How long it is meant to live.
    pub kind: FlagKind,
    /// Who answers for it, up to 256 bytes; the creator if absent.
    pub owner: Option<String>,
    /// Up to 64 tags of 1 to 64 bytes.
    pub tags: Vec<String>,
    /// The last day that it should be in use; 90 days ahead if absent and the kind is temporary.
    pub expires_on: Option<NaiveDate>,
    /// What its buckets are salted with, up to 256 bytes; random if absent.
    pub salt: Option<String>,
}

impl NewFlag {
    /// A release flag with nothing but a key.
    #[must_use]
    pub fn new(key: FlagKey) -> Self {
        Self {
            key,
            name: None,
            description: String::new(),
            kind: FlagKind::default(),
            owner: None,
            tags: Vec::new(),
            expires_on: None,
            salt: None,
        }
    }
}

impl Tx {
    /// Creates a flag, off in every environment.
    ///
    /// # Errors
    /// [`CreateError`]; an archived flag keeps its key taken.
    pub async fn insert_flag(
        &mut self,
        new: NewFlag,
        now: DateTime<Utc>,
    ) -> Result<Flag, CreateError> {
        let _ = (new, now);
        unimplemented!()
    }
}
