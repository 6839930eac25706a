//! The HTTP API: one operation, one file.
//!
//! | part | what it is |
//! | --- | --- |
//! | `error` | every code that an answer may carry |
//! | `edge` | what happens to every request and every answer |
//! | `extract` | what a handler may ask of a request |
//! | `document` | the OpenAPI document, from the same routes |
//! | the folders | the operations, by the thing they are about |
//!
//! **Invariants**
//! - What is routed is documented: `router` and [`openapi`] are made of the same list.
//! - Every error is a problem document, the router's own included.

mod audit;
mod debt;
mod document;
pub(crate) mod edge;
mod environments;
pub(crate) mod error;
pub(crate) mod extract;
mod flags;
mod guarded;
mod health;
mod idempotency;
mod notifications;
mod ofrep;
mod plan;
mod projects;
mod rate;
mod references;
mod refusal;
mod sdks;
mod segments;
mod session;
mod state;
mod targeting;
mod tenants;
mod tokens;
mod usage;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::timeout::TimeoutLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use self::error::{ApiError, Code};
pub(crate) use self::state::{ApiSettings, AppState};
use crate::config::{LimitsConfig, Origin};
use crate::{stream, telemetry, ui};

/// All operations.
fn operations(limits: &LimitsConfig) -> Operations {
    Operations {
        projects: OpenApiRouter::default()
            .merge(projects::routes())
            .merge(environments::routes())
            .merge(flags::routes())
            .merge(targeting::routes(limits.max_list_body_bytes))
            .merge(plan::routes())
            .merge(segments::routes(limits.max_list_body_bytes))
            .merge(tenants::routes())
            .merge(tokens::routes())
            .merge(audit::routes())
            .merge(debt::routes())
            .merge(notifications::routes())
            .merge(references::routes(limits.max_list_body_bytes))
            .merge(usage::routes())
            .merge(sdks::routes()),
        evaluation: ofrep::routes(),
        others: OpenApiRouter::with_openapi(document::head())
            .merge(session::routes())
            .routes(routes!(stream::open_stream))
            .merge(health::routes()),
    }
}

/// The operations, by what has to be around them.
struct Operations {
    /// Operations on projects, whose POSTs are done once for an idempotency key.
    projects: OpenApiRouter<AppState>,
    /// Evaluation, which other origins may be let in to.
    evaluation: OpenApiRouter<AppState>,
    /// All others.
    others: OpenApiRouter<AppState>,
}

impl Operations {
    /// The routes, and the document that describes them.
    fn split(self) -> (Router<AppState>, OpenApi) {
        let all = self.others.merge(self.projects).merge(self.evaluation);
        let (routes, mut document) = all.split_for_parts();
        document::complete(&mut document);
        (routes, document)
    }
}

/// The OpenAPI document.
#[must_use]
pub fn openapi() -> OpenApi {
    operations(&LimitsConfig::default()).split().1
}

/// The OpenAPI document as it is checked in and served: JSON, indented, with a line's end.
///
/// # Errors
/// Never in practice: the document is made of texts and numbers.
pub fn openapi_json() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&openapi()).map(|json| json + "\n")
}

/// Everything that the main listener serves.
pub(crate) fn router(state: AppState) -> Router {
    let settings = Arc::clone(&state.settings);
    let mut operations = operations(&settings.limits);
    let once = from_fn_with_state(state.clone(), idempotency::once);
    operations.projects = operations.projects.route_layer(once);
    if let Some(cors) = ofrep::cors(&settings.evaluation_origins) {
        operations.evaluation = operations.evaluation.layer(cors);
    }
    let (mut routes, document) = operations.split();
    routes = routes.merge(SwaggerUi::new("/docs").url("/openapi.json", document));
    if settings.has_metrics {
        routes = routes.route("/metrics", get(telemetry::metrics::show_metrics));
    }
    let around = ServiceBuilder::new()
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(settings.transport, edge::handle))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(cross_site_protection(settings.public_origin.as_ref()))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            Duration::from_secs(settings.limits.request_timeout_seconds),
        ))
        .layer(extract::body::limit(settings.limits.max_body_bytes));
    routes
        .fallback(ui::serve_ui)
        .layer(around)
        .with_state(state)
}

/// What the metrics listener serves.
pub(crate) fn metrics_router() -> Router {
    Router::new().route("/metrics", get(telemetry::metrics::show_metrics))
}

/// Refuses what a browser sends from another site. Evaluation is left to CORS: it reads no cookie.
fn cross_site_protection(
    public_origin: Option<&Origin>,
) -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone + use<>> {
    let mut layer = CsrfLayer::new();
    if let Some(origin) = public_origin {
        layer = layer
            .add_trusted_origin(origin.as_str())
            .expect("an origin that has been parsed is one");
    }
    layer
        .with_insecure_bypass(|_, uri| uri.path().starts_with("/ofrep/"))
        .with_rejection_response(|_: ProtectionError| {
            let detail = "a browser sent this from another site";
            ApiError::new(Code::CrossSite, detail).into_response()
        })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that the layer asks for"
)]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic.downcast_ref::<String>().cloned();
    let message = message.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
    ApiError::internal(message.unwrap_or_else(|| "a panic without a message".to_owned()))
        .into_response()
}
