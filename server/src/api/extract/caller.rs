//! The caller: whoever a token or a session's cookie belongs to.
//!
//! **Invariants**
//! - A request that shows a token is judged by it alone; the cookie counts only without one.
//! - Every refusal is the same 401: whether a token never was, was revoked or has expired is nobody's
//!   business but its owner's.

use axum::extract::{FromRef as _, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use tenantry_store::{Access, Secret, SessionKey, Store};

use crate::api::error::{ApiError, Code};
use crate::api::state::AppState;
use crate::clock::SharedClock;
use crate::credentials::{Credential, Credentials, Proof};

/// Name of the session's cookie where browsers come by HTTPS. The prefix makes them refuse it from
/// other hosts, other paths and plain HTTP.
pub(crate) const SECURE_COOKIE: &str = "__Host-tenantry_session";
/// Name of the session's cookie where they come by plain HTTP, which cannot have the prefix.
pub(crate) const PLAIN_COOKIE: &str = "tenantry_session";

/// Who calls, checked against the database for this request.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) Access);

/// Who calls, known from earlier requests where possible: for what must work without the database.
#[derive(Debug, Clone)]
pub(crate) struct KnownCaller {
    /// The credential, which may be revoked while it is held.
    pub(crate) credential: Credential,
    /// Whether it came as a browser's cookie.
    pub(crate) is_cookie: bool,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(caller.clone());
        }
        let proof = proof(&parts.headers)?.ok_or_else(unauthenticated)?;
        let now = SharedClock::from_ref(state).now();
        let access = proof.check(&Store::from_ref(state), now).await?;
        let caller = Self(access.ok_or_else(unauthenticated)?);
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

impl FromRequestParts<AppState> for KnownCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let proof = proof(&parts.headers)?.ok_or_else(unauthenticated)?;
        let credential = Credentials::from_ref(state).identify(&proof).await?;
        let credential = credential.ok_or_else(unauthenticated)?;
        Ok(Self {
            credential,
            is_cookie: matches!(proof, Proof::Session(_)),
        })
    }
}

/// What the request shows; `None` if nothing.
///
/// # Errors
/// [`Code::Unauthenticated`] if it shows something that cannot be ours.
pub(crate) fn proof(headers: &HeaderMap) -> Result<Option<Proof>, ApiError> {
    let refused = |_| unauthenticated();
    if let Some(value) = headers.get(AUTHORIZATION) {
        let value = value.to_str().map_err(|_| unauthenticated())?;
        let (scheme, token) = value.split_once(' ').ok_or_else(unauthenticated)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(unauthenticated());
        }
        return Secret::parse(token.trim_start())
            .map(Proof::Token)
            .map(Some)
            .map_err(refused);
    }
    if let Some(value) = headers.get("x-api-key") {
        let value = value.to_str().map_err(|_| unauthenticated())?;
        return Secret::parse(value)
            .map(Proof::Token)
            .map(Some)
            .map_err(refused);
    }
    Ok(session_key(headers).map(Proof::Session))
}

/// The session's cookie, if the request has one of the right form.
pub(crate) fn session_key(headers: &HeaderMap) -> Option<SessionKey> {
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(SECURE_COOKIE).or_else(|| jar.get(PLAIN_COOKIE))?;
    SessionKey::parse(cookie.value()).ok()
}

fn unauthenticated() -> ApiError {
    let detail =
        "send a valid token as \"Authorization: Bearer <token>\" or \"X-API-Key: <token>\"";
    ApiError::new(Code::Unauthenticated, detail)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::COOKIE;
    use tenantry_store::TokenType;

    use super::*;

    fn check(name: &'static str, value: &str, expected: Result<Option<&str>, Code>) {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).expect("a value"));
        let proof = proof(&headers);
        let shown = match &proof {
            Ok(Some(Proof::Token(secret))) => Ok(Some(secret.expose())),
            Ok(Some(Proof::Session(key))) => Ok(Some(key.expose())),
            Ok(None) => Ok(None),
            Err(error) => Err(error.code()),
        };
        assert_eq!(shown, expected, "{name}: {value}");
    }

    #[test]
    fn tokens_and_cookies_are_read_from_their_headers() {
        let secret = Secret::generate(TokenType::Adm);
        let token = secret.expose();
        for scheme in ["Bearer", "bearer", "BEARER"] {
            check(
                "authorization",
                &format!("{scheme} {token}"),
                Ok(Some(token)),
            );
        }
        check("x-api-key", token, Ok(Some(token)));
        let key = "A".repeat(43);
        check(
            "cookie",
            &format!("{SECURE_COOKIE}={key}; other=1"),
            Ok(Some(&key)),
        );
        check(
            "cookie",
            &format!("other=1; {PLAIN_COOKIE}={key}"),
            Ok(Some(&key)),
        );
        for (name, value) in [
            ("authorization", format!("Basic {token}")),
            ("authorization", token.to_owned()),
            ("authorization", format!("Bearer {token}x")),
            ("x-api-key", format!("{token} ")),
        ] {
            check(name, &value, Err(Code::Unauthenticated));
        }
        check("cookie", &format!("{PLAIN_COOKIE}=short"), Ok(None));
        check("accept", "*/*", Ok(None));
    }

    #[test]
    fn a_wrong_token_is_not_made_good_by_a_cookie() {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer nonsense"));
        let cookie = format!("{PLAIN_COOKIE}={}", "A".repeat(43));
        headers.insert(COOKIE, HeaderValue::from_str(&cookie).expect("a value"));
        assert!(proof(&headers).is_err());
    }
}
