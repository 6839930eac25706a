//! `POST /api/v1/projects/{project}/tokens/{token}/rotate`

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tenantry_core::model::Problems;
use tenantry_store::{Action, Change, MAX_OVERLAP, Store, Target, Write};
use utoipa::ToSchema;

use super::create::answer;
use super::{NewToken, check_manager};
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::TokenPath;
use crate::api::extract::{Caller, Check, InProject, OptionalBody};
use crate::clock::SharedClock;
use crate::credentials::Credentials;

/// Time that the old secret works on if the request does not say: a day.
const DEFAULT_OVERLAP_SECONDS: u32 = 24 * 3600;

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
        let overlap = Duration::from_secs(self.overlap_seconds.into());
        if overlap > MAX_OVERLAP {
            let most = MAX_OVERLAP.as_secs();
            problems.push("overlap_seconds", format!("must be at most {most}"));
        }
        Some(overlap)
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
    Caller(access): Caller,
    InProject { scope, path }: InProject<Write, TokenPath>,
    request_id: RequestId,
    OptionalBody(overlap): OptionalBody<RotateToken>,
) -> Result<Response, ApiError> {
    let token = store.token(&scope, path.token).await?;
    let token = token.ok_or_else(|| ApiError::not_found("token"))?;
    check_manager(&access, token.token_type)?;
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let rotated = tx.rotate_token(path.token, overlap, now).await?;
    let (token, secret) = rotated.ok_or_else(|| ApiError::not_found("token"))?;
    let change = Change::new(Action::TokenRotate, Target::Token(token.id));
    tx.commit(change.requested_by(request_id), now).await?;
    credentials.recheck_token(token.id).await;
    Ok(answer(StatusCode::OK, token, secret.expose()))
}
