//! `POST /api/v1/projects/{project}/tokens/{token}/rotate`

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, Store, Target, Write};
use utoipa::ToSchema;

use super::NewToken;
use super::create::answer;
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::TokenPath;
use crate::api::extract::{Check, InProject, OptionalBody};
use crate::clock::SharedClock;
use crate::credentials::Credentials;

/// Time that the old secret works on if the request does not say: a day.
const DEFAULT_OVERLAP_SECONDS: u32 = 24 * 3600;
/// Longest time that it may: 30 days.
const MAX_OVERLAP_SECONDS: u32 = 30 * 24 * 3600;

/// How a token is rotated.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RotateToken {
    /// How long the old secret works on, in seconds: 0 to 2592000 (30 days); a day by default.
    #[serde(default = "default_overlap_seconds")]
    #[schema(maximum = 2_592_000)]
    overlap_seconds: u32,
}

fn default_overlap_seconds() -> u32 {
    DEFAULT_OVERLAP_SECONDS
}

impl Check for RotateToken {
    type Checked = Duration;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        if self.overlap_seconds > MAX_OVERLAP_SECONDS {
            problems.push(
                "overlap_seconds",
                format!("must be at most {MAX_OVERLAP_SECONDS}"),
            );
        }
        Some(Duration::from_secs(self.overlap_seconds.into()))
    }
}

/// Give a token a new secret
///
/// The old secret works on for the overlap, so that it can be replaced without an interruption.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/tokens/{token}/rotate",
    tag = "tokens",
    params(TokenPath),
    request_body(content = Option<RotateToken>),
    responses((status = 200, description = "The token and its new secret", body = NewToken))
)]
pub(crate) async fn rotate_token(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    State(credentials): State<Credentials>,
    InProject { scope, path }: InProject<Write, TokenPath>,
    request_id: RequestId,
    OptionalBody(overlap): OptionalBody<RotateToken>,
) -> Result<Response, ApiError> {
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let rotated = tx.rotate_token(path.token, overlap, now).await?;
    let (token, secret) = rotated.ok_or_else(|| ApiError::not_found("token"))?;
    let change = Change::new(Action::TokenRotate, Target::Token(token.id));
    tx.commit(change.requested_by(request_id), now).await?;
    credentials.recheck_token(token.id).await;
    Ok(answer(StatusCode::OK, token, secret.expose()))
}
