//! `GET /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/admissions`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_store::{AdmissionFilter, Read, Store};
use utoipa::{IntoParams, ToSchema};

use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{InEnvironment, Query};

/// Most admissions of a page: whoever asks for them mostly wants all.
const MAX_LIMIT: u32 = 10_000;

/// Which admissions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAdmissions {
    /// Whether to list those, too, that were taken back, and those of plans before this one.
    #[serde(default)]
    all: bool,
    /// Those of this stage alone, counted from 0.
    stage: Option<u32>,
    /// How many at most: 1 to 10000; 10000 if absent.
    #[param(minimum = 1, maximum = 10_000)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// Whom a plan has admitted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Admissions {
    /// By stage, then by key.
    items: Vec<Admission>,
    /// How many there are by stage, of all pages and whichever `stage` is asked for; null but on the first
    /// page. A stage whose name was changed is there once for each name, a tenant that was admitted in
    /// two stages is in both.
    stages: Option<Vec<StageAdmissions>>,
    /// Ask with this for the rest; null at the end.
    next_cursor: Option<String>,
}

/// A tenant of the roster that came to have the flag by a plan. One whom a freeze kept out is there a
/// second time, from when it was let in.
#[derive(Debug, Serialize, ToSchema)]
struct Admission {
    /// The tenant's key.
    tenant: String,
    /// In which stage, counted from 0.
    stage: u32,
    /// The stage's name; empty for the oldest records.
    stage_name: String,
    /// By which of the plan's decisions.
    decision: u64,
    /// When.
    at: DateTime<Utc>,
    /// By whom: a token's name, or `tenantry-server`.
    by: String,
    /// Whether a cohort drew it. Else a segment or a share admitted it.
    drawn: bool,
    /// Whether that was by a plan in whose place this one was put.
    former: bool,
    /// How it was taken back; null if it was not.
    retraction: Option<Retraction>,
}

/// How many tenants a stage has admitted.
#[derive(Debug, Serialize, ToSchema)]
struct StageAdmissions {
    /// The stage, counted from 0.
    stage: u32,
    /// The stage's name; empty for the oldest records.
    name: String,
    /// How many tenants: those not taken back, or with `all` those on record.
    count: u64,
}

/// How an admission was taken back.
#[derive(Debug, Serialize, ToSchema)]
struct Retraction {
    /// When.
    retracted_at: DateTime<Utc>,
    /// By whom: a token's name, or `tenantry-server`.
    by: String,
    /// By which of the plan's decisions.
    decision: u64,
    /// Why, in their words or the guard's.
    why: Option<String>,
}

/// List the tenants that a plan has admitted
///
/// The tenants of the roster that came to have the flag when a stage was entered, or when their freeze
/// was over, one by one. Who joins the roster or a segment later is not among them.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan/admissions",
    tag = "plans",
    params(TargetingPath, ListAdmissions),
    responses((status = 200, description = "The tenants", body = Admissions))
)]
pub(crate) async fn list_admissions(
    State(store): State<Store>,
    InEnvironment { scope, path }: InEnvironment<Read, TargetingPath>,
    Query(query): Query<ListAdmissions>,
) -> Result<Json<Admissions>, ApiError> {
    let limit = query.limit.unwrap_or(MAX_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::invalid_parameter("limit", "must be 1 to 10000"));
    }
    if store.plan(&scope, &path.flag).await?.is_none() {
        return Err(ApiError::not_found("plan"));
    }
    let filter = AdmissionFilter {
        all: query.all,
        stage: query.stage,
        limit,
        cursor: query.cursor,
    };
    let stages = if filter.cursor.is_none() {
        let stages = store.admissions_by_stage(&scope, &path.flag, filter.all);
        let stages = stages.await?.into_iter().map(|it| StageAdmissions {
            stage: it.stage,
            name: it.name,
            count: it.tenants,
        });
        Some(stages.collect())
    } else {
        None
    };
    let page = store.plan_admissions(&scope, &path.flag, &filter).await?;
    let items = page.items.into_iter().map(|it| Admission {
        tenant: it.tenant,
        stage: it.stage,
        stage_name: it.stage_name,
        decision: it.decision,
        at: it.at,
        by: it.by,
        drawn: it.drawn,
        former: it.former,
        retraction: it.retraction.map(|it| Retraction {
            retracted_at: it.at,
            by: it.by,
            decision: it.decision,
            why: it.why,
        }),
    });
    Ok(Json(Admissions {
        items: items.collect(),
        stages,
        next_cursor: page.next_cursor,
    }))
}
