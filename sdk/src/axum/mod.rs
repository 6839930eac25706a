//! For services with axum: a layer that finds the tenant of each request, and an extractor that
//! cannot be asked without one. Behind the feature `axum`.
//!
//! [`TenantLayer`] is told where a request names its tenant. A handler takes
//! [`TenantFlags`], whose questions have no argument for a tenant: it
//! is there, or the handler is not called.
//!
//! ```
//! # #[cfg(feature = "test-util")] {
//! use axum::Router;
//! use axum::routing::get;
//! use tenantry::axum::TenantLayer;
//! use tenantry::{Client, TenantFlags};
//!
//! async fn greet(flags: TenantFlags) -> String {
//!     let words = if flags.is_enabled("new-greeting") { "Welcome back" } else { "Hello" };
//!     format!("{words}, {}", flags.tenant())
//! }
//!
//! fn service(flags: Client) -> Router {
//!     Router::new()
//!         .route("/", get(greet))
//!         .layer(TenantLayer::from_header(flags, "x-tenant"))
//! }
//! # let flags = Client::fixed().build();
//! # let _ = service(flags);
//! # }
//! ```
//!
//! # Where the tenant comes from
//!
//! | | |
//! | --- | --- |
//! | [`TenantLayer::from_header`] | a header that a gateway sets, and strips from what it receives |
//! | [`TenantLayer::from_path`] | a parameter of the route, as in `/tenants/{tenant}/invoices` |
//! | [`TenantLayer::from_extension`] | a claim: what earlier middleware has learned and put into the request |
//! | [`TenantLayer::from_request`] | any function of the request's head |
//!
//! Flags are no authorisation: whoever can choose the tenant can choose what they get. So take it
//! from where you have checked it.
//!
//! # Requests without a tenant
//!
//! They reach their handlers, unless a handler asks for [`TenantFlags`]:
//! a health check needs none. A handler that does is not called, and the answer is 400, or the
//! status that [`TenantLayer::rejecting_with`] was given, with a body of `application/problem+json`
//! that says what is missing:
//!
//! ```json
//! {
//!   "type": "about:blank",
//!   "title": "Bad Request",
//!   "status": 400,
//!   "code": "tenant_missing",
//!   "detail": "the tenant is missing: there is no header x-tenant"
//! }
//! ```
//!
//! A tenant that is empty, longer than 256 bytes, not UTF-8 or named twice is `tenant_malformed`.
//! `Option<TenantFlags>` is `None` where the tenant is missing, and still refuses one that is
//! malformed.
//!
//! # One state per request
//!
//! All questions of one request are answered from the state that the flags had when it reached the
//! layer. A request that asks twice gets the same answer twice, though the flag was switched in
//! between; the next request gets the new one.
//!
//! **Invariants**
//! - There is no way from a request without a tenant to a question.

mod extract;
mod layer;
mod rejection;
mod source;

pub use layer::{TenantLayer, TenantService};
pub use rejection::TenantRejection;

#[expect(unused_imports, reason = "the documentation names it")]
use crate::TenantFlags;
