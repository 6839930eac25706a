//! Path parameters: which things a request is about.
//!
//! **Invariants**
//! - A key that breaks its grammar names nothing: 404, like any other key that does not exist.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tenantry_core::model::{EnvironmentKey, FlagKey, ProjectKey, TenantKey};
use tenantry_store::TokenId;
use utoipa::IntoParams;

use crate::api::error::ApiError;

/// A path below a project.
pub(crate) trait InProjectPath: DeserializeOwned + Send {
    /// What the last part of the path names, for the message when there is none.
    const WHAT: &'static str;

    /// The project.
    fn project(&self) -> &ProjectKey;
}

/// A path below an environment.
pub(crate) trait InEnvironmentPath: InProjectPath {
    /// The environment.
    fn environment(&self) -> &EnvironmentKey;
}

/// A project.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ProjectPath {
    /// The project's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    project: ProjectKey,
}

/// An environment of a project.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct EnvironmentPath {
    /// The project's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    project: ProjectKey,
    /// The environment's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    environment: EnvironmentKey,
}

/// A flag of a project.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct FlagPath {
    /// The project's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    project: ProjectKey,
    /// The flag's key.
    #[param(value_type = String, pattern = "^[A-Za-z0-9._~-]{1,128}$")]
    pub(crate) flag: FlagKey,
}

/// A flag in an environment.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TargetingPath {
    /// The project's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    project: ProjectKey,
    /// The environment's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    environment: EnvironmentKey,
    /// The flag's key.
    #[param(value_type = String, pattern = "^[A-Za-z0-9._~-]{1,128}$")]
    pub(crate) flag: FlagKey,
}

/// A token of a project.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TokenPath {
    /// The project's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    project: ProjectKey,
    /// The token's id.
    #[param(value_type = uuid::Uuid)]
    pub(crate) token: TokenId,
}

/// A tenant of a project's roster.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TenantPath {
    /// The project's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    project: ProjectKey,
    /// The tenant's key, percent-encoded: 1 to 256 bytes.
    #[param(value_type = String, min_length = 1, max_length = 256)]
    pub(crate) tenant: TenantKey,
}

/// A tenant, as an environment answers it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct EnvironmentTenantPath {
    /// The project's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    project: ProjectKey,
    /// The environment's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    environment: EnvironmentKey,
    /// The tenant's key, percent-encoded: 1 to 256 bytes.
    #[param(value_type = String, min_length = 1, max_length = 256)]
    pub(crate) tenant: TenantKey,
}

macro_rules! in_project {
    ($($path:ty => $what:literal,)*) => { $(
        impl InProjectPath for $path {
            const WHAT: &'static str = $what;
            fn project(&self) -> &ProjectKey {
                &self.project
            }
        }
    )* };
}

in_project! {
    ProjectPath => "project",
    EnvironmentPath => "environment",
    EnvironmentTenantPath => "tenant",
    FlagPath => "flag",
    TargetingPath => "flag",
    TenantPath => "tenant",
    TokenPath => "token",
}

impl InEnvironmentPath for EnvironmentPath {
    fn environment(&self) -> &EnvironmentKey {
        &self.environment
    }
}

impl InEnvironmentPath for EnvironmentTenantPath {
    fn environment(&self) -> &EnvironmentKey {
        &self.environment
    }
}

impl InEnvironmentPath for TargetingPath {
    fn environment(&self) -> &EnvironmentKey {
        &self.environment
    }
}

/// The project of those who do not name one.
pub(crate) fn default_project() -> ProjectKey {
    ProjectKey::new("default").expect("the name satisfies the grammar")
}

/// Reads a path.
///
/// # Errors
/// Not found, if a part of it can name nothing.
pub(super) async fn read<P: InProjectPath>(parts: &mut Parts) -> Result<P, ApiError> {
    let path = Path::<P>::from_request_parts(parts, &()).await;
    path.map(|Path(path)| path)
        .map_err(|_| ApiError::not_found(P::WHAT))
}
