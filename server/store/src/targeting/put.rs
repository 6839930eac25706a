//! Writing a whole targeting.

use std::collections::BTreeSet;
use std::mem::take;

use chrono::{DateTime, Utc};
use serde_json::json;
use tenantry_core::model::{FlagDefinition, FlagKey, Problems, Targeting};
use tenantry_core::{ItemId, compile};

use super::TargetingDocument;
use super::document::{self, Columns, OpenTargeting};
use super::links;
use super::list::{FlagList, Lists, Way};
use crate::access::{EnvironmentScope, Mode, Write};
use crate::audit::AuditDocument;
use crate::db::{Conn, micros};
use crate::error::{StoreError, WriteError};
use crate::ids::{EnvironmentId, ProjectId};
use crate::store::Store;
use crate::text::check_tenants;
use crate::tx::{Expected, Tx};

impl Tx {
    /// Reads a flag's targeting under the transaction's lock, to write a changed one; `None` if
    /// there is no such flag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn targeting(
        &mut self,
        environment: &EnvironmentScope<Write>,
        flag: &FlagKey,
    ) -> Result<Option<TargetingDocument>, StoreError> {
        let project = self.project();
        document::read(&mut self.conn, project, environment.id(), flag).await
    }

    /// Replaces a flag's targeting, key lists included; `None` if there is no such flag. The same
    /// targeting again changes nothing.
    ///
    /// # Errors
    /// [`WriteError`]; paths of problems begin at the targeting.
    pub async fn put_targeting(
        &mut self,
        environment: &EnvironmentScope<Write>,
        flag: &FlagKey,
        expected: Expected,
        targeting: Targeting,
        now: DateTime<Utc>,
    ) -> Result<Option<TargetingDocument>, WriteError> {
        let Some(position) = self.position(environment.id()) else {
            return Ok(None);
        };
        let Some(mut open) = self.open_targeting(position, flag).await? else {
            return Ok(None);
        };
        if open.archived {
            return Err(WriteError::Archived);
        }
        expected.check(open.version)?;
        let mut definition = FlagDefinition {
            targeting,
            ..open.definition.clone()
        };
        let project = self.project();
        check_definition(&mut self.conn, project, environment.id(), &definition)
            .await?
            .map_err(WriteError::Invalid)?;

        let wanted = Lists {
            allow: take(&mut definition.targeting.allow).into_iter().collect(),
            block: take(&mut definition.targeting.block).into_iter().collect(),
        };
        let moved = self.set_lists(position, &open, flag, &wanted).await?;
        let columns = Columns::of(&definition);
        if moved || columns.item != open.item {
            open.updated_at = micros(now);
            open.version += 1;
            if columns.item != open.item {
                self.note_targeting(position, &open, &definition, &columns.item);
            }
            open.definition = definition;
            self.save_targeting(position, open.flag, columns, open.updated_at)
                .await?;
        }
        Ok(Some(open.with(wanted)))
    }

    /// Makes a flag's lists `wanted`. Returns whether that moved anybody.
    async fn set_lists(
        &mut self,
        position: usize,
        open: &OpenTargeting,
        flag: &FlagKey,
        wanted: &Lists,
    ) -> Result<bool, StoreError> {
        let present = self.members(position, open.flag).await?;
        let lists = [
            (FlagList::Allow, &present.allow, &wanted.allow),
            (FlagList::Block, &present.block, &wanted.block),
        ];
        for (list, present, wanted) in lists {
            for (way, tenants) in [
                (Way::Off, missing(present, wanted)),
                (Way::On, missing(wanted, present)),
            ] {
                if !tenants.is_empty() {
                    self.move_tenants(position, open.flag, flag, (list, way), &tenants)
                        .await?;
                }
            }
        }
        Ok(present != *wanted)
    }

    /// Notes a new text of the item, for the stream and for the audit log.
    pub(super) fn note_targeting(
        &mut self,
        position: usize,
        open: &OpenTargeting,
        definition: &FlagDefinition,
        item: &str,
    ) {
        let id = ItemId::Flag(definition.key.clone());
        self.environments[position].put_item(&id, Some(&open.item), Some(item));
        let (before, after) = (&open.definition.targeting, &definition.targeting);
        let document = AuditDocument::new("targeting", json!(before), json!(after));
        let key = self.environments[position].key.clone();
        self.record(document.of(&id).within(&key));
    }
}

impl Store {
    /// Checks a definition as if it were to be written, and reports every problem at once.
    ///
    /// # Errors
    /// [`StoreError`]; paths of problems begin at the targeting.
    pub async fn check_definition<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        definition: &FlagDefinition,
    ) -> Result<Result<(), Problems>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        check_definition(&mut conn, scope.project().id(), scope.id(), definition).await
    }
}

/// Checks all that can be wrong with a definition, and reports every problem at once.
async fn check_definition(
    conn: &mut Conn,
    project: ProjectId,
    environment: EnvironmentId,
    definition: &FlagDefinition,
) -> Result<Result<(), Problems>, StoreError> {
    let mut problems = compile(definition).err().unwrap_or_default();
    let Targeting { allow, block, .. } = &definition.targeting;
    for (list, tenants) in [("allow", allow), ("block", block)] {
        let tenants = tenants.iter().map(String::as_str);
        problems.0.extend(check_tenants(list, tenants).err());
    }
    let references = links::check_references(conn, project, environment, definition).await?;
    problems.0.extend(references.err().unwrap_or_default().0);
    Ok(problems.or(()))
}

/// What of `set` is not in `other`.
fn missing<'a>(set: &'a BTreeSet<String>, other: &'a BTreeSet<String>) -> Vec<&'a str> {
    set.difference(other).map(String::as_str).collect()
}
