//! What an evaluation is asked of: the newest state of the caller's environment.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRef as _, FromRequestParts};
use axum::http::request::Parts;
use serde::Deserialize;
use tenantry_core::model::{EnvironmentKey, ProjectKey};
use tenantry_store::{Access, EnvironmentScope, Read, Store, TokenType};
use tokio::time::Instant;
use utoipa::IntoParams;

use crate::api::error::ApiError;
use crate::api::extract::path::default_project;
use crate::api::extract::scope::{bound, forbidden, open_published};
use crate::api::extract::{KnownCaller, Query};
use crate::api::state::{ApiSettings, AppState};
use crate::publish::{Newest, Publisher};

const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Which environment to ask, for callers whose token does not say; others may name their own.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AskedQuery {
    /// The project's key, or in the header `Tenantry-Project`; by default `default`.
    #[param(value_type = Option<String>)]
    project: Option<ProjectKey>,
    /// The environment's key, or in the header `Tenantry-Environment`.
    #[param(value_type = Option<String>)]
    environment: Option<EnvironmentKey>,
}

/// The newest state of the environment that the caller asks, within the caller's rate.
pub(crate) struct AskedOf(pub(crate) Arc<Newest>);

impl FromRequestParts<AppState> for AskedOf {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let caller = KnownCaller::from_request_parts(parts, state).await?;
        let access = caller.credential.access();
        if caller.is_cookie {
            return Err(forbidden(access));
        }
        let settings = Arc::<ApiSettings>::from_ref(state);
        let within_rate = settings.evaluations.take(access.token(), Instant::now());
        within_rate.map_err(ApiError::too_many_requests)?;
        let names = Names::of(parts, state).await?;
        let scope = match access.token_type() {
            TokenType::Sdk | TokenType::Web => {
                bound(access, names.project.as_ref(), names.environment.as_ref())?
            }
            TokenType::Adm | TokenType::Usr => named(state, access, names).await?,
            TokenType::Ci => return Err(forbidden(access)),
        };
        let newest = Publisher::from_ref(state).newest(scope.id()).await;
        newest.map(Self).ok_or_else(|| {
            ApiError::unavailable("this environment is not published yet", RETRY_AFTER)
        })
    }
}

/// What the request names, in its query or its headers.
struct Names {
    project: Option<ProjectKey>,
    environment: Option<EnvironmentKey>,
}

impl Names {
    async fn of(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Query(query) = Query::<AskedQuery>::from_request_parts(parts, state).await?;
        let header = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let project = match (query.project, header("tenantry-project")) {
            (None, Some(text)) => Some(text.parse().map_err(|_| ApiError::not_found("project"))?),
            (named, _) => named,
        };
        let environment = match (query.environment, header("tenantry-environment")) {
            (None, Some(text)) => Some(
                text.parse()
                    .map_err(|_| ApiError::not_found("environment"))?,
            ),
            (named, _) => named,
        };
        Ok(Self {
            project,
            environment,
        })
    }
}

/// The environment that the request names, for callers whose token does not say.
async fn named(
    state: &AppState,
    access: &Access,
    names: Names,
) -> Result<EnvironmentScope<Read>, ApiError> {
    let project = names.project.unwrap_or_else(default_project);
    let Some(environment) = names.environment else {
        let message = "name the environment: this token is not bound to one";
        return Err(ApiError::invalid_parameter("environment", message));
    };
    let (publisher, store) = (Publisher::from_ref(state), Store::from_ref(state));
    open_published(&publisher, &store, access, &project, &environment).await
}
