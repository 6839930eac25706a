//! One credential in use.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use tenantry_store::{Access, Secret, SessionKey, Store, StoreError};
use tokio_util::sync::CancellationToken;

/// How long a credential in use goes without being checked; a check also notes its use.
const CHECK_AFTER: TimeDelta = TimeDelta::seconds(60);
/// How long a credential that nobody uses is kept.
const FORGET_AFTER: TimeDelta = TimeDelta::minutes(10);

/// What a caller shows: a token, or the cookie of a session that was opened with one.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A token.
    Token(Secret),
    /// A session's cookie.
    Session(SessionKey),
}

impl Proof {
    /// Asks the database whose this is; `None` if nobody's (any more).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check(
        &self,
        store: &Store,
        now: DateTime<Utc>,
    ) -> Result<Option<Access>, StoreError> {
        match self {
            Self::Token(secret) => store.authenticate(secret, now).await,
            Self::Session(key) => store.authenticate_session(key, now).await,
        }
    }

    /// What it is looked up by.
    pub(super) fn hash(&self) -> [u8; 32] {
        match self {
            Self::Token(secret) => Sha256::digest(secret.expose()).into(),
            Self::Session(key) => Sha256::digest(key.expose()).into(),
        }
    }
}

/// A credential that the database vouched for.
#[derive(Debug)]
pub(super) struct Known {
    proof: Proof,
    access: Access,
    /// Cancelled when the credential is no longer valid.
    revoked: CancellationToken,
    /// When it was last used, in milliseconds since 1970.
    used_at: AtomicI64,
    /// What the last check found. Held only to read or write it.
    checked: Mutex<Checked>,
}

#[derive(Debug, Clone, Copy)]
struct Checked {
    at: DateTime<Utc>,
    valid_until: Option<DateTime<Utc>>,
}

impl Known {
    pub(super) fn new(proof: Proof, access: Access, now: DateTime<Utc>) -> Self {
        let checked = Checked {
            at: now,
            valid_until: access.valid_until(),
        };
        Self {
            proof,
            access,
            revoked: CancellationToken::new(),
            used_at: AtomicI64::new(now.timestamp_millis()),
            checked: Mutex::new(checked),
        }
    }

    pub(super) fn proof(&self) -> &Proof {
        &self.proof
    }

    pub(super) fn access(&self) -> &Access {
        &self.access
    }

    pub(super) fn revoked(&self) -> &CancellationToken {
        &self.revoked
    }

    /// Notes a use.
    pub(super) fn note_use(&self, now: DateTime<Utc>) {
        self.used_at
            .store(now.timestamp_millis(), Ordering::Relaxed);
    }

    /// Notes that the database vouches for it still.
    pub(super) fn vouch(&self, access: &Access, now: DateTime<Utc>) {
        *self.checked() = Checked {
            at: now,
            valid_until: access.valid_until(),
        };
    }

    /// Whether it has not run out, by all that was known at the last check.
    pub(super) fn is_valid(&self, now: DateTime<Utc>) -> bool {
        !self.revoked.is_cancelled() && self.checked().valid_until.is_none_or(|end| now < end)
    }

    /// Whether it should be checked: it has run out, or was used and not checked for long.
    pub(super) fn is_due(&self, now: DateTime<Utc>, is_held: bool) -> bool {
        let checked = *self.checked();
        let is_used =
            is_held || self.used_at.load(Ordering::Relaxed) > checked.at.timestamp_millis();
        !self.is_valid(now) || (is_used && now - checked.at >= CHECK_AFTER)
    }

    /// Whether nobody has used it for so long that it may be forgotten.
    pub(super) fn is_idle(&self, now: DateTime<Utc>) -> bool {
        let unused = now.timestamp_millis() - self.used_at.load(Ordering::Relaxed);
        unused >= FORGET_AFTER.num_milliseconds()
    }

    fn checked(&self) -> MutexGuard<'_, Checked> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
