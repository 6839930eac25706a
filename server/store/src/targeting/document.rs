//! The targeting's row: reading it, and making its columns from a definition.
//!
//! **Invariants**
//! - `item` is made here and nowhere else, so the same definition always gives the same bytes.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tenantry_core::model::{FlagDefinition, FlagKey, Item, Targeting};

use super::TargetingDocument;
use super::list::{self, Lists};
use crate::db::{Conn, args, number, signed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, FlagId, ProjectId};
use crate::tx::Tx;

statements! { "targeting";
    TARGETING = "SELECT f.id, f.archived_at, t.item, t.version, t.updated_at
        FROM flag f JOIN targeting t ON t.project_id = f.project_id AND t.flag_id = f.id
        WHERE f.project_id = $1 AND f.key = $2 AND t.environment_id = $3";
    FLAGS = "SELECT id, key, salt, archived_at FROM flag WHERE project_id = $1 ORDER BY key";
    INSERT = "INSERT INTO targeting (project_id, environment_id, flag_id, item, is_on, threshold,
            rule_count, variant_count, prerequisites, segments, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    SAVE = "UPDATE targeting SET item = $4, is_on = $5, threshold = $6, rule_count = $7,
            variant_count = $8, prerequisites = $9, segments = $10, updated_at = $11,
            version = version + 1
        WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3";
}

/// A row as it was read: a definition without its key lists.
#[derive(Debug, Clone)]
pub(crate) struct OpenTargeting {
    pub(crate) flag: FlagId,
    pub(crate) item: String,
    pub(crate) definition: FlagDefinition,
    pub(crate) version: u64,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) archived: bool,
}

#[derive(Debug, sqlx::FromRow)]
struct TargetingRow {
    id: FlagId,
    archived_at: Option<DateTime<Utc>>,
    item: String,
    version: i64,
    updated_at: DateTime<Utc>,
}

/// Reads a row; `None` if the project has no such flag.
pub(super) async fn open(
    conn: &mut Conn,
    project: ProjectId,
    environment: EnvironmentId,
    flag: &FlagKey,
) -> Result<Option<OpenTargeting>, StoreError> {
    let row = args![project, flag.as_str(), environment];
    let Some(row) = conn.optional::<TargetingRow>(&TARGETING, row).await? else {
        return Ok(None);
    };
    let definition = match serde_json::from_str(&row.item) {
        Ok(Item::Flag(definition)) => definition,
        Ok(Item::Segment(_)) => {
            return Err(StoreError::corrupt(
                "targeting",
                "item",
                row.id,
                "not a flag",
            ));
        }
        Err(error) => return Err(StoreError::corrupt("targeting", "item", row.id, error)),
    };
    Ok(Some(OpenTargeting {
        flag: row.id,
        definition,
        version: number("targeting", "version", row.id, row.version)?,
        item: row.item,
        updated_at: row.updated_at,
        archived: row.archived_at.is_some(),
    }))
}

/// Reads a whole document, key lists included.
pub(super) async fn read(
    conn: &mut Conn,
    project: ProjectId,
    environment: EnvironmentId,
    flag: &FlagKey,
) -> Result<Option<TargetingDocument>, StoreError> {
    let Some(open) = open(conn, project, environment, flag).await? else {
        return Ok(None);
    };
    let lists = list::members(conn, project, environment, open.flag).await?;
    Ok(Some(open.with(lists)))
}

impl OpenTargeting {
    pub(super) fn with(mut self, lists: Lists) -> TargetingDocument {
        self.definition.targeting.allow = lists.allow.into_iter().collect();
        self.definition.targeting.block = lists.block.into_iter().collect();
        TargetingDocument {
            definition: self.definition,
            version: self.version,
            updated_at: self.updated_at,
            archived: self.archived,
        }
    }
}

/// What is stored of a definition without key lists.
pub(super) struct Columns {
    pub(super) item: String,
    on: bool,
    threshold: i64,
    rules: i64,
    variants: i64,
    prerequisites: Value,
    segments: Value,
}

impl Columns {
    /// Makes the columns of `definition`, which must carry no key lists.
    pub(super) fn of(definition: &FlagDefinition) -> Self {
        let targeting = &definition.targeting;
        let segments: std::collections::BTreeSet<_> =
            segments(targeting).map(|(_, key)| key).collect();
        let item = Item::Flag(definition.clone());
        Self {
            item: crate::json::text(&item),
            on: targeting.on,
            threshold: i64::from(targeting.rollout.threshold),
            rules: signed(targeting.rules.len() as u64),
            variants: signed(targeting.variants.len() as u64),
            prerequisites: json!(targeting.prerequisites),
            segments: json!(segments),
        }
    }
}

/// The segments that rules ask for, each with the path to where.
pub(super) fn segments(targeting: &Targeting) -> impl Iterator<Item = (String, &str)> {
    targeting.rules.iter().enumerate().flat_map(|(rule, each)| {
        each.conditions
            .iter()
            .enumerate()
            .filter_map(move |(condition, each)| {
                let path = format!("rules[{rule}].conditions[{condition}].segment");
                Some((path, each.segment.as_deref()?))
            })
    })
}

impl Tx {
    /// Reads the row of a flag in the environment at `position`.
    pub(crate) async fn open_targeting(
        &mut self,
        position: usize,
        flag: &FlagKey,
    ) -> Result<Option<OpenTargeting>, StoreError> {
        let (project, environment) = (self.project(), self.environments[position].id);
        open(&mut self.conn, project, environment, flag).await
    }

    /// Gives a flag its targeting in the environment at `position`: off.
    pub(crate) async fn insert_targeting(
        &mut self,
        position: usize,
        flag: FlagId,
        key: &FlagKey,
        salt: &str,
        streamed: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let columns = Columns::of(&FlagDefinition {
            key: key.clone(),
            salt: salt.to_owned(),
            targeting: Targeting::default(),
        });
        let project = self.project();
        let environment = &mut self.environments[position];
        if streamed {
            let item = tenantry_core::ItemId::Flag(key.clone());
            environment.put_item(&item, None, Some(&columns.item));
        }
        write(
            &mut self.conn,
            &INSERT,
            (project, environment.id, flag),
            columns,
            now,
        )
        .await
    }

    /// Gives every flag its targeting in a new environment: off.
    pub(crate) async fn insert_targetings(
        &mut self,
        position: usize,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let flags = args![self.project()];
        let flags: Vec<(FlagId, String, String, Option<DateTime<Utc>>)> =
            self.conn.all(&FLAGS, flags).await?;
        for (flag, key, salt, archived_at) in flags {
            let key = crate::db::parsed("flag", "key", flag, &key)?;
            let streamed = archived_at.is_none();
            self.insert_targeting(position, flag, &key, &salt, streamed, now)
                .await?;
        }
        Ok(())
    }

    /// Replaces a flag's targeting in the environment at `position`.
    pub(super) async fn save_targeting(
        &mut self,
        position: usize,
        flag: FlagId,
        columns: Columns,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let row = (self.project(), self.environments[position].id, flag);
        write(&mut self.conn, &SAVE, row, columns, now).await
    }
}

async fn write(
    conn: &mut Conn,
    statement: &crate::db::Statement,
    (project, environment, flag): (ProjectId, EnvironmentId, FlagId),
    columns: Columns,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = args![
        project,
        environment,
        flag,
        columns.item,
        columns.on,
        columns.threshold,
        columns.rules,
        columns.variants,
        columns.prerequisites,
        columns.segments,
        now,
    ];
    conn.execute(statement, row).await?;
    Ok(())
}
