//! Idempotency keys: a request sent twice is done once.
//!
//! **Invariants**
//! - A key belongs to the token that sent it, and to one request: method, path and body.
//! - While the first request is under way the second is told so. A claim whose request died with its
//!   node falls free after a minute.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::db::{args, micros, statements};
use crate::error::StoreError;
use crate::json;
use crate::store::Store;

/// How long a claim holds whose request was never answered.
const CLAIM_HOLDS: TimeDelta = TimeDelta::minutes(1);

statements! { "idempotency_key";
    // Takes the key if it is new, or if an unanswered claim for the same request has lapsed.
    CLAIM = "INSERT INTO idempotency_key (token_id, key, fingerprint, claimed_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (token_id, key) DO UPDATE SET claimed_at = excluded.claimed_at
            WHERE idempotency_key.answer IS NULL AND idempotency_key.claimed_at <= $5
                AND idempotency_key.fingerprint = excluded.fingerprint";
    KEY = "SELECT fingerprint, answer FROM idempotency_key WHERE token_id = $1 AND key = $2";
    FINISH = "UPDATE idempotency_key SET answer = $3 WHERE token_id = $1 AND key = $2";
    RELEASE = "DELETE FROM idempotency_key WHERE token_id = $1 AND key = $2 AND answer IS NULL";
}

/// What a client named its request: 1 to 255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// A text that is no idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key must be 1 to 255 visible ASCII characters")]
pub struct InvalidIdempotencyKey;

impl IdempotencyKey {
    /// Checks the form.
    ///
    /// # Errors
    /// [`InvalidIdempotencyKey`].
    pub fn parse(text: &str) -> Result<Self, InvalidIdempotencyKey> {
        let good = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        good.then(|| Self(text.to_owned()))
            .ok_or(InvalidIdempotencyKey)
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers worth repeating (`ETag`, `Location`, …) and their values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The key is the caller's: carry the request out, then finish or release it.
    Claimed,
    /// The request was carried out; this was the answer.
    Answered(StoredAnswer),
    /// The request is being carried out by somebody else.
    UnderWay,
    /// The key was used for another request.
    OtherRequest,
}

impl Store {
    /// Claims a key for a request whose method, path and body hash to `fingerprint`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_key(
        &self,
        access: &Access,
        key: &IdempotencyKey,
        fingerprint: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Claim, StoreError> {
        let now = micros(now);
        let (token, key) = (access.token, key.0.as_str());
        let mut conn = self.maintenance().await?;
        let claim = args![token, key, fingerprint.to_vec(), now, now - CLAIM_HOLDS];
        if conn.execute(&CLAIM, claim).await? > 0 {
            conn.commit().await?;
            return Ok(Claim::Claimed);
        }
        let (known, answer) = conn
            .one::<(Vec<u8>, Option<String>)>(&KEY, args![token, key])
            .await?;
        match answer {
            _ if known != fingerprint => Ok(Claim::OtherRequest),
            None => Ok(Claim::UnderWay),
            Some(answer) => serde_json::from_str(&answer)
                .map(Claim::Answered)
                .map_err(|error| StoreError::corrupt("idempotency_key", "answer", key, error)),
        }
    }

    /// Keeps the answer to the request, for a day.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_key(
        &self,
        access: &Access,
        key: &IdempotencyKey,
        answer: &StoredAnswer,
    ) -> Result<(), StoreError> {
        let answer = json::text(answer);
        let mut conn = self.maintenance().await?;
        conn.execute(&FINISH, args![access.token, key.0.as_str(), answer])
            .await?;
        conn.commit().await
    }

    /// Lets go of a key whose request changed nothing, so that it may be tried again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn release_key(
        &self,
        access: &Access,
        key: &IdempotencyKey,
    ) -> Result<(), StoreError> {
        let mut conn = self.maintenance().await?;
        conn.execute(&RELEASE, args![access.token, key.0.as_str()])
            .await?;
        conn.commit().await
    }
}
