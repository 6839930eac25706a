//! Tokens: credentials of programs and people.
//!
//! **Invariants**
//! - Only the SHA-256 of a secret is stored; the secret itself is handed out once.
//! - A token has one secret, or two while it is being rotated: the old one until the overlap ends.
//! - A revoked token never works again.

mod write;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tenantry_core::model::EnvironmentKey;

pub(crate) use write::{ALL as WRITE, insert};
pub use write::{MAX_OVERLAP, NewToken};

use crate::access::{Mode, ProjectScope, TokenType};
use crate::db::{Conn, args, parsed, statements};
use crate::error::StoreError;
use crate::ids::{ProjectId, TokenId};
use crate::store::Store;

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub token_type: TokenType,
    /// What people call it.
    pub name: String,
    /// The environment that it is bound to.
    pub environment: Option<EnvironmentKey>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Who created it.
    pub created_by: String,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute or so.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Until when the secret before the last rotation works.
    pub previous_until: Option<DateTime<Utc>>,
}

statements! { "token";
    TOKENS = "SELECT t.id, t.type, t.name, e.key AS environment, t.created_at, t.created_by,
            t.expires_at, t.revoked_at, t.last_used_at, t.previous_until
        FROM token t
        LEFT JOIN environment e ON e.project_id = t.project_id AND e.id = t.environment_id
        WHERE t.project_id = $1 ORDER BY t.created_at DESC, t.id DESC";
    TOKEN = "SELECT t.id, t.type, t.name, e.key AS environment, t.created_at, t.created_by,
            t.expires_at, t.revoked_at, t.last_used_at, t.previous_until
        FROM token t
        LEFT JOIN environment e ON e.project_id = t.project_id AND e.id = t.environment_id
        WHERE t.project_id = $1 AND t.id = $2";
}

impl Store {
    /// Lists the project's tokens, newest first, revoked ones included.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tokens<M: Mode>(&self, scope: &ProjectScope<M>) -> Result<Vec<Token>, StoreError> {
        let mut conn = self.read(scope).await?;
        let rows: Vec<TokenRow> = conn.all(&TOKENS, args![scope.id()]).await?;
        rows.into_iter().map(Token::try_from).collect()
    }

    /// Reads one token of the project.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn token<M: Mode>(
        &self,
        scope: &ProjectScope<M>,
        id: TokenId,
    ) -> Result<Option<Token>, StoreError> {
        read(&mut self.read(scope).await?, scope.id(), id).await
    }
}

impl Token {
    /// The token as the audit log keeps it.
    fn document(&self) -> Value {
        json!({
            "type": self.token_type.as_str(),
            "name": self.name,
            "environment": self.environment,
            "expires_at": self.expires_at,
            "revoked_at": self.revoked_at,
            "previous_until": self.previous_until,
        })
    }
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct TokenRow {
    id: TokenId,
    #[sqlx(rename = "type")]
    token_type: String,
    name: String,
    environment: Option<String>,
    created_at: DateTime<Utc>,
    created_by: String,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    previous_until: Option<DateTime<Utc>>,
}

impl TryFrom<TokenRow> for Token {
    type Error = StoreError;
    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        let environment = row.environment.as_deref();
        let environment = environment.map(|key| parsed("environment", "key", row.id, key));
        Ok(Self {
            token_type: parsed("token", "type", row.id, &row.token_type)?,
            environment: environment.transpose()?,
            id: row.id,
            name: row.name,
            created_at: row.created_at,
            created_by: row.created_by,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
            previous_until: row.previous_until,
        })
    }
}

async fn read(
    conn: &mut Conn,
    project: ProjectId,
    id: TokenId,
) -> Result<Option<Token>, StoreError> {
    let row: Option<TokenRow> = conn.optional(&TOKEN, args![project, id]).await?;
    row.map(Token::try_from).transpose()
}
