//! Evaluation over HTTP: the OpenFeature Remote Evaluation Protocol (OFREP) 0.3.
//!
//! Answered from what is published, without the database. `sdk` and `web` tokens fix the
//! environment; administrators' tokens name it by the query or a header.
//!
//! **Invariants**
//! - Failures that OFREP knows have its form (`errorCode`, `errorDetails`); what it leaves open (401,
//!   403, 429, a wrong media type) is a problem document.
//! - Cookies count for nothing here, so that other origins may be let in.

mod answer;
mod asked_of;
mod context;
mod evaluate_flag;
mod evaluate_flags;
mod failure;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::CorsLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use crate::config::Origin;

/// The evaluation operations.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(evaluate_flag::evaluate_ofrep_flag))
        .routes(routes!(evaluate_flags::evaluate_ofrep_flags))
}

/// Lets pages of these origins evaluate; `None` if there is none.
pub(super) fn cors(origins: &[Origin]) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> = origins
        .iter()
        .filter_map(|origin| origin.as_str().parse().ok())
        .collect();
    if origins.is_empty() {
        return None;
    }
    Some(
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::POST])
            .allow_headers([
                CONTENT_TYPE,
                AUTHORIZATION,
                HeaderName::from_static("x-api-key"),
                IF_NONE_MATCH,
            ])
            .expose_headers([ETAG, RETRY_AFTER]),
    )
}
