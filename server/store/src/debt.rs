//! What the debt report is made of. The policy is not here: it needs no database.

use chrono::NaiveDate;
use tenantry_core::model::FlagKey;

use crate::access::{Mode, ProjectScope};
use crate::error::StoreError;
use crate::flag::FlagKind;
use crate::store::Store;

/// A flag as the debt report sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebtFlag {
    /// Its key.
    pub key: FlagKey,
    /// What people call it.
    pub name: String,
    /// How long it is meant to live.
    pub kind: FlagKind,
    /// Who answers for it; empty for nobody.
    pub owner: String,
    /// Whether the owner is gone: nobody was named, or it fell to a creator whose token has been
    /// revoked or has expired.
    pub unowned: bool,
    /// Its tags.
    pub tags: Vec<String>,
    /// The last day that it should be in use.
    pub expires_on: Option<NaiveDate>,
    /// How often its expiry was put off.
    pub extensions: u32,
}

impl Store {
    /// Lists the flags that are not archived, by key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn debt_flags<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<Vec<DebtFlag>, StoreError> {
        let _ = (scope, now);
        unimplemented!()
    }
}
