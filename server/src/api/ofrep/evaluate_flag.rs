//! `POST /ofrep/v1/evaluate/flags/{key}`

use axum::Json;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse as _, Response};

use super::answer::OfrepAnswer;
use super::asked_of::{AskedOf, AskedQuery};
use super::context::{EvaluatedFor, EvaluationRequest};
use super::failure::OfrepFailure;
use crate::api::edge::ProblemDocument;
use crate::api::error::ApiError;
use crate::api::extract::body::read;
use crate::telemetry::metrics as names;

/// Evaluate a flag
///
/// For server-side providers of OpenFeature.
#[utoipa::path(
    post,
    path = "/ofrep/v1/evaluate/flags/{key}",
    tag = "evaluation",
    params(("key" = String, Path, description = "The flag's key"), AskedQuery),
    request_body = EvaluationRequest,
    responses(
        (status = 200, description = "The answer", body = OfrepAnswer),
        (status = 400, description = "The context is not valid, or no environment is named",
            content((OfrepFailure = "application/json"), (ProblemDocument = "application/problem+json"))),
        (status = 404, description = "There is no such flag", body = OfrepFailure),
        (status = 429, description = "Too many requests", body = ProblemDocument,
            content_type = "application/problem+json",
            headers(("Retry-After" = u64, description = "Seconds to wait"))),
    )
)]
pub(crate) async fn evaluate_ofrep_flag(
    AskedOf(newest): AskedOf,
    Path(key): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let body = read(request, &()).await?;
    let asked_for = match EvaluatedFor::parse(&body) {
        Ok(asked_for) => asked_for,
        Err(failure) => return Ok(failure.of_flag(&key).into_response()),
    };
    let ruleset = newest.publication().replica().ruleset();
    let evaluation = ruleset.evaluate(&key, &asked_for.context());
    metrics::counter!(names::EVALUATIONS, "reason" => evaluation.reason.as_str()).increment(1);
    Ok(match OfrepAnswer::new(&key, &evaluation) {
        Ok(answer) => Json(answer).into_response(),
        Err(failure) => failure.into_response(),
    })
}
