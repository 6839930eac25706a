//! `GET /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/admissions`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use crate::api::error::ApiError;
use crate::api::extract::InEnvironment;
use crate::api::extract::path::TargetingPath;

/// Whom a plan has drawn from the roster.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Admissions {
    /// By stage, then by key.
    items: Vec<Admission>,
}

/// A tenant that a plan has drawn.
#[derive(Debug, Serialize, ToSchema)]
struct Admission {
    /// The tenant's key.
    tenant: String,
    /// In which stage, counted from 0.
    stage: u32,
    /// By which of the plan's decisions.
    decision: u64,
    /// When.
    at: DateTime<Utc>,
    /// By whom: a token's name, or `tenantry-server`.
    by: String,
}

/// List the tenants that a plan has drawn
///
/// Those that cohorts drew from the roster, one by one. Whom segments and thresholds admit follows
/// from these.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/admissions",
    tag = "plans",
    params(TargetingPath),
    responses((status = 200, description = "The tenants", body = Admissions))
)]
pub(crate) async fn list_admissions(
    State(store): State<Store>,
    InEnvironment { scope, path }: InEnvironment<Read, TargetingPath>,
) -> Result<Json<Admissions>, ApiError> {
    if store.plan(&scope, &path.flag).await?.is_none() {
        return Err(ApiError::not_found("plan"));
    }
    let admissions = store.plan_admissions(&scope, &path.flag).await?;
    let items = admissions.into_iter().map(|it| Admission {
        tenant: it.tenant,
        stage: it.stage,
        decision: it.decision,
        at: it.at,
        by: it.by,
    });
    Ok(Json(Admissions {
        items: items.collect(),
    }))
}
