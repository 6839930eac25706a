//! A guard's stage: who is compared with whom, and minute after minute of outcomes.
//!
//! **Invariants**
//! - What is usual for a tenant is taken once, from the seven days before the first stage.
//! - Who is compared is fixed when a stay begins: tenants with a past whom the stage admitted, and
//!   those whom it could have. Nobody who has the flag by other means, or can't have it.
//! - A minute is taken up once, when it is complete, and in order.
//! - An edit by a person changes nothing of that. If the flag does no harm, who has it makes no
//!   difference to who goes bad, so the comparison of those whom chance chose stays exact whoever is
//!   let in or taken out by hand meanwhile; it only sees less. A comparison that was not begun before
//!   the edit is not begun after it.

mod baseline;
mod figures;
mod fix;
mod queries;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::FlagKey;
use tenantry_guard::{Arm, Assignment, CustomRow, Guard, MetricKind, Progress, Rows};
use tenantry_plan::GuardPolicy;
use tenantry_store::{ActivePlan, EnvironmentScope, Mode, OutcomeFilter, Store, TenantOutcomes};

use self::baseline::{Baseline, fits};
use self::fix::{Fixed, fix};
use self::queries::Queries;
use super::opened::Opened;
use super::state::{Arms, GuardAction, GuardState};
use super::world::World;
use super::{Carrier, Pace, PlanError};

/// Most minutes that are taken up in one round.
const MOST_MINUTES: u32 = 240;

/// The parts that are stored.
const BASELINE: &str = "baseline";
const DESIGN: &str = "design";
const PROGRESS: &str = "progress";
const STATE: &str = "state";

#[derive(Debug, Serialize, Deserialize)]
struct Gone {
    stay: u64,
    progress: Progress,
}

/// A stage under guard.
#[derive(Debug)]
pub(super) struct Watch {
    stay: u64,
    first_minute: i64,
    tenants: Vec<String>,
    places: HashMap<String, u32>,
    guard: Guard,
    queries: Queries,
    pub(super) state: GuardState,
    /// The version of the targeting at which nobody has the flag of whom it should be taken; forgotten
    /// with every minute.
    pub(super) taken_out: Option<u64>,
}

/// Parts to be stored.
pub(super) type Parts = Vec<(&'static str, String)>;

/// The state that was last stored of a plan's guard.
pub(crate) async fn stored_state<M: Mode>(
    store: &Store,
    scope: &EnvironmentScope<M>,
    flag: &FlagKey,
) -> Result<Option<GuardState>, PlanError> {
    let text = store.plan_guard(scope, flag, STATE).await?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

impl Watch {
    /// Whether it is about the stay that the plan is in.
    pub(super) fn is_of(&self, stay: u64) -> bool {
        self.stay == stay
    }

    /// Goes on from what was stored; `None` if that is of another stay.
    pub(super) async fn resume(
        carrier: &Carrier,
        plan: &ActivePlan,
        stay: u64,
        policy: &GuardPolicy,
    ) -> Result<Option<Self>, PlanError> {
        let store = &carrier.store;
        let queries = Queries::new(carrier, policy)?;
        let part = async |part| store.plan_guard(&plan.scope, &plan.flag, part).await;
        let Some(design) = part(DESIGN).await? else {
            return Ok(None);
        };
        let fixed: Fixed = serde_json::from_str(&design)?;
        if fixed.stay != stay {
            return Ok(None);
        }
        let gone = part(PROGRESS).await?;
        let gone: Option<Gone> = gone.map(|it| serde_json::from_str(&it)).transpose()?;
        let state = stored_state(store, &plan.scope, &plan.flag).await?;
        let (Some(gone), Some(state)) = (
            gone.filter(|it| it.stay == fixed.stay),
            state.filter(|it| it.stay == fixed.stay),
        ) else {
            return Self::new(fixed, queries).map(Some);
        };
        let mut watch = Self::new(fixed, queries)?;
        watch.guard = Guard::resume(watch.guard.design().clone(), gone.progress)
            .map_err(|error| PlanError::Guard(error.to_string()))?;
        watch.state = state;
        Ok(Some(watch))
    }

    /// Begins a stay, and says what is to be stored of it.
    pub(super) async fn begin(
        carrier: &Carrier,
        world: &World,
        plan: &ActivePlan,
        opened: &Opened,
        policy: &GuardPolicy,
        now: DateTime<Utc>,
    ) -> Result<(Self, Parts), PlanError> {
        let (store, queries) = (&carrier.store, Queries::new(carrier, policy)?);
        let begun_at = opened.progress.begun_at.unwrap_or(now);
        let mut parts = Parts::new();
        let known = store.plan_guard(&plan.scope, &plan.flag, BASELINE).await?;
        let known: Option<Baseline> = known.map(|it| serde_json::from_str(&it)).transpose()?;
        let known = known.filter(|it| it.begun_at == begun_at && fits(it, policy));
        let baseline = if let Some(known) = known {
            known
        } else {
            let made = Baseline::read(store, &queries, plan, policy, begun_at).await?;
            parts.push((BASELINE, serde_json::to_string(&made)?));
            made
        };
        let fixed = fix(world, opened, policy, &baseline, now)?;
        parts.push((DESIGN, serde_json::to_string(&fixed)?));
        let watch = Self::new(fixed, queries)?;
        parts.extend(watch.parts()?);
        Ok((watch, parts))
    }

    fn new(fixed: Fixed, queries: Queries) -> Result<Self, PlanError> {
        let places = (0..).zip(&fixed.tenants);
        let places = places.map(|(place, key)| (key.clone(), place)).collect();
        let randomised = fixed.design.settings.assignment == Assignment::Randomised;
        let mut arms = Arms::default();
        for place in 0..fixed.tenants.len() {
            match fixed.design.cohort.arm_of(place) {
                Some(Arm::Treated) => arms.treated += 1,
                Some(Arm::Control) => arms.control += 1,
                None => {}
            }
        }
        let since = beginning(fixed.first_minute).unwrap_or_default();
        let guard = Guard::new(fixed.design).map_err(|it| PlanError::Guard(it.to_string()))?;
        Ok(Self {
            stay: fixed.stay,
            first_minute: fixed.first_minute,
            tenants: fixed.tenants,
            places,
            guard,
            queries,
            state: GuardState::new(fixed.stay, since, randomised, arms),
            taken_out: None,
        })
    }

    /// Takes up the minutes that have become complete. Whether there was one.
    pub(super) async fn catch_up(
        &mut self,
        store: &Store,
        plan: &ActivePlan,
        pace: Pace,
        now: DateTime<Utc>,
    ) -> Result<bool, PlanError> {
        for taken in 0..MOST_MINUTES {
            let minute = self.guard.progress().minutes();
            let number = self.first_minute + i64::from(minute);
            let (Some(from), Some(to)) = (beginning(number), beginning(number + 1)) else {
                return Ok(taken > 0);
            };
            let is_decided = self.state.action == GuardAction::RollBack;
            if is_decided || now < to + pace.lateness {
                return Ok(taken > 0);
            }
            let judged = self.queries.judge(minute, to, &self.places).await;
            let flag = plan.flag.clone();
            let rows = OutcomeFilter { flag, from, to };
            let rows = store.outcomes(&plan.scope, &rows).await?;
            self.take_up(minute, &rows, &judged)?;
        }
        Ok(true)
    }

    fn take_up(
        &mut self,
        minute: u32,
        rows: &[TenantOutcomes],
        judged: &[Vec<CustomRow>],
    ) -> Result<(), PlanError> {
        let by_tenant = figures::figures(rows, &self.places);
        let errors = figures::errors(&by_tenant);
        let latency = figures::latency(&by_tenant);
        let metrics = &self.guard.design().metrics;
        let rows: Vec<Rows<'_>> = metrics
            .iter()
            .zip(judged)
            .map(|(metric, judged)| match metric.kind {
                MetricKind::Errors(_) => Rows::Errors(&errors),
                MetricKind::Latency(_) => Rows::Latency(&latency),
                MetricKind::Custom(_) => Rows::Custom(judged),
            })
            .collect();
        let verdict = self.guard.step(minute, &rows);
        let verdict = verdict.map_err(|error| PlanError::Guard(error.to_string()))?;
        self.state.take_up(&self.guard, &verdict, &self.tenants);
        self.taken_out = None;
        Ok(())
    }

    /// What is to be stored after a minute.
    pub(super) fn parts(&self) -> Result<Parts, PlanError> {
        let gone = Gone {
            stay: self.stay,
            progress: self.guard.progress().clone(),
        };
        Ok(vec![
            (PROGRESS, serde_json::to_string(&gone)?),
            (STATE, serde_json::to_string(&self.state)?),
        ])
    }
}

fn beginning(minute: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(minute.checked_mul(60)?, 0)
}
