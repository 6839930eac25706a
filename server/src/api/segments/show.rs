//! `GET /api/v1/projects/{project}/segments/{segment}`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tenantry_store::{Read, Store};
use utoipa::ToSchema;

use super::uses::in_plans;
use super::{Segment, SegmentPath};
use crate::api::error::ApiError;
use crate::api::extract::InProject;

/// A segment, and where it is used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SegmentInUse {
    /// The segment.
    segment: Segment,
    /// The flags whose rules ask for it, or whose plans name it: plans under way, or not started yet.
    /// While there is one, the segment cannot be deleted.
    used_by: Vec<SegmentUse>,
}

/// A flag that uses a segment.
#[derive(Debug, Serialize, ToSchema)]
struct SegmentUse {
    /// The flag's key.
    flag: String,
    /// The environment where it does.
    environment: String,
    /// What of it does.
    by: User,
    /// The stages of the plan that name it, in their order; empty for rules.
    stages: Vec<String>,
}

/// What of a flag uses a segment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum User {
    /// Its rules.
    Rules,
    /// Its plan: as a ring, or as tenants that are never drawn.
    Plan,
}

/// Show a segment, and where it is used
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project}/segments/{segment}",
    tag = "segments",
    params(SegmentPath),
    responses((status = 200, description = "The segment", body = SegmentInUse))
)]
pub(crate) async fn show_segment(
    State(store): State<Store>,
    InProject { scope, path }: InProject<Read, SegmentPath>,
) -> Result<Json<SegmentInUse>, ApiError> {
    let found = store.segment(&scope, &path.segment).await?;
    let (segment, uses) = found.ok_or_else(|| ApiError::not_found("segment"))?;
    let plans = store.plans_in_force(&scope).await?;
    let plans = in_plans(&path.segment, plans)?.into_iter();
    let rules = uses.into_iter().map(|(flag, environment)| SegmentUse {
        flag: flag.into(),
        environment: environment.into(),
        by: User::Rules,
        stages: Vec::new(),
    });
    let used_by = rules.chain(plans.map(|it| SegmentUse {
        flag: it.flag.into(),
        environment: it.environment.into(),
        by: User::Plan,
        stages: it.stages,
    }));
    Ok(Json(SegmentInUse {
        segment: segment.into(),
        used_by: used_by.collect(),
    }))
}
