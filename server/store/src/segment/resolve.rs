//! Segments with conditions: from the roster's attributes to members.
//!
//! Separate from listed members because nobody adds these: they follow from the conditions and from
//! the roster, and are resolved in the transaction that changes either. So there is no moment, and no
//! crash, between a change and its members.

use chrono::{DateTime, Utc};
use tenantry_core::model::{Condition, Problems, SegmentKey};
use tenantry_core::{Attributes, Conditions};

use super::{Segment, Stored, all, members, read};
use crate::db::micros;
use crate::error::{StoreError, WriteError};
use crate::targeting::Way;
use crate::tenant::{self, Tenant};
use crate::tx::Tx;

/// What a change of the roster did to one tenant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RosterChange<'a> {
    /// It is on the roster, with these facts.
    Is(&'a Tenant),
    /// It is no longer on it.
    Gone(&'a Tenant),
}

impl Tx {
    /// Gives a segment conditions, or takes them away, which leaves its members as they are; `None`
    /// if there is no such segment.
    ///
    /// # Errors
    /// [`WriteError::Invalid`] if a condition is wrong.
    pub async fn set_segment_conditions(
        &mut self,
        key: &SegmentKey,
        conditions: Option<Vec<Condition>>,
        now: DateTime<Utc>,
    ) -> Result<Option<Segment>, WriteError> {
        if let Some(conditions) = &conditions {
            compiled(conditions).map_err(WriteError::Invalid)?;
        }
        let project = self.project();
        let Some(Stored { segment, .. }) = read(&mut self.conn, project, key).await? else {
            return Ok(None);
        };
        if segment.conditions == conditions {
            return Ok(Some(segment));
        }
        let before = segment.document();
        let mut segment = Segment {
            conditions,
            updated_at: micros(now),
            ..segment
        };
        self.save_segment(&segment).await?;
        self.record_segment("segment", before, segment.document(), &segment);
        self.resolve(&mut segment, now).await?;
        Ok(Some(segment))
    }

    /// Makes a segment's members those tenants of the roster that meet its conditions, if it has any.
    pub(super) async fn resolve(
        &mut self,
        segment: &mut Segment,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(conditions) = conditions_of(segment)? else {
            return Ok(());
        };
        let project = self.project();
        let roster = tenant::all(&mut self.conn, project).await?;
        let present = members::read(&mut self.conn, project, segment.id).await?;
        let wanted: Vec<&str> = roster
            .iter()
            .filter(|tenant| meets(&conditions, tenant))
            .map(|tenant| tenant.key.as_str())
            .collect();
        // Both are sorted by their bytes.
        let off: Vec<&str> = present
            .iter()
            .map(String::as_str)
            .filter(|key| wanted.binary_search(key).is_err())
            .collect();
        self.move_keys(segment, Way::Off, &off, now).await?;
        self.move_keys(segment, Way::On, &wanted, now).await?;
        Ok(())
    }

    /// Makes all segments with conditions follow what has become of some tenants of the roster.
    pub(crate) async fn follow_roster(
        &mut self,
        changes: &[RosterChange<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let project = self.project();
        for Stored { mut segment, .. } in all(&mut self.conn, project).await? {
            let Some(conditions) = conditions_of(&segment)? else {
                continue;
            };
            let (mut on, mut off) = (Vec::new(), Vec::new());
            for change in changes {
                match change {
                    RosterChange::Is(tenant) if meets(&conditions, tenant) => {
                        on.push(tenant.key.as_str());
                    }
                    RosterChange::Is(tenant) | RosterChange::Gone(tenant) => {
                        off.push(tenant.key.as_str());
                    }
                }
            }
            for (way, tenants) in [(Way::Off, off), (Way::On, on)] {
                if !tenants.is_empty() {
                    self.move_keys(&mut segment, way, &tenants, now).await?;
                }
            }
        }
        Ok(())
    }
}

/// Compiles a segment's conditions.
///
/// # Errors
/// What is wrong with them; that there is none, too.
pub fn compiled(conditions: &[Condition]) -> Result<Conditions, Problems> {
    if conditions.is_empty() {
        let mut problems = Problems::default();
        problems.push("conditions", "must have at least one condition");
        return Err(problems);
    }
    Conditions::compile(conditions)
}

fn conditions_of(segment: &Segment) -> Result<Option<Conditions>, StoreError> {
    let conditions = segment.conditions.as_deref().map(compiled).transpose();
    conditions.map_err(|problems| {
        StoreError::corrupt("segment", "conditions", segment.id, problems.to_string())
    })
}

fn meets(conditions: &Conditions, tenant: &Tenant) -> bool {
    conditions.hold(&Attributes::from(&tenant.attributes))
}
