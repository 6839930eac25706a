//! Checking credentials: from a secret to an [`Access`].
//!
//! **Invariants**
//! - A secret of the wrong form never gets here, so mistyped ones cost no query.
//! - Noting the use of a token never fails a request, and hardly delays one: it is left out if the
//!   writers before it take longer than a moment.

use chrono::{DateTime, TimeDelta, Utc};
use tracing::debug;

use super::open_wall;
use crate::access::{Access, Secret};
use crate::db::{args, micros, parsed, statements};
use crate::error::StoreError;
use crate::ids::{EnvironmentId, ProjectId, TokenId};
use crate::store::Store;

/// How exact `last_used_at` is.
const USE_NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

statements! { "token";
    BY_SECRET = "SELECT t.id, t.type, t.name, t.project_id, p.key AS project, t.environment_id,
            e.key AS environment, t.expires_at, t.last_used_at,
            CASE WHEN t.secret_hash <> $1 THEN t.previous_until END AS overlap_until
        FROM token t
        LEFT JOIN project p ON p.id = t.project_id
        LEFT JOIN environment e ON e.project_id = t.project_id AND e.id = t.environment_id
        WHERE (t.secret_hash = $1 OR (t.previous_hash = $1 AND t.previous_until > $2))
            AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)";
    NOTE_USE = "UPDATE token SET last_used_at = $2
        WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)";
    ALIVE = "SELECT id FROM token WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)";
}

/// A token's row with what it opens.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct AccessRow {
    id: TokenId,
    #[sqlx(rename = "type")]
    token_type: String,
    name: String,
    project_id: Option<ProjectId>,
    project: Option<String>,
    environment_id: Option<EnvironmentId>,
    environment: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    overlap_until: Option<DateTime<Utc>>,
}

impl TryFrom<AccessRow> for Access {
    type Error = StoreError;
    fn try_from(row: AccessRow) -> Result<Self, StoreError> {
        let project = row.project_id.zip(row.project).map(|(id, key)| {
            let key = parsed("project", "key", id, &key)?;
            Ok::<_, StoreError>((id, key))
        });
        let environment = row.environment_id.zip(row.environment).map(|(id, key)| {
            let key = parsed("environment", "key", id, &key)?;
            Ok::<_, StoreError>((id, key))
        });
        let ends = [row.expires_at, row.overlap_until];
        Ok(Self {
            token_type: parsed("token", "type", row.id, &row.token_type)?,
            project: project.transpose()?,
            environment: environment.transpose()?,
            valid_until: ends.into_iter().flatten().min(),
            token: row.id,
            name: row.name,
        })
    }
}

impl Store {
    /// Whose secret this is; `None` if nobody's, or it is expired, revoked or rotated out.
    ///
    /// Notes the use, at most once a minute and only if that need not wait longer than a moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn authenticate(
        &self,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Option<Access>, StoreError> {
        let now = micros(now);
        let mut conn = self.survey().await?;
        let row: Option<AccessRow> = conn.optional(&BY_SECRET, args![secret.hash(), now]).await?;
        drop(conn);
        let Some(row) = row else { return Ok(None) };
        if row
            .last_used_at
            .is_none_or(|at| now - at >= USE_NOTED_EVERY)
            && let Err(error) = self.note_use(row.id, now).await
        {
            debug!(%error, "the use of a token was not noted");
        }
        Access::try_from(row).map(Some)
    }

    async fn note_use(&self, token: TokenId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(mut conn) = self.db.try_write(open_wall()).await? else {
            return Ok(());
        };
        conn.execute(&NOTE_USE, args![token, now, now - USE_NOTED_EVERY])
            .await?;
        conn.commit().await
    }

    /// Which of these tokens no longer work: revoked, expired or gone. For closing their streams.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn dead_tokens(
        &self,
        tokens: &[TokenId],
        now: DateTime<Utc>,
    ) -> Result<Vec<TokenId>, StoreError> {
        let mut conn = self.survey().await?;
        let alive: Vec<(TokenId,)> = conn.all(&ALIVE, args![micros(now)]).await?;
        let is_dead = |token: &&TokenId| !alive.iter().any(|(alive,)| alive == *token);
        Ok(tokens.iter().filter(is_dead).copied().collect())
    }
}
