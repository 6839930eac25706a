//! Writing plans: making and changing them, and what a decision changes.
//!
//! **Invariants**
//! - A plan is written by a transaction's owner alone, and whoever writes for the server says with
//!   which epoch: see [`Tx::holds_epoch`].

use chrono::{DateTime, Utc};
use serde_json::Value;
use tenantry_core::ItemId;
use tenantry_core::model::FlagKey;

use super::StoredPlan;
use crate::access::{EnvironmentScope, Write};
use crate::audit::AuditDocument;
use crate::db::{args, micros, signed, statements};
use crate::error::StoreError;
use crate::ids::FlagId;
use crate::tx::{Expected, Tx};

/// What becomes of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanWrite {
    /// The plan's document: JSON.
    pub document: String,
    /// How far it is: JSON.
    pub progress: String,
    /// What it does, in a word.
    pub status: String,
    /// The version of the targeting that the plan goes by.
    pub targeting_version: u64,
    /// What the audit log keeps of the plan: what was, and what is.
    pub noted: (Value, Value),
}

statements! { "plan";
    FLAG = "SELECT id FROM flag WHERE project_id = $1 AND key = $2";
    PUT = "INSERT INTO plan (project_id, environment_id, flag_id, document, progress, status, version,
            targeting_version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $8)
        ON CONFLICT (project_id, environment_id, flag_id) DO UPDATE SET
            document = excluded.document, progress = excluded.progress, status = excluded.status,
            version = plan.version + 1, targeting_version = excluded.targeting_version,
            updated_at = excluded.updated_at";
    DELETE = "DELETE FROM plan WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3";
    DECIDE = "INSERT INTO plan_decision
            (project_id, environment_id, flag_id, number, decision, actor, reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
}

impl Tx {
    /// Reads a flag's plan under the transaction's lock; `None` if it has none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plan(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
    ) -> Result<Option<StoredPlan>, StoreError> {
        let project = self.project();
        super::read(&mut self.conn, project, scope.id(), flag).await
    }

    /// Makes or changes a flag's plan; `None` if there is no such flag. Its version moves.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the plan is not at the expected version; one that isn't there is at 0.
    pub async fn put_plan(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        expected: Expected,
        plan: PlanWrite,
        now: DateTime<Utc>,
    ) -> Result<Option<()>, StoreError> {
        let Some(id) = self.flag_id(flag).await? else {
            return Ok(None);
        };
        let present = self.plan(scope, flag).await?;
        expected.check(present.map_or(0, |plan| plan.version))?;
        let (before, after) = plan.noted;
        let row = args![
            self.project(),
            scope.id(),
            id,
            plan.document,
            plan.progress,
            plan.status,
            signed(plan.targeting_version),
            micros(now)
        ];
        self.conn.execute(&PUT, row).await?;
        self.note_plan(scope, flag, before, after);
        Ok(Some(()))
    }

    /// Deletes a flag's plan with all that was noted of it; `None` if it has none.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the plan is not at the expected version.
    pub async fn delete_plan(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        expected: Expected,
        before: Value,
    ) -> Result<Option<()>, StoreError> {
        let (Some(id), Some(plan)) = (self.flag_id(flag).await?, self.plan(scope, flag).await?)
        else {
            return Ok(None);
        };
        expected.check(plan.version)?;
        let row = args![self.project(), scope.id(), id];
        self.conn.execute(&DELETE, row).await?;
        self.note_plan(scope, flag, before, Value::Null);
        Ok(Some(()))
    }

    /// Notes a decision of a flag's plan. Its number must not have been noted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_decision(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        (number, decision): (u64, String),
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        let Some(id) = self.flag_id(flag).await? else {
            return Ok(());
        };
        let actor = self.scope.actor().name.clone();
        let row = args![
            self.project(),
            scope.id(),
            id,
            signed(number),
            decision,
            actor,
            reason
        ];
        self.conn.execute(&DECIDE, row).await?;
        Ok(())
    }

    /// Whether `epoch` is still that of the node which carries out plans. It stays so until this
    /// transaction ends: whoever takes over waits for it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn holds_epoch(&mut self, epoch: u64) -> Result<bool, StoreError> {
        crate::maintenance::holds_epoch(&mut self.conn, epoch).await
    }

    pub(super) async fn flag_id(&mut self, flag: &FlagKey) -> Result<Option<FlagId>, StoreError> {
        let row = args![self.project(), flag.as_str()];
        let row: Option<(FlagId,)> = self.conn.optional(&FLAG, row).await?;
        Ok(row.map(|(id,)| id))
    }

    fn note_plan(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        before: Value,
        after: Value,
    ) {
        let document = AuditDocument::new("plan", before, after);
        let document = document.of(&ItemId::Flag(flag.clone()));
        self.record(document.within(scope.key()));
    }
}
