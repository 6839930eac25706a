//! Creating, rotating and revoking tokens.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tenantry_core::model::{EnvironmentKey, Problems};

use super::{Token, read};
use crate::access::{Secret, TokenType};
use crate::audit::AuditDocument;
use crate::db::{Conn, args, micros, statements};
use crate::error::{CreateError, StoreError};
use crate::ids::{EnvironmentId, ProjectId, TokenId};
use crate::text::{NAME, check};
use crate::tx::Tx;

/// A token to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What it is for.
    pub token_type: TokenType,
    /// What people call it: 1 to 128 bytes.
    pub name: String,
    /// The environment that it is bound to: needed for `sdk` and `web`, refused for the others.
    pub environment: Option<EnvironmentKey>,
    /// When it stops working; never if absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The longest time that two secrets of a token work: 30 days.
pub const MAX_OVERLAP: Duration = Duration::from_hours(30 * 24);

statements! { "token";
    INSERT = "INSERT INTO token (id, project_id, environment_id, type, name, secret_hash, created_at,
            created_by, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    ROTATE = "UPDATE token
        SET previous_hash = secret_hash, previous_until = $4, secret_hash = $3
        WHERE project_id = $1 AND id = $2";
    REVOKE = "UPDATE token SET revoked_at = $3 WHERE project_id = $1 AND id = $2";
}

impl Tx {
    /// Creates a token and its secret, which is not kept.
    ///
    /// # Errors
    /// [`CreateError::Invalid`] if the environment is missing, unknown or out of place, or the name
    /// or the expiry is wrong.
    pub async fn insert_token(
        &mut self,
        new: NewToken,
        now: DateTime<Utc>,
    ) -> Result<(Token, Secret), CreateError> {
        let now = micros(now);
        let environment = self.check_token(&new, now).map_err(CreateError::Invalid)?;
        let token = Token {
            id: TokenId::new(now),
            token_type: new.token_type,
            name: new.name,
            environment: new.environment,
            created_at: now,
            created_by: self.scope.actor().name.clone(),
            expires_at: new.expires_at.map(micros),
            revoked_at: None,
            last_used_at: None,
            previous_until: None,
        };
        let secret = Secret::generate(token.token_type);
        let place = (Some(self.project()), environment);
        insert(&mut self.conn, place, &token, &secret).await?;
        self.record(AuditDocument::new("token", Value::Null, token.document()));
        Ok((token, secret))
    }

    /// Checks a token to be; yields the environment that it is bound to.
    fn check_token(
        &self,
        new: &NewToken,
        now: DateTime<Utc>,
    ) -> Result<Option<EnvironmentId>, Problems> {
        let mut problems = Problems::default();
        check(&mut problems, "name", &new.name, &NAME);
        let kind = new.token_type;
        let found = new.environment.as_ref().map(|key| {
            let found = self.environments.iter().find(|open| open.key == *key);
            found.map(|open| open.id)
        });
        match found {
            None if kind.needs_environment() => {
                problems.push(
                    "environment",
                    format!("must be given for tokens of type {kind}"),
                );
            }
            Some(_) if !kind.needs_environment() => {
                problems.push(
                    "environment",
                    format!("must be left out for tokens of type {kind}"),
                );
            }
            Some(None) => {
                let known = self.environments.iter().map(|it| it.key.as_str());
                let known: Vec<&str> = known.collect();
                let message = format!("there is none of this name: there are {}", known.join(", "));
                problems.push("environment", message);
            }
            None | Some(Some(_)) => {}
        }
        if new.expires_at.is_some_and(|at| at <= now) {
            problems.push("expires_at", "must lie in the future");
        }
        problems.or(found.flatten())
    }

    /// Gives a token a new secret; the old one works for `overlap` more, at most [`MAX_OVERLAP`], and
    /// one older than that no longer. `None` if the project has no such token, or it is revoked or expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rotate_token(
        &mut self,
        id: TokenId,
        overlap: Duration,
        now: DateTime<Utc>,
    ) -> Result<Option<(Token, Secret)>, StoreError> {
        let (project, now) = (self.project(), micros(now));
        let Some(before) = read(&mut self.conn, project, id).await? else {
            return Ok(None);
        };
        let expired = before.expires_at.is_some_and(|at| at <= now);
        if expired || before.revoked_at.is_some() {
            return Ok(None);
        }
        let secret = Secret::generate(before.token_type);
        let token = Token {
            previous_until: Some(micros(now + overlap.min(MAX_OVERLAP))),
            ..before.clone()
        };
        let row = args![project, id, secret.hash(), token.previous_until];
        self.conn.execute(&ROTATE, row).await?;
        self.tokens_changed = true;
        self.record(AuditDocument::new(
            "token",
            before.document(),
            token.document(),
        ));
        Ok(Some((token, secret)))
    }

    /// Revokes a token for good; `None` if the project has none with this id. Again, it changes
    /// nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_token(
        &mut self,
        id: TokenId,
        now: DateTime<Utc>,
    ) -> Result<Option<Token>, StoreError> {
        let project = self.project();
        let Some(before) = read(&mut self.conn, project, id).await? else {
            return Ok(None);
        };
        if before.revoked_at.is_some() {
            return Ok(Some(before));
        }
        let token = Token {
            revoked_at: Some(micros(now)),
            ..before.clone()
        };
        self.conn
            .execute(&REVOKE, args![project, id, token.revoked_at])
            .await?;
        self.tokens_changed = true;
        self.record(AuditDocument::new(
            "token",
            before.document(),
            token.document(),
        ));
        Ok(Some(token))
    }
}

/// Writes a new token's row.
pub(crate) async fn insert(
    conn: &mut Conn,
    (project, environment): (Option<ProjectId>, Option<EnvironmentId>),
    token: &Token,
    secret: &Secret,
) -> Result<(), StoreError> {
    let row = args![
        token.id,
        project.map(|id| id.as_uuid()),
        environment.map(|id| id.as_uuid()),
        token.token_type.as_str(),
        token.name.as_str(),
        secret.hash(),
        token.created_at,
        token.created_by.as_str(),
        token.expires_at,
    ];
    conn.execute(&INSERT, row).await.map(drop)
}
