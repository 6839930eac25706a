//! The edge: what happens to every request and every answer, whatever the route.
//!
//! Separate from the handlers so that none can forget it: a request gets an id, a span and a
//! measurement; an error gets its problem document; every answer gets the security headers.
//!
//! **Invariants**
//! - Every answer carries `X-Request-Id`, and every problem document the same id.
//! - Neither query nor header values are logged: they may hold credentials.

mod headers;
mod problem;
mod request_id;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::telemetry::metrics as names;

pub(crate) use headers::Transport;
pub(crate) use problem::ProblemDocument;

pub(crate) use request_id::RequestId;

/// The outermost layer around all routes.
pub(crate) async fn handle(
    State(transport): State<Transport>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::of(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route
        .as_ref()
        .map_or("unmatched", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!(
        "request", request.id = %id, http.method = %method, http.route = %route
    );
    request.extensions_mut().insert(id.clone());

    let started = Instant::now();
    let answer = async {
        let mut answer = problem::render(next.run(request).await, &id);
        headers::secure(answer.headers_mut(), transport);
        answer
            .headers_mut()
            .insert(request_id::HEADER, HeaderValue::from(&id));
        observe(&method, &route, answer.status(), started);
        answer
    };
    answer.instrument(span).await
}

/// Counts and logs an answer. Reads and evaluations are too many to log each.
fn observe(method: &Method, route: &str, status: StatusCode, started: Instant) {
    let duration = started.elapsed();
    // An unknown method is the caller's text, and must not become a label of its own.
    let method = match *method {
        Method::GET | Method::HEAD => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    };
    let labels = [("method", method.to_owned()), ("route", route.to_owned())];
    metrics::histogram!(names::REQUEST_SECONDS, &labels).record(duration);
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.as_u16().to_string()),
    ];
    metrics::counter!(names::REQUESTS, &labels).increment(1);

    let http_status = status.as_u16();
    let duration_ms = duration.as_secs_f64() * 1e3;
    if method == "GET" || route.starts_with("/ofrep/") {
        tracing::debug!(http.status = http_status, duration_ms, "answered");
    } else {
        tracing::info!(http.status = http_status, duration_ms, "answered");
    }
}
