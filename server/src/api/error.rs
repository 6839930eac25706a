//! Errors: everything that an answer may say went wrong, as `application/problem+json`.
//!
//! Separate so that there is one list of codes, and so that a handler says *what* is wrong and
//! never how that looks.
//!
//! **Invariants**
//! - Every code is in [`Code`]; a client may rely on codes, never on titles or details.
//! - The detail is for the caller: no path, no SQL, no version. The source is logged once, where
//!   the answer leaves (`edge`), and never sent.
//! - Another project's thing is the same [`ApiError::NotFound`] as no thing.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tenantry_core::model::{Problem, Problems};
use utoipa::ToSchema;

/// What went wrong, for programs. Codes are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    /// The body is not JSON, or is nested too deeply.
    InvalidJson,
    /// A path, query or header parameter is not what it must be.
    InvalidParameter,
    /// The body is JSON, but not what it must be; `problems` says where.
    InvalidBody,
    /// There is no credential, or it is not valid (any more).
    Unauthenticated,
    /// The credential is valid, but not for this.
    Forbidden,
    /// A browser sent this from another site.
    CrossSite,
    /// There is no such thing, or it is another project's.
    NotFound,
    /// The server has no such route.
    RouteNotFound,
    /// The route exists, but not with this method.
    MethodNotAllowed,
    /// The request took too long.
    Timeout,
    /// The key is taken.
    AlreadyExists,
    /// The flag is archived; restore it first.
    FlagArchived,
    /// Another flag has this one as its prerequisite.
    PrerequisiteInUse,
    /// Code or programs still ask for the flag.
    FlagInUse,
    /// A flag's rule asks for the segment, or its plan names it.
    SegmentInUse,
    /// The plan is in no state for this; the detail says what would be.
    PlanState,
    /// The change would take the flag from tenants that a plan under way has given it to.
    Demotes,
    /// The segment's members follow from its conditions; change those, or the roster.
    SegmentHasConditions,
    /// The request with this `Idempotency-Key` is still running.
    IdempotencyInProgress,
    /// The `If-Match` header names a version that is not the current one.
    PreconditionFailed,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The body's media type is not the one that this route reads.
    UnsupportedMediaType,
    /// The `Idempotency-Key` was used for another request.
    IdempotencyKeyReused,
    /// The route is a WebSocket: an upgrade is required.
    UpgradeRequired,
    /// The `If-Match` header is missing.
    PreconditionRequired,
    /// More requests than the limit; `Retry-After` says when to come back.
    TooManyRequests,
    /// A fault of the server's own.
    Internal,
    /// The database cannot be reached, or the server is stopping.
    Unavailable,
}

impl Code {
    /// The code's row in the table: its status, its text, and what it means, for people.
    #[expect(clippy::too_many_lines, reason = "a table, with a row for each code")]
    fn row(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::InvalidJson => (S::BAD_REQUEST, "invalid_json", "The body is not valid JSON"),
            Self::InvalidParameter => (
                S::BAD_REQUEST,
                "invalid_parameter",
                "A parameter is not valid",
            ),
            Self::InvalidBody => (
                S::UNPROCESSABLE_ENTITY,
                "invalid_body",
                "The body is not valid",
            ),
            Self::Unauthenticated => (
                S::UNAUTHORIZED,
                "unauthenticated",
                "A valid credential is needed",
            ),
            Self::Forbidden => (
                S::FORBIDDEN,
                "forbidden",
                "The credential does not allow this",
            ),
            Self::CrossSite => (
                S::FORBIDDEN,
                "cross_site",
                "Requests from other sites are refused",
            ),
            Self::NotFound => (S::NOT_FOUND, "not_found", "Not found"),
            Self::RouteNotFound => (S::NOT_FOUND, "route_not_found", "No such route"),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "The method is not allowed here",
            ),
            Self::Timeout => (S::REQUEST_TIMEOUT, "timeout", "The request took too long"),
            Self::AlreadyExists => (S::CONFLICT, "already_exists", "The key is taken"),
            Self::FlagArchived => (S::CONFLICT, "flag_archived", "The flag is archived"),
            Self::PrerequisiteInUse => (
                S::CONFLICT,
                "prerequisite_in_use",
                "Other flags depend on this one",
            ),
            Self::FlagInUse => (S::CONFLICT, "flag_in_use", "The flag is still asked for"),
            Self::SegmentInUse => (S::CONFLICT, "segment_in_use", "Flags ask for this segment"),
            Self::PlanState => (
                S::CONFLICT,
                "plan_state",
                "The plan does not allow this now",
            ),
            Self::Demotes => (
                S::CONFLICT,
                "demotes",
                "Tenants would lose the flag while a plan is under way",
            ),
            Self::SegmentHasConditions => (
                S::CONFLICT,
                "segment_has_conditions",
                "The segment's members follow from its conditions",
            ),
            Self::IdempotencyInProgress => (
                S::CONFLICT,
                "idempotency_in_progress",
                "The first request with this key is still running",
            ),
            Self::PreconditionFailed => (
                S::PRECONDITION_FAILED,
                "precondition_failed",
                "Somebody else has changed this",
            ),
            Self::BodyTooLarge => (
                S::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "The body is too large",
            ),
            Self::UnsupportedMediaType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The media type is not supported",
            ),
            Self::IdempotencyKeyReused => (
                S::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "The idempotency key belongs to another request",
            ),
            Self::UpgradeRequired => (
                S::UPGRADE_REQUIRED,
                "upgrade_required",
                "A WebSocket handshake is needed",
            ),
            Self::PreconditionRequired => (
                S::PRECONDITION_REQUIRED,
                "precondition_required",
                "An If-Match header is needed",
            ),
            Self::TooManyRequests => (
                S::TOO_MANY_REQUESTS,
                "too_many_requests",
                "Too many requests",
            ),
            Self::Internal => (S::INTERNAL_SERVER_ERROR, "internal", "The server failed"),
            Self::Unavailable => (
                S::SERVICE_UNAVAILABLE,
                "unavailable",
                "The server cannot do this now",
            ),
        }
    }

    /// The status that goes with the code.
    #[must_use]
    pub(crate) fn status(self) -> StatusCode {
        self.row().0
    }

    /// The code as text, as it is sent.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        self.row().1
    }

    /// What the code means, for people; the same for every occurrence.
    #[must_use]
    pub(crate) fn title(self) -> &'static str {
        self.row().2
    }
}

/// What a handler answers instead of a result.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: Code,
    detail: String,
    problems: Vec<Problem>,
    retry_after: Option<Duration>,
    /// The cause, for the log alone.
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ApiError {
    /// An error with this code; the detail says what happened this time and what would be right.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            problems: Vec::new(),
            retry_after: None,
            source: None,
        }
    }

    /// There is no such `what`, or it is another project's: nobody can tell which.
    pub(crate) fn not_found(what: &'static str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {what}"))
    }

    /// The body is well-formed, but these things in it are wrong.
    pub(crate) fn invalid_body(problems: Problems) -> Self {
        let count = problems.0.len();
        let detail = format!(
            "{count} {} in the body",
            if count == 1 { "problem" } else { "problems" }
        );
        Self {
            problems: problems.0,
            ..Self::new(Code::InvalidBody, detail)
        }
    }

    /// One thing in the body is wrong, which only the database could tell.
    pub(crate) fn invalid_field(path: &'static str, message: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.push(path, message);
        Self::invalid_body(problems)
    }

    /// A parameter is wrong; `name` is its name in the path, the query or the headers.
    pub(crate) fn invalid_parameter(name: impl Into<String>, message: impl Into<String>) -> Self {
        let problem = Problem {
            path: name.into(),
            message: message.into(),
        };
        Self {
            problems: vec![problem.clone()],
            ..Self::new(Code::InvalidParameter, problem.to_string())
        }
    }

    /// Somebody else has changed the thing since the caller read it.
    pub(crate) fn stale() -> Self {
        let detail = "it has changed since you read it: read it again, then decide";
        Self::new(Code::PreconditionFailed, detail)
    }

    /// A fault of the server's own.
    pub(crate) fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let detail = "the server's log has the cause, under this request's id";
        Self {
            source: Some(source.into()),
            ..Self::new(Code::Internal, detail)
        }
    }

    /// The caller asks too often; it may come back after `wait`, rounded up to whole seconds.
    pub(crate) fn too_many_requests(wait: Duration) -> Self {
        let detail = "this credential asks more often than the server allows";
        Self {
            retry_after: Some(wait),
            ..Self::new(Code::TooManyRequests, detail)
        }
    }

    /// The same error, and which field of the body it is about.
    pub(crate) fn at(mut self, path: &'static str, message: &'static str) -> Self {
        self.problems.push(Problem {
            path: path.to_owned(),
            message: message.to_owned(),
        });
        self
    }

    /// The same error, with what it is about, one by one.
    pub(crate) fn listing(mut self, problems: impl IntoIterator<Item = Problem>) -> Self {
        self.problems.extend(problems);
        self
    }

    /// The same error, with its cause for the log.
    pub(crate) fn because(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// The server cannot answer now, but may after `wait`.
    pub(crate) fn unavailable(detail: &'static str, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..Self::new(Code::Unavailable, detail)
        }
    }

    /// What went wrong.
    #[must_use]
    pub(crate) fn code(&self) -> Code {
        self.code
    }

    /// What happened this time.
    #[must_use]
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// What is wrong in the body or in a parameter.
    #[must_use]
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// When the caller may come back, in whole seconds.
    #[must_use]
    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after.map(|wait| {
            wait.as_millis()
                .div_ceil(1000)
                .try_into()
                .unwrap_or(u64::MAX)
        })
    }

    /// The cause, for the log.
    #[must_use]
    pub(crate) fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.source.as_deref()
    }
}

/// Carries the error to the edge, which knows the request's id and writes the problem document.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema as _;

    use super::*;

    #[test]
    fn every_code_is_sent_as_it_is_documented_and_is_an_error() {
        let schema = serde_json::to_value(Code::schema()).expect("JSON");
        let names = schema["enum"].as_array().expect("a list of codes");
        assert!(!names.is_empty());
        for name in names {
            let code: Code = serde_json::from_value(name.clone()).expect("a code");
            assert_eq!(code.as_str(), name);
            assert!(code.status().as_u16() >= 400, "{name}");
        }
    }
}
