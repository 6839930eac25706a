//! `GET /health/live`

use axum::http::StatusCode;

/// Tell whether the process lives
#[utoipa::path(
    get,
    path = "/health/live",
    tag = "operations",
    security(()),
    responses((status = 204, description = "It does"))
)]
pub(crate) async fn show_liveness() -> StatusCode {
    StatusCode::NO_CONTENT
}
