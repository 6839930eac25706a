//! Targeting: who gets a flag in one environment.

mod add;
mod document;
mod evaluate;
mod kill;
mod lists;
mod preview;
mod remove;
mod replace;
mod revert;
mod show;
mod update;

use axum::Json;
use axum::http::header::{CACHE_CONTROL, ETAG};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tenantry_core::model::{EnvironmentKey, FlagKey, Problems, ProjectKey, Targeting};
use tenantry_store::TargetingDocument;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use self::lists::ListName;
use super::AppState;
use super::error::ApiError;
use super::extract::body::limit;
use super::extract::etag::{Etag, REVALIDATE};
use super::extract::path::{InEnvironmentPath, InProjectPath};
use super::extract::text;

/// The revision that a change made.
const REVISION: HeaderName = HeaderName::from_static("tenantry-revision");

/// The operations on targeting. Bodies with key lists may be larger than others: up to
/// `max_list_body_bytes`.
pub(super) fn routes(max_list_body_bytes: usize) -> OpenApiRouter<AppState> {
    let lists = limit(max_list_body_bytes);
    let documents = routes!(
        show::show_targeting,
        replace::replace_targeting,
        update::update_targeting
    );
    OpenApiRouter::new()
        .routes(documents.layer(lists))
        .routes(routes!(add::add_tenants, remove::remove_tenants).layer(lists))
        .routes(routes!(preview::preview_targeting).layer(lists))
        .routes(routes!(revert::revert_targeting))
        .routes(routes!(kill::kill_flag))
        .routes(routes!(evaluate::evaluate_flag))
}

/// Why a targeting is changed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Why {
    /// Why, for the audit log: up to 1024 bytes.
    #[param(max_length = 1024)]
    reason: Option<String>,
    /// Whether tenants may lose the flag by it while a plan is under way; false if absent.
    ///
    /// Looked at are the tenants of the roster and those that the change names, each asked about without
    /// attributes of the call: who has the flag by such an attribute, or is known to neither, is not seen.
    #[serde(default)]
    demote: bool,
}

impl Why {
    /// The reason, if it says anything.
    fn reason(self) -> Result<Option<String>, ApiError> {
        let mut problems = Problems::default();
        let reason = text::reason(self.reason, &mut problems);
        match problems.0.pop() {
            Some(problem) => Err(ApiError::invalid_parameter("reason", problem.message)),
            None => Ok(reason),
        }
    }
}

/// A key list of a flag in an environment.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ListPath {
    /// The project's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    project: ProjectKey,
    /// The environment's key.
    #[param(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    environment: EnvironmentKey,
    /// The flag's key.
    #[param(value_type = String, pattern = "^[A-Za-z0-9._~-]{1,128}$")]
    flag: FlagKey,
    /// Which of its lists.
    #[param(inline)]
    list: ListName,
}

impl InProjectPath for ListPath {
    const WHAT: &'static str = "list: there are allow and block";

    fn project(&self) -> &ProjectKey {
        &self.project
    }
}

impl InEnvironmentPath for ListPath {
    fn environment(&self) -> &EnvironmentKey {
        &self.environment
    }
}

/// A targeting with its version and, after a change, the environment's revision.
struct Answer {
    targeting: Targeting,
    etag: Etag,
    revision: Option<u64>,
}

impl Answer {
    fn new(document: TargetingDocument, revision: Option<u64>) -> Self {
        let etag = Etag::version(document.version);
        Self {
            targeting: document.definition.targeting,
            etag,
            revision,
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let headers = [
            (ETAG, HeaderValue::from(&self.etag)),
            (CACHE_CONTROL, REVALIDATE),
        ];
        let revision = self
            .revision
            .map(|revision| [(REVISION, HeaderValue::from(revision))]);
        match revision {
            Some(revision) => (headers, revision, Json(self.targeting)).into_response(),
            None => (headers, Json(self.targeting)).into_response(),
        }
    }
}
