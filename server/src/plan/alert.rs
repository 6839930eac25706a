//! Alerts: harm that somebody else's monitoring has found.
//!
//! **Invariants**
//! - An alert that began before the plan was last started or resumed, or before anybody was admitted,
//!   says nothing about what came after. So one that is told again and again does something once.
//! - One that began before somebody changed the flag by hand says nothing about what came after, either.
//! - It does what a guard's finding does, as the plan says: step back, roll back or pause, or, of a
//!   single tenant, turn the flag off for it.

use chrono::{DateTime, Utc};
use tenantry_core::model::{FlagKey, TenantKey};
use tenantry_plan::{Decision, DecisionKind, Event, Pause};
use tenantry_store::{EnvironmentScope, Write, WriteError};

use super::opened::Opened;
use super::world::World;
use super::{Carrier, PlanError, Who};

/// How many of the newest decisions are looked at: of those between there are few, a tenant each.
const DECISIONS: u32 = 200;
/// How often it is tried when somebody else is quicker.
const TRIES: u32 = 5;

/// An alert about a flag.
#[derive(Debug, Clone)]
pub(crate) struct Alert {
    /// The tenant, if it is about one.
    pub(crate) tenant: Option<TenantKey>,
    /// Since when it has been firing.
    pub(crate) since: DateTime<Utc>,
}

/// What an alert came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heeded {
    /// The plan did what it does on harm.
    Acted,
    /// There is no such flag, or it has no plan here.
    NoPlan,
    /// The plan is not under way, or harm was found before.
    NotRunning,
    /// It began before the plan was last started or resumed, before somebody changed the flag by hand,
    /// or before anybody was admitted.
    Earlier,
    /// The tenant has not got the flag.
    TenantIsOff,
}

impl Carrier {
    /// Has a plan do what it does on harm.
    pub(crate) async fn heed(
        &self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        alert: &Alert,
        who: &Who,
        now: DateTime<Utc>,
    ) -> Result<Heeded, PlanError> {
        for _ in 0..TRIES {
            let opened = match Opened::read(&self.store, scope, flag).await {
                Err(PlanError::NoFlag | PlanError::NoPlan) => return Ok(Heeded::NoPlan),
                opened => opened?,
            };
            let progress = &opened.progress;
            if !progress.answers_harm() {
                return Ok(Heeded::NotRunning);
            }
            if progress.stage.is_none() {
                return Ok(Heeded::Earlier);
            }
            // What the clock showed while it was ahead would have every alert be earlier.
            let is_past = |at: &DateTime<Utc>| *at <= now;
            let mut last = self.last_beginning(scope, flag, now).await?;
            if opened.stored.is_edited() && progress.pause != Some(Pause::Edited) {
                // Nobody has noticed it yet.
                last = last.max(Some(opened.targeting.updated_at).filter(is_past));
            }
            let last = last.or(progress.begun_at.filter(is_past));
            if last.is_some_and(|last| alert.since < last) {
                return Ok(Heeded::Earlier);
            }
            let event = match &alert.tenant {
                None => Event::Harm,
                Some(tenant) => {
                    let definition = &opened.targeting.definition;
                    let world = World::of(&self.publisher, scope).await?;
                    let answers = world.answers(definition, definition.targeting.clone())?;
                    if !answers.is_on(tenant.as_str()) {
                        return Ok(Heeded::TenantIsOff);
                    }
                    Event::Trip(tenant.to_string())
                }
            };
            match self.happen(scope, flag, &opened, &event, who, now).await {
                Ok(true) => return Ok(Heeded::Acted),
                Ok(false) => {}
                Err(PlanError::Write(WriteError::Archived)) => return Ok(Heeded::NotRunning),
                Err(error) => return Err(error),
            }
        }
        Err(PlanError::Contended)
    }

    /// When the plan was last started or resumed, came to its first stage, or was paused by an edit, as
    /// far as the newest decisions tell. What is later than `now` was a mistake of the clock's.
    async fn last_beginning(
        &self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, PlanError> {
        for stored in self.store.plan_decisions(scope, flag, DECISIONS).await? {
            let decision: Decision = serde_json::from_str(&stored.decision)?;
            let is_beginning = match decision.kind {
                DecisionKind::Start | DecisionKind::Resume => true,
                DecisionKind::Advance => decision.from.is_none(),
                DecisionKind::Pause => decision.pause == Some(Pause::Edited),
                _ => false,
            };
            if is_beginning && decision.at <= now {
                return Ok(Some(decision.at));
            }
        }
        Ok(None)
    }
}
