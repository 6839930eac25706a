//! Segments: named sets of tenants, the same in every environment of the project.
//!
//! **Invariants**
//! - A segment's `item` is the very text that is streamed, in every environment. Its members are rows
//!   of their own.
//! - A segment that a rule asks for cannot be deleted.

mod members;
mod write;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tenantry_core::ItemId;
use tenantry_core::model::SegmentKey;

pub(crate) use members::ALL as MEMBERS;
pub(crate) use write::ALL as WRITE;
pub use write::NewSegment;

use crate::access::{Mode, ProjectScope};
use crate::db::{Conn, args, number, parsed, statements};
use crate::error::StoreError;
use crate::ids::{ProjectId, SegmentId};
use crate::store::Store;

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

statements! { "segment";
    SEGMENTS = "SELECT id, key, name, item, size, created_at, updated_at FROM segment
        WHERE project_id = $1 ORDER BY key";
    SEGMENT = "SELECT id, key, name, item, size, created_at, updated_at FROM segment
        WHERE project_id = $1 AND key = $2";
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
        let all = all(&mut self.read(scope).await?, scope.id()).await?;
        Ok(all.into_iter().map(|stored| stored.segment).collect())
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
        let mut conn = self.read(scope).await?;
        match read(&mut conn, scope.id(), key).await? {
            Some(Stored { segment, .. }) => members::read(&mut conn, scope.id(), segment.id)
                .await
                .map(Some),
            None => Ok(None),
        }
    }
}

/// A segment with the text that is streamed.
#[derive(Debug, Clone)]
struct Stored {
    segment: Segment,
    text: String,
}

impl Segment {
    fn item(&self) -> ItemId {
        ItemId::Segment(self.key.clone())
    }

    /// The segment as the audit log keeps it.
    fn document(&self) -> Value {
        json!({ "key": self.key, "name": self.name })
    }
}

#[derive(Debug, sqlx::FromRow)]
struct SegmentRow {
    id: SegmentId,
    key: String,
    name: String,
    item: String,
    size: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<SegmentRow> for Stored {
    type Error = StoreError;
    fn try_from(row: SegmentRow) -> Result<Self, StoreError> {
        let segment = Segment {
            key: parsed("segment", "key", row.id, &row.key)?,
            size: number("segment", "size", row.id, row.size)?,
            id: row.id,
            name: row.name,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        Ok(Self {
            segment,
            text: row.item,
        })
    }
}

async fn read(
    conn: &mut Conn,
    project: ProjectId,
    key: &SegmentKey,
) -> Result<Option<Stored>, StoreError> {
    let row: Option<SegmentRow> = conn
        .optional(&SEGMENT, args![project, key.as_str()])
        .await?;
    row.map(Stored::try_from).transpose()
}

async fn all(conn: &mut Conn, project: ProjectId) -> Result<Vec<Stored>, StoreError> {
    let rows: Vec<SegmentRow> = conn.all(&SEGMENTS, args![project]).await?;
    rows.into_iter().map(Stored::try_from).collect()
}
