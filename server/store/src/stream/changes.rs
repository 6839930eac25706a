//! What changed in an environment since a revision.

use tenantry_core::Checksum;
use tenantry_core::model::ItemId;

use super::List;
use crate::access::{EnvironmentScope, Mode};
use crate::error::StoreError;
use crate::store::Store;

/// The way from one revision to the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Where it begins.
    pub from: u64,
    /// Where it ends: the newest revision, which may be the same.
    pub to: u64,
    /// The checksum at the end.
    pub checksum: Checksum,
    /// Each revision after `from`, in order, without gaps: what it touched.
    pub revisions: Vec<RevisionChange>,
    /// The touched items and their present texts; `None` for those that are gone.
    pub items: Vec<(ItemId, Option<String>)>,
    /// Where the touched tenants are now. A removed item's lists are not in here.
    pub members: Vec<MemberChange>,
}

/// What one revision touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionChange {
    /// The revision.
    pub revision: u64,
    /// The checksum at that revision.
    pub checksum: Checksum,
    /// The items that were written or removed.
    pub items: Vec<ItemId>,
    /// The tenants that came onto a list or went off it.
    pub members: Vec<TouchedMembers>,
}

/// Tenants of one list that a revision touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedMembers {
    /// The item that the list belongs to.
    pub owner: ItemId,
    /// Which of its lists.
    pub list: List,
    /// The tenants.
    pub tenants: Vec<String>,
}

/// Where the touched tenants of one list are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberChange {
    /// The item that the list belongs to.
    pub owner: ItemId,
    /// Which of its lists.
    pub list: List,
    /// Those that are on it.
    pub add: Vec<String>,
    /// Those that are not.
    pub remove: Vec<String>,
}

impl Store {
    /// Reads what changed since `revision`; `None` if the log no longer says, or the environment is
    /// not there yet (its database was restored). Then the whole state is needed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn changes_since<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        revision: u64,
    ) -> Result<Option<Changes>, StoreError> {
        let _ = (scope, revision);
        unimplemented!()
    }
}
