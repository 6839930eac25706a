//! The first start: a project to work in and a token to work with.
//!
//! **Invariants**
//! - It is done once, however many nodes start at the same time: it takes the database's lock.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::access::Secret;
use crate::error::{CreateError, StoreError};
use crate::store::Store;

/// What the first start made.
#[derive(Debug)]
pub struct Bootstrap {
    /// Whether the project `default` was created.
    pub project_created: bool,
    /// The first admin token, if this call made it: show it once.
    pub admin: Option<Secret>,
}

/// Why the first start failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BootstrapError {
    /// The given secret is not an `adm` token.
    #[error("the first token must be of type adm")]
    NotAdmin,
    /// The default project could not be created.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Creates the project `default` if there is no project, and the first admin token if there
    /// never was one, with `secret` if one is given. Called again, it does nothing.
    ///
    /// # Errors
    /// [`BootstrapError`].
    pub async fn bootstrap(
        &self,
        now: DateTime<Utc>,
        secret: Option<Secret>,
    ) -> Result<Bootstrap, BootstrapError> {
        let _ = (now, secret);
        unimplemented!()
    }
}
