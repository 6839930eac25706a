//! Archiving a flag, which takes it out of every stream, and bringing it back.

use chrono::{DateTime, Utc};
use tenantry_core::model::FlagKey;

use super::Flag;
use crate::error::{ArchiveError, WriteError};
use crate::tx::{Expected, Tx};

impl Tx {
    /// Archives a flag; `None` if there is none with this key. An archived one stays as it is.
    ///
    /// # Errors
    /// [`ArchiveError::Prerequisite`] if another flag waits for it.
    pub async fn archive_flag(
        &mut self,
        key: &FlagKey,
        expected: Expected,
        now: DateTime<Utc>,
    ) -> Result<Option<Flag>, ArchiveError> {
        let _ = (key, expected, now);
        unimplemented!()
    }

    /// Brings an archived flag back with the targeting it had; `None` if there is none with this
    /// key. One that is not archived stays as it is.
    ///
    /// # Errors
    /// [`WriteError::Invalid`] if a prerequisite or segment of it is gone meanwhile.
    pub async fn restore_flag(
        &mut self,
        key: &FlagKey,
        expected: Expected,
        now: DateTime<Utc>,
    ) -> Result<Option<Flag>, WriteError> {
        let _ = (key, expected, now);
        unimplemented!()
    }
}
