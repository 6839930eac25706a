//! Listing flags: filters, sorting and pages.

use chrono::NaiveDate;
use tenantry_core::model::EnvironmentKey;

use super::{Flag, FlagKind};
use crate::access::{Mode, ProjectScope};
use crate::error::ListError;
use crate::page::Page;
use crate::store::Store;

/// Which flags to list, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlagFilter {
    /// Part of the key, name or description; ASCII letters match in either case.
    pub q: Option<String>,
    /// Of this kind.
    pub kind: Option<FlagKind>,
    /// With this owner.
    pub owner: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// Archived or not.
    pub state: FlagState,
    /// Expiring in this range.
    pub expires: Option<ExpiryRange>,
    /// Switched on in this environment.
    pub on_in: Option<EnvironmentKey>,
    /// What to sort by; ties are settled by the key.
    pub sort: FlagSort,
    /// Largest first.
    pub descending: bool,
    /// How many at most, 1 to 200.
    pub limit: u32,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Whether archived flags are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FlagState {
    /// Only those in use.
    #[default]
    Active,
    /// Only archived ones.
    Archived,
    /// Both.
    All,
}

/// A range of expiry dates, both ends included. Flags without expiry are never in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExpiryRange {
    /// The first day; any if absent.
    pub from: Option<NaiveDate>,
    /// The last day; any if absent.
    pub to: Option<NaiveDate>,
}

/// What flags are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FlagSort {
    /// The key.
    #[default]
    Key,
    /// The name.
    Name,
    /// When it was created.
    CreatedAt,
    /// When its own facts were last changed.
    UpdatedAt,
    /// When it expires; those that never do come last.
    ExpiresOn,
}

impl Store {
    /// Lists flags.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn flags<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        filter: &FlagFilter,
    ) -> Result<Page<Flag>, ListError> {
        let _ = (scope, filter);
        unimplemented!()
    }
}
