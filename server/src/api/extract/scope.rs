//! Scopes: a project or an environment, opened for whoever calls.
//!
//! **Invariants**
//! - What a kind of credential may never do is 403, whichever project it is about; a project that it
//!   may not open is 404, like one that does not exist. So neither tells what exists.

use axum::extract::{FromRef as _, FromRequestParts};
use axum::http::request::Parts;
use tenantry_core::model::{EnvironmentKey, ProjectKey};
use tenantry_store::{
    Access, EnvironmentScope, Mode, ProjectScope, Read, ServerScope, Store, StoreError, TokenType,
    Write,
};

use super::caller::{Caller, KnownCaller};
use super::path::{InEnvironmentPath, InProjectPath, ProjectPath, read};
use crate::api::error::{ApiError, Code};
use crate::api::state::AppState;
use crate::publish::Publisher;

/// The whole server, opened for one of its administrators.
#[derive(Debug)]
pub(crate) struct OnServer(pub(crate) ServerScope);

/// A project, opened in mode `M` ([`Read`] or [`Write`]), and the path that named it.
#[derive(Debug)]
pub(crate) struct InProject<M, P = ProjectPath> {
    /// The project.
    pub(crate) scope: ProjectScope<M>,
    /// What the request is about.
    pub(crate) path: P,
}

/// A project, opened for reading by people, programs or a `ci` token: for what belongs to the debt
/// report.
#[derive(Debug)]
pub(crate) struct InProjectOrCi<P = ProjectPath> {
    /// The project.
    pub(crate) scope: ProjectScope<Read>,
    /// What the request is about.
    pub(crate) path: P,
}

/// An environment, opened in mode `M`, and the path that named it.
#[derive(Debug)]
pub(crate) struct InEnvironment<M, P> {
    /// The environment.
    pub(crate) scope: EnvironmentScope<M>,
    /// What the request is about.
    pub(crate) path: P,
}

/// An environment, opened for an evaluation, which must work without the database.
#[derive(Debug)]
pub(crate) struct InPublished<P> {
    /// The environment.
    pub(crate) scope: EnvironmentScope<Read>,
    /// What the request is about.
    pub(crate) path: P,
}

/// A mode in which a project can be opened.
pub(crate) trait Open: Mode + Sized {
    /// Whether this kind of credential may ever open a project so.
    fn may(access: &Access) -> bool;

    /// Opens the project; `None` if there is none that the caller may open so.
    fn open(
        store: &Store,
        access: &Access,
        key: &ProjectKey,
    ) -> impl Future<Output = Result<Option<ProjectScope<Self>>, StoreError>> + Send;
}

impl Open for Read {
    fn may(access: &Access) -> bool {
        access.may_read()
    }

    async fn open(
        store: &Store,
        access: &Access,
        key: &ProjectKey,
    ) -> Result<Option<ProjectScope<Self>>, StoreError> {
        store.project_scope(access, key).await
    }
}

impl Open for Write {
    fn may(access: &Access) -> bool {
        access.may_write()
    }

    async fn open(
        store: &Store,
        access: &Access,
        key: &ProjectKey,
    ) -> Result<Option<ProjectScope<Self>>, StoreError> {
        store.write_scope(access, key).await
    }
}

/// Opens a project for `access`.
pub(crate) async fn open<M: Open>(
    store: &Store,
    access: &Access,
    key: &ProjectKey,
) -> Result<ProjectScope<M>, ApiError> {
    if !M::may(access) {
        return Err(forbidden(access));
    }
    let scope = M::open(store, access, key).await?;
    scope.ok_or_else(|| ApiError::not_found("project"))
}

/// Opens an environment for evaluations and streams: one that is published needs no database.
pub(crate) async fn open_published(
    publisher: &Publisher,
    store: &Store,
    access: &Access,
    project: &ProjectKey,
    environment: &EnvironmentKey,
) -> Result<EnvironmentScope<Read>, ApiError> {
    let known = publisher.environment(project, environment);
    if let Some(scope) = known.and_then(|scope| access.reads(&scope)) {
        return Ok(scope);
    }
    let project = open(store, access, project).await?;
    let scope = store.environment_scope(&project, environment).await?;
    scope.ok_or_else(|| ApiError::not_found("environment"))
}

/// Refuses a filter by an environment that the project does not have: it would find nothing, and
/// not say why.
pub(crate) async fn known_environment(
    store: &Store,
    project: &ProjectScope<Read>,
    environment: Option<&EnvironmentKey>,
) -> Result<(), ApiError> {
    let Some(key) = environment else {
        return Ok(());
    };
    if store.environment_scope(project, key).await?.is_none() {
        let message = format!("the project has no environment {key}");
        return Err(ApiError::invalid_parameter("environment", message));
    }
    Ok(())
}

/// The refusal of what this kind of credential may never do.
pub(crate) fn forbidden(access: &Access) -> ApiError {
    let detail = format!("a token of type {} may not do this", access.token_type());
    ApiError::new(Code::Forbidden, detail)
}

/// The environment of a token that is bound to one. A request may name it too, but no other: that
/// would be answered with something else than it asks for.
///
/// # Errors
/// Forbidden, if the token is bound to none; an invalid parameter, if the request names another.
pub(crate) fn bound(
    access: &Access,
    project: Option<&ProjectKey>,
    environment: Option<&EnvironmentKey>,
) -> Result<EnvironmentScope<Read>, ApiError> {
    let scope = access
        .environment_scope()
        .ok_or_else(|| forbidden(access))?;
    let own = (scope.project().key(), scope.key());
    if project.is_some_and(|named| named != own.0) {
        let message = format!("this token is bound to the project {}", own.0);
        return Err(ApiError::invalid_parameter("project", message));
    }
    if environment.is_some_and(|named| named != own.1) {
        let message = format!("this token is bound to the environment {}", own.1);
        return Err(ApiError::invalid_parameter("environment", message));
    }
    Ok(scope)
}

impl FromRequestParts<AppState> for OnServer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Caller(access) = Caller::from_request_parts(parts, state).await?;
        let scope = access.server_scope();
        scope.map(Self).ok_or_else(|| forbidden(&access))
    }
}

impl<M: Open, P: InProjectPath> FromRequestParts<AppState> for InProject<M, P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Caller(access) = Caller::from_request_parts(parts, state).await?;
        if access.token_type() == TokenType::Ci {
            return Err(forbidden(&access));
        }
        let path: P = read(parts).await?;
        let scope = open(&Store::from_ref(state), &access, path.project()).await?;
        Ok(Self { scope, path })
    }
}

impl<P: InProjectPath> FromRequestParts<AppState> for InProjectOrCi<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Caller(access) = Caller::from_request_parts(parts, state).await?;
        let path: P = read(parts).await?;
        let scope = open(&Store::from_ref(state), &access, path.project()).await?;
        Ok(Self { scope, path })
    }
}

impl<M: Open, P: InEnvironmentPath> FromRequestParts<AppState> for InEnvironment<M, P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let project = InProject::<M, P>::from_request_parts(parts, state).await?;
        let store = Store::from_ref(state);
        let scope = store
            .environment_scope(&project.scope, project.path.environment())
            .await?;
        let scope = scope.ok_or_else(|| ApiError::not_found("environment"))?;
        Ok(Self {
            scope,
            path: project.path,
        })
    }
}

impl<P: InEnvironmentPath> FromRequestParts<AppState> for InPublished<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let caller = KnownCaller::from_request_parts(parts, state).await?;
        let access = caller.credential.access();
        if access.token_type() == TokenType::Ci || !access.may_read() {
            return Err(forbidden(access));
        }
        let path: P = read(parts).await?;
        let (publisher, store) = (Publisher::from_ref(state), Store::from_ref(state));
        let (project, environment) = (path.project(), path.environment());
        let scope = open_published(&publisher, &store, access, project, environment).await?;
        Ok(Self { scope, path })
    }
}
