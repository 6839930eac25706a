//! Plans: rollouts that are carried out in stages, as they are stored.
//!
//! Separate from the targeting that they write: a plan may be made, changed and ended without
//! touching it. What a plan says, `tenantry-plan` knows; here it is a document.
//!
//! **Invariants**
//! - A plan's version moves with every decision and every change of its document, so whoever writes
//!   with the version that it read knows that nobody else has decided meanwhile.
//! - A decision's number is a key: none is written twice.

mod admission;
mod in_force;
mod list;
mod under_way;
mod write;

use chrono::{DateTime, Utc};
use tenantry_core::model::FlagKey;

pub(crate) use admission::ALL as ADMISSION;
pub use admission::{Admission, AdmissionFilter, Admitting, Drawn, Retraction, StageAdmissions};
pub(crate) use in_force::ALL as IN_FORCE;
pub use in_force::PlanInForce;
pub(crate) use list::ALL as LIST;
pub use list::{ListedPlan, PlanFilter};
pub(crate) use under_way::ALL as UNDER_WAY;
pub use under_way::PlanUnderWay;
pub(crate) use write::ALL as WRITE;
pub use write::PlanWrite;

use crate::access::{EnvironmentScope, Mode};
use crate::db::{Conn, args, number, signed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId};
use crate::store::Store;

/// A plan as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPlan {
    /// The plan's document: JSON.
    pub document: String,
    /// How far it is: JSON.
    pub progress: String,
    /// What it does, in a word: `draft`, `running`, `paused`, `finished` or `rolled_back`.
    pub status: String,
    /// What `If-Match` compares.
    pub version: u64,
    /// How many tenants of the roster it has admitted and not taken back.
    pub admissions: u64,
    /// The version of the targeting that the plan last wrote or accepted.
    pub targeting_version: u64,
    /// The version that the targeting has: another one, if somebody else has changed it.
    pub current_version: u64,
    /// When the plan was made.
    pub created_at: DateTime<Utc>,
    /// When something was last decided or changed.
    pub updated_at: DateTime<Utc>,
}

impl StoredPlan {
    /// Whether somebody else has changed the targeting since the plan wrote or accepted it.
    #[must_use]
    pub fn is_edited(&self) -> bool {
        self.current_version != self.targeting_version
    }
}

/// Something that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDecision {
    /// Its number, from 1.
    pub number: u64,
    /// What was decided: JSON.
    pub decision: String,
    /// Who decided.
    pub actor: String,
    /// Why, in the words of whoever did.
    pub reason: Option<String>,
}

/// The statements of this module.
pub(crate) const PLANS: &[crate::db::Statement] = ALL;

statements! { "plan";
    PLAN = "SELECT p.document, p.progress, p.status, p.version, p.admissions,
            p.targeting_version, t.version AS current_version, p.created_at, p.updated_at
        FROM plan p JOIN flag f ON f.project_id = p.project_id AND f.id = p.flag_id
        JOIN targeting t ON t.project_id = p.project_id AND t.environment_id = p.environment_id
            AND t.flag_id = p.flag_id
        WHERE p.project_id = $1 AND p.environment_id = $2 AND f.key = $3";
    DECISIONS = "SELECT d.number, d.decision, d.actor, d.reason
        FROM plan_decision d JOIN flag f ON f.project_id = d.project_id AND f.id = d.flag_id
        WHERE d.project_id = $1 AND d.environment_id = $2 AND f.key = $3
        ORDER BY d.number DESC LIMIT $4";
    GUARD = "SELECT g.text FROM plan_guard g
        JOIN flag f ON f.project_id = g.project_id AND f.id = g.flag_id
        WHERE g.project_id = $1 AND g.environment_id = $2 AND f.key = $3 AND g.part = $4";
}

#[derive(Debug, sqlx::FromRow)]
struct PlanRow {
    document: String,
    progress: String,
    status: String,
    version: i64,
    admissions: i64,
    targeting_version: i64,
    current_version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Store {
    /// Reads a flag's plan; `None` if it has none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plan<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
    ) -> Result<Option<StoredPlan>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        read(&mut conn, scope.project().id(), scope.id(), flag).await
    }

    /// Reads what was last decided, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plan_decisions<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
        limit: u32,
    ) -> Result<Vec<StoredDecision>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let place = args![
            scope.project().id(),
            scope.id(),
            flag.as_str(),
            signed(limit.into())
        ];
        let rows: Vec<(i64, String, String, Option<String>)> = conn.all(&DECISIONS, place).await?;
        rows.into_iter()
            .map(|(at, decision, actor, reason)| {
                Ok(StoredDecision {
                    number: number("plan_decision", "number", at, at)?,
                    decision,
                    actor,
                    reason,
                })
            })
            .collect()
    }

    /// Reads a part of what a plan's guard keeps; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plan_guard<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
        part: &str,
    ) -> Result<Option<String>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let place = args![scope.project().id(), scope.id(), flag.as_str(), part];
        let row: Option<(String,)> = conn.optional(&GUARD, place).await?;
        Ok(row.map(|(text,)| text))
    }
}

pub(crate) async fn read(
    conn: &mut Conn,
    project: ProjectId,
    environment: EnvironmentId,
    flag: &FlagKey,
) -> Result<Option<StoredPlan>, StoreError> {
    let row: Option<PlanRow> = conn
        .optional(&PLAN, args![project, environment, flag.as_str()])
        .await?;
    row.map(|row| {
        Ok(StoredPlan {
            version: number("plan", "version", flag, row.version)?,
            admissions: number("plan", "admissions", flag, row.admissions)?,
            targeting_version: number("plan", "targeting_version", flag, row.targeting_version)?,
            current_version: number("targeting", "version", flag, row.current_version)?,
            document: row.document,
            progress: row.progress,
            status: row.status,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    })
    .transpose()
}
