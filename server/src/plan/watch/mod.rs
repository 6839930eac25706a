//! A guard's stage: who is compared with whom, and minute after minute of outcomes.
//!
//! **Invariants**
//! - What is usual for a tenant is taken once, from the seven days before the first stage.
//! - Who is compared is fixed when a stay begins: tenants with a past whom the stage admitted, and
//!   those whom it could have. Nobody who has the flag by other means, or can't have it.
//! - A minute is taken up once, when it is complete, and in order; again only if the clock shows it
//!   again.
//! - An edit by a person changes nothing of that. If the flag does no harm, who has it makes no
//!   difference to who goes bad, so the comparison of those whom chance chose stays exact whoever is
//!   let in or taken out by hand meanwhile; it only sees less. A comparison that was not begun before
//!   the edit is not begun after it.

mod baseline;
mod figures;
mod fix;
mod queries;
mod worst;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_core::model::FlagKey;
use tenantry_guard::{Arm, Assignment, CustomRow, Guard, MetricKind, Progress, Rows};
use tenantry_plan::GuardPolicy;
use tenantry_store::{ActivePlan, EnvironmentScope, Mode, OutcomeFilter, Store, TenantOutcomes};
use tokio::sync::Semaphore;

use self::baseline::{Baseline, fits};
use self::fix::{Fixed, fix};
use self::queries::Queries;
use self::worst::Sums;
pub(crate) use self::worst::TenantFigures;
use super::opened::Opened;
use super::state::{Arms, GuardAction, GuardState};
use super::world::World;
use super::{Carrier, Pace, PlanError};

/// Most minutes that are taken up in one round.
const MOST_MINUTES: u32 = 240;
/// So many minutes the clock may step back without one of them being taken up again.
const STEP_BACK: i64 = 3;

/// The parts that are stored.
const BASELINE: &str = "baseline";
const DESIGN: &str = "design";
const PROGRESS: &str = "progress";
const STATE: &str = "state";
const WORST: &str = "worst";

#[derive(Debug, Serialize, Deserialize)]
struct Gone {
    stay: u64,
    /// The number of the minute that counts as the first, which moves when the clock goes back.
    #[serde(default)]
    first_minute: Option<i64>,
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
    sums: Sums,
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

/// The tenants that did worst since a plan's guard began to look, as of the last minute that it has taken
/// up.
pub(crate) async fn stored_worst<M: Mode>(
    store: &Store,
    scope: &EnvironmentScope<M>,
    flag: &FlagKey,
) -> Result<Vec<TenantFigures>, PlanError> {
    let text = store.plan_guard(scope, flag, WORST).await?;
    let worst = text.map(|text| serde_json::from_str(&text)).transpose()?;
    Ok(worst.unwrap_or_default())
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
        watch.first_minute = gone.first_minute.unwrap_or(watch.first_minute);
        watch.guard = Guard::resume(watch.guard.design().clone(), gone.progress)
            .map_err(|error| PlanError::Guard(error.to_string()))?;
        watch.state = state;
        let (flag, from) = (plan.flag.clone(), watch.state.since);
        let next = watch.first_minute + i64::from(watch.guard.progress().minutes());
        let to = beginning(next).unwrap_or(from);
        let gone = OutcomeFilter { flag, from, to };
        watch.sums = Sums::of(store.outcome_sums(&plan.scope, &gone).await?);
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
            sums: Sums::default(),
            state: GuardState::new(fixed.stay, since, randomised, arms),
            taken_out: None,
        })
    }

    /// Takes up the minutes that have become complete, but for those of which somebody has to be asked
    /// while too many are. Whether anything is to be stored.
    pub(super) async fn catch_up(
        &mut self,
        store: &Store,
        plan: &ActivePlan,
        pace: Pace,
        asking: &Semaphore,
        now: DateTime<Utc>,
    ) -> Result<bool, PlanError> {
        let is_moved = self.follow_back(now);
        for taken in 0..MOST_MINUTES {
            let is_new = is_moved || taken > 0;
            let minute = self.guard.progress().minutes();
            let number = self.first_minute + i64::from(minute);
            let (Some(from), Some(to)) = (beginning(number), beginning(number + 1)) else {
                return Ok(is_new);
            };
            let is_decided = self.state.action == GuardAction::RollBack;
            if is_decided || now < to + pace.lateness {
                return Ok(is_new);
            }
            let permit = if self.queries.is_empty() {
                None
            } else {
                let Ok(permit) = asking.try_acquire() else {
                    return Ok(is_new);
                };
                Some(permit)
            };
            let judged = self.queries.judge(minute, to, &self.places).await;
            drop(permit);
            let flag = plan.flag.clone();
            let rows = OutcomeFilter { flag, from, to };
            let rows = store.outcomes(&plan.scope, &rows).await?;
            self.take_up(minute, &rows, &judged.rows)?;
            if !judged.is_complete {
                // Whoever is slow to answer, or does not, must not keep what is known from being acted on.
                return Ok(true);
            }
        }
        Ok(true)
    }

    /// Goes on with the present if the clock, having been ahead, has gone back. Whether it has. Else
    /// the guard would wait until time has caught up with the clock's mistake. What is told of minutes
    /// that the clock has shown twice is then taken up twice; a tenant still counts once.
    fn follow_back(&mut self, now: DateTime<Utc>) -> bool {
        let coming = now.timestamp().div_euclid(60) + 1;
        let next = self.first_minute + i64::from(self.guard.progress().minutes());
        if next <= coming + STEP_BACK {
            return false;
        }
        self.first_minute -= next - coming;
        if let Some(since) = beginning(coming).filter(|since| *since < self.state.since) {
            self.state.since = since;
        }
        tracing::warn!(
            minutes = next - coming,
            "the clock has gone back under a guard"
        );
        true
    }

    fn take_up(
        &mut self,
        minute: u32,
        rows: &[TenantOutcomes],
        judged: &[Vec<CustomRow>],
    ) -> Result<(), PlanError> {
        self.sums.take_up(rows);
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
            first_minute: Some(self.first_minute),
            progress: self.guard.progress().clone(),
        };
        Ok(vec![
            (PROGRESS, serde_json::to_string(&gone)?),
            (STATE, serde_json::to_string(&self.state)?),
            (WORST, serde_json::to_string(&self.sums.worst())?),
        ])
    }
}

fn beginning(minute: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(minute.checked_mul(60)?, 0)
}
