//! The tenant of a request, as an extractor: a handler that takes a [`Tenant`] has one.
//!
//! Separate so that there is one place that knows where a tenant's key comes from. Here it is a
//! header which a gateway sets after it has checked the caller's credentials, and which it strips
//! from what it receives: flags are no authorisation, so whoever can choose the header can choose
//! what they get.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

/// The header that names the tenant.
const HEADER: &str = "x-tenant";

/// The key of the tenant that a request is for.
#[derive(Debug, Clone)]
pub(crate) struct Tenant(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for Tenant {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        match parts.headers.get(HEADER).map(|value| value.to_str()) {
            Some(Ok(key)) if !key.is_empty() => Ok(Self(key.to_owned())),
            Some(_) => Err((
                StatusCode::BAD_REQUEST,
                "the header X-Tenant is not readable\n",
            )),
            None => Err((StatusCode::BAD_REQUEST, "the header X-Tenant is missing\n")),
        }
    }
}
