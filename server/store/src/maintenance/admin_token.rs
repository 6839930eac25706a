//! Tokens of the whole server, for the operator at the command line, whose credential is the
//! database itself.
//!
//! Separate from the tokens of projects: these belong to no project, so no scope reaches them, and no
//! audit log is theirs. Whoever calls this logs it.
//!
//! **Invariants**
//! - Only `adm` tokens belong to no project.
//! - A secret that no longer works is noticed by every node, as for the tokens of projects.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tenantry_core::model::Problems;

use crate::access::{Actor, Secret, TokenType};
use crate::db::{Conn, args, micros, statements};
use crate::error::{CreateError, StoreError};
use crate::ids::TokenId;
use crate::store::Store;
use crate::text::{NAME, check};
use crate::token::{self, MAX_OVERLAP, Token, TokenRow};
use crate::tx::Committed;

statements! { "token";
    TOKENS = "SELECT id, type, name, NULL AS environment, created_at, created_by, expires_at,
            revoked_at, last_used_at, previous_until
        FROM token WHERE project_id IS NULL ORDER BY created_at DESC, id DESC";
    TOKEN = "SELECT id, type, name, NULL AS environment, created_at, created_by, expires_at,
            revoked_at, last_used_at, previous_until
        FROM token WHERE project_id IS NULL AND id = $1";
    ROTATE = "UPDATE token SET previous_hash = secret_hash, previous_until = $3, secret_hash = $2
        WHERE project_id IS NULL AND id = $1";
    REVOKE = "UPDATE token SET revoked_at = $2 WHERE project_id IS NULL AND id = $1";
    /// Nodes watch the sum over all projects: any of them can carry the change.
    COUNT_CHANGE = "UPDATE project SET token_changes = token_changes + 1
        WHERE id = (SELECT id FROM project ORDER BY id LIMIT 1)";
}

impl Store {
    /// Lists the tokens of the whole server, newest first, revoked ones included.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_tokens(&self) -> Result<Vec<Token>, StoreError> {
        let mut conn = self.survey().await?;
        let rows: Vec<TokenRow> = conn.all(&TOKENS, args![]).await?;
        rows.into_iter().map(Token::try_from).collect()
    }

    /// Makes a new admin token for the whole server.
    ///
    /// # Errors
    /// [`CreateError::Invalid`] if the name is not 1 to 128 bytes long.
    pub async fn issue_admin_token(
        &self,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<(Token, Secret), CreateError> {
        let mut problems = Problems::default();
        check(&mut problems, "name", name, &NAME);
        problems.or(()).map_err(CreateError::Invalid)?;
        let secret = Secret::generate(TokenType::Adm);
        let mut conn = self.maintenance().await?;
        let token = insert(&mut conn, name, &secret, now).await?;
        conn.commit().await?;
        Ok((token, secret))
    }

    /// Gives a token of the whole server a new secret; the old one works for `overlap` more, at most
    /// [`MAX_OVERLAP`]. `None` if there is none with this id, or it is revoked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rotate_admin_token(
        &self,
        id: TokenId,
        overlap: Duration,
        now: DateTime<Utc>,
    ) -> Result<Option<(Token, Secret)>, StoreError> {
        let mut conn = self.maintenance().await?;
        let Some(token) = read(&mut conn, id).await? else {
            return Ok(None);
        };
        if token.revoked_at.is_some() {
            return Ok(None);
        }
        let secret = Secret::generate(token.token_type);
        let until = Some(micros(micros(now) + overlap.min(MAX_OVERLAP)));
        let row = args![id, secret.hash(), until];
        conn.execute(&ROTATE, row).await?;
        self.announce_token_change(conn).await?;
        let token = Token {
            previous_until: until,
            ..token
        };
        Ok(Some((token, secret)))
    }

    /// Revokes a token of the whole server for good; `None` if there is none with this id. Again, it
    /// changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_admin_token(
        &self,
        id: TokenId,
        now: DateTime<Utc>,
    ) -> Result<Option<Token>, StoreError> {
        let mut conn = self.maintenance().await?;
        let Some(token) = read(&mut conn, id).await? else {
            return Ok(None);
        };
        if token.revoked_at.is_some() {
            return Ok(Some(token));
        }
        let revoked_at = Some(micros(now));
        conn.execute(&REVOKE, args![id, revoked_at]).await?;
        self.announce_token_change(conn).await?;
        Ok(Some(Token {
            revoked_at,
            ..token
        }))
    }

    /// Commits, and tells all nodes to look at their tokens again.
    async fn announce_token_change(&self, mut conn: Conn) -> Result<(), StoreError> {
        conn.execute(&COUNT_CHANGE, args![]).await?;
        conn.commit().await?;
        let nothing_else = Committed {
            revisions: Vec::new(),
            audit_seq: None,
        };
        let announced = self.notices.announce(&self.db, None, &nothing_else, true);
        announced.await;
        Ok(())
    }
}

async fn read(conn: &mut Conn, id: TokenId) -> Result<Option<Token>, StoreError> {
    let row: Option<TokenRow> = conn.optional(&TOKEN, args![id]).await?;
    row.map(Token::try_from).transpose()
}

/// Writes a new token of the whole server.
pub(super) async fn insert(
    conn: &mut Conn,
    name: &str,
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<Token, StoreError> {
    let now = micros(now);
    let admin = Token {
        id: TokenId::new(now),
        token_type: TokenType::Adm,
        name: name.to_owned(),
        environment: None,
        created_at: now,
        created_by: Actor::server().name,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        previous_until: None,
    };
    token::insert(conn, (None, None), &admin, secret).await?;
    Ok(admin)
}
