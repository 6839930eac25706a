//! Idempotency keys: a POST that is sent twice is done once.
//!
//! A layer rather than an extractor, because it wraps the whole operation: it keeps the answer.
//!
//! **Invariants**
//! - The operation runs at most once for a key while its answer is kept, whoever repeats it when.
//! - Only answers that changed something (2xx) are kept; anything else frees the key.
//! - A secret is never kept: an operation that answers one says what is kept [`instead`](Remember).

use std::convert::Infallible;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tenantry_store::{Access, Claim, IdempotencyKey, Store, StoredAnswer};

use super::error::{ApiError, Code};
use super::extract::Caller;
use super::state::AppState;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is a kept one.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// The headers that are kept with an answer.
const KEPT_HEADERS: [HeaderName; 4] = [
    CONTENT_TYPE,
    ETAG,
    LOCATION,
    HeaderName::from_static("tenantry-revision"),
];

/// What to keep instead of an answer's body.
#[derive(Debug, Clone)]
pub(super) struct Remember(String);

impl Remember {
    /// Keeps `body` instead.
    pub(super) fn instead(body: &impl Serialize) -> Self {
        Self(serde_json::to_string(body).expect("answers have textual keys only"))
    }
}

impl IntoResponseParts for Remember {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}

/// The layer around the operations that change a project.
pub(super) async fn once(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if request.method() != Method::POST || !request.headers().contains_key(KEY) {
        return Ok(next.run(request).await);
    }
    let (mut parts, body) = request.into_parts();
    let Caller(access) = Caller::from_request_parts(&mut parts, &state).await?;
    let key = parts.headers[KEY]
        .to_str()
        .ok()
        .and_then(|text| IdempotencyKey::parse(text).ok());
    let key = key.ok_or_else(|| {
        ApiError::invalid_parameter(
            "Idempotency-Key",
            "must be 1 to 255 visible ASCII characters",
        )
    })?;
    // The route's own limit is checked again by whoever reads the body after this.
    let limits = &state.settings.limits;
    let limit = limits.max_list_body_bytes.max(limits.max_import_body_bytes);
    let body = to_bytes(body, limit).await.map_err(|_| {
        let detail = "the body is larger than this route reads";
        ApiError::new(Code::BodyTooLarge, detail)
    })?;
    let fingerprint = Sha256::new()
        .chain_update(parts.uri.to_string())
        .chain_update([0])
        .chain_update(&body)
        .finalize()
        .into();

    let now = state.clock.now();
    match state
        .store
        .claim_key(&access, &key, &fingerprint, now)
        .await?
    {
        Claim::Claimed => {
            let request = Request::from_parts(parts, Body::from(body));
            keep(&state.store, &access, &key, next.run(request).await).await
        }
        Claim::Answered(answer) => Ok(replay(answer)),
        Claim::UnderWay => {
            let detail = "the request with this key is still running: ask again in a moment";
            Err(ApiError::new(Code::IdempotencyInProgress, detail))
        }
        Claim::OtherRequest => {
            let detail = "this key was used for another path or body: use a new one";
            Err(ApiError::new(Code::IdempotencyKeyReused, detail))
        }
    }
}

/// Keeps an answer that changed something, and frees the key otherwise.
async fn keep(
    store: &Store,
    access: &Access,
    key: &IdempotencyKey,
    answer: Response,
) -> Result<Response, ApiError> {
    if !answer.status().is_success() {
        store.release_key(access, key).await?;
        return Ok(answer);
    }
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX)
        .await
        .map_err(ApiError::internal)?;
    let kept = match parts.extensions.get::<Remember>() {
        Some(Remember(instead)) => instead.clone(),
        None => String::from_utf8_lossy(&body).into_owned(),
    };
    let header = |name: &HeaderName| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), value.to_owned()))
    };
    let headers = KEPT_HEADERS.iter().filter_map(header).collect();
    let kept = StoredAnswer {
        status: parts.status.as_u16(),
        headers,
        body: kept,
    };
    // The operation is done: the caller gets its answer, kept or not.
    if let Err(error) = store.finish_key(access, key, &kept).await {
        tracing::warn!(
            error.cause = &error as &dyn std::error::Error,
            "cannot keep an answer"
        );
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replay(kept: StoredAnswer) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let mut answer = (status, kept.body).into_response();
    let headers = answer.headers_mut();
    headers.remove(CONTENT_TYPE);
    for (name, value) in kept.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    answer
}
