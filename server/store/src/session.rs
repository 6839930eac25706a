//! Web sessions: a browser's cookie, exchanged for a token.
//!
//! **Invariants**
//! - Only the SHA-256 of the cookie is stored.
//! - A session ends when it was idle too long, when it is too old, when it is closed, and when its
//!   token stops working.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use crate::access::{Access, InvalidSecret};
use crate::error::StoreError;
use crate::store::Store;

/// What the cookie holds: 43 characters of base62, 256 bits.
#[derive(Clone)]
pub struct SessionKey(SecretString);

impl SessionKey {
    /// Checks the form of a cookie's value.
    ///
    /// # Errors
    /// [`InvalidSecret`] if it cannot be one of ours.
    pub fn parse(text: &str) -> Result<Self, InvalidSecret> {
        let good = text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric());
        good.then(|| Self(text.to_owned().into()))
            .ok_or(InvalidSecret)
    }

    /// The cookie's value.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
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
        let hour = Duration::from_secs(3600);
        Self {
            idle: 12 * hour,
            absolute: 7 * 24 * hour,
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
        let _ = (access, lifetime, now);
        unimplemented!()
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
        let _ = (key, now);
        unimplemented!()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close_session(&self, key: &SessionKey) -> Result<(), StoreError> {
        let _ = key;
        unimplemented!()
    }
}
