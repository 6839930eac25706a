//! The extractor: a handler that takes [`TenantFlags`] has a tenant, or is not called.
//!
//! **Invariants**
//! - What is extracted was found by the layer; here nothing is looked for a second time.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;

use super::rejection::TenantRejection;
use crate::client::TenantFlags;

impl<S: Sync> FromRequestParts<S> for TenantFlags {
    type Rejection = TenantRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, TenantRejection> {
        let extensions = &parts.extensions;
        if let Some(flags) = extensions.get::<Self>() {
            return Ok(flags.clone());
        }
        Err(extensions.get().cloned().unwrap_or_else(|| {
            tracing::error!("a handler takes TenantFlags, but no TenantLayer is around it");
            TenantRejection::no_layer()
        }))
    }
}

/// `None` where the request names no tenant. One that is malformed is refused all the same.
impl<S: Sync> OptionalFromRequestParts<S> for TenantFlags {
    type Rejection = TenantRejection;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> Result<Option<Self>, TenantRejection> {
        match <Self as FromRequestParts<S>>::from_request_parts(parts, state).await {
            Ok(flags) => Ok(Some(flags)),
            Err(rejection) if rejection.is_missing() => Ok(None),
            Err(rejection) => Err(rejection),
        }
    }
}
