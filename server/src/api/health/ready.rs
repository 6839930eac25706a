//! `GET /health/ready`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::edge::ProblemDocument;
use crate::api::error::{ApiError, Code};
use crate::publish::Publisher;
use crate::stream::Streams;

/// What the server can do now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// Whether the database answered when it was last asked, which may be some ten seconds ago. If
    /// not, evaluations and streams are served as of then, and nothing can be changed.
    database: DatabaseHealth,
}

/// How the database is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DatabaseHealth {
    /// It answers.
    Up,
    /// It does not.
    Down,
}

/// Tell whether to send requests here
///
/// Yes, from the moment when everything is published until the server is told to stop; with or
/// without its database.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "operations",
    security(()),
    responses(
        (status = 200, description = "Yes", body = Readiness),
        (status = 503, description = "Not any more: the server is stopping",
            body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_readiness(
    State(publisher): State<Publisher>,
    State(streams): State<Streams>,
) -> Result<Json<Readiness>, ApiError> {
    if streams.is_stopping() {
        return Err(ApiError::new(Code::Unavailable, "the server is stopping"));
    }
    let is_up = publisher.is_database_up();
    let database = if is_up {
        DatabaseHealth::Up
    } else {
        DatabaseHealth::Down
    };
    Ok(Json(Readiness { database }))
}
