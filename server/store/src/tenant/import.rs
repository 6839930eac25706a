//! Changing many tenants of the roster at once.
//!
//! Separate from single tenants because a hundred thousand of them are read, compared and written by
//! the thousand, and leave one audit entry with counts instead of a document each.
//!
//! **Invariants**
//! - All lines are good, or none is taken.
//! - The same lines again change nothing.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tenantry_core::limits::MAX_PROBLEMS;
use tenantry_core::model::{Problems, TenantKey};

use super::row::TenantRow;
use super::{Tenant, TenantFacts, TenantPatch};
use crate::audit::AuditDocument;
use crate::db::{args, signed, statements};
use crate::error::{StoreError, WriteError};
use crate::json;
use crate::segment::RosterChange;
use crate::tx::Tx;

/// How many rows one statement reads or writes: enough that its price is that of the rows.
pub(super) const BATCH: usize = 5_000;

statements! { "tenant";
    // `IS TRUE`: see the lists of flags.
    SOME = "SELECT key, name, attributes, weight, weight_given, created_at, updated_at, version FROM tenant
            WHERE project_id = $1 AND key IN (SELECT value FROM json_each($2))"
        or "SELECT key, name, attributes, weight, weight_given, created_at, updated_at, version FROM tenant
            WHERE project_id = $1 AND (key IN (SELECT jsonb_array_elements_text($2))) IS TRUE";
    // Attributes travel as text within the text: SQLite would write their numbers its own way.
    SAVE = "INSERT INTO tenant
                (project_id, key, name, attributes, weight, weight_given, created_at, updated_at, version)
            SELECT $1, value ->> 'key', value ->> 'name', value ->> 'attributes',
                value ->> 'weight', value ->> 'weight_given', $3, $3, $4
            FROM json_each($2) WHERE TRUE
            ON CONFLICT (project_id, key) DO UPDATE SET name = excluded.name,
                attributes = excluded.attributes, weight = excluded.weight,
                weight_given = excluded.weight_given,
                updated_at = excluded.updated_at, version = excluded.version"
        or "INSERT INTO tenant
                (project_id, key, name, attributes, weight, weight_given, created_at, updated_at, version)
            SELECT $1, value ->> 'key', value ->> 'name', (value ->> 'attributes')::jsonb,
                (value ->> 'weight')::bigint, (value ->> 'weight_given')::boolean, $3, $3, $4
            FROM jsonb_array_elements($2) value
            ON CONFLICT (project_id, key) DO UPDATE SET name = excluded.name,
                attributes = excluded.attributes, weight = excluded.weight,
                weight_given = excluded.weight_given,
                updated_at = excluded.updated_at, version = excluded.version";
}

/// A line of an import: what to change about a tenant, which need not be on the roster yet.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantLine {
    /// The line's number in its file, from 1: problems are reported under it.
    pub number: u64,
    /// The tenant's key. No two lines have the same.
    pub key: TenantKey,
    /// What to change.
    pub patch: TenantPatch,
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Tenants that came onto the roster.
    pub added: u64,
    /// Tenants that were on it and are different now.
    pub changed: u64,
    /// Tenants that are as they were.
    pub unchanged: u64,
}

impl Tx {
    /// Adds tenants to the roster, or changes those that are on it. All of them, or none.
    ///
    /// # Errors
    /// [`WriteError`]; the paths of problems begin with `lines[<number>].`.
    pub async fn import_tenants(
        &mut self,
        lines: Vec<TenantLine>,
        now: DateTime<Utc>,
    ) -> Result<Imported, WriteError> {
        let mut imported = Imported::default();
        let mut problems = Problems::default();
        let mut moved = Vec::new();
        let mut lines = lines.into_iter().peekable();
        while lines.peek().is_some() {
            let batch: Vec<_> = lines.by_ref().take(BATCH).collect();
            let keys: Vec<&str> = batch.iter().map(|line| line.key.as_str()).collect();
            let mut known = self.known(&keys).await?;
            let mut saved = Vec::with_capacity(batch.len());
            for TenantLine { number, key, patch } in batch {
                let before = known.remove(key.as_str());
                let facts = before.as_ref().map(Tenant::facts);
                let facts = patch.applied_to(&key, facts.unwrap_or_else(|| TenantFacts::of(&key)));
                if problems.0.len() < MAX_PROBLEMS {
                    facts.check(&format!("lines[{number}]."), &mut problems);
                }
                match &before {
                    Some(before) if before.facts() == facts => {
                        imported.unchanged += 1;
                        continue;
                    }
                    Some(_) => imported.changed += 1,
                    None => imported.added += 1,
                }
                saved.push(self.tenant_of(key, facts, before.as_ref(), now));
            }
            if problems.0.is_empty() && !saved.is_empty() {
                self.save_tenants(&saved).await?;
                moved.append(&mut saved);
            }
        }
        problems.or(()).map_err(WriteError::Invalid)?;
        if imported.added + imported.changed > 0 {
            self.move_roster().await?;
            let counts = json!({"added": imported.added, "changed": imported.changed});
            self.record(AuditDocument::new("tenants", Value::Null, counts));
            let changes: Vec<_> = moved.iter().map(RosterChange::Is).collect();
            self.follow_roster(&changes, now).await?;
        }
        Ok(imported)
    }

    /// Those of the tenants that are on the roster.
    pub(super) async fn known(
        &mut self,
        keys: &[&str],
    ) -> Result<HashMap<String, Tenant>, StoreError> {
        let wanted = args![self.project(), json!(keys)];
        let rows: Vec<TenantRow> = self.conn.all(&SOME, wanted).await?;
        let tenants = rows.into_iter().map(Tenant::try_from);
        tenants
            .map(|tenant| tenant.map(|tenant| (tenant.key.to_string(), tenant)))
            .collect()
    }

    /// Writes tenants' rows, all of which were changed at the same time.
    pub(super) async fn save_tenants(&mut self, tenants: &[Tenant]) -> Result<(), StoreError> {
        let Some(at) = tenants.first().map(|tenant| tenant.updated_at) else {
            return Ok(());
        };
        let rows: Vec<Value> = tenants
            .iter()
            .map(|tenant| {
                json!({
                    "key": tenant.key,
                    "name": tenant.name,
                    "attributes": json::text(&tenant.attributes),
                    "weight": tenant.weight,
                    "weight_given": tenant.weight_given,
                })
            })
            .collect();
        let version = signed(self.roster_version());
        let rows = args![self.project(), Value::Array(rows), at, version];
        self.conn.execute(&SAVE, rows).await.map(drop)
    }
}
