//! Rejections: the answer to a request whose tenant is not known.
//!
//! **Invariants**
//! - The tenant that was sent is not repeated: it may be anything.

use std::borrow::Cow;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use thiserror::Error;

/// Why a request has no tenant. As a response it is an `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{detail}")]
pub struct TenantRejection {
    status: StatusCode,
    kind: Kind,
    detail: Cow<'static, str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Missing,
    Malformed,
    /// The service has no layer that would look for a tenant.
    NoLayer,
}

impl TenantRejection {
    pub(super) fn new(
        status: StatusCode,
        kind: Kind,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            kind,
            detail: detail.into(),
        }
    }

    /// The service is wrong, not the request.
    pub(super) fn no_layer() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Kind::NoLayer,
            "nothing here looks for the tenant of a request",
        )
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether the request names no tenant at all, rather than one that is none.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.kind == Kind::Missing
    }

    /// What is wrong, in words: stable, for programs to tell by.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.kind {
            Kind::Missing => "tenant_missing",
            Kind::Malformed => "tenant_malformed",
            Kind::NoLayer => "tenant_unknown",
        }
    }
}

impl IntoResponse for TenantRejection {
    fn into_response(self) -> Response {
        let problem = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "code": self.code(),
            "detail": self.detail,
        });
        let media_type = HeaderValue::from_static("application/problem+json");
        (
            self.status,
            [(CONTENT_TYPE, media_type)],
            problem.to_string(),
        )
            .into_response()
    }
}
