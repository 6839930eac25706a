//! What each flag is set to, and what programs were answered: the evidence that a flag can go.
//!
//! Read for all flags of a project at once, in a handful of queries: a report is about all of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tenantry_core::model::{EnvironmentKey, FlagKey, Item, Targeting};

use crate::access::{Mode, ProjectScope};
use crate::db::{args, number, parsed, statements};
use crate::error::StoreError;
use crate::ids::EnvironmentId;
use crate::store::Store;
use crate::usage::{minute, of_minute};

/// What is known of a project's flags beside what people said about them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DebtProof {
    /// The environments, in their order.
    pub environments: Vec<DebtEnvironment>,
    /// What each flag that is not archived is set to, in each environment.
    pub targetings: Vec<DebtTargeting>,
    /// When each answer was given, also by flags that do not exist any more.
    pub answers: Vec<AnswerSeen>,
    /// Who asked.
    pub askers: Vec<AskerSeen>,
    /// How many places of the code ask for a flag, by its key.
    pub references: HashMap<String, u32>,
    /// The keys of archived flags, and since when they are.
    pub archived: HashMap<String, DateTime<Utc>>,
}

/// An environment and who lives in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebtEnvironment {
    /// Its id.
    pub id: EnvironmentId,
    /// Its key.
    pub key: EnvironmentKey,
    /// How many tenants it was asked for lately.
    pub tenants: u64,
    /// When it was asked for the first time, as far as is remembered.
    pub first_asked: Option<DateTime<Utc>>,
}

/// What a flag is set to in an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct DebtTargeting {
    /// The flag.
    pub flag: FlagKey,
    /// The environment.
    pub environment: EnvironmentId,
    /// Its targeting, without the key lists.
    pub targeting: Targeting,
    /// How many tenants are on its allow list.
    pub allow: u64,
    /// How many tenants are on its block list.
    pub block: u64,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Whether a plan is at work, or waits to be.
    pub has_plan: bool,
}

/// When a flag gave an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerSeen {
    /// The flag.
    pub flag: String,
    /// Where.
    pub environment: EnvironmentId,
    /// Which answer.
    pub on: bool,
    /// When last, to the minute.
    pub last: DateTime<Utc>,
}

/// Who asked for a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskerSeen {
    /// The flag.
    pub flag: String,
    /// Where.
    pub environment: EnvironmentId,
    /// Whether there was such a flag.
    pub is_known: bool,
    /// The name of the token.
    pub token: String,
    /// When first, to the minute.
    pub first: DateTime<Utc>,
    /// When last, to the minute.
    pub last: DateTime<Utc>,
}

statements! { "targeting";
    ENVIRONMENTS = "SELECT e.id, e.key,
            (SELECT COUNT(*) FROM tenant_seen s WHERE s.project_id = e.project_id
                AND s.environment_id = e.id AND s.last_minute >= $2),
            (SELECT MIN(a.first_minute) FROM flag_answer a WHERE a.project_id = e.project_id
                AND a.environment_id = e.id)
        FROM environment e WHERE e.project_id = $1 ORDER BY e.position";
    TARGETINGS = "SELECT f.key, t.environment_id, t.item, t.allow_count, t.block_count, t.updated_at,
            EXISTS (SELECT 1 FROM plan p WHERE p.project_id = t.project_id
                AND p.environment_id = t.environment_id AND p.flag_id = t.flag_id
                AND p.status IN ('draft', 'running', 'paused')) AS has_plan
        FROM targeting t JOIN flag f ON f.project_id = t.project_id AND f.id = t.flag_id
        WHERE t.project_id = $1 AND f.archived_at IS NULL ORDER BY f.key";
    ANSWERS = "SELECT flag, environment_id, is_on, last_minute FROM flag_answer WHERE project_id = $1";
    ASKERS = "SELECT flag, environment_id, is_known, token, first_minute, last_minute FROM flag_seen
        WHERE project_id = $1";
    LAST_ASKER = "SELECT token, last_minute FROM flag_seen WHERE project_id = $1 AND flag = $2
        ORDER BY last_minute DESC, token LIMIT 1";
    REFERENCES = "SELECT flag, COUNT(*) FROM code_reference WHERE project_id = $1 GROUP BY flag";
    ARCHIVED = "SELECT key, archived_at FROM flag WHERE project_id = $1 AND archived_at IS NOT NULL";
}

#[derive(Debug, sqlx::FromRow)]
struct TargetingRow {
    key: String,
    environment_id: EnvironmentId,
    item: String,
    allow_count: i64,
    block_count: i64,
    updated_at: DateTime<Utc>,
    has_plan: bool,
}

impl TryFrom<TargetingRow> for DebtTargeting {
    type Error = StoreError;
    fn try_from(row: TargetingRow) -> Result<Self, StoreError> {
        let count = |column, value| number("targeting", column, &row.key, value);
        let corrupt = |error: String| StoreError::corrupt("targeting", "item", &row.key, error);
        let definition = match serde_json::from_str(&row.item) {
            Ok(Item::Flag(definition)) => definition,
            Ok(Item::Segment(_)) => return Err(corrupt("not a flag".to_owned())),
            Err(error) => return Err(corrupt(error.to_string())),
        };
        Ok(Self {
            flag: parsed("flag", "key", &row.key, &row.key)?,
            environment: row.environment_id,
            targeting: definition.targeting,
            allow: count("allow_count", row.allow_count)?,
            block: count("block_count", row.block_count)?,
            updated_at: row.updated_at,
            has_plan: row.has_plan,
        })
    }
}

type AskerRow = (String, EnvironmentId, bool, String, i64, i64);

impl Store {
    /// Reads what proves that flags can go. Tenants count as living in an environment if it was
    /// asked for them since `tenants_since`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn debt_proof<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        tenants_since: DateTime<Utc>,
    ) -> Result<DebtProof, StoreError> {
        let mut conn = self.read(scope).await?;
        let project = || args![scope.id()];
        let environments: Vec<(EnvironmentId, String, i64, Option<i64>)> = conn
            .all(&ENVIRONMENTS, args![scope.id(), minute(tenants_since)])
            .await?;
        let environments = environments.into_iter().map(|(id, key, tenants, first)| {
            Ok(DebtEnvironment {
                id,
                key: parsed("environment", "key", &key, &key)?,
                tenants: number("tenant_seen", "tenants", &key, tenants)?,
                first_asked: first.map(of_minute),
            })
        });
        let environments = environments.collect::<Result<_, StoreError>>()?;
        let targetings: Vec<TargetingRow> = conn.all(&TARGETINGS, project()).await?;
        let targetings = targetings.into_iter().map(TryInto::try_into);
        let answers: Vec<(String, EnvironmentId, bool, i64)> =
            conn.all(&ANSWERS, project()).await?;
        let answers = answers
            .into_iter()
            .map(|(flag, environment, on, last)| AnswerSeen {
                flag,
                environment,
                on,
                last: of_minute(last),
            });
        let askers: Vec<AskerRow> = conn.all(&ASKERS, project()).await?;
        let askers =
            askers.into_iter().map(
                |(flag, environment, is_known, token, first, last)| AskerSeen {
                    flag,
                    environment,
                    is_known,
                    token,
                    first: of_minute(first),
                    last: of_minute(last),
                },
            );
        let references: Vec<(String, i64)> = conn.all(&REFERENCES, project()).await?;
        let references = references.into_iter().map(|(flag, count)| {
            let count = number("code_reference", "count", &flag, count)?;
            Ok((flag, count))
        });
        let archived: Vec<(String, DateTime<Utc>)> = conn.all(&ARCHIVED, project()).await?;
        Ok(DebtProof {
            environments,
            targetings: targetings.collect::<Result<_, StoreError>>()?,
            answers: answers.collect(),
            askers: askers.collect(),
            references: references.collect::<Result<_, StoreError>>()?,
            archived: archived.into_iter().collect(),
        })
    }

    /// Reads who asked for a flag last, and when, to the minute; `None` if nobody is remembered.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_asker<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        flag: &FlagKey,
    ) -> Result<Option<(String, DateTime<Utc>)>, StoreError> {
        let mut conn = self.read(scope).await?;
        let asked = args![scope.id(), flag.as_str()];
        let row: Option<(String, i64)> = conn.optional(&LAST_ASKER, asked).await?;
        Ok(row.map(|(token, last)| (token, of_minute(last))))
    }
}
