//! `GET /api/v1/session`

use axum::Json;

use super::Session;
use crate::api::extract::KnownCaller;

/// Tell who is calling
#[utoipa::path(
    get,
    path = "/api/v1/session",
    tag = "session",
    responses((status = 200, description = "Who is calling, and what that opens", body = Session))
)]
pub(crate) async fn show_session(caller: KnownCaller) -> Json<Session> {
    Json(Session::from(caller.credential.access()))
}
