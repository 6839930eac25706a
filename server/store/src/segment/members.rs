//! The members of a segment.

use chrono::{DateTime, Utc};
use serde_json::json;
use tenantry_core::model::{Problems, SegmentKey, TenantKey};

use super::{Segment, Stored, read as read_segment};
use crate::db::{Conn, args, micros, statements};
use crate::error::{StoreError, WriteError};
use crate::ids::{ProjectId, SegmentId};
use crate::stream::List;
use crate::targeting::{ListChange, Way};
use crate::text::{check_tenants, texts};
use crate::tx::Tx;

statements! { "segment_member";
    MEMBERS = "SELECT tenant FROM segment_member WHERE project_id = $1 AND segment_id = $2
        ORDER BY tenant";
    MEMBERS_AFTER = "SELECT tenant FROM segment_member
        WHERE project_id = $1 AND segment_id = $2 AND tenant > $3 ORDER BY tenant LIMIT $4";
    ADD = "INSERT INTO segment_member (project_id, segment_id, tenant)
            SELECT $1, $2, value FROM json_each($3) WHERE TRUE
            ON CONFLICT DO NOTHING RETURNING tenant"
        or "INSERT INTO segment_member (project_id, segment_id, tenant)
            SELECT $1, $2, value FROM jsonb_array_elements_text($3) value
            ON CONFLICT DO NOTHING RETURNING tenant";
    // `IS TRUE`: see the lists of flags.
    REMOVE = "DELETE FROM segment_member WHERE project_id = $1 AND segment_id = $2
            AND tenant IN (SELECT value FROM json_each($3)) RETURNING tenant"
        or "DELETE FROM segment_member WHERE project_id = $1 AND segment_id = $2
            AND (tenant IN (SELECT jsonb_array_elements_text($3))) IS TRUE RETURNING tenant";
}

/// Reads a segment's members, sorted.
pub(super) async fn read(
    conn: &mut Conn,
    project: ProjectId,
    segment: SegmentId,
) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = conn.all(&MEMBERS, args![project, segment]).await?;
    Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
}

/// Reads the members behind `after`, one more than `limit`.
pub(super) async fn read_after(
    conn: &mut Conn,
    project: ProjectId,
    segment: SegmentId,
    after: &str,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let wanted = args![project, segment, after, i64::from(limit) + 1];
    let rows: Vec<(String,)> = conn.all(&MEMBERS_AFTER, wanted).await?;
    Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
}

impl Tx {
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
        self.move_members(key, Way::On, tenants, now).await
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
        self.move_members(key, Way::Off, tenants, now).await
    }

    async fn move_members(
        &mut self,
        key: &SegmentKey,
        way: Way,
        tenants: &[TenantKey],
        now: DateTime<Utc>,
    ) -> Result<Option<ListChange>, WriteError> {
        check_tenants("tenants", texts(tenants))
            .map_err(|problem| WriteError::Invalid(Problems(vec![problem])))?;
        let project = self.project();
        let segment = read_segment(&mut self.conn, project, key).await?;
        let Some(Stored { mut segment, .. }) = segment else {
            return Ok(None);
        };
        if segment.conditions.is_some() {
            return Err(WriteError::Resolved);
        }
        let tenants: Vec<&str> = texts(tenants).collect();
        let changed = self.move_keys(&mut segment, way, &tenants, now).await?;
        let size = segment.size;
        Ok(Some(ListChange { changed, size }))
    }

    /// Moves tenants into a segment or out of it, and notes those that were not there yet, or were:
    /// those that it yields, sorted.
    pub(super) async fn move_keys(
        &mut self,
        segment: &mut Segment,
        way: Way,
        tenants: &[&str],
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, StoreError> {
        let statement = if way == Way::On { &ADD } else { &REMOVE };
        let rows = args![self.project(), segment.id, json!(tenants)];
        let rows: Vec<(String,)> = self.conn.all(statement, rows).await?;
        let mut changed: Vec<String> = rows.into_iter().map(|(tenant,)| tenant).collect();
        changed.sort_unstable();
        if !changed.is_empty() {
            let count = changed.len() as u64;
            segment.size = match way {
                Way::On => segment.size + count,
                Way::Off => segment.size.saturating_sub(count),
            };
            segment.updated_at = micros(now);
            self.save_segment(segment).await?;
            let item = segment.item();
            for environment in &mut self.environments {
                let tenants = changed.iter().map(String::as_str);
                environment.toggle_members(&item, List::Members, tenants);
            }
            let (before, after) = way.documents(&changed);
            self.record_segment("members", before, after, segment);
        }
        Ok(changed)
    }
}
