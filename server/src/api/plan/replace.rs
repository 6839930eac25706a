//! `PUT /api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan`

use std::collections::BTreeSet;

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde_json::Value;
use tenantry_core::model::Problems;
use tenantry_plan::{Audience, Plan, Progress, changed_too_late};
use tenantry_store::{
    Action, Change, Expected, Mode, PlanWrite, ProjectScope, Store, Target, Write, WriteError,
};

use super::PlanView;
use crate::api::edge::{ProblemDocument, RequestId};
use crate::api::error::ApiError;
use crate::api::extract::path::TargetingPath;
use crate::api::extract::{Body, Check, IfMatch, InEnvironment};
use crate::clock::SharedClock;
use crate::plan::{Carrier, Opened, PlanError, PrometheusError};

impl Check for Plan {
    type Checked = Self;

    fn check(self, problems: &mut Problems) -> Option<Self> {
        Self::check(&self, problems);
        Some(self)
    }
}

/// Make or change a flag's plan
///
/// A new plan waits to be started. One that is under way goes on as it is changed: stages that were
/// entered keep their names and audiences. In the place of one that has ended comes a new one. Send
/// `If-Match: *` to make the first.
#[utoipa::path(
    put,
    path = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}/plan",
    tag = "plans",
    params(
        TargetingPath,
        ("If-Match" = String, Header, description = "The version to replace, or `*`"),
    ),
    request_body = Plan,
    responses(
        (status = 200, description = "The plan as it is now", body = PlanView,
            headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = 409, description = "The flag is archived", body = ProblemDocument,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replace_plan(
    State(carrier): State<Carrier>,
    State(clock): State<SharedClock>,
    InEnvironment { scope, path }: InEnvironment<Write, TargetingPath>,
    if_match: IfMatch,
    request_id: RequestId,
    Body(plan): Body<Plan>,
) -> Result<PlanView, ApiError> {
    let now = clock.now();
    let not_found = || ApiError::not_found("flag");
    let mut problems = segments_missing(&carrier.store, scope.project(), &plan).await?;
    try_queries(&carrier, &plan, now, &mut problems).await;
    let mut tx = carrier.store.begin(scope.project()).await?;
    let targeting = tx.targeting(&scope, &path.flag).await?;
    let targeting = targeting.ok_or_else(not_found)?;
    if targeting.archived {
        return Err(WriteError::Archived.into());
    }
    let present = tx.plan(&scope, &path.flag).await?;
    let (mut progress, mut before) = (Progress::draft(), Value::Null);
    let mut targeting_version = targeting.version;
    if let Some(stored) = &present {
        let old: Progress = serde_json::from_str(&stored.progress).map_err(PlanError::from)?;
        let old_plan: Plan = serde_json::from_str(&stored.document).map_err(PlanError::from)?;
        before = serde_json::to_value(&old_plan).map_err(PlanError::from)?;
        if old.status.is_active() {
            changed_too_late(&old_plan, &plan, old.stage, &mut problems);
            progress = old.after_change(&old_plan, &plan);
            targeting_version = stored.targeting_version;
        } else {
            progress = old.anew();
            tx.succeed_admissions(&scope, &path.flag).await?;
        }
    }
    problems.or(()).map_err(ApiError::invalid_body)?;
    let expected = match &present {
        Some(stored) => if_match.expect(stored.version)?,
        None => match if_match.expect(0)? {
            Expected::Any => Expected::Version(0),
            version @ Expected::Version(_) => version,
        },
    };
    let write = PlanWrite {
        document: serde_json::to_string(&plan).map_err(PlanError::from)?,
        progress: serde_json::to_string(&progress).map_err(PlanError::from)?,
        status: progress.status.as_str().to_owned(),
        targeting_version,
        noted: (
            before,
            serde_json::to_value(&plan).map_err(PlanError::from)?,
        ),
    };
    let put = tx
        .put_plan(&scope, &path.flag, expected, write, now)
        .await?;
    put.ok_or_else(not_found)?;
    let action = if present.is_some() {
        Action::PlanUpdate
    } else {
        Action::PlanCreate
    };
    let change = Change::new(action, Target::Flag(path.flag.clone()));
    tx.commit(change.requested_by(request_id), now).await?;
    let opened = Opened::read(&carrier.store, &scope, &path.flag).await?;
    PlanView::of(&carrier, &scope, &path.flag, opened, now).await
}

/// Asks what the guard is going to ask: what is refused now would be refused every minute. Who does
/// not answer now may do so later.
async fn try_queries(carrier: &Carrier, plan: &Plan, now: DateTime<Utc>, problems: &mut Problems) {
    let metrics = plan.guard.iter().flat_map(|guard| &guard.metrics);
    for (index, metric) in metrics.enumerate() {
        let Some(query) = metric.query() else {
            continue;
        };
        let path = format!("guard.metrics[{index}].query");
        match &carrier.prometheus {
            None => problems.push(path, PlanError::NoPrometheus.to_string()),
            Some(prometheus) => {
                if let Err(PrometheusError::Refused(why)) =
                    prometheus.samples(query, "1m", now).await
                {
                    problems.push(format!("{path}.query"), why);
                }
            }
        }
    }
}

/// The segments that the plan names and that are not there.
pub(super) async fn segments_missing<M: Mode>(
    store: &Store,
    scope: &ProjectScope<M>,
    plan: &Plan,
) -> Result<Problems, ApiError> {
    let known = store.segments(scope).await?;
    let known: BTreeSet<&str> = known.iter().map(|segment| segment.key.as_str()).collect();
    let mut problems = Problems::default();
    for (index, stage) in plan.stages.iter().enumerate() {
        let (field, keys) = match &stage.audience {
            Audience::Segments(keys) => ("segments", keys),
            Audience::Cohort(cohort) => ("cohort.never", &cohort.never),
            Audience::Threshold(_) => continue,
        };
        for (place, key) in keys.iter().enumerate() {
            if !known.contains(&**key) {
                let path = format!("stages[{index}].audience.{field}[{place}]");
                problems.push(path, format!("there is no segment {key}: create it first"));
            }
        }
    }
    Ok(problems)
}
