//! Web sessions: a browser's cookie, exchanged for a token.
//!
//! **Invariants**
//! - Only the SHA-256 of the cookie is stored.
//! - A session ends when it was idle too long, when it is too old, when it is closed, and when its
//!   token stops working.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tracing::debug;

use super::authenticate::AccessRow;
use super::open_wall;
use crate::access::{Access, InvalidSecret, random_base62};
use crate::db::{args, micros, signed, statements};
use crate::error::StoreError;
use crate::store::Store;

/// 43 characters of base62 are 256 bits.
const KEY_LEN: usize = 43;
/// The longest that a session lasts, so that no sum of times can overflow: ten years.
const LONGEST: Duration = Duration::from_hours(10 * 365 * 24);
/// How exact the time of the last request is.
const USE_NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

statements! { "web_session";
    OPEN = "INSERT INTO web_session
            (key_hash, token_id, created_at, used_at, idle_seconds, idle_until, expires_at)
        VALUES ($1, $2, $3, $3, $4, $5, $6)";
    SESSION = "SELECT used_at, idle_seconds FROM web_session
        WHERE key_hash = $1 AND idle_until > $2 AND expires_at > $2";
    ACCESS = "SELECT t.id, t.type, t.name, t.project_id, p.key AS project, t.environment_id,
            e.key AS environment, t.expires_at, t.last_used_at, s.expires_at AS overlap_until
        FROM web_session s
        JOIN token t ON t.id = s.token_id
        LEFT JOIN project p ON p.id = t.project_id
        LEFT JOIN environment e ON e.project_id = t.project_id AND e.id = t.environment_id
        WHERE s.key_hash = $1 AND t.revoked_at IS NULL
            AND (t.expires_at IS NULL OR t.expires_at > $2)";
    NOTE_USE = "UPDATE web_session SET used_at = $2, idle_until = $3 WHERE key_hash = $1";
    CLOSE = "DELETE FROM web_session WHERE key_hash = $1";
}

/// What the cookie holds: 43 characters of base62, 256 bits.
#[derive(Clone)]
pub struct SessionKey(SecretString);

impl SessionKey {
    /// Checks the form of a cookie's value.
    ///
    /// # Errors
    /// [`InvalidSecret`] if it cannot be one of ours.
    pub fn parse(text: &str) -> Result<Self, InvalidSecret> {
        let good = text.len() == KEY_LEN && text.bytes().all(|b| b.is_ascii_alphanumeric());
        good.then(|| Self(text.to_owned().into()))
            .ok_or(InvalidSecret)
    }

    /// The cookie's value.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    fn generate() -> Self {
        Self(random_base62(KEY_LEN).into())
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.expose()).to_vec()
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetime {
    /// Without a request.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
}

impl Default for SessionLifetime {
    /// 12 hours without a request, 7 days in all.
    fn default() -> Self {
        Self {
            idle: Duration::from_hours(12),
            absolute: Duration::from_hours(7 * 24),
        }
    }
}

impl Store {
    /// Opens a session for whoever has just proved to be `access`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_session(
        &self,
        access: &Access,
        lifetime: SessionLifetime,
        now: DateTime<Utc>,
    ) -> Result<SessionKey, StoreError> {
        let (key, now) = (SessionKey::generate(), micros(now));
        let idle = lifetime.idle.min(LONGEST);
        let row = args![
            key.hash(),
            access.token,
            now,
            signed(idle.as_secs()),
            now + idle,
            now + lifetime.absolute.min(LONGEST),
        ];
        let mut conn = self.maintenance().await?;
        conn.execute(&OPEN, row).await?;
        conn.commit().await?;
        Ok(key)
    }

    /// Whose session this is; `None` if it has ended or never was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn authenticate_session(
        &self,
        key: &SessionKey,
        now: DateTime<Utc>,
    ) -> Result<Option<Access>, StoreError> {
        let (hash, now) = (key.hash(), micros(now));
        let mut conn = self.survey().await?;
        let session: Option<(DateTime<Utc>, i64)> =
            conn.optional(&SESSION, args![hash.clone(), now]).await?;
        let Some((used_at, idle_seconds)) = session else {
            return Ok(None);
        };
        let row: Option<AccessRow> = conn.optional(&ACCESS, args![hash.clone(), now]).await?;
        drop(conn);
        let Some(row) = row else { return Ok(None) };
        let idle = TimeDelta::try_seconds(idle_seconds).unwrap_or_default();
        if now - used_at >= USE_NOTED_EVERY.min(idle / 2)
            && let Err(error) = self.note_session(hash, now, now + idle).await
        {
            debug!(%error, "the use of a session was not noted");
        }
        Access::try_from(row).map(Some)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close_session(&self, key: &SessionKey) -> Result<(), StoreError> {
        let mut conn = self.maintenance().await?;
        conn.execute(&CLOSE, args![key.hash()]).await?;
        conn.commit().await
    }

    /// Puts off the end of an idle session, unless the database's writer is busy.
    async fn note_session(
        &self,
        hash: Vec<u8>,
        now: DateTime<Utc>,
        idle_until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(mut conn) = self.db.try_write(open_wall()).await? else {
            return Ok(());
        };
        conn.execute(&NOTE_USE, args![hash, now, idle_until])
            .await?;
        conn.commit().await
    }
}
