//! Carrying a decision out: the targeting, the admissions, the plan and its history, in one
//! transaction.
//!
//! **Invariants**
//! - The decision was made for the plan at a version, and is written over that version alone; its
//!   number is a key of the history. So it happens once, whoever tries again.
//! - The targeting is written over the version that it was made of. A newer edit of somebody's is never
//!   written over: what is made of it takes tenants out, and changes nothing else.

use std::collections::HashSet;
use std::error::Error;

use chrono::{DateTime, Utc};
use tenantry_core::model::{FlagKey, Targeting, TenantKey};
use tenantry_plan::{
    Command, Decision, DecisionKind, Event, Plan, Progress, Stance, Status, Stepped, block,
    hand_over, take_back, unblock,
};
use tenantry_store::{
    Change, EnvironmentScope, Expected, Mode, PlanWrite, Store, StoreError, Target, Tx, Write,
    WriteError,
};

use super::PlanError;
use super::note::{action, note, noted};
use super::opened::Opened;
use super::prometheus::Prometheus;
use super::seen::SeenStage;
use super::world::{Entry, World};
use crate::config::PlanFault;
use crate::publish::Publisher;
use crate::tasks::Tasks;

/// How often a person's wish is tried when somebody else is quicker.
const TRIES: u32 = 5;

/// Carries decisions out; cloning it is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Carrier {
    pub(crate) store: Store,
    pub(crate) publisher: Publisher,
    pub(crate) tasks: Tasks,
    /// What guards may ask about tenants.
    pub(crate) prometheus: Option<Prometheus>,
    /// Where a test wants this process to die.
    fault: Option<PlanFault>,
}

/// Who decides, and why.
#[derive(Debug, Clone, Default)]
pub(crate) struct Who {
    /// The controller's epoch; `None` for a person.
    pub(crate) epoch: Option<u64>,
    /// Why, in a person's words or the guard's.
    pub(crate) reason: Option<String>,
    /// The request that asked for it.
    pub(crate) request_id: Option<String>,
    /// Whether it is an alert: a request, and nobody's wish.
    pub(crate) is_alert: bool,
}

impl Who {
    /// Whether a person wants it, who need not be told.
    pub(super) fn is_person(&self) -> bool {
        self.epoch.is_none() && !self.is_alert
    }
}

impl Carrier {
    /// Carries decisions out in this database.
    pub(crate) fn new(store: &Store, publisher: &Publisher, tasks: &Tasks) -> Self {
        Self {
            store: store.clone(),
            publisher: publisher.clone(),
            tasks: tasks.clone(),
            prometheus: None,
            fault: None,
        }
    }

    /// The same whose guards may ask this.
    pub(crate) fn asking(self, prometheus: Option<Prometheus>) -> Self {
        Self { prometheus, ..self }
    }

    /// The same that dies on purpose when it is the controller's.
    pub(crate) fn failing(self, fault: Option<PlanFault>) -> Self {
        Self { fault, ..self }
    }

    /// Does what a person wants, who may have said which stage they saw the plan in.
    pub(crate) async fn command(
        &self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        (command, shown): (Command, Option<&SeenStage>),
        who: &Who,
        now: DateTime<Utc>,
    ) -> Result<Opened, PlanError> {
        let mut seen = None;
        for _ in 0..TRIES {
            let opened = Opened::read(&self.store, scope, flag).await?;
            let stage = opened.progress.stage;
            let is_of_stage = matches!(command, Command::Approve { .. } | Command::StepBack);
            let is_another = *seen.get_or_insert(stage) != stage
                || shown.is_some_and(|shown| !shown.is(&opened.plan, stage));
            if is_of_stage && is_another {
                let stage = stage.and_then(|stage| opened.plan.stage(stage));
                return Err(PlanError::Moved(stage.map(|stage| stage.name.clone())));
            }
            let event = Event::Command(command);
            let mut stepped = (opened.progress).handle(&opened.plan, &event, opened.base(), now)?;
            let block = &opened.targeting.definition.targeting.block;
            if matches!(command, Command::Start | Command::Resume) {
                stepped.progress.forget_unheld(block);
            }
            if command == Command::Start {
                // Nobody has the flag by the plan, so a freeze that lasts concerns all whom it names.
                stepped.progress.passed.clear();
            }
            let is_new_stay = stepped.progress.stay != opened.progress.stay;
            if command == Command::Start || (command == Command::Resume && is_new_stay) {
                // Only then does the guard begin anew, too, and not block again what it has found.
                stepped.progress.forget_unblocked(block);
            }
            match self.write(scope, flag, &opened, stepped, who, now).await {
                Err(error) if is_stale(&error) => {}
                Err(error) => return Err(error),
                Ok(()) if command == Command::Start => {
                    return self.begin(scope, flag, who, now).await;
                }
                Ok(()) => return Opened::read(&self.store, scope, flag).await,
            }
        }
        Err(PlanError::Contended)
    }

    /// Has a plan that was just started enter its first stage, if nothing is waited for. Where that
    /// cannot be now, the controller does it, or says why not.
    async fn begin(
        &self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        who: &Who,
        now: DateTime<Utc>,
    ) -> Result<Opened, PlanError> {
        let opened = Opened::read(&self.store, scope, flag).await?;
        let progress = &opened.progress;
        // Nobody watches yet, so the controller, if it was quicker, has to judge of the second stage.
        let is_first = progress.status == Status::Running && progress.stage.is_none();
        if is_first && !opened.stored.is_edited() {
            let ticked = self.tick(scope, flag, &opened, Stance::Off, who, now).await;
            if let Err(error) = ticked {
                tracing::info!(
                    flag.key = flag.as_str(),
                    error.cause = &error as &dyn Error,
                    "a plan was started and its first stage is left to the controller"
                );
            }
        }
        Opened::read(&self.store, scope, flag).await
    }

    /// Has something happen to a plan, for the controller. Whether it did: somebody else may have been
    /// quicker, and a plan may be beyond it.
    pub(crate) async fn happen(
        &self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        opened: &Opened,
        event: &Event,
        who: &Who,
        now: DateTime<Utc>,
    ) -> Result<bool, PlanError> {
        let Ok(stepped) = (opened.progress).handle(&opened.plan, event, opened.base(), now) else {
            return Ok(false);
        };
        self.try_write(scope, flag, opened, stepped, who, now).await
    }

    /// Lets time go by: yields the progress if nothing was decided, and `None` if
    /// something was, or somebody else was quicker.
    pub(crate) async fn tick(
        &self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        opened: &Opened,
        stance: Stance,
        who: &Who,
        now: DateTime<Utc>,
    ) -> Result<Option<Progress>, PlanError> {
        let stepped = opened.progress.tick(&opened.plan, stance, now);
        if stepped.decision.is_none() {
            return Ok(Some(stepped.progress));
        }
        self.try_write(scope, flag, opened, stepped, who, now)
            .await?;
        Ok(None)
    }

    async fn try_write(
        &self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        opened: &Opened,
        stepped: Stepped,
        who: &Who,
        now: DateTime<Utc>,
    ) -> Result<bool, PlanError> {
        match self.write(scope, flag, opened, stepped, who, now).await {
            Err(error) if is_stale(&error) => Ok(false),
            Err(error) => Err(error),
            Ok(()) => Ok(true),
        }
    }

    /// Writes a decision.
    async fn write(
        &self,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        opened: &Opened,
        stepped: Stepped,
        who: &Who,
        now: DateTime<Utc>,
    ) -> Result<(), PlanError> {
        let Stepped {
            mut progress,
            decision,
        } = stepped;
        let Some(mut decision) = decision else {
            return Ok(());
        };
        let entry = self.entry(scope, opened, &progress, &decision).await?;
        if let Some(entry) = &entry {
            progress.settle(&entry.settled);
            progress.held.retain(|it| !entry.released.contains(it));
            decision.tenants.extend_from_slice(&entry.settled.held);
        }
        let let_in = self.let_in_again(scope, opened, &decision).await?;
        self.fail_at(PlanFault::Decided, who);

        let mut tx = self.store.begin(scope.project()).await?;
        if let Some(epoch) = who.epoch
            && !tx.holds_epoch(epoch).await?
        {
            return Err(PlanError::Fenced);
        }
        let mut version = opened.targeting.version;
        if let Some(entry) = &entry {
            let expected = Expected::Version(version);
            let targeting = entry.targeting.clone();
            let put = tx
                .put_targeting(scope, flag, expected, targeting, now)
                .await?;
            version = put.ok_or(PlanError::NoFlag)?.version;
        }
        // An edit that nobody has resumed with yet stays one.
        let resumes = matches!(decision.kind, DecisionKind::Start | DecisionKind::Resume);
        let accepts = resumes || (entry.is_some() && !opened.stored.is_edited());
        let targeting_version = if accepts {
            version
        } else {
            opened.stored.targeting_version
        };
        let write = PlanWrite {
            document: opened.stored.document.clone(),
            progress: serde_json::to_string(&progress)?,
            status: progress.status.as_str().to_owned(),
            targeting_version,
            noted: (
                noted(&opened.plan, &opened.progress),
                noted(&opened.plan, &progress),
            ),
        };
        let expected = Expected::Version(opened.stored.version);
        let put = tx.put_plan(scope, flag, expected, write, now).await?;
        put.ok_or(PlanError::NoFlag)?;
        note(&mut tx, scope, flag, opened, &decision, entry.as_ref(), who).await?;
        let again = (decision.number, decision.to);
        tx.admit_again(scope, flag, again, &let_in, now).await?;
        self.fail_at(PlanFault::Written, who);

        let change = Change::new(action(decision.kind), Target::Flag(flag.clone()));
        let change = Change {
            request_id: who.request_id.clone(),
            ..change.because(who.reason.clone())
        };
        tx.commit(change, now).await?;
        self.fail_at(PlanFault::Committed, who);
        Ok(())
    }

    /// Tenants whom the guard had switched the flag off for and who have it again when the plan goes on,
    /// because somebody has taken them off the block list: their admission counts again.
    async fn let_in_again(
        &self,
        scope: &EnvironmentScope<Write>,
        opened: &Opened,
        decision: &Decision,
    ) -> Result<Vec<String>, PlanError> {
        if decision.kind != DecisionKind::Resume {
            return Ok(Vec::new());
        }
        let flag = &opened.targeting.definition;
        let block: HashSet<&String> = flag.targeting.block.iter().collect();
        let blocked = opened.progress.blocked.iter();
        let mut tenants: Vec<String> = blocked.filter(|it| !block.contains(it)).cloned().collect();
        if !tenants.is_empty() {
            let world = World::of(&self.publisher, scope).await?;
            let answers = world.answers(flag, flag.targeting.clone())?;
            tenants.retain(|tenant| answers.is_on(tenant));
        }
        Ok(tenants)
    }

    /// What a command would be decided and what it would make of the targeting, which is then not done.
    pub(crate) async fn would_be<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        opened: &Opened,
        command: Command,
        now: DateTime<Utc>,
    ) -> Result<(Decision, Targeting), PlanError> {
        let event = Event::Command(command);
        let stepped = (opened.progress).handle(&opened.plan, &event, opened.base(), now)?;
        let decision = (stepped.decision).expect("what is handled is decided: see the machine");
        let entry = self.entry(scope, opened, &stepped.progress, &decision);
        let current = || opened.targeting.definition.targeting.clone();
        let targeting = entry.await?.map_or_else(current, |entry| entry.targeting);
        Ok((decision, targeting))
    }

    /// What a decision does to the flag; `None` if nothing.
    async fn entry<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        opened: &Opened,
        progress: &Progress,
        decision: &Decision,
    ) -> Result<Option<Entry>, PlanError> {
        let current = &opened.targeting.definition.targeting;
        let is_edited = opened.stored.is_edited();
        let targeting = match decision.kind {
            DecisionKind::Advance => {
                let world = World::of(&self.publisher, scope).await?;
                let (opened, progress) = (opened.clone(), progress.clone());
                let (entered, now) = (decision.to, decision.at);
                let entry = self.tasks.compute(move || {
                    let mut entry = world.enter(&opened, &progress, entered, now)?;
                    let drawn: HashSet<&String> = entry.drawn.iter().collect();
                    let mut turned_on = world.turned_on(&opened, &entry.targeting)?;
                    turned_on.retain(|tenant| !drawn.contains(tenant));
                    entry.turned_on = turned_on;
                    Ok(entry)
                });
                return entry.await.map(Some);
            }
            DecisionKind::StepBack => {
                let (_, taken_back) = opened.drawn(progress.stage);
                take_back(current, &opened.plan, progress, &taken_back, is_edited)
            }
            DecisionKind::RollBack => {
                let (_, taken_back) = opened.drawn(progress.stage);
                let targeting = take_back(current, &opened.plan, progress, &taken_back, is_edited);
                let released = self.released(scope, opened, &targeting).await;
                let targeting = unblock(&targeting, &released);
                return Ok(Some(Entry {
                    released,
                    ..Entry::of(targeting)
                }));
            }
            DecisionKind::Block => block(current, decision.tenant.as_slice()),
            DecisionKind::Hold => block(current, &decision.tenants),
            DecisionKind::Release => {
                let world = World::of(&self.publisher, scope).await?;
                let mut entry = Entry::of(unblock(current, &decision.tenants));
                let opened = opened.clone();
                let entry = self.tasks.compute(move || {
                    entry.turned_on = world.turned_on(&opened, &entry.targeting)?;
                    Ok(entry)
                });
                return entry.await.map(Some);
            }
            DecisionKind::Finish => {
                let targeting = hand_over(current, &opened.plan);
                if targeting == *current {
                    return Ok(None);
                }
                targeting
            }
            // Pausing on harm, approving and the like leave the flag as it is.
            DecisionKind::Start
            | DecisionKind::Approve
            | DecisionKind::Pause
            | DecisionKind::Resume => return Ok(None),
        };
        Ok(Some(Entry::of(targeting)))
    }

    /// Whom the plan need not hold any more, everything being taken back: nobody may come to have the
    /// flag by that. Who cannot be asked about now stays held.
    async fn released<M: Mode>(
        &self,
        scope: &EnvironmentScope<M>,
        opened: &Opened,
        targeting: &Targeting,
    ) -> Vec<String> {
        let held = &opened.progress.held;
        if held.is_empty() {
            return Vec::new();
        }
        let found = World::of(&self.publisher, scope).await;
        let flag = &opened.targeting.definition;
        let found = found.and_then(|world| world.needlessly_held(flag, targeting, held));
        found.unwrap_or_default()
    }

    /// Has tenants stay blocked whom a person blocks although a freeze had them blocked already: its
    /// end will not let them in.
    pub(crate) async fn keep_blocked(
        tx: &mut Tx,
        scope: &EnvironmentScope<Write>,
        flag: &FlagKey,
        tenants: &[TenantKey],
        now: DateTime<Utc>,
    ) -> Result<(), PlanError> {
        let Some(stored) = tx.plan(scope, flag).await? else {
            return Ok(());
        };
        let parsed = (
            serde_json::from_str::<Progress>(&stored.progress),
            serde_json::from_str::<Plan>(&stored.document),
        );
        let (Ok(before), Ok(plan)) = parsed else {
            // Whatever is the matter with the plan, who blocks a tenant must not be refused.
            return Ok(());
        };
        let is_meant = |held: &String| tenants.iter().any(|it| it.as_str() == held.as_str());
        if !before.held.iter().any(is_meant) {
            return Ok(());
        }
        let mut progress = before.clone();
        let (blocked, held) = progress.held.into_iter().partition(is_meant);
        progress.held = held;
        progress.passed.extend::<Vec<_>>(blocked);
        let write = PlanWrite {
            progress: serde_json::to_string(&progress)?,
            status: stored.status,
            targeting_version: stored.targeting_version,
            noted: (noted(&plan, &before), noted(&plan, &progress)),
            document: stored.document,
        };
        let expected = Expected::Version(stored.version);
        tx.put_plan(scope, flag, expected, write, now).await?;
        Ok(())
    }

    /// Dies here, if a test wants the controller to.
    fn fail_at(&self, fault: PlanFault, who: &Who) {
        if self.fault == Some(fault) && who.epoch.is_some() {
            // As a power cut would: nothing is finished and nobody is told.
            std::process::abort();
        }
    }
}

/// Whether somebody else was quicker.
fn is_stale(error: &PlanError) -> bool {
    matches!(
        error,
        PlanError::Store(StoreError::Stale { .. })
            | PlanError::Write(WriteError::Store(StoreError::Stale { .. }))
    )
}
