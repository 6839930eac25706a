//! Segments: named sets of tenants, the same in every environment of the project.

use chrono::{DateTime, Utc};
use tenantry_core::model::{SegmentKey, TenantKey};

use crate::access::{Mode, ProjectScope};
use crate::error::{CreateError, DeleteSegmentError, StoreError, WriteError};
use crate::ids::SegmentId;
use crate::store::Store;
use crate::targeting::ListChange;
use crate::tx::Tx;

/// A segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its id.
    pub id: SegmentId,
    /// Its key.
    pub key: SegmentKey,
    /// What people call it.
    pub name: String,
    /// How many tenants are in it.
    pub size: u64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When its name or its members last changed.
    pub updated_at: DateTime<Utc>,
}

/// A segment to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSegment {
    /// Its key.
    pub key: SegmentKey,
    /// What people call it: 1 to 256 bytes.
    pub name: String,
}

impl Store {
    /// Lists the project's segments by key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn segments<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
    ) -> Result<Vec<Segment>, StoreError> {
        let _ = scope;
        unimplemented!()
    }

    /// Reads a segment's members, sorted; `None` if there is no such segment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn segment_members<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        key: &SegmentKey,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let _ = (scope, key);
        unimplemented!()
    }
}

impl Tx {
    /// Creates a segment without members.
    ///
    /// # Errors
    /// [`CreateError`].
    pub async fn insert_segment(
        &mut self,
        new: NewSegment,
        now: DateTime<Utc>,
    ) -> Result<Segment, CreateError> {
        let _ = (new, now);
        unimplemented!()
    }

    /// Renames a segment; `None` if there is no such segment.
    ///
    /// # Errors
    /// [`WriteError::Invalid`] if the name is empty or too long.
    pub async fn rename_segment(
        &mut self,
        key: &SegmentKey,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Segment>, WriteError> {
        let _ = (key, name, now);
        unimplemented!()
    }

    /// Deletes a segment and its members; `None` if there is no such segment.
    ///
    /// # Errors
    /// [`DeleteSegmentError::InUse`] if a rule of a flag that is not archived asks for it.
    pub async fn delete_segment(
        &mut self,
        key: &SegmentKey,
    ) -> Result<Option<()>, DeleteSegmentError> {
        let _ = key;
        unimplemented!()
    }

    /// Adds tenants to a segment; `None` if there is no such segment.
    ///
    /// # Errors
    /// [`WriteError`].
    pub async fn add_members(
        &mut self,
        key: &SegmentKey,
        tenants: &[TenantKey],
        now: DateTime<Utc>,
    ) -> Result<Option<ListChange>, WriteError> {
        let _ = (key, tenants, now);
        unimplemented!()
    }

    /// Takes tenants out of a segment; `None` if there is no such segment.
    ///
    /// # Errors
    /// [`WriteError`].
    pub async fn remove_members(
        &mut self,
        key: &SegmentKey,
        tenants: &[TenantKey],
        now: DateTime<Utc>,
    ) -> Result<Option<ListChange>, WriteError> {
        let _ = (key, tenants, now);
        unimplemented!()
    }
}
