//! The first start: a project to work in and a token to work with.
//!
//! **Invariants**
//! - It is done once, however many nodes start at the same time: it takes the database's lock.

use chrono::{DateTime, Utc};
use tenantry_core::model::ProjectKey;
use thiserror::Error;

use super::admin_token;
use super::projects::create::NewProject;
use crate::access::{Actor, Secret, TokenType};
use crate::db::{args, statements};
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

/// The first project.
const PROJECT: &str = "default";

statements! { "token";
    // Held until the transaction ends. SQLite has its write lock already.
    LOCK = "SELECT $1" or "SELECT pg_advisory_xact_lock($1)::text";
    ANY_PROJECT = "SELECT COUNT(*) FROM project";
    ANY_ADMIN = "SELECT COUNT(*) FROM token WHERE project_id IS NULL AND type = 'adm'";
}

/// Names the lock among the database's advisory locks: "tenantry" in ASCII.
const LOCK_NAME: i64 = 0x7465_6e61_6e74_7279;

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
        if secret
            .as_ref()
            .is_some_and(|secret| secret.token_type() != TokenType::Adm)
        {
            return Err(BootstrapError::NotAdmin);
        }
        let project_created = self.first_project(now).await?;
        let mut conn = self.maintenance().await?;
        conn.execute(&LOCK, args![LOCK_NAME]).await?;
        let (admins,) = conn.one::<(i64,)>(&ANY_ADMIN, args![]).await?;
        let admin = if admins == 0 {
            let secret = secret.unwrap_or_else(|| Secret::generate(TokenType::Adm));
            admin_token::insert(&mut conn, "bootstrap", &secret, now).await?;
            Some(secret)
        } else {
            None
        };
        conn.commit().await?;
        Ok(Bootstrap {
            project_created,
            admin,
        })
    }

    /// Creates the first project. Two nodes may both find that there is none; the key is unique, so
    /// the slower one finds it taken, which is as good.
    async fn first_project(&self, now: DateTime<Utc>) -> Result<bool, BootstrapError> {
        let (projects,) = self
            .survey()
            .await?
            .one::<(i64,)>(&ANY_PROJECT, args![])
            .await?;
        if projects > 0 {
            return Ok(false);
        }
        let new = NewProject {
            key: ProjectKey::new(PROJECT).expect("a constant that satisfies the grammar"),
            name: "Default".to_owned(),
        };
        match self
            .create_project_as(Actor::server(), new, None, now)
            .await
        {
            Ok(_) => Ok(true),
            Err(CreateError::KeyTaken { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
