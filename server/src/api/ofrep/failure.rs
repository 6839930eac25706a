//! Failures in OFREP's own form: `errorCode` and `errorDetails`, which its clients insist on.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// OFREP's error codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ErrorCode {
    /// The body is not JSON, or the flag's document cannot be used by this build.
    ParseError,
    /// The context names no tenant.
    TargetingKeyMissing,
    /// The context is not what it must be.
    InvalidContext,
    /// There is no such flag.
    FlagNotFound,
    /// Anything else.
    General,
}

/// Why there is no answer. `key` is absent for a request about all flags.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfrepFailure {
    /// The flag's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    key: Option<String>,
    /// What went wrong, for programs.
    #[serde(rename = "errorCode")]
    code: ErrorCode,
    /// What went wrong, for people.
    #[serde(rename = "errorDetails")]
    details: String,
}

impl OfrepFailure {
    /// A failure that concerns the whole request.
    pub(crate) fn new(code: ErrorCode, details: impl Into<String>) -> Self {
        Self {
            key: None,
            code,
            details: details.into(),
        }
    }

    /// The same failure, of one flag.
    pub(crate) fn of_flag(self, key: &str) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..self
        }
    }

    /// There is no such flag.
    pub(crate) fn flag_not_found(key: &str) -> Self {
        Self::new(
            ErrorCode::FlagNotFound,
            format!("there is no flag {key:?} here"),
        )
        .of_flag(key)
    }

    /// What went wrong.
    #[cfg(test)]
    pub(crate) fn code(&self) -> ErrorCode {
        self.code
    }
}

impl IntoResponse for OfrepFailure {
    fn into_response(self) -> Response {
        let status = match self.code {
            ErrorCode::FlagNotFound => StatusCode::NOT_FOUND,
            ErrorCode::ParseError
            | ErrorCode::TargetingKeyMissing
            | ErrorCode::InvalidContext
            | ErrorCode::General => StatusCode::BAD_REQUEST,
        };
        (status, Json(self)).into_response()
    }
}
