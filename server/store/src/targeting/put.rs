//! Writing a whole targeting.

use chrono::{DateTime, Utc};
use tenantry_core::model::{FlagKey, Targeting};

use super::TargetingDocument;
use crate::access::{EnvironmentScope, Write};
use crate::error::{StoreError, WriteError};
use crate::tx::{Expected, Tx};

impl Tx {
    /// Reads a flag's targeting under the transaction's lock, to write a changed one; `None` if
    /// there is no such flag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn targeting(
        &mut self,
        environment: &EnvironmentScope<Write>,
        flag: &FlagKey,
    ) -> Result<Option<TargetingDocument>, StoreError> {
        let _ = (environment, flag);
        unimplemented!()
    }

    /// Replaces a flag's targeting, key lists included; `None` if there is no such flag. The same
    /// targeting again changes nothing.
    ///
    /// # Errors
    /// [`WriteError`]; paths of problems begin at the targeting.
    pub async fn put_targeting(
        &mut self,
        environment: &EnvironmentScope<Write>,
        flag: &FlagKey,
        expected: Expected,
        targeting: Targeting,
        now: DateTime<Utc>,
    ) -> Result<Option<TargetingDocument>, WriteError> {
        let _ = (environment, flag, expected, targeting, now);
        unimplemented!()
    }
}
