//! Listing an environment's plans: those under way, then those that wait to be started, then those that
//! have ended.
//!
//! Separate from reading one, because a list reads of each what people look over, in one statement, and
//! counts nothing.
//!
//! **Invariants**
//! - Plans that have not ended are listed by their flags' keys, so that one that goes on meanwhile keeps
//!   its place; those that have, the newest first, for they stay as they are.
//! - Plans of archived flags are left out.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::FlagKey;

use crate::access::{EnvironmentScope, Mode};
use crate::db::{args, micros, number, parsed, statements};
use crate::error::{ListError, StoreError};
use crate::ids::FlagId;
use crate::page::{self, Page};
use crate::store::Store;

/// Which plans to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanFilter {
    /// Of this flag.
    pub flag: Option<FlagKey>,
    /// Of these statuses, in words; of all if there is none.
    pub statuses: Vec<&'static str>,
    /// How many at most, 1 to 200.
    pub limit: u32,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// A plan as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPlan {
    /// Whose it is.
    pub flag: FlagKey,
    /// What people call the flag.
    pub flag_name: String,
    /// Who answers for the flag; empty for nobody.
    pub owner: String,
    /// The plan's document: JSON.
    pub document: String,
    /// How far it is: JSON.
    pub progress: String,
    /// How many tenants of the roster it has admitted and not taken back.
    pub admissions: u64,
    /// What its guard says: JSON, if it has said something.
    pub state: Option<String>,
    /// What keeps it from being carried out: JSON, if that was noted.
    pub trouble: Option<String>,
    /// What `If-Match` compares.
    pub version: u64,
    /// When the plan was made.
    pub created_at: DateTime<Utc>,
    /// When something was last decided or changed.
    pub updated_at: DateTime<Utc>,
}

/// The parts of the list, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    UnderWay,
    Waiting,
    Ended,
}

/// Where a page ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Position {
    UnderWay(String),
    Waiting(String),
    Ended(DateTime<Utc>, FlagId),
}

statements! { "plan";
    // $3 and $4: two statuses, or the same twice.
    BY_KEY = "SELECT f.key, f.name, f.owner, p.document, p.progress, p.status, p.version, p.admissions,
            p.created_at, p.updated_at, p.flag_id, s.text AS state, t.text AS trouble
        FROM plan p JOIN flag f ON f.project_id = p.project_id AND f.id = p.flag_id
        LEFT JOIN plan_guard s ON s.project_id = p.project_id AND s.environment_id = p.environment_id
            AND s.flag_id = p.flag_id AND s.part = 'state'
        LEFT JOIN plan_guard t ON t.project_id = p.project_id AND t.environment_id = p.environment_id
            AND t.flag_id = p.flag_id AND t.part = 'trouble'
        WHERE p.project_id = $1 AND p.environment_id = $2 AND p.status IN ($3, $4)
            AND f.archived_at IS NULL AND f.key > $5
        ORDER BY f.key LIMIT $6";
    ONE = "SELECT f.key, f.name, f.owner, p.document, p.progress, p.status, p.version, p.admissions,
            p.created_at, p.updated_at, p.flag_id, s.text AS state, t.text AS trouble
        FROM plan p JOIN flag f ON f.project_id = p.project_id AND f.id = p.flag_id
        LEFT JOIN plan_guard s ON s.project_id = p.project_id AND s.environment_id = p.environment_id
            AND s.flag_id = p.flag_id AND s.part = 'state'
        LEFT JOIN plan_guard t ON t.project_id = p.project_id AND t.environment_id = p.environment_id
            AND t.flag_id = p.flag_id AND t.part = 'trouble'
        WHERE p.project_id = $1 AND p.environment_id = $2 AND f.key = $3
            AND f.archived_at IS NULL";
    NEWEST = "SELECT f.key, f.name, f.owner, p.document, p.progress, p.status, p.version, p.admissions,
            p.created_at, p.updated_at, p.flag_id, s.text AS state, t.text AS trouble
        FROM plan p JOIN flag f ON f.project_id = p.project_id AND f.id = p.flag_id
        LEFT JOIN plan_guard s ON s.project_id = p.project_id AND s.environment_id = p.environment_id
            AND s.flag_id = p.flag_id AND s.part = 'state'
        LEFT JOIN plan_guard t ON t.project_id = p.project_id AND t.environment_id = p.environment_id
            AND t.flag_id = p.flag_id AND t.part = 'trouble'
        WHERE p.project_id = $1 AND p.environment_id = $2 AND p.status = $3
            AND f.archived_at IS NULL AND (p.updated_at, p.flag_id) < ($4, $5)
        ORDER BY p.updated_at DESC, p.flag_id DESC LIMIT $6";
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    key: String,
    name: String,
    owner: String,
    document: String,
    progress: String,
    status: String,
    version: i64,
    admissions: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    flag_id: FlagId,
    state: Option<String>,
    trouble: Option<String>,
}

impl Store {
    /// Lists an environment's plans.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn plans<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        filter: &PlanFilter,
    ) -> Result<Page<ListedPlan>, ListError> {
        let limit = filter.limit.clamp(1, 200);
        let after: Option<Position> = filter.cursor.as_deref().map(page::decode).transpose()?;
        let first = after.as_ref().map_or(Part::UnderWay, Position::part);
        let mut conn = self.read(scope.project()).await?;
        let (project, environment) = (scope.project().id(), scope.id());
        if let Some(flag) = &filter.flag {
            let place = args![project, environment, flag.as_str()];
            let mut rows: Vec<Row> = conn.all(&ONE, place).await?;
            rows.retain(|row| filter.wants(&row.status));
            return Ok(Page {
                items: listed(rows)?,
                next_cursor: None,
            });
        }
        let mut rows: Vec<Row> = Vec::new();
        for part in [Part::UnderWay, Part::Waiting, Part::Ended] {
            let wanted = filter.of(part);
            let missing = i64::from(limit) + 1 - i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let ([one, ..], true, true) = (&*wanted, part >= first, missing > 0) else {
                continue;
            };
            if part == Part::Ended {
                let (at, id) = match after {
                    Some(Position::Ended(at, id)) => (at.min(far()), id),
                    _ => (far(), FlagId::last()),
                };
                // Each status has its place in the index; together they would have to be sorted.
                let mut ended: Vec<Row> = Vec::new();
                for status in &wanted {
                    let place = args![project, environment, *status, micros(at), id, missing];
                    ended.extend(conn.all::<Row>(&NEWEST, place).await?);
                }
                ended.sort_unstable_by_key(|row| Reverse((row.updated_at, row.flag_id)));
                rows.extend(ended);
            } else {
                let key = match &after {
                    Some(Position::UnderWay(key)) if part == Part::UnderWay => key.as_str(),
                    Some(Position::Waiting(key)) if part == Part::Waiting => key.as_str(),
                    _ => "",
                };
                let other = wanted.last().unwrap_or(one);
                let place = args![project, environment, *one, *other, key, missing];
                rows.extend(conn.all::<Row>(&BY_KEY, place).await?);
            }
        }
        let page = page::cut(rows, limit, Position::of);
        Ok(Page {
            items: listed(page.items)?,
            next_cursor: page.next_cursor,
        })
    }
}

fn listed(rows: Vec<Row>) -> Result<Vec<ListedPlan>, StoreError> {
    rows.into_iter().map(ListedPlan::try_from).collect()
}

/// After every plan, and a time that either database can compare.
fn far() -> DateTime<Utc> {
    chrono::NaiveDate::from_ymd_opt(9999, 12, 31)
        .unwrap_or_default()
        .and_time(chrono::NaiveTime::MIN)
        .and_utc()
}

impl PlanFilter {
    /// The statuses of a part that are asked for.
    fn of(&self, part: Part) -> Vec<&'static str> {
        let words = part.words().iter().copied();
        words.filter(|word| self.wants(word)).collect()
    }

    fn wants(&self, status: &str) -> bool {
        self.statuses.is_empty() || self.statuses.contains(&status)
    }
}

impl Part {
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::UnderWay => &["running", "paused"],
            Self::Waiting => &["draft"],
            Self::Ended => &["finished", "rolled_back"],
        }
    }
}

impl Position {
    fn of(row: &Row) -> Self {
        match row.status.as_str() {
            "running" | "paused" => Self::UnderWay(row.key.clone()),
            "draft" => Self::Waiting(row.key.clone()),
            _ => Self::Ended(row.updated_at, row.flag_id),
        }
    }

    const fn part(&self) -> Part {
        match self {
            Self::UnderWay(_) => Part::UnderWay,
            Self::Waiting(_) => Part::Waiting,
            Self::Ended(..) => Part::Ended,
        }
    }
}

impl TryFrom<Row> for ListedPlan {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            flag: parsed("flag", "key", row.flag_id, &row.key)?,
            flag_name: row.name,
            owner: row.owner,
            document: row.document,
            progress: row.progress,
            admissions: number("plan", "admissions", row.flag_id, row.admissions)?,
            state: row.state,
            trouble: row.trouble,
            version: number("plan", "version", row.flag_id, row.version)?,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
