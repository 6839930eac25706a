//! A plan as it is shown: the document, how far it is, what it waits for, and what its guard says.

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, ETAG};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tenantry_core::model::FlagKey;
use tenantry_plan::{Decision, Pause, Plan, Status, Wait};
use tenantry_store::{EnvironmentScope, Mode};
use utoipa::ToSchema;

use crate::api::error::ApiError;
use crate::api::extract::etag::{Etag, REVALIDATE};
use crate::plan::{
    Carrier, GuardState, Opened, PlanError, TenantFigures, Trouble, stance_of, stored_state,
    stored_trouble, stored_worst,
};

/// Most decisions that are shown.
const DECISIONS: u32 = 100;

/// A plan and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanView {
    /// The plan.
    plan: Plan,
    /// What it does.
    status: Status,
    /// The newest stage that is admitted, counted from 0; null while nobody is.
    stage: Option<u32>,
    /// Why it is paused; null unless it is.
    pause: Option<Pause>,
    /// How long the stage has baked, in seconds.
    baked_seconds: u64,
    /// Whether somebody has approved of the next stage.
    approved: bool,
    /// What the next stage, or the end, waits for; empty unless the plan runs.
    waits: Vec<Wait>,
    /// What keeps it from being carried out; null if nothing does.
    trouble: Option<Trouble>,
    /// Tenants that the guard has switched the flag off for. They stay on the block list until
    /// somebody takes them off it.
    blocked: Vec<String>,
    /// Tenants whom the plan has blocked while a freeze of theirs lasts. It lets them in when that is
    /// over and it runs.
    held: Vec<String>,
    /// How many tenants of the roster came to have the flag by the plan and were not taken back.
    admissions: u64,
    /// What was decided, the newest first: up to 100.
    decisions: Vec<DecisionView>,
    /// What the guard says of the stage; null without a guard, or before its first look.
    guard: Option<GuardState>,
    /// What became of the work from when the guard began to look to the last minute that it has looked
    /// at, by tenant, the worst first: those with the most failures beyond what is usual for all. Up to
    /// 50.
    tenants: Vec<TenantFigures>,
    /// When the plan was made.
    created_at: DateTime<Utc>,
    /// When something was last decided or changed.
    updated_at: DateTime<Utc>,
    /// Its entity tag.
    #[serde(skip)]
    etag: Etag,
}

/// Something that was decided, and by whom.
#[derive(Debug, Serialize, ToSchema)]
struct DecisionView {
    #[serde(flatten)]
    decision: Decision,
    /// Who decided: a token's name, or `tenantry-server`.
    actor: String,
    /// Why, in their words.
    reason: Option<String>,
}

impl PlanView {
    /// The plan as it was opened.
    pub(super) async fn of<M: Mode>(
        carrier: &Carrier,
        scope: &EnvironmentScope<M>,
        flag: &FlagKey,
        opened: Opened,
        now: DateTime<Utc>,
    ) -> Result<Self, ApiError> {
        let store = &carrier.store;
        let progress = &opened.progress.at(now);
        let guard = match &opened.plan.guard {
            Some(_) => stored_state(store, scope, flag).await?,
            None => None,
        };
        let guard = guard.filter(|state| state.stay == progress.stay);
        let stance = stance_of(&opened.plan, progress, guard.as_ref());
        let waits = progress.waits(&opened.plan, stance, now);
        let trouble = if progress.status.is_active() {
            stored_trouble(store, scope, flag).await?
        } else {
            None
        };
        let tenants = match &guard {
            Some(_) => stored_worst(store, scope, flag).await?,
            None => Vec::new(),
        };
        let decisions = store.plan_decisions(scope, flag, DECISIONS).await?;
        let decisions = decisions.into_iter().map(|it| {
            Ok(DecisionView {
                decision: serde_json::from_str(&it.decision)?,
                actor: it.actor,
                reason: it.reason,
            })
        });
        let decisions: Result<_, serde_json::Error> = decisions.collect();
        Ok(Self {
            status: progress.status,
            stage: progress.stage,
            pause: progress.pause,
            baked_seconds: progress.baked_seconds,
            approved: progress.approved,
            waits,
            trouble,
            blocked: progress.blocked.clone(),
            held: progress.held.clone(),
            admissions: opened.stored.admissions,
            decisions: decisions.map_err(PlanError::from)?,
            guard,
            tenants,
            created_at: opened.stored.created_at,
            updated_at: opened.stored.updated_at,
            etag: Etag::version(opened.stored.version),
            plan: opened.plan,
        })
    }
}

impl IntoResponse for PlanView {
    fn into_response(self) -> Response {
        let headers = [
            (ETAG, HeaderValue::from(&self.etag)),
            (CACHE_CONTROL, REVALIDATE),
        ];
        (headers, Json(self)).into_response()
    }
}
