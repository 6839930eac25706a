//! Archiving a flag, which takes it out of every stream, and bringing it back.

use chrono::{DateTime, Utc};
use tenantry_core::ItemId;
use tenantry_core::model::{FlagKey, Problems};

use super::Flag;
use crate::db::micros;
use crate::error::{ArchiveError, WriteError};
use crate::tx::{Expected, Tx};

impl Tx {
    /// Archives a flag; `None` if there is none with this key. An archived one stays as it is.
    ///
    /// # Errors
    /// [`ArchiveError::Prerequisite`] if another flag waits for it.
    pub async fn archive_flag(
        &mut self,
        key: &FlagKey,
        expected: Expected,
        now: DateTime<Utc>,
    ) -> Result<Option<Flag>, ArchiveError> {
        let Some(before) = self.flag(key).await? else {
            return Ok(None);
        };
        expected
            .check(before.version)
            .map_err(ArchiveError::Store)?;
        if before.archived_at.is_some() {
            return Ok(Some(before));
        }
        if let Some((flag, environment)) = self.waiting_for(key).await? {
            return Err(ArchiveError::Prerequisite { flag, environment });
        }
        let (now, item) = (micros(now), ItemId::Flag(key.clone()));
        for position in 0..self.environments.len() {
            let open = self.open_targeting(position, key).await?;
            let lists = self.members(position, before.id).await?;
            let environment = &mut self.environments[position];
            environment.put_item(&item, open.as_ref().map(|open| open.item.as_str()), None);
            for (list, tenants) in lists.iter() {
                environment.drop_members(&item, list, tenants.iter().map(String::as_str));
            }
        }
        let after = Flag {
            archived_at: Some(now),
            ..before.clone()
        };
        Ok(Some(self.save_flag(&before, after, now).await?))
    }

    /// Brings an archived flag back with the targeting it had; `None` if there is none with this
    /// key. One that is not archived stays as it is.
    ///
    /// # Errors
    /// [`WriteError::Invalid`] if a prerequisite or segment of it is gone meanwhile.
    pub async fn restore_flag(
        &mut self,
        key: &FlagKey,
        expected: Expected,
        now: DateTime<Utc>,
    ) -> Result<Option<Flag>, WriteError> {
        let Some(before) = self.flag(key).await? else {
            return Ok(None);
        };
        expected.check(before.version)?;
        if before.archived_at.is_none() {
            return Ok(Some(before));
        }
        let item = ItemId::Flag(key.clone());
        let mut problems = Problems::default();
        for position in 0..self.environments.len() {
            let Some(open) = self.open_targeting(position, key).await? else {
                continue;
            };
            if let Err(found) = self.check_references(position, &open.definition).await? {
                let environment = &self.environments[position].key;
                for problem in found.0 {
                    problems.push(format!("{environment}.{}", problem.path), problem.message);
                }
            }
            let lists = self.members(position, before.id).await?;
            let environment = &mut self.environments[position];
            environment.put_item(&item, None, Some(&open.item));
            for (list, tenants) in lists.iter() {
                environment.toggle_members(&item, list, tenants.iter().map(String::as_str));
            }
        }
        problems.or(()).map_err(WriteError::Invalid)?;
        let after = Flag {
            archived_at: None,
            ..before.clone()
        };
        Ok(Some(self.save_flag(&before, after, micros(now)).await?))
    }
}
