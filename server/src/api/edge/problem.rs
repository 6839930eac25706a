//! Problem documents (RFC 9457): how an error looks when it leaves.
//!
//! **Invariants**
//! - Every answer with an error status that has no JSON body of its own becomes a problem
//!   document, whoever gave it: a handler, the router or a layer.
//! - The cause of a fault is logged here, once, and nowhere else.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;
use tenantry_core::model::Problem;
use utoipa::ToSchema;

use super::RequestId;
use crate::api::error::{ApiError, Code};

const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What went wrong with a request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemDocument {
    /// The code as a URI.
    #[serde(rename = "type")]
    #[schema(example = "urn:tenantry:problem:not_found")]
    kind: String,
    /// What the code means; the same for every occurrence.
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What went wrong, for programs.
    code: Code,
    /// What happened this time.
    detail: String,
    /// The request's id, as in the `X-Request-Id` header and in the server's log.
    request_id: String,
    /// Everything that is wrong with the body or a parameter, each with its path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    problems: Vec<Problem>,
}

/// Gives an answer that reports an error the form of a problem document.
pub(super) fn render(mut answer: Response, id: &RequestId) -> Response {
    if let Some(error) = answer.extensions_mut().remove::<Arc<ApiError>>() {
        log(&error);
        return with_document(answer, &error, id);
    }
    match code_of(&answer) {
        Some(code) => with_document(answer, &ApiError::new(code, detail_of(code)), id),
        None => answer,
    }
}

/// The code for an error answer without a JSON body of its own.
fn code_of(answer: &Response) -> Option<Code> {
    let status = answer.status();
    let media_type = answer
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|it| it.to_str().ok());
    let is_json = media_type.is_some_and(|it| it.contains("json"));
    if is_json || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Code::RouteNotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => Code::Timeout,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UPGRADE_REQUIRED => Code::UpgradeRequired,
        status if status.is_client_error() => Code::InvalidParameter,
        _ => Code::Internal,
    })
}

/// What the router or a layer meant, in a sentence.
fn detail_of(code: Code) -> &'static str {
    match code {
        // The router adds the header after this.
        Code::MethodNotAllowed => "the header Allow has the methods that this route takes",
        Code::RouteNotFound => "/docs shows the routes there are",
        code => code.title(),
    }
}

fn log(error: &ApiError) {
    let code = error.code().as_str();
    match error.cause() {
        Some(cause) if error.code() == Code::Internal => {
            tracing::error!(error.code = code, error.cause = %chain(cause), "the request failed");
        }
        Some(cause) => {
            tracing::warn!(error.code = code, error.cause = %chain(cause), "the request failed");
        }
        None => tracing::debug!(error.code = code, error.detail = error.detail(), "refused"),
    }
}

/// An error with all its causes, in one line. Some errors name their cause already.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let message = cause.to_string();
        if !text.ends_with(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        next = cause.source();
    }
    text
}

fn with_document(mut answer: Response, error: &ApiError, id: &RequestId) -> Response {
    let code = error.code();
    let document = ProblemDocument {
        kind: format!("urn:tenantry:problem:{}", code.as_str()),
        title: code.title(),
        status: code.status().as_u16(),
        code,
        detail: error.detail().to_owned(),
        request_id: id.as_str().to_owned(),
        problems: error.problems().to_vec(),
    };
    let body = serde_json::to_vec(&document).expect("a document of texts and numbers");
    *answer.status_mut() = code.status();
    let headers = answer.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, MEDIA_TYPE);
    if code == Code::Unauthenticated {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = error.retry_after_seconds() {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    *answer.body_mut() = Body::from(body);
    answer
}
