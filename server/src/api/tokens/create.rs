//! `POST /api/v1/projects/{project}/tokens`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use tenantry_core::model::{EnvironmentKey, Problems};
use tenantry_store::{Action, Change, Store, Target, Write};
use utoipa::ToSchema;

use super::{NewToken, Token, TokenType, check_manager};
use crate::api::edge::RequestId;
use crate::api::error::ApiError;
use crate::api::extract::path::ProjectPath;
use crate::api::extract::{Body, Caller, Check, InProject, text};
use crate::api::idempotency::Remember;
use crate::clock::SharedClock;

/// A token to create.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CreateToken {
    /// What it is for.
    #[serde(rename = "type")]
    kind: TokenType,
    /// What people call it: 1 to 128 bytes.
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    /// The environment that it is bound to: needed for `sdk` and `web`, refused for the others.
    environment: Option<String>,
    /// When it stops working; never if absent.
    expires_at: Option<DateTime<Utc>>,
}

impl Check for CreateToken {
    type Checked = tenantry_store::NewToken;

    fn check(self, problems: &mut Problems) -> Option<Self::Checked> {
        let name = text::name(self.name, problems);
        let environment = text::parsed(
            "environment",
            self.environment,
            EnvironmentKey::new,
            problems,
        );
        Some(tenantry_store::NewToken {
            token_type: self.kind.into(),
            name,
            environment: environment?,
            expires_at: self.expires_at,
        })
    }
}

/// Create a token
///
/// The answer has its secret, which is shown this once and kept nowhere.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project}/tokens",
    tag = "tokens",
    params(ProjectPath),
    request_body = CreateToken,
    responses((status = 201, description = "The token and its secret", body = NewToken,
        links(("revoke" = (operation_id = "revoke_token",
            parameters(("project" = "$request.path.project"), ("token" = "$response.body#/id"))))))
    )
)]
pub(crate) async fn create_token(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    Caller(access): Caller,
    InProject { scope, .. }: InProject<Write>,
    request_id: RequestId,
    Body(new): Body<CreateToken>,
) -> Result<Response, ApiError> {
    check_manager(&access, new.token_type)?;
    let now = clock.now();
    let mut tx = store.begin(&scope).await?;
    let (token, secret) = tx.insert_token(new, now).await?;
    let change = Change::new(Action::TokenCreate, Target::Token(token.id));
    tx.commit(change.requested_by(request_id), now).await?;
    Ok(answer(StatusCode::CREATED, token, secret.expose()))
}

/// The answer with the secret; without it, where the answer is remembered.
pub(super) fn answer(status: StatusCode, token: tenantry_store::Token, secret: &str) -> Response {
    let mut answer = NewToken {
        token: Token::from(token),
        secret: None,
    };
    let remembered = Remember::instead(&answer);
    answer.secret = Some(secret.to_owned());
    (status, remembered, Json(answer)).into_response()
}
