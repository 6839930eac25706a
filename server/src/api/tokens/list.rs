//! `GET /api/v1/projects/{project}/tokens`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use super::Token;
use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::path::ProjectPath;

/// The project's tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenList {
    /// Newest first, revoked ones included.
    items: Vec<Token>,
}

/// List a project's tokens
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/tokens",
    tag = "tokens",
    params(ProjectPath),
    responses((status = 200, description = "The tokens, without their secrets", body = TokenList))
)]
pub(crate) async fn list_tokens(
    State(store): State<Store>,
    InProject { scope, .. }: InProject<Read>,
) -> Result<Json<TokenList>, ApiError> {
    let tokens = store.tokens(&scope).await?;
    Ok(Json(TokenList {
        items: tokens.into_iter().map(Token::from).collect(),
    }))
}
