//! Access: secrets, who they belong to, and the scopes that this opens.
//!
//! Separate from the tables because every other module depends on it and it depends on none.
//!
//! **Invariants**
//! - A scope is proof that a credential was checked. No code outside this crate can make one.

mod scope;
mod secret;

use chrono::{DateTime, Utc};
use tenantry_core::model::{EnvironmentKey, ProjectKey};

pub use scope::{Actor, EnvironmentScope, Mode, ProjectScope, Read, ServerScope, Write};
pub(crate) use secret::random_base62;
pub use secret::{InvalidSecret, Secret, TokenType};

use crate::ids::{EnvironmentId, ProjectId, TokenId};

/// Who holds a valid credential, and what it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub(crate) token: TokenId,
    pub(crate) name: String,
    pub(crate) token_type: TokenType,
    pub(crate) project: Option<(ProjectId, ProjectKey)>,
    pub(crate) environment: Option<(EnvironmentId, EnvironmentKey)>,
    pub(crate) valid_until: Option<DateTime<Utc>>,
}

impl Access {
    /// The token, which is no secret.
    #[must_use]
    pub fn token(&self) -> TokenId {
        self.token
    }

    /// The token's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of token it is.
    #[must_use]
    pub fn token_type(&self) -> TokenType {
        self.token_type
    }

    /// The only project that it opens; `None` opens all of them.
    #[must_use]
    pub fn project(&self) -> Option<&ProjectKey> {
        self.project.as_ref().map(|(_, key)| key)
    }

    /// The only environment that it opens, if it is bound to one.
    #[must_use]
    pub fn environment(&self) -> Option<&EnvironmentKey> {
        self.environment.as_ref().map(|(_, key)| key)
    }

    /// When this credential stops working by itself: the token's expiry, or the end of the overlap
    /// for a secret that has been rotated out.
    #[must_use]
    pub fn valid_until(&self) -> Option<DateTime<Utc>> {
        self.valid_until
    }

    /// Whether it may read projects (admins, people and CI).
    #[must_use]
    pub fn may_read(&self) -> bool {
        matches!(
            self.token_type,
            TokenType::Adm | TokenType::Usr | TokenType::Ci
        )
    }

    /// Whether it may change projects (admins and people). The tokens of admins are for admins alone,
    /// which is for the caller to see to.
    #[must_use]
    pub fn may_write(&self) -> bool {
        matches!(self.token_type, TokenType::Adm | TokenType::Usr)
    }

    /// The server itself, for its admins: `adm` tokens that belong to no project.
    #[must_use]
    pub fn server_scope(&self) -> Option<ServerScope> {
        (self.token_type == TokenType::Adm && self.project.is_none())
            .then(|| ServerScope::new(self.actor()))
    }

    /// The environment that the token is bound to, for `sdk` and `web` tokens.
    #[must_use]
    pub fn environment_scope(&self) -> Option<EnvironmentScope<Read>> {
        let (project, project_key) = self.project.clone()?;
        let (environment, key) = self.environment.clone()?;
        let project = ProjectScope::new(project, project_key, self.actor());
        Some(EnvironmentScope::new(project, environment, key))
    }

    /// The same environment, opened for this caller; `None` if it may not read the project. Asks no
    /// database: for what must work without it.
    #[must_use]
    pub fn reads(&self, environment: &EnvironmentScope<Read>) -> Option<EnvironmentScope<Read>> {
        let project = environment.project();
        let is_open = self
            .project
            .as_ref()
            .is_none_or(|(id, _)| *id == project.id());
        (self.may_read() && is_open).then(|| {
            let project = ProjectScope::new(project.id(), project.key().clone(), self.actor());
            EnvironmentScope::new(project, environment.id(), environment.key().clone())
        })
    }

    /// Who this is, for the audit log.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            name: self.name.clone(),
            token: Some(self.token),
        }
    }
}
