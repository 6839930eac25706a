//! Creating, renaming and deleting segments, and showing them in a new environment.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tenantry_core::model::{Condition, Item, SegmentDefinition, SegmentKey};

use super::resolve::compiled;
use super::{Segment, Stored, all, members, read};
use crate::audit::AuditDocument;
use crate::db::{args, micros, signed, statements};
use crate::error::{CreateError, DeleteSegmentError, StoreError, WriteError};
use crate::ids::SegmentId;
use crate::json;
use crate::stream::List;
use crate::text::check_name;
use crate::tx::Tx;

/// A segment to create.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSegment {
    /// Its key.
    pub key: SegmentKey,
    /// What people call it: 1 to 128 bytes.
    pub name: String,
    /// What a tenant of the roster must meet to be in it; `None` for a segment of listed tenants.
    pub conditions: Option<Vec<Condition>>,
}

statements! { "segment";
    INSERT = "INSERT INTO segment (project_id, id, key, name, item, conditions, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    SAVE = "UPDATE segment SET name = $3, size = $4, updated_at = $5, conditions = $6
        WHERE project_id = $1 AND id = $2";
    DELETE = "DELETE FROM segment WHERE project_id = $1 AND id = $2";
}

impl Tx {
    /// Creates a segment: without members, or with those that meet its conditions.
    ///
    /// # Errors
    /// [`CreateError`].
    pub async fn insert_segment(
        &mut self,
        new: NewSegment,
        now: DateTime<Utc>,
    ) -> Result<Segment, CreateError> {
        check_name(&new.name).map_err(CreateError::Invalid)?;
        if let Some(conditions) = &new.conditions {
            compiled(conditions).map_err(CreateError::Invalid)?;
        }
        let (project, now) = (self.project(), micros(now));
        if read(&mut self.conn, project, &new.key).await?.is_some() {
            return Err(CreateError::KeyTaken {
                key: new.key.to_string(),
                by_archived: false,
            });
        }
        let item = Item::Segment(SegmentDefinition {
            key: new.key.clone(),
        });
        let text = json::text(&item);
        let mut segment = Segment {
            id: SegmentId::new(now),
            key: new.key,
            name: new.name,
            conditions: new.conditions,
            size: 0,
            created_at: now,
            updated_at: now,
        };
        let (key, name) = (segment.key.as_str(), segment.name.as_str());
        let conditions = conditions_column(&segment);
        let row = args![
            project,
            segment.id,
            key,
            name,
            text.as_str(),
            conditions,
            now
        ];
        self.conn.execute(&INSERT, row).await?;
        for environment in &mut self.environments {
            environment.put_item(&segment.item(), None, Some(&text));
        }
        self.record_segment("segment", Value::Null, segment.document(), &segment);
        self.resolve(&mut segment, now).await?;
        Ok(segment)
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
        check_name(name).map_err(WriteError::Invalid)?;
        let project = self.project();
        let Some(Stored {
            segment: before, ..
        }) = read(&mut self.conn, project, key).await?
        else {
            return Ok(None);
        };
        if before.name == name {
            return Ok(Some(before));
        }
        let after = Segment {
            name: name.to_owned(),
            updated_at: micros(now),
            ..before.clone()
        };
        self.save_segment(&after).await?;
        self.record_segment("segment", before.document(), after.document(), &after);
        Ok(Some(after))
    }

    /// Deletes a segment and its members; `None` if there is no such segment.
    ///
    /// # Errors
    /// [`DeleteSegmentError::InUse`] if a rule of a flag that is not archived asks for it.
    pub async fn delete_segment(
        &mut self,
        key: &SegmentKey,
    ) -> Result<Option<()>, DeleteSegmentError> {
        let project = self.project();
        let Some(Stored { segment, text }) = read(&mut self.conn, project, key).await? else {
            return Ok(None);
        };
        if let Some((flag, environment)) = self.using(key).await? {
            return Err(DeleteSegmentError::InUse { flag, environment });
        }
        let tenants = members::read(&mut self.conn, project, segment.id).await?;
        self.conn
            .execute(&DELETE, args![project, segment.id])
            .await?;
        let item = segment.item();
        for environment in &mut self.environments {
            environment.put_item(&item, Some(&text), None);
            // By name, although they go with the item: it may be created anew, without them, before a
            // client hears of either.
            let tenants = tenants.iter().map(String::as_str);
            environment.toggle_members(&item, List::Members, tenants);
        }
        self.record_segment("segment", segment.document(), Value::Null, &segment);
        if !tenants.is_empty() {
            self.record_segment(
                "members",
                Value::from(tenants),
                Value::Array(Vec::new()),
                &segment,
            );
        }
        Ok(Some(()))
    }

    /// Saves what became of a segment.
    pub(super) async fn save_segment(&mut self, segment: &Segment) -> Result<(), StoreError> {
        let (name, size) = (segment.name.as_str(), signed(segment.size));
        let conditions = conditions_column(segment);
        let row = args![
            self.project(),
            segment.id,
            name,
            size,
            segment.updated_at,
            conditions
        ];
        self.conn.execute(&SAVE, row).await.map(drop)
    }

    /// Notes for the audit log what of a segment was and is.
    pub(super) fn record_segment(
        &mut self,
        name: &str,
        before: Value,
        after: Value,
        segment: &Segment,
    ) {
        self.record(AuditDocument::new(name, before, after).of(&segment.item()));
    }

    /// Streams every segment, with its members, in the new environment at `position`.
    pub(crate) async fn show_segments(&mut self, position: usize) -> Result<(), StoreError> {
        let project = self.project();
        for Stored { segment, text } in all(&mut self.conn, project).await? {
            let tenants = members::read(&mut self.conn, project, segment.id).await?;
            let (item, environment) = (segment.item(), &mut self.environments[position]);
            environment.put_item(&item, None, Some(&text));
            let tenants = tenants.iter().map(String::as_str);
            environment.toggle_members(&item, List::Members, tenants);
        }
        Ok(())
    }
}

fn conditions_column(segment: &Segment) -> Option<Value> {
    segment.conditions.as_ref().map(|it| json!(it))
}
