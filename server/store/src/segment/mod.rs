//! Segments: named sets of tenants, the same in every environment of the project.
//!
//! **Invariants**
//! - A segment's `item` is the very text that is streamed, in every environment. Its members are rows
//!   of their own.
//! - A segment that a rule asks for cannot be deleted.
//! - The members of a segment with conditions are, after every commit, the tenants of the roster that
//!   meet them: whatever changes either resolves them in the same transaction.

mod members;
mod resolve;
mod write;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;
use tenantry_core::ItemId;
use tenantry_core::model::{Condition, EnvironmentKey, FlagKey, SegmentKey};

pub(crate) use members::ALL as MEMBERS;
pub(crate) use resolve::RosterChange;
pub use resolve::compiled as compile_conditions;
pub(crate) use write::ALL as WRITE;
pub use write::NewSegment;

use crate::access::{Mode, ProjectScope};
use crate::db::{Conn, args, number, parsed, statements};
use crate::error::{ListError, StoreError};
use crate::ids::{ProjectId, SegmentId};
use crate::page::{self, Page};
use crate::store::Store;
use crate::targeting::uses;

/// A segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its id.
    pub id: SegmentId,
    /// Its key.
    pub key: SegmentKey,
    /// What people call it.
    pub name: String,
    /// What a tenant of the roster must meet to be in it: all of these. `None` for a segment of listed
    /// tenants.
    pub conditions: Option<Vec<Condition>>,
    /// How many tenants are in it.
    pub size: u64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When its name or its members last changed.
    pub updated_at: DateTime<Utc>,
}

statements! { "segment";
    SEGMENTS = "SELECT id, key, name, item, conditions, size, created_at, updated_at FROM segment
        WHERE project_id = $1 ORDER BY key";
    SEGMENT = "SELECT id, key, name, item, conditions, size, created_at, updated_at FROM segment
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

    /// Reads a segment and where rules ask for it: flags that are not archived, with the environment;
    /// `None` if there is no such segment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn segment<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        key: &SegmentKey,
    ) -> Result<Option<(Segment, Vec<(FlagKey, EnvironmentKey)>)>, StoreError> {
        let mut conn = self.read(scope).await?;
        let Some(Stored { segment, .. }) = read(&mut conn, scope.id(), key).await? else {
            return Ok(None);
        };
        let uses = uses(&mut conn, scope.id(), key).await?;
        Ok(Some((segment, uses)))
    }

    /// Reads a page of a segment's members, sorted: `limit` at most, behind `cursor`; `None` if there
    /// is no such segment.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn segment_members_page<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        key: &SegmentKey,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Option<Page<String>>, ListError> {
        let after: String = cursor.map(page::decode).transpose()?.unwrap_or_default();
        let mut conn = self.read(scope).await?;
        let Some(Stored { segment, .. }) = read(&mut conn, scope.id(), key).await? else {
            return Ok(None);
        };
        let rows = members::read_after(&mut conn, scope.id(), segment.id, &after, limit).await?;
        Ok(Some(page::cut(rows, limit, String::clone)))
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
        members_of(&mut self.read(scope).await?, scope.id(), key).await
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
        let mut document = json!({ "key": self.key, "name": self.name });
        if let Some(conditions) = &self.conditions {
            document["conditions"] = json!(conditions);
        }
        document
    }
}

#[derive(Debug, sqlx::FromRow)]
struct SegmentRow {
    id: SegmentId,
    key: String,
    name: String,
    item: String,
    conditions: Option<Json<Vec<Condition>>>,
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
            conditions: row.conditions.map(|conditions| conditions.0),
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

/// Reads a segment's members, sorted; `None` if there is no such segment.
pub(crate) async fn members_of(
    conn: &mut Conn,
    project: ProjectId,
    key: &SegmentKey,
) -> Result<Option<Vec<String>>, StoreError> {
    match read(conn, project, key).await? {
        Some(Stored { segment, .. }) => members::read(conn, project, segment.id).await.map(Some),
        None => Ok(None),
    }
}

async fn all(conn: &mut Conn, project: ProjectId) -> Result<Vec<Stored>, StoreError> {
    let rows: Vec<SegmentRow> = conn.all(&SEGMENTS, args![project]).await?;
    rows.into_iter().map(Stored::try_from).collect()
}
