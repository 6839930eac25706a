//! Whom a plan has admitted: the record of it.
//!
//! Separate because it is a record and, but for whom a cohort drew, decides nothing.
//!
//! **Invariants**
//! - Nothing is taken out of it but with the plan: what was taken back is marked.
//! - `listed` are those whom the plan has put on the allow list and not taken off again, whatever else
//!   became of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tenantry_core::model::FlagKey;

use crate::access::{EnvironmentScope, Mode, Write};
use crate::db::{args, micros, number, signed, statements};
use crate::error::{ListError, StoreError};
use crate::ids::FlagId;
use crate::page::{self, Page};
use crate::store::Store;
use crate::tx::Tx;

/// How many tenants a statement writes at most.
const BATCH: usize = 5_000;

/// A tenant that a plan has admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The tenant's key.
    pub tenant: String,
    /// In which stage, from 0.
    pub stage: u32,
    /// That stage's name; empty if it was not noted.
    pub stage_name: String,
    /// By which decision.
    pub decision: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Whether a cohort drew it.
    pub drawn: bool,
    /// Whether that was of a plan that another has followed.
    pub former: bool,
    /// How it was taken back, if it was.
    pub retraction: Option<Retraction>,
}

/// How an admission was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retraction {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// By which decision.
    pub decision: u64,
    /// Why, in the words of whoever did.
    pub why: Option<String>,
}

/// A tenant that a plan has drawn and has on the allow list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The tenant's key.
    pub tenant: String,
    /// In which stage, from 0.
    pub stage: u32,
}

/// How many tenants a stage has admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageAdmissions {
    /// The stage, from 0.
    pub stage: u32,
    /// Its name; empty if it was not noted.
    pub name: String,
    /// How many.
    pub tenants: u64,
}

/// Which admissions to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdmissionFilter {
    /// Those that were taken back, and those of former plans, too.
    pub all: bool,
    /// Those of this stage alone, from 0.
    pub stage: Option<u32>,
    /// How many at most.
    pub limit: u32,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// A stage that is entered, or whose tenants a freeze has kept out.
#[derive(Debug, Clone, Copy)]
pub struct Admitting<'a> {
    /// The stage, from 0.
    pub stage: u32,
    /// Its name.
    pub stage_name: &'a str,
    /// The decision.
    pub decision: u64,
}

/// Where a page ended.
#[derive(Debug, Serialize, Deserialize)]
struct Position {
    stage: i64,
    tenant: String,
    decision: i64,
}

statements! { "plan";
    LISTED = "SELECT a.tenant, a.stage FROM plan_admission a
        JOIN flag f ON f.project_id = a.project_id AND f.id = a.flag_id
        WHERE a.project_id = $1 AND a.environment_id = $2 AND f.key = $3 AND a.listed
        ORDER BY a.stage, a.tenant";
    COUNT = "UPDATE plan SET admissions = (SELECT COUNT(DISTINCT a.tenant) FROM plan_admission a
            WHERE a.project_id = $1 AND a.environment_id = $2 AND a.flag_id = $3
                AND NOT a.former AND a.retracted_at IS NULL)
        WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3";
    BY_STAGE = "SELECT a.stage, a.stage_name, COUNT(DISTINCT a.tenant) FROM plan_admission a
        JOIN flag f ON f.project_id = a.project_id AND f.id = a.flag_id
        WHERE a.project_id = $1 AND a.environment_id = $2 AND f.key = $3
            AND ($4 = 1 OR (NOT a.former AND a.retracted_at IS NULL))
        GROUP BY a.stage, a.stage_name ORDER BY a.stage, a.stage_name";
    // $4: 1 for all of them. $9: the stage; -1 for any.
    ADMISSIONS = "SELECT a.tenant, a.stage, a.stage_name, a.decision, a.admitted_at, a.admitted_by,
            a.drawn, a.former, a.retracted_at, a.retracted_by, a.retracted_decision, a.retracted_why
        FROM plan_admission a JOIN flag f ON f.project_id = a.project_id AND f.id = a.flag_id
        WHERE a.project_id = $1 AND a.environment_id = $2 AND f.key = $3
            AND ($4 = 1 OR (NOT a.former AND a.retracted_at IS NULL))
            AND (a.stage, a.tenant, a.decision) > ($5, $6, $7)
            AND ($9 < 0 OR a.stage = $9)
        ORDER BY a.stage, a.tenant, a.decision LIMIT $8";
    DRAW = "INSERT INTO plan_admission (project_id, environment_id, flag_id, stage, stage_name,
                decision, admitted_at, admitted_by, drawn, listed, former, tenant)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, TRUE, TRUE, FALSE, value
            FROM json_each($9) WHERE TRUE ON CONFLICT DO NOTHING"
        or "INSERT INTO plan_admission (project_id, environment_id, flag_id, stage, stage_name,
                decision, admitted_at, admitted_by, drawn, listed, former, tenant)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, TRUE, TRUE, FALSE, value
            FROM jsonb_array_elements_text($9) value ON CONFLICT DO NOTHING";
    ADMIT = "INSERT INTO plan_admission (project_id, environment_id, flag_id, stage, stage_name,
                decision, admitted_at, admitted_by, drawn, listed, former, tenant)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, FALSE, FALSE, FALSE, value
            FROM json_each($9) WHERE TRUE ON CONFLICT DO NOTHING"
        or "INSERT INTO plan_admission (project_id, environment_id, flag_id, stage, stage_name,
                decision, admitted_at, admitted_by, drawn, listed, former, tenant)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, FALSE, FALSE, FALSE, value
            FROM jsonb_array_elements_text($9) value ON CONFLICT DO NOTHING";
    // $8: the newest stage that is admitted.
    ADMIT_AGAIN = "INSERT INTO plan_admission (project_id, environment_id, flag_id, stage, stage_name,
                decision, admitted_at, admitted_by, drawn, listed, former, tenant)
            SELECT a.project_id, a.environment_id, a.flag_id, a.stage, a.stage_name, $4, $5, $6,
                a.drawn, FALSE, FALSE, a.tenant
            FROM plan_admission a
            WHERE a.project_id = $1 AND a.environment_id = $2 AND a.flag_id = $3
                AND a.tenant IN (SELECT value FROM json_each($7)) AND a.stage <= $8
                AND NOT a.former AND a.retracted_at IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM plan_admission b
                    WHERE b.project_id = a.project_id AND b.environment_id = a.environment_id
                        AND b.flag_id = a.flag_id AND b.tenant = a.tenant AND NOT b.former
                        AND (b.decision > a.decision OR b.retracted_at IS NULL))"
        or "INSERT INTO plan_admission (project_id, environment_id, flag_id, stage, stage_name,
                decision, admitted_at, admitted_by, drawn, listed, former, tenant)
            SELECT a.project_id, a.environment_id, a.flag_id, a.stage, a.stage_name, $4, $5, $6,
                a.drawn, FALSE, FALSE, a.tenant
            FROM plan_admission a
            WHERE a.project_id = $1 AND a.environment_id = $2 AND a.flag_id = $3
                AND a.tenant IN (SELECT value FROM jsonb_array_elements_text($7) value)
                AND a.stage <= $8 AND NOT a.former AND a.retracted_at IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM plan_admission b
                    WHERE b.project_id = a.project_id AND b.environment_id = a.environment_id
                        AND b.flag_id = a.flag_id AND b.tenant = a.tenant AND NOT b.former
                        AND (b.decision > a.decision OR b.retracted_at IS NULL))";
    // $4: the newest stage that stays; -1 for none.
    RETRACT = "UPDATE plan_admission SET listed = FALSE, retracted_at = COALESCE(retracted_at, $5),
            retracted_by = COALESCE(retracted_by, $6),
            retracted_decision = COALESCE(retracted_decision, $7),
            retracted_why = COALESCE(retracted_why, $8)
        WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3 AND stage > $4
            AND NOT former AND (listed OR retracted_at IS NULL)";
    RETRACT_ONE = "UPDATE plan_admission SET retracted_at = $5, retracted_by = $6,
            retracted_decision = $7, retracted_why = $8
        WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3 AND tenant = $4
            AND NOT former AND retracted_at IS NULL";
    SUCCEED = "UPDATE plan_admission SET former = TRUE, listed = FALSE
        WHERE project_id = $1 AND environment_id = $2 AND flag_id = $3 AND NOT former";
}

#[derive(Debug, sqlx::FromRow)]
struct AdmissionRow {
    tenant: String,
    stage: i64,
    stage_name: String,
    decision: i64,
    admitted_at: DateTime<Utc>,
    admitted_by: String,
    drawn: bool,
    former: bool,
    retracted_at: Option<DateTime<Utc>>,
    retracted_by: Option<String>,
    retracted_decision: Option<i64>,
    retracted_why: Option<String>,
}

impl TryFrom<AdmissionRow> for Admission {
    type Error = StoreError;

    fn try_from(row: AdmissionRow) -> Result<Self, StoreError> {
        const TABLE: &str = "plan_admission";
        let retraction = match (row.retracted_at, row.retracted_by, row.retracted_decision) {
            (Some(at), Some(by), Some(decision)) => Some(Retraction {
                at,
                by,
                decision: number(TABLE, "retracted_decision", &row.tenant, decision)?,
                why: row.retracted_why,
            }),
            _ => None,
        };
        Ok(Self {
            stage: number(TABLE, "stage", &row.tenant, row.stage)?,
            stage_name: row.stage_name,
            decision: number(TABLE, "decision", &row.tenant, row.decision)?,
            at: row.admitted_at,
            by: row.admitted_by,
            drawn: row.drawn,
            former: row.former,
            retraction,
            tenant: row.tenant,
        })
    }
}

impl Store {
    /// Reads whom a plan has drawn and has on the allow list, by stage.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plan_drawn<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
    ) -> Result<Vec<Drawn>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let place = args![scope.project().id(), scope.id(), flag.as_str()];
        let rows: Vec<(String, i64)> = conn.all(&LISTED, place).await?;
        rows.into_iter()
            .map(|(tenant, stage)| {
                let stage = number("plan_admission", "stage", &tenant, stage)?;
                Ok(Drawn { tenant, stage })
            })
            .collect()
    }

    /// Counts the tenants that a plan has admitted, by stage: those not taken back, or `all` on record. A
    /// stage counts for each name that it had.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admissions_by_stage<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
        all: bool,
    ) -> Result<Vec<StageAdmissions>, StoreError> {
        let mut conn = self.read(scope.project()).await?;
        let place = args![
            scope.project().id(),
            scope.id(),
            flag.as_str(),
            i64::from(all)
        ];
        let rows: Vec<(i64, String, i64)> = conn.all(&BY_STAGE, place).await?;
        let stages = rows.into_iter().map(|(stage, name, tenants)| {
            Ok(StageAdmissions {
                stage: number("plan_admission", "stage", flag, stage)?,
                tenants: number("plan_admission", "count", flag, tenants)?,
                name,
            })
        });
        stages.collect()
    }

    /// Lists whom a plan has admitted, by stage, then by key.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn plan_admissions<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
        filter: &AdmissionFilter,
    ) -> Result<Page<Admission>, ListError> {
        let after = match &filter.cursor {
            Some(cursor) => page::decode(cursor)?,
            None => Position {
                stage: -1,
                tenant: String::new(),
                decision: 0,
            },
        };
        let mut conn = self.read(scope.project()).await?;
        let place = args![
            scope.project().id(),
            scope.id(),
            flag.as_str(),
            i64::from(filter.all),
            after.stage,
            after.tenant,
            after.decision,
            i64::from(filter.limit) + 1,
            filter.stage.map_or(-1, i64::from)
        ];
        let rows: Vec<AdmissionRow> = conn.all(&ADMISSIONS, place).await?;
        let rows: Result<Vec<Admission>, _> = rows.into_iter().map(TryInto::try_into).collect();
        Ok(page::cut(rows?, filter.limit, |it| Position {
            stage: i64::from(it.stage),
            tenant: it.tenant.clone(),
            decision: signed(it.decision),
        }))
    }
}

impl Tx {
    /// Records whom a plan's decision admits: tenants that a cohort draws, and others that come to have
    /// the flag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admit(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        admitting: Admitting<'_>,
        (drawn, others): (&[String], &[String]),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(id) = self.flag_id(flag).await? else {
            return Ok(());
        };
        let by = self.scope.actor().name.clone();
        for (statement, tenants) in [(&DRAW, drawn), (&ADMIT, others)] {
            for tenants in tenants.chunks(BATCH) {
                let row = args![
                    self.project(),
                    scope.id(),
                    id,
                    i64::from(admitting.stage),
                    admitting.stage_name,
                    signed(admitting.decision),
                    micros(now),
                    by.as_str(),
                    json!(tenants)
                ];
                self.conn.execute(statement, row).await?;
            }
        }
        self.count_admissions(scope, id).await
    }

    /// Marks as taken back whom a plan admitted in stages after `stage`; after none, everybody.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn retract(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        stage: Option<u32>,
        (decision, why): (u64, Option<&str>),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(id) = self.flag_id(flag).await? else {
            return Ok(());
        };
        let by = self.scope.actor().name.clone();
        let row = args![
            self.project(),
            scope.id(),
            id,
            stage.map_or(-1, i64::from),
            micros(now),
            by,
            signed(decision),
            why
        ];
        self.conn.execute(&RETRACT, row).await?;
        self.count_admissions(scope, id).await
    }

    /// Marks as taken back that a plan admitted this tenant. It stays on the allow list.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn retract_one(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        tenant: &str,
        (decision, why): (u64, Option<&str>),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(id) = self.flag_id(flag).await? else {
            return Ok(());
        };
        let by = self.scope.actor().name.clone();
        let row = args![
            self.project(),
            scope.id(),
            id,
            tenant,
            micros(now),
            by,
            signed(decision),
            why
        ];
        self.conn.execute(&RETRACT_ONE, row).await?;
        self.count_admissions(scope, id).await
    }

    /// Records that tenants have the flag again of whom that was taken back: in the stage that admitted
    /// them, if it is `stage` or before. Of others nothing is recorded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admit_again(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        (decision, stage): (u64, Option<u32>),
        tenants: &[String],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (Some(stage), false) = (stage, tenants.is_empty()) else {
            return Ok(());
        };
        let Some(id) = self.flag_id(flag).await? else {
            return Ok(());
        };
        let by = self.scope.actor().name.clone();
        for tenants in tenants.chunks(BATCH) {
            let row = args![
                self.project(),
                scope.id(),
                id,
                signed(decision),
                micros(now),
                by.as_str(),
                json!(tenants),
                i64::from(stage)
            ];
            self.conn.execute(&ADMIT_AGAIN, row).await?;
        }
        self.count_admissions(scope, id).await
    }

    /// Leaves whom a plan that has ended admitted to the past: another plan comes in its place.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn succeed_admissions(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
    ) -> Result<(), StoreError> {
        if let Some(id) = self.flag_id(flag).await? {
            let row = args![self.project(), scope.id(), id];
            self.conn.execute(&SUCCEED, row).await?;
            self.count_admissions(scope, id).await?;
        }
        Ok(())
    }

    /// Keeps the count of them beside the plan: whoever lists plans must not count them all.
    async fn count_admissions(
        &mut self,
        scope: &EnvironmentScope<Write>,
        flag: FlagId,
    ) -> Result<(), StoreError> {
        let place = args![self.project(), scope.id(), flag];
        self.conn.execute(&COUNT, place).await?;
        Ok(())
    }
}
