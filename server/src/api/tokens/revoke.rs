//! `DELETE /api/v1/projects/{project}/tokens/{token}`

use axum::extract::State;
use axum::http::StatusCode;
use tenantry_store::{Action, Change, Store, Target, Write};

use super::check_manager;
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::TokenPath;
use crate::api::extract::{Caller, InProject};
use crate::clock::SharedClock;
use crate::credentials::Credentials;

/// Revoke a token
///
/// It never works again; its streams end within a second. One that is revoked already stays so.
#[utoipa::path(
    delete,
    path = "/api/v1/projects/{project}/tokens/{token}",
    tag = "tokens",
    params(TokenPath),
    responses((status = 204, description = "Revoked"))
)]
pub(crate) async fn revoke_token(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    State(credentials): State<Credentials>,
    Caller(access): Caller,
    InProject { scope, path }: InProject<Write, TokenPath>,
    request_id: RequestId,
) -> Result<StatusCode, ApiError> {
    let token = store.token(&scope, path.token).await?;
    let token = token.ok_or_else(|| ApiError::not_found("token"))?;
    check_manager(&access, token.token_type)?;
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let token = tx.revoke_token(path.token, now).await?;
    let token = token.ok_or_else(|| ApiError::not_found("token"))?;
    let change = Change::new(Action::TokenRevoke, Target::Token(token.id));
    tx.commit(change.requested_by(request_id), now).await?;
    credentials.recheck_token(token.id).await;
    Ok(StatusCode::NO_CONTENT)
}
