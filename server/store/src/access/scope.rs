//! Scopes: a project or an environment that a caller may read or change.
//!
//! **Invariants**
//! - A scope is made after a credential was checked against the project it names, and only here.
//! - Whether it allows writing is part of its type: a method that writes cannot be called without.

use std::marker::PhantomData;

use tenantry_core::model::{EnvironmentKey, ProjectKey};

use crate::ids::{EnvironmentId, ProjectId, TokenId};

/// The scope allows reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read(());

/// The scope allows reading and writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Write(());

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Read {}
    impl Sealed for super::Write {}
}

/// [`Read`] or [`Write`].
pub trait Mode: sealed::Sealed + Clone + Send + Sync + 'static {
    /// Whether `access` may have a scope of this mode.
    #[doc(hidden)]
    fn allows(access: &super::Access) -> bool;
}

impl Mode for Read {
    fn allows(access: &super::Access) -> bool {
        access.may_read()
    }
}

impl Mode for Write {
    fn allows(access: &super::Access) -> bool {
        access.may_write()
    }
}

/// Who acts, as the audit log names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub(crate) name: String,
    pub(crate) token: Option<TokenId>,
}

impl Actor {
    /// The server itself, which has no token.
    pub(crate) fn server() -> Self {
        Self {
            name: "tenantry-server".to_owned(),
            token: None,
        }
    }

    /// The name of the token or of the person.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The token that was used; `None` for the server itself.
    #[must_use]
    pub fn token(&self) -> Option<TokenId> {
        self.token
    }
}

/// The whole server: projects can be listed and created. Their content needs a [`ProjectScope`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerScope {
    actor: Actor,
}

impl ServerScope {
    pub(crate) fn new(actor: Actor) -> Self {
        Self { actor }
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
}

/// One project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectScope<M> {
    id: ProjectId,
    key: ProjectKey,
    actor: Actor,
    mode: PhantomData<M>,
}

impl<M> ProjectScope<M> {
    pub(crate) fn new(id: ProjectId, key: ProjectKey, actor: Actor) -> Self {
        Self {
            id,
            key,
            actor,
            mode: PhantomData,
        }
    }

    /// The project's id.
    #[must_use]
    pub fn id(&self) -> ProjectId {
        self.id
    }

    /// The project's key.
    #[must_use]
    pub fn key(&self) -> &ProjectKey {
        &self.key
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
}

/// One environment of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentScope<M> {
    project: ProjectScope<M>,
    id: EnvironmentId,
    key: EnvironmentKey,
}

impl<M> EnvironmentScope<M> {
    pub(crate) fn new(project: ProjectScope<M>, id: EnvironmentId, key: EnvironmentKey) -> Self {
        Self { project, id, key }
    }

    /// The project that the environment belongs to.
    #[must_use]
    pub fn project(&self) -> &ProjectScope<M> {
        &self.project
    }

    /// The environment's id.
    #[must_use]
    pub fn id(&self) -> EnvironmentId {
        self.id
    }

    /// The environment's key.
    #[must_use]
    pub fn key(&self) -> &EnvironmentKey {
        &self.key
    }
}
