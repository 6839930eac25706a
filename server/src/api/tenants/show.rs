//! `GET /api/v1/projects/{project}/tenants/{tenant}`

use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, ETAG};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::Serialize;
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use super::{Tenant, per_day};
use crate::api::error::ApiError;
use crate::api::extract::InProject;
use crate::api::extract::etag::REVALIDATE;
use crate::api::extract::path::TenantPath;
use crate::clock::SharedClock;
use crate::publish::Publisher;
use crate::usage::Usage;

/// A tenant of the roster, and what programs tell of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantWithUsage {
    #[serde(flatten)]
    tenant: Tenant,
    /// The environments that were ever asked for it, as far as that is kept: 400 days.
    usage: Vec<UsageOfEnvironment>,
}

/// What an environment was asked for a tenant.
#[derive(Debug, Serialize, ToSchema)]
struct UsageOfEnvironment {
    /// The environment's key.
    environment: String,
    /// When it was first asked for the tenant, to the minute.
    first_seen: DateTime<Utc>,
    /// When it was last asked for the tenant, to the hour.
    last_seen: DateTime<Utc>,
    /// How often a day it was asked, over the last 7 days and all flags, counted some minutes ago.
    requests_per_day: f64,
}

/// Show a tenant of the roster
///
/// With what programs tell of it. Its version is that of what people have said about it.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/tenants/{tenant}",
    tag = "tenants",
    params(TenantPath),
    responses((status = 200, description = "The tenant", body = TenantWithUsage,
        headers(("ETag" = String, description = "Its version, for `If-Match`"))))
)]
pub(crate) async fn show_tenant(
    State(store): State<Store>,
    State(publisher): State<Publisher>,
    State(clock): State<SharedClock>,
    State(usage): State<Usage>,
    InProject { scope, path }: InProject<Read, TenantPath>,
) -> Result<impl IntoResponse, ApiError> {
    let tenant = store.tenant(&scope, &path.tenant).await?;
    let tenant = Tenant::from(tenant.ok_or_else(|| ApiError::not_found("tenant"))?);
    usage.write().await?;
    let mut told = Vec::new();
    for seen in store.tenant_seen(&scope, &path.tenant).await? {
        let environment = store.environment_scope(&scope, &seen.environment).await?;
        let requests = match environment {
            Some(environment) => publisher.requests(&environment, clock.now()).await?,
            None => continue,
        };
        let requests = requests.tenants.get(path.tenant.as_str());
        told.push(UsageOfEnvironment {
            environment: seen.environment.into(),
            first_seen: seen.first,
            last_seen: seen.last,
            requests_per_day: requests.copied().map_or(0.0, per_day),
        });
    }
    let headers = [
        (ETAG, HeaderValue::from(&tenant.etag)),
        (CACHE_CONTROL, REVALIDATE),
    ];
    let usage = told;
    Ok((headers, Json(TenantWithUsage { tenant, usage })))
}
