//! Changing what is known about a flag.

use chrono::{DateTime, NaiveDate, Utc};
use tenantry_core::model::FlagKey;

use super::{Flag, FlagKind};
use crate::error::WriteError;
use crate::tx::{Expected, Tx};

/// What to change about a flag; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlagPatch {
    /// What people call it.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// How long it is meant to live.
    pub kind: Option<FlagKind>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// All its tags.
    pub tags: Option<Vec<String>>,
    /// The last day that it should be in use: earlier than it was, or `Some(None)` for never, which
    /// only permanent kinds may have.
    pub expires_on: Option<Option<NaiveDate>>,
}

impl Tx {
    /// Changes what is known about a flag; `None` if there is none with this key.
    ///
    /// # Errors
    /// [`WriteError`]; stale if `expected` is not its version.
    pub async fn update_flag(
        &mut self,
        key: &FlagKey,
        expected: Expected,
        patch: FlagPatch,
        now: DateTime<Utc>,
    ) -> Result<Option<Flag>, WriteError> {
        let _ = (key, expected, patch, now);
        unimplemented!()
    }

    /// Puts a flag's expiry off to a later day and counts it; `None` if there is no such flag.
    ///
    /// # Errors
    /// [`WriteError`]; invalid if the day is not later than the one it has, or is past.
    pub async fn extend_flag(
        &mut self,
        key: &FlagKey,
        expires_on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Option<Flag>, WriteError> {
        let _ = (key, expires_on, now);
        unimplemented!()
    }
}
