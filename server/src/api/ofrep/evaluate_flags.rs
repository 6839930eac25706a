//! `POST /ofrep/v1/evaluate/flags`

use axum::Json;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, ETAG};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tenantry_core::CompiledFlag;
use utoipa::ToSchema;

use super::answer::OfrepAnswer;
use super::asked_of::{AskedOf, AskedQuery};
use super::context::{EvaluatedFor, EvaluationRequest};
use super::failure::OfrepFailure;
use crate::api::edge::ProblemDocument;
use crate::api::error::ApiError;
use crate::api::extract::IfNoneMatch;
use crate::api::extract::body::read;
use crate::api::extract::etag::{Etag, REVALIDATE};
use crate::publish::Newest;
use crate::telemetry::metrics as names;

/// The answers for all flags.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfrepAnswers {
    /// One for each flag of the environment.
    flags: Vec<OfrepOutcome>,
}

/// An answer, or why there is none.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum OfrepOutcome {
    /// The answer.
    Answer(OfrepAnswer),
    /// Why there is none.
    Failure(OfrepFailure),
}

/// Evaluate all flags
///
/// For client-side providers of OpenFeature. The `ETag` stands for this context's answers: send it
/// as `If-None-Match` to learn whether they have changed.
#[utoipa::path(
    post,
    path = "/ofrep/v1/evaluate/flags",
    tag = "evaluation",
    params(
        AskedQuery,
        ("flagConfigEtag" = Option<String>, Query,
            description = "A tag that an event named; what is answered is always the newest"),
        ("flagConfigLastModified" = Option<String>, Query,
            description = "A moment that an event named; what is answered is always the newest"),
        ("If-None-Match" = Option<String>, Header, description = "Answers that the caller has"),
    ),
    request_body = EvaluationRequest,
    responses(
        (status = 200, description = "The answers", body = OfrepAnswers,
            headers(("ETag" = String, description = "Stands for these answers"))),
        (status = 304, description = "The caller has these answers"),
        (status = 400, description = "The context is not valid, or no environment is named",
            content((OfrepFailure = "application/json"), (ProblemDocument = "application/problem+json"))),
        (status = 429, description = "Too many requests", body = ProblemDocument,
            content_type = "application/problem+json",
            headers(("Retry-After" = u64, description = "Seconds to wait"))),
    )
)]
pub(crate) async fn evaluate_ofrep_flags(
    AskedOf(newest): AskedOf,
    seen: IfNoneMatch,
    request: Request,
) -> Result<Response, ApiError> {
    let body = read(request, &()).await?;
    let asked_for = match EvaluatedFor::parse(&body) {
        Ok(asked_for) => asked_for,
        Err(failure) => return Ok(failure.into_response()),
    };
    let etag = etag(&newest, &asked_for);
    if let Some(unchanged) = seen.answer(&etag) {
        return Ok(unchanged);
    }
    let ruleset = newest.publication().replica().ruleset();
    let context = asked_for.context();
    let mut keys: Vec<&str> = ruleset
        .flags()
        .map(CompiledFlag::key)
        .map(AsRef::as_ref)
        .collect();
    keys.sort_unstable();
    let flags = keys.into_iter().map(|key| {
        let evaluation = ruleset.evaluate(key, &context);
        metrics::counter!(names::EVALUATIONS, "reason" => evaluation.reason.as_str()).increment(1);
        OfrepAnswer::new(key, &evaluation).map_or_else(OfrepOutcome::Failure, OfrepOutcome::Answer)
    });
    let answers = OfrepAnswers {
        flags: flags.collect(),
    };
    let headers = [
        (ETAG, HeaderValue::from(&etag)),
        (CACHE_CONTROL, REVALIDATE),
    ];
    Ok((headers, Json(answers)).into_response())
}

/// Stands for the answers of one state to one context: another of either has another tag.
fn etag(newest: &Newest, asked_for: &EvaluatedFor) -> Etag {
    let publication = newest.publication();
    let context = serde_json::to_vec(asked_for.as_sent()).expect("a map of JSON values");
    let hash = Sha256::new()
        .chain_update(publication.revision().to_le_bytes())
        .chain_update(publication.checksum().to_string())
        .chain_update(context)
        .finalize();
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    Etag::version(format!("{:032x}", u128::from_be_bytes(first)))
}
