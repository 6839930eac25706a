//! Tokens: the credentials of programs and people.

mod create;
mod list;
mod revoke;
mod rotate;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_store::{Access, TokenType as StoredType};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::AppState;
use super::error::{ApiError, Code};

/// The operations on tokens.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_tokens, create::create_token))
        .routes(routes!(revoke::revoke_token))
        .routes(routes!(rotate::rotate_token))
}

/// Refuses to let anybody but administrators make, rotate or revoke an administrator's token: with
/// one of those a person would be more than a person.
///
/// # Errors
/// Forbidden.
fn check_manager(access: &Access, of_type: StoredType) -> Result<(), ApiError> {
    if of_type == StoredType::Adm && access.token_type() != StoredType::Adm {
        let detail = format!(
            "tokens of type adm are made, rotated and revoked with a token of type adm; this is one of \
             type {}",
            access.token_type()
        );
        return Err(ApiError::new(Code::Forbidden, detail));
    }
    Ok(())
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenType {
    /// Administers one project or, belonging to none, the server.
    Adm,
    /// Streams one environment to a server-side SDK.
    Sdk,
    /// Asks for results in one environment, from a browser or an app.
    Web,
    /// Reads a project's flags and their debt, in CI.
    Ci,
    /// Stands for a person, who may do in one project what `adm` may, but for making, rotating and
    /// revoking tokens of type `adm`.
    Usr,
}

impl From<TokenType> for StoredType {
    fn from(of_type: TokenType) -> Self {
        match of_type {
            TokenType::Adm => Self::Adm,
            TokenType::Sdk => Self::Sdk,
            TokenType::Web => Self::Web,
            TokenType::Ci => Self::Ci,
            TokenType::Usr => Self::Usr,
        }
    }
}

impl From<StoredType> for TokenType {
    fn from(of_type: StoredType) -> Self {
        match of_type {
            StoredType::Adm => Self::Adm,
            StoredType::Sdk => Self::Sdk,
            StoredType::Web => Self::Web,
            StoredType::Ci => Self::Ci,
            StoredType::Usr => Self::Usr,
        }
    }
}

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Token {
    /// Its id, which is no secret.
    id: Uuid,
    /// What it is for.
    #[serde(rename = "type")]
    kind: TokenType,
    /// What people call it.
    name: String,
    /// The environment that it is bound to.
    environment: Option<String>,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// Who created it.
    created_by: String,
    /// When it stops working by itself.
    expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute or so.
    last_used_at: Option<DateTime<Utc>>,
    /// Until when the secret before the last rotation works.
    previous_until: Option<DateTime<Utc>>,
}

impl From<tenantry_store::Token> for Token {
    fn from(token: tenantry_store::Token) -> Self {
        Self {
            id: token.id.as_uuid(),
            kind: token.token_type.into(),
            name: token.name,
            environment: token.environment.map(String::from),
            created_at: token.created_at,
            created_by: token.created_by,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
            last_used_at: token.last_used_at,
            previous_until: token.previous_until,
        }
    }
}

/// A token with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewToken {
    /// The token.
    #[serde(flatten)]
    token: Token,
    /// The secret. A repeated answer to the same idempotency key lacks it: it is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    secret: Option<String>,
}
