//! Flags: what can be switched, and until when it should exist.

mod archive;
mod create;
mod extend;
mod facts;
mod list;
mod restore;
mod show;
mod update;

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, ETAG};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::extract::etag::{Etag, REVALIDATE};

/// The operations on flags.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_flags, create::create_flag))
        .routes(routes!(show::show_flag, update::update_flag))
        .routes(routes!(archive::archive_flag))
        .routes(routes!(restore::restore_flag))
        .routes(routes!(extend::extend_flag))
}

/// How long a flag is meant to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FlagKind {
    /// Temporary: carries a rollout and goes when it is done.
    Release,
    /// Temporary: compares variants and goes when that is settled.
    Experiment,
    /// A switch for operators; may stay.
    Ops,
    /// Says who may use something; may stay.
    Permission,
}

impl From<FlagKind> for tenantry_store::FlagKind {
    fn from(kind: FlagKind) -> Self {
        match kind {
            FlagKind::Release => Self::Release,
            FlagKind::Experiment => Self::Experiment,
            FlagKind::Ops => Self::Ops,
            FlagKind::Permission => Self::Permission,
        }
    }
}

impl From<tenantry_store::FlagKind> for FlagKind {
    fn from(kind: tenantry_store::FlagKind) -> Self {
        match kind {
            tenantry_store::FlagKind::Release => Self::Release,
            tenantry_store::FlagKind::Experiment => Self::Experiment,
            tenantry_store::FlagKind::Ops => Self::Ops,
            tenantry_store::FlagKind::Permission => Self::Permission,
        }
    }
}

/// A flag: what is known about it, and its targeting in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Flag {
    /// Its key, which never changes.
    key: String,
    /// What people call it.
    name: String,
    /// What it is for.
    description: String,
    /// How long it is meant to live.
    kind: FlagKind,
    /// Who answers for it; null for nobody.
    owner: Option<String>,
    /// Its tags, sorted.
    tags: Vec<String>,
    /// What its buckets are salted with, in every environment.
    salt: String,
    /// The last day that it should be in use (UTC); null for a flag that may stay.
    expires_on: Option<NaiveDate>,
    /// How often its expiry was put off.
    extensions: u32,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// Who created it.
    created_by: String,
    /// When what is known about it was last changed. Targeting has its own time.
    updated_at: DateTime<Utc>,
    /// When it was archived; null for a flag in use.
    archived_at: Option<DateTime<Utc>>,
    /// Its targeting in each environment.
    environments: Vec<FlagEnvironment>,
    /// Its entity tag.
    #[serde(skip)]
    etag: Etag,
}

/// A flag's targeting in one environment, in numbers.
#[derive(Debug, Serialize, ToSchema)]
struct FlagEnvironment {
    /// The environment's key.
    environment: String,
    /// The switch.
    on: bool,
    /// The rollout's threshold in thousandths of a percent: 0 to 100000.
    #[schema(maximum = 100_000)]
    threshold: u32,
    /// How many rules there are.
    rules: u32,
    /// How many tenants are in the allow list.
    allow: u32,
    /// How many tenants are in the block list.
    block: u32,
    /// How many variants there are.
    variants: u32,
    /// When the targeting was last changed.
    updated_at: DateTime<Utc>,
}

impl From<tenantry_store::Flag> for Flag {
    fn from(flag: tenantry_store::Flag) -> Self {
        // The targeting is shown with the flag, but protected by a tag of its own.
        let targeting: u64 = flag.environments.iter().map(|it| it.version).sum();
        let shown = format!("{}.{targeting}", flag.environments.len());
        Self {
            etag: Etag::version_with(flag.version, shown),
            key: flag.key.into(),
            name: flag.name,
            description: flag.description,
            kind: flag.kind.into(),
            owner: Some(flag.owner).filter(|owner| !owner.is_empty()),
            tags: flag.tags,
            salt: flag.salt,
            expires_on: flag.expires_on,
            extensions: flag.extensions,
            created_at: flag.created_at,
            created_by: flag.created_by,
            updated_at: flag.updated_at,
            archived_at: flag.archived_at,
            environments: flag
                .environments
                .into_iter()
                .map(FlagEnvironment::from)
                .collect(),
        }
    }
}

impl From<tenantry_store::FlagEnvironment> for FlagEnvironment {
    fn from(state: tenantry_store::FlagEnvironment) -> Self {
        Self {
            environment: state.environment.into(),
            on: state.on,
            threshold: state.threshold,
            rules: state.rules,
            allow: state.allow,
            block: state.block,
            variants: state.variants,
            updated_at: state.updated_at,
        }
    }
}

impl IntoResponse for Flag {
    fn into_response(self) -> Response {
        let headers = [
            (ETAG, HeaderValue::from(&self.etag)),
            (CACHE_CONTROL, REVALIDATE),
        ];
        (headers, Json(self)).into_response()
    }
}
