//! Sessions: who is calling, and the cookie that a browser keeps instead of a token.
//!
//! The cookie is `__Host-tenantry_session`: `Secure`, `HttpOnly`, `SameSite=Strict`, for this host
//! alone. Where the server is reached by plain HTTP on purpose (on loopback, or at a public origin
//! that says `http://`) browsers would not keep that one; there it is `tenantry_session`, without
//! `Secure` and the prefix, and otherwise the same.

mod create;
mod delete;
mod show;

use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Serialize;
use tenantry_store::Access;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::edge::Transport;
use super::extract::caller::{PLAIN_COOKIE, SECURE_COOKIE};

/// The operations on sessions.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(
        show::show_session,
        create::create_session,
        delete::delete_session
    ))
}

/// Who is calling, and what that opens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    /// The token's type.
    #[serde(rename = "type")]
    #[schema(value_type = super::tokens::TokenType)]
    kind: &'static str,
    /// The token's name.
    name: String,
    /// The only project that it opens; null opens all of them.
    project: Option<String>,
    /// The only environment that it opens, if it is bound to one.
    environment: Option<String>,
}

impl From<&Access> for Session {
    fn from(access: &Access) -> Self {
        Self {
            kind: access.token_type().as_str(),
            name: access.name().to_owned(),
            project: access.project().map(ToString::to_string),
            environment: access.environment().map(ToString::to_string),
        }
    }
}

/// The session's cookie with this value.
fn cookie(transport: Transport, value: String) -> Cookie<'static> {
    let name = match transport {
        Transport::Https => SECURE_COOKIE,
        Transport::PlainHttp => PLAIN_COOKIE,
    };
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(transport == Transport::Https)
        .same_site(SameSite::Strict)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_as_strict_as_the_transport_allows() {
        assert_eq!(
            cookie(Transport::Https, "x".to_owned()).to_string(),
            "__Host-tenantry_session=x; HttpOnly; SameSite=Strict; Secure; Path=/"
        );
        assert_eq!(
            cookie(Transport::PlainHttp, "x".to_owned()).to_string(),
            "tenantry_session=x; HttpOnly; SameSite=Strict; Path=/"
        );
    }
}
