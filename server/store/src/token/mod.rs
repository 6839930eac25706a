//! Tokens: credentials of programs and people.
//!
//! **Invariants**
//! - Only the SHA-256 of a secret is stored; the secret itself is handed out once.
//! - A token has one secret, or two while it is being rotated: the old one until the overlap ends.
//! - A revoked token never works again.

mod write;

use chrono::{DateTime, Utc};
use tenantry_core::model::EnvironmentKey;

pub use write::NewToken;

use crate::access::{Mode, ProjectScope, TokenType};
use crate::error::StoreError;
use crate::ids::TokenId;
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

impl Store {
    /// Lists the project's tokens, newest first, revoked ones included.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tokens<M: Mode>(&self, scope: &ProjectScope<M>) -> Result<Vec<Token>, StoreError> {
        let _ = scope;
        unimplemented!()
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
        let _ = (scope, id);
        unimplemented!()
    }
}
