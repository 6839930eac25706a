//! Refusals: what the store's errors mean to a caller.
//!
//! Separate from the codes, so that what a handler writes with `?` is decided in one place.

use std::time::Duration;

use tenantry_store::{
    ArchiveError, CreateError, DeleteSegmentError, ListError, StoreError, WriteError,
};

use super::error::{ApiError, Code};
use crate::notify::SettingsError;

/// When to come back to a database that cannot be reached.
const RETRY_AFTER: Duration = Duration::from_secs(1);

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale { .. } => Self::stale(),
            StoreError::Unavailable(_) => {
                let detail = "the database cannot be reached: try again in a moment";
                Self::unavailable(detail, RETRY_AFTER).because(error)
            }
            _ => Self::internal(error),
        }
    }
}

impl From<SettingsError> for ApiError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Store(error) => error.into(),
            SettingsError::Unreadable(_) => Self::internal(error),
        }
    }
}

impl From<CreateError> for ApiError {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::KeyTaken { key, by_archived } => {
                let way_out = if by_archived {
                    "an archived flag keeps its key, so restore it or choose another key"
                } else {
                    "choose another key"
                };
                let detail = format!("there is one with the key {key} already: {way_out}");
                Self::new(Code::AlreadyExists, detail).at("key", "is taken")
            }
            CreateError::Invalid(problems) => Self::invalid_body(problems),
            CreateError::Store(error) => error.into(),
            _ => Self::internal(error),
        }
    }
}

impl From<WriteError> for ApiError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Invalid(problems) => Self::invalid_body(problems),
            WriteError::Archived => Self::new(
                Code::FlagArchived,
                "archived flags do not change: restore it first",
            ),
            WriteError::Resolved => Self::new(
                Code::SegmentHasConditions,
                "its members are the tenants of the roster that meet its conditions: change those",
            ),
            WriteError::Store(error) => error.into(),
            _ => Self::internal(error),
        }
    }
}

impl From<ArchiveError> for ApiError {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Prerequisite { flag, environment } => {
                let detail = format!("the flag {flag} waits for it in {environment}");
                Self::new(Code::PrerequisiteInUse, detail)
            }
            ArchiveError::Store(error) => error.into(),
            _ => Self::internal(error),
        }
    }
}

impl From<DeleteSegmentError> for ApiError {
    fn from(error: DeleteSegmentError) -> Self {
        match error {
            DeleteSegmentError::InUse { flag, environment } => {
                let detail = format!("a rule of the flag {flag} asks for it in {environment}");
                Self::new(Code::SegmentInUse, detail)
            }
            DeleteSegmentError::Store(error) => error.into(),
            _ => Self::internal(error),
        }
    }
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Cursor => {
                Self::invalid_parameter("cursor", "must be the next_cursor of this very list")
            }
            ListError::Store(error) => error.into(),
            _ => Self::internal(error),
        }
    }
}
