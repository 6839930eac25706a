//! Creating, rotating and revoking tokens.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tenantry_core::model::EnvironmentKey;

use super::Token;
use crate::access::{Secret, TokenType};
use crate::error::{CreateError, StoreError};
use crate::ids::TokenId;
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
        let _ = (new, now);
        unimplemented!()
    }

    /// Gives a token a new secret; the old one works for `overlap` more, and one older than that no
    /// longer. `None` if the project has no such token, or it is revoked or expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rotate_token(
        &mut self,
        id: TokenId,
        overlap: Duration,
        now: DateTime<Utc>,
    ) -> Result<Option<(Token, Secret)>, StoreError> {
        let _ = (id, overlap, now);
        unimplemented!()
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
        let _ = (id, now);
        unimplemented!()
    }
}
