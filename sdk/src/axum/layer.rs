//! The layer: finds the tenant of each request, and puts its flags, as they are now, into it.
//!
//! **Invariants**
//! - Every request goes on, with a tenant or with the reason why there is none; what is done about
//!   that is up to whoever asks for the tenant.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::http::request::Parts;
use axum::http::{HeaderName, Request, StatusCode};
use tower_layer::Layer;
use tower_service::Service;

use super::rejection::{Kind, TenantRejection};
use super::source::{Found, Source};
use crate::client::{Client, TenantFlags};
use tenantry_core::Attributes;

/// Finds the tenant of each request, for handlers that take [`TenantFlags`]. See
/// [the module](super) for an example.
#[derive(Debug, Clone)]
#[must_use = "a layer does nothing before it is added to a router"]
pub struct TenantLayer {
    settings: Arc<Settings>,
}

#[derive(Clone)]
struct Settings {
    flags: Client,
    source: Source,
    status: StatusCode,
    attributes: Option<AttributesOf>,
    #[cfg(feature = "tracing")]
    telemetry: crate::Telemetry,
}

type AttributesOf = Arc<dyn Fn(&Parts) -> Attributes + Send + Sync>;

/// What a [`TenantLayer`] makes of a service.
#[derive(Debug, Clone)]
pub struct TenantService<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl TenantLayer {
    /// The tenant is named by this header. There must be one, not several.
    ///
    /// # Panics
    /// If `name` is no name of a header: it is written in lower case, as `x-tenant`.
    pub fn from_header(flags: Client, name: &'static str) -> Self {
        Self::new(flags, Source::Header(HeaderName::from_static(name)))
    }

    /// The tenant is named by this parameter of the route, decoded: `tenant` for
    /// `/tenants/{tenant}/invoices`.
    ///
    /// Routes are known to layers that were added with `Router::layer` or `route_layer`; around a
    /// whole router there is no parameter yet, and the tenant is missing.
    pub fn from_path(flags: Client, parameter: impl Into<Arc<str>>) -> Self {
        Self::new(flags, Source::Path(parameter.into()))
    }

    /// The tenant is what `tenant_of` says of an extension of the request: of the claims that an
    /// earlier layer has checked, say. Missing where there is no such extension, or none in it.
    ///
    /// ```
    /// # #[cfg(feature = "test-util")] {
    /// use tenantry::axum::TenantLayer;
    ///
    /// #[derive(Clone)]
    /// struct Claims { organisation: Option<String> }
    ///
    /// # let flags = tenantry::Client::fixed().build();
    /// let layer = TenantLayer::from_extension(flags, |claims: &Claims| claims.organisation.clone());
    /// # }
    /// ```
    ///
    /// The layer that was added to a router last runs first: add the one that checks the claims
    /// after this one.
    pub fn from_extension<T, F>(flags: Client, tenant_of: F) -> Self
    where
        T: Clone + Send + Sync + 'static,
        F: Fn(&T) -> Option<String> + Send + Sync + 'static,
    {
        Self::new(flags, Source::extension(tenant_of))
    }

    /// The tenant is what `tenant_of` says of the request's head; `None` is missing.
    pub fn from_request<F>(flags: Client, tenant_of: F) -> Self
    where
        F: Fn(&Parts) -> Option<String> + Send + Sync + 'static,
    {
        Self::new(flags, Source::Request(Arc::new(tenant_of)))
    }

    fn new(flags: Client, source: Source) -> Self {
        Self {
            settings: Arc::new(Settings {
                flags,
                source,
                status: StatusCode::BAD_REQUEST,
                attributes: None,
                #[cfg(feature = "tracing")]
                telemetry: crate::Telemetry::new(),
            }),
        }
    }

    /// Where a handler needs a tenant and the request has none, or one that is none, the response
    /// has this status: 400 unless told otherwise.
    pub fn rejecting_with(mut self, status: StatusCode) -> Self {
        Arc::make_mut(&mut self.settings).status = status;
        self
    }

    /// Rules may test what this says of each request, as a plan or a region: the attributes are
    /// part of every question of that request.
    pub fn attributes<F>(mut self, attributes_of: F) -> Self
    where
        F: Fn(&Parts) -> Attributes + Send + Sync + 'static,
    {
        Arc::make_mut(&mut self.settings).attributes = Some(Arc::new(attributes_of));
        self
    }

    /// Tells `tracing` of the tenant and the answers of every request; see
    /// [`TenantFlags::observed`]. Behind the feature `tracing`.
    #[cfg(feature = "tracing")]
    pub fn observed(mut self, telemetry: crate::Telemetry) -> Self {
        Arc::make_mut(&mut self.settings).telemetry = telemetry;
        self
    }
}

impl Settings {
    /// The tenant's flags as they are now, or why there is no tenant.
    fn look(&self, parts: &mut Parts) -> Result<TenantFlags, TenantRejection> {
        let reject = |kind, what: &str, detail: &str| {
            TenantRejection::new(self.status, kind, format!("the tenant is {what}: {detail}"))
        };
        let tenant = match self.source.find(parts) {
            Found::Tenant(tenant) => tenant,
            Found::Missing(detail) => return Err(reject(Kind::Missing, "missing", &detail)),
            Found::Malformed(detail) => return Err(reject(Kind::Malformed, "malformed", &detail)),
        };
        let flags = self
            .flags
            .for_tenant(tenant)
            .map_err(|error| reject(Kind::Malformed, "malformed", &error.to_string()))?;
        #[cfg(feature = "tracing")]
        let flags = flags.observed(self.telemetry);
        Ok(match &self.attributes {
            Some(attributes_of) => flags.with_attributes(attributes_of(parts)),
            None => flags,
        })
    }
}

impl<S> Layer<S> for TenantLayer {
    type Service = TenantService<S>;

    fn layer(&self, inner: S) -> TenantService<S> {
        TenantService {
            inner,
            settings: Arc::clone(&self.settings),
        }
    }
}

impl<S, B> Service<Request<B>> for TenantService<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> S::Future {
        let (mut parts, body) = request.into_parts();
        // What an outer layer has put there is of another source.
        parts.extensions.remove::<TenantFlags>();
        parts.extensions.remove::<TenantRejection>();
        match self.settings.look(&mut parts) {
            Ok(flags) => drop(parts.extensions.insert(flags)),
            Err(rejection) => drop(parts.extensions.insert(rejection)),
        }
        self.inner.call(Request::from_parts(parts, body))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("source", &self.source)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
