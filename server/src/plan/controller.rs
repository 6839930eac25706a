//! The controller: on one node at a time, it lets time go by for a plan, asks the guard, and has done
//! what follows.
//!
//! **Invariants**
//! - It keeps nothing that is not stored, but for guards in the middle of a stage, which are stored
//!   after every minute: a node that takes over goes on where the last one was.
//! - One thing happens to a plan in one round; the next round sees what became of it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tenantry_plan::{Event, GuardPolicy, Pause, Progress, Stance, Status, Wait};
use tenantry_store::{ActivePlan, WriteError};
use tokio::sync::Semaphore;

use super::opened::{Glance, Opened};
use super::state::{GuardAction, stance};
use super::trouble::{TROUBLE, Trouble};
use super::watch::Watch;
use super::{Carrier, Pace, PlanError, Who, World};
use crate::clock::SharedClock;
use crate::config::PlansConfig;
use crate::notify::{Event as Told, PlanEvent, PlanHappening};

/// How often it is stored that time went by.
const STORE_TIME: TimeDelta = TimeDelta::minutes(1);
/// How many plans ask a Prometheus at the same time: one that does not answer must not keep all.
const ASKING: usize = 6;

/// Looks after plans, one at a time; cloning it is cheap.
#[derive(Clone)]
pub(super) struct Controller {
    carrier: Carrier,
    clock: SharedClock,
    pace: Pace,
    asking: Arc<Semaphore>,
}

/// What is kept of a plan from round to round.
#[derive(Default)]
pub(super) struct Kept {
    watch: Option<Watch>,
    /// When the plan was made that all this is about: one that comes after it numbers its stays alike.
    created_at: Option<DateTime<Utc>>,
    /// What was noted of it; `None` if another node may have noted something.
    noted: Option<Noted>,
    /// The stay in which people were told that the next stage waits for somebody to approve.
    asked_in: Option<u64>,
}

/// That a plan is in trouble, or in none.
struct Noted(Option<Trouble>);

impl Kept {
    /// Has the guard's stage read again.
    pub(super) fn forget_watch(&mut self) {
        self.watch = None;
    }
}

impl Controller {
    pub(super) fn new(carrier: &Carrier, clock: &SharedClock, config: &PlansConfig) -> Self {
        Self {
            carrier: carrier.clone(),
            clock: clock.clone(),
            pace: Pace::new(config),
            asking: Arc::new(Semaphore::new(ASKING)),
        }
    }

    /// Looks after one plan, and notes what keeps it from being carried out.
    pub(super) async fn attend(
        &self,
        plan: &ActivePlan,
        kept: &mut Kept,
        epoch: u64,
    ) -> Result<(), PlanError> {
        let glance = Glance::read(&self.carrier.store, &plan.scope, &plan.flag).await?;
        let Some(glance) = glance else {
            return Ok(());
        };
        let created_at = Some(glance.stored.created_at);
        if kept.created_at != created_at {
            *kept = Kept {
                created_at,
                ..Kept::default()
            };
        }
        let now = self.clock.now();
        let gone = self.go_on(plan, &glance, kept, epoch, now).await;
        let trouble = match &gone {
            Ok(()) => None,
            Err(PlanError::Fenced) => return gone,
            Err(error) => Some(Trouble::new(error, now)),
        };
        let detail = |trouble: &Option<Trouble>| trouble.as_ref().map(|it| it.detail.clone());
        let noted = kept.noted.as_ref().map(|it| detail(&it.0));
        if noted != Some(detail(&trouble)) {
            let version = (epoch, glance.stored.version);
            let part = (TROUBLE, serde_json::to_string(&trouble)?);
            let store = &self.carrier.store;
            if store.keep_plan(plan, version, None, &[part]).await? {
                kept.noted = Some(Noted(trouble));
            }
        }
        gone
    }

    /// What is long is read only when something is to be done.
    async fn go_on(
        &self,
        plan: &ActivePlan,
        glance: &Glance,
        kept: &mut Kept,
        epoch: u64,
        now: DateTime<Utc>,
    ) -> Result<(), PlanError> {
        let progress = &glance.progress;
        let goes_on = progress.status == Status::Running || progress.pause == Some(Pause::Asked);
        if goes_on && glance.stored.is_edited() {
            let why = "somebody else has changed the flag's targeting".to_owned();
            return self
                .happen(plan, glance, epoch, &Event::Edited, why, now)
                .await;
        }
        let stance = match &glance.plan.guard {
            Some(policy) if progress.is_watched() => {
                match self.watch(plan, glance, policy, kept, epoch, now).await {
                    Ok(Watched::Goes(stance)) => stance,
                    Ok(Watched::Acted) => return Ok(()),
                    Err(error) => {
                        // A freeze begins and ends although nobody can watch.
                        self.freeze(plan, glance, epoch, now).await?;
                        return Err(error);
                    }
                }
            }
            Some(_) | None => Stance::Off,
        };
        if self.freeze(plan, glance, epoch, now).await? {
            return Ok(());
        }
        let ticked = progress.tick(&glance.plan, stance, now);
        if ticked.decision.is_none()
            && wants_approval(&ticked.progress.waits(&glance.plan, stance, now))
        {
            self.ask_for_approval(plan, glance, kept, now).await?;
        }
        let after = if ticked.decision.is_none() {
            Some(ticked.progress)
        } else {
            self.decide(plan, glance, epoch, stance, now).await?
        };
        if let Some(after) = after
            && is_worth_storing(progress, &after)
        {
            let version = (epoch, glance.stored.version);
            let text = Some(serde_json::to_string(&after)?);
            let store = &self.carrier.store;
            store.keep_plan(plan, version, text, &[]).await?;
        }
        Ok(())
    }

    /// Has people told, once in a stay, that the next stage waits for one of them.
    async fn ask_for_approval(
        &self,
        plan: &ActivePlan,
        glance: &Glance,
        kept: &mut Kept,
        now: DateTime<Utc>,
    ) -> Result<(), PlanError> {
        let progress = &glance.progress;
        if kept.asked_in == Some(progress.stay) {
            return Ok(());
        }
        let name = |stage: u32| glance.plan.stage(stage).map(|stage| stage.name.clone());
        let event = Told::Plan(PlanEvent {
            what: PlanHappening::ApprovalWanted,
            environment: plan.scope.key().clone(),
            flag: plan.flag.clone(),
            at: now,
            plan_created_at: glance.stored.created_at,
            number: progress.stay,
            tenant: None,
            from: progress.stage.and_then(name),
            to: progress.stage.and_then(|stage| name(stage + 1)),
            pause: None,
            reason: None,
        });
        let (store, project) = (&self.carrier.store, plan.scope.project());
        store.notify(project, &event.to_store(), now).await?;
        kept.asked_in = Some(progress.stay);
        Ok(())
    }

    /// Has tenants held whose freeze has begun, and let in whose freeze is over. Whether something was
    /// done. Before the first stage nobody is admitted by the plan, so nobody is held.
    async fn freeze(
        &self,
        plan: &ActivePlan,
        glance: &Glance,
        epoch: u64,
        now: DateTime<Utc>,
    ) -> Result<bool, PlanError> {
        let progress = &glance.progress;
        let thawed = progress.thawed(&glance.plan, now);
        if !thawed.is_empty() {
            let why = "a freeze is over".to_owned();
            let event = Event::Thaw(thawed);
            self.happen(plan, glance, epoch, &event, why, now).await?;
            return Ok(true);
        }
        let unsettled = match progress.stage {
            Some(_) => progress.unsettled(&glance.plan, now),
            None => Vec::new(),
        };
        if unsettled.is_empty() {
            return Ok(false);
        }
        let Some(opened) = self.open(plan, glance).await? else {
            return Ok(true);
        };
        let world = World::of(&self.carrier.publisher, &plan.scope).await?;
        let settled = self
            .carrier
            .tasks
            .compute(move || world.settle(&opened, unsettled));
        let settled = settled.await?;
        if settled.held.is_empty() {
            let mut after = progress.clone();
            after.settle(&settled);
            let (version, text) = (
                (epoch, glance.stored.version),
                serde_json::to_string(&after)?,
            );
            let store = &self.carrier.store;
            store.keep_plan(plan, version, Some(text), &[]).await?;
        } else {
            let why = "a freeze has begun".to_owned();
            let event = Event::Freeze(settled);
            self.happen(plan, glance, epoch, &event, why, now).await?;
        }
        Ok(true)
    }

    /// Has done what is due. What cannot be done pauses the plan.
    async fn decide(
        &self,
        plan: &ActivePlan,
        glance: &Glance,
        epoch: u64,
        stance: Stance,
        now: DateTime<Utc>,
    ) -> Result<Option<Progress>, PlanError> {
        let Some(opened) = self.open(plan, glance).await? else {
            return Ok(None);
        };
        let who = Who {
            epoch: Some(epoch),
            ..Who::default()
        };
        let (scope, flag) = (&plan.scope, &plan.flag);
        let ticked = self
            .carrier
            .tick(scope, flag, &opened, stance, &who, now)
            .await;
        match ticked {
            Err(PlanError::Invalid(problems) | PlanError::Write(WriteError::Invalid(problems))) => {
                let why = format!("the next stage does not fit the flag any more: {problems}");
                self.happen(plan, glance, epoch, &Event::Unfit, why, now)
                    .await?;
                Ok(None)
            }
            ticked => ticked,
        }
    }

    /// Reads the whole of a plan; `None` if it is another by now, which the next round sees to.
    async fn open(&self, plan: &ActivePlan, glance: &Glance) -> Result<Option<Opened>, PlanError> {
        match Opened::read(&self.carrier.store, &plan.scope, &plan.flag).await {
            Err(PlanError::NoFlag | PlanError::NoPlan) => Ok(None),
            Err(error) => Err(error),
            Ok(opened) => {
                let is_same = opened.stored.version == glance.stored.version
                    && opened.targeting.version == glance.stored.current_version;
                Ok(is_same.then_some(opened))
            }
        }
    }

    /// Has the guard look at the minutes that have become complete, and does what it wants.
    async fn watch(
        &self,
        plan: &ActivePlan,
        glance: &Glance,
        policy: &GuardPolicy,
        kept: &mut Kept,
        epoch: u64,
        now: DateTime<Utc>,
    ) -> Result<Watched, PlanError> {
        let store = &self.carrier.store;
        let (stay, version) = (glance.progress.stay, (epoch, glance.stored.version));
        let known = match kept.watch.take().filter(|watch| watch.is_of(stay)) {
            Some(known) => Some(known),
            None => Watch::resume(&self.carrier, plan, stay, policy).await?,
        };
        let mut watch = if let Some(known) = known {
            known
        } else {
            if glance.stored.is_edited() {
                // Who has the flag is no longer as chance had it: nothing to be compared.
                return Ok(Watched::Goes(Stance::Watching));
            }
            let Some(opened) = self.open(plan, glance).await? else {
                return Ok(Watched::Acted);
            };
            let world = World::of(&self.carrier.publisher, &plan.scope).await?;
            let permit = if policy.asks() {
                let Ok(permit) = self.asking.try_acquire() else {
                    return Ok(Watched::Goes(Stance::Watching));
                };
                Some(permit)
            } else {
                None
            };
            let (begun, parts) =
                Watch::begin(&self.carrier, &world, plan, &opened, policy, now).await?;
            drop(permit);
            if !store.keep_plan(plan, version, None, &parts).await? {
                return Ok(Watched::Acted);
            }
            begun
        };
        let pace = self.pace;
        if (watch.catch_up(store, plan, pace, &self.asking, now)).await?
            && !(store.keep_plan(plan, version, None, &watch.parts()?)).await?
        {
            // What was counted is counted again, by whoever may.
            return Ok(Watched::Acted);
        }
        let event = match watch.state.action {
            GuardAction::RollBack => Some(Event::Harm),
            action => match self.tripped(plan, glance, &mut watch).await? {
                Some(tenant) => Some(Event::Trip(tenant)),
                // Once it is off for each of them.
                None => (action == GuardAction::Pause).then_some(Event::TooManyTrips),
            },
        };
        let goes = stance(Some(&watch.state), stay);
        let why = watch.state.why();
        kept.watch = Some(watch);
        match event {
            None => Ok(Watched::Goes(goes)),
            Some(event) => {
                let why = match &event {
                    Event::Trip(_) => "the guard: it fails far beyond its own past".to_owned(),
                    _ => why,
                };
                self.happen(plan, glance, epoch, &event, why, now).await?;
                Ok(Watched::Acted)
            }
        }
    }

    /// The next tenant that the flag is to be switched off for. Whom somebody has taken out by hand has
    /// lost it already.
    async fn tripped(
        &self,
        plan: &ActivePlan,
        glance: &Glance,
        watch: &mut Watch,
    ) -> Result<Option<String>, PlanError> {
        let version = glance.stored.current_version;
        let blocked = &glance.progress.blocked;
        let is_new = |tenant: &&String| !blocked.contains(*tenant);
        let mut new: Vec<&String> = watch.state.tripped.iter().filter(is_new).collect();
        if new.is_empty() || watch.taken_out == Some(version) {
            return Ok(None);
        }
        if glance.stored.is_edited() {
            let Some(opened) = self.open(plan, glance).await? else {
                return Ok(None);
            };
            let world = World::of(&self.carrier.publisher, &plan.scope).await?;
            let flag = &opened.targeting.definition;
            let answers = world.answers(flag, flag.targeting.clone())?;
            new.retain(|tenant| answers.is_on(tenant));
        }
        let next = new.first().map(|tenant| (*tenant).clone());
        if next.is_none() {
            watch.taken_out = Some(version);
        }
        Ok(next)
    }

    async fn happen(
        &self,
        plan: &ActivePlan,
        glance: &Glance,
        epoch: u64,
        event: &Event,
        why: String,
        now: DateTime<Utc>,
    ) -> Result<(), PlanError> {
        let Some(opened) = self.open(plan, glance).await? else {
            return Ok(());
        };
        let who = Who {
            epoch: Some(epoch),
            reason: Some(why),
            ..Who::default()
        };
        let (scope, flag) = (&plan.scope, &plan.flag);
        let carrier = &self.carrier;
        if carrier
            .happen(scope, flag, &opened, event, &who, now)
            .await?
        {
            tracing::info!(flag.key = flag.as_str(), plan.event = ?event, "a plan was changed");
        }
        Ok(())
    }
}

/// What came of watching.
enum Watched {
    /// Time may go by.
    Goes(Stance),
    /// Something happened.
    Acted,
}

/// Whether the next stage waits for somebody to approve, and no clock: what the guard makes of the
/// stage, a person may overrule.
fn wants_approval(waits: &[Wait]) -> bool {
    let is_clock = |wait: &Wait| {
        matches!(
            wait,
            Wait::Start { .. } | Wait::Baking { .. } | Wait::Frozen { .. }
        )
    };
    waits.contains(&Wait::Approval) && !waits.iter().any(is_clock)
}

/// Whether so much time went by, or the clock was moved, that it should be stored, or the guard has
/// begun to delay the next stage.
fn is_worth_storing(before: &Progress, after: &Progress) -> bool {
    if before.suspected != after.suspected || before.passed != after.passed {
        return true;
    }
    match (before.seen_at, after.seen_at) {
        (Some(before), Some(after)) => after < before || after - before >= STORE_TIME,
        (before, after) => before != after,
    }
}
