//! Idempotency keys: a request sent twice is done once.
//!
//! **Invariants**
//! - A key belongs to the token that sent it, and to one request: method, path and body.
//! - While the first request is under way the second is told so. A claim whose request died with its
//!   node falls free after a minute.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::access::Access;
use crate::error::StoreError;
use crate::store::Store;

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
#[derive(Debug, Clone, PartialEq, Eq)]
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
        let _ = (access, key, fingerprint, now);
        unimplemented!()
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
        let _ = (access, key, answer);
        unimplemented!()
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
        let _ = (access, key);
        unimplemented!()
    }
}
