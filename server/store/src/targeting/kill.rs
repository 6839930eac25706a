//! Switching a flag off when there is no time to lose.
//!
//! Separate from writing a targeting because nothing may be in the way: neither a version, nor a
//! document that no longer satisfies today's rules.

use chrono::{DateTime, Utc};
use tenantry_core::model::FlagKey;

use super::document::Columns;
use crate::access::{EnvironmentScope, Write};
use crate::db::micros;
use crate::error::WriteError;
use crate::tx::Tx;

impl Tx {
    /// Switches a flag off for everybody; `None` if there is no such flag, else whether it was on.
    ///
    /// # Errors
    /// [`WriteError`].
    pub async fn switch_off(
        &mut self,
        environment: &EnvironmentScope<Write>,
        flag: &FlagKey,
        now: DateTime<Utc>,
    ) -> Result<Option<bool>, WriteError> {
        let Some(position) = self.position(environment.id()) else {
            return Ok(None);
        };
        let Some(open) = self.open_targeting(position, flag).await? else {
            return Ok(None);
        };
        if open.archived {
            return Err(WriteError::Archived);
        }
        if !open.definition.targeting.on {
            return Ok(Some(false));
        }
        let mut definition = open.definition.clone();
        definition.targeting.on = false;
        let columns = Columns::of(&definition);
        self.note_targeting(position, &open, &definition, &columns.item);
        self.save_targeting(position, open.flag, columns, micros(now))
            .await?;
        Ok(Some(true))
    }
}
