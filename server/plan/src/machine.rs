//! The machine: what happens to a plan when somebody wants something, or time goes by.
//!
//! **Invariants**
//! - It decides; it changes nothing. What a decision means for the flag is `shape`'s.
//! - A tick moves a plan by one stage at most, and only while nothing is waited for.
//! - Time that was counted stays counted, and nothing is counted twice: a clock that steps back
//!   costs time, one that leaps ahead gains an hour at most.

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;

use crate::document::{Advance, OnHarm, Plan, Stage};
use crate::progress::{Base, Decision, DecisionKind, Pause, Progress, Settled, Status, Wait};

/// The most that is believed to have passed between two looks at the clock.
const LONGEST_STEP: TimeDelta = TimeDelta::hours(1);

/// What a person may want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// To start it, or to start anew what was rolled back.
    Start,
    /// To have nothing more admitted.
    Pause,
    /// To go on.
    Resume,
    /// To let the next stage come.
    Approve {
        /// Whatever it still waits for, freezes excepted.
        anyway: bool,
    },
    /// To take the last stage back.
    StepBack,
    /// To take everything back.
    RollBack,
    /// To end it and to leave the flag as it is.
    Finish,
}

/// What may happen to a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A person wants something.
    Command(Command),
    /// The guard found harm.
    Harm,
    /// The guard switched too many single tenants off.
    TooManyTrips,
    /// The guard wants the flag off for this tenant.
    Trip(String),
    /// Somebody else has changed the flag's targeting.
    Edited,
    /// The next stage does not fit the flag any more.
    Unfit,
    /// A freeze of these tenants has begun.
    Freeze(Settled),
    /// The freeze of these tenants, who are held, is over.
    Thaw(Vec<String>),
}

/// What the guard makes of the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// Nobody watches.
    Off,
    /// Nothing speaks against the next stage.
    Clear,
    /// It has not seen enough.
    Watching,
    /// It could not see even a total failure.
    Blind,
    /// It cannot trust its figures.
    Hold,
    /// It has a suspicion.
    Suspicion,
}

/// What became of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stepped {
    /// How far it is now.
    pub progress: Progress,
    /// What was decided; `None` if only time went by.
    pub decision: Option<Decision>,
}

/// Why something cannot happen to a plan as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refused {
    /// It has not been started.
    #[error("it has not been started: start it first")]
    NotStarted,
    /// It runs already.
    #[error("it is running already")]
    Running,
    /// It is paused.
    #[error("it is paused: resume it first")]
    Paused,
    /// It isn't paused.
    #[error("it is not paused")]
    NotPaused,
    /// It has come to its end.
    #[error("it is finished: put a new plan in its place, or change the flag's targeting")]
    Finished,
    /// It was rolled back.
    #[error("it was rolled back: start it anew")]
    RolledBack,
    /// Somebody has switched the flag off.
    #[error("the flag is switched off: switch it on first, or roll the plan back")]
    SwitchedOff,
    /// Nobody has been admitted.
    #[error("nobody has been admitted yet, so there is nothing to approve of or to take back")]
    NobodyAdmitted,
}

impl Progress {
    /// Whether harm is answered: unless it was found already, or the stage was taken back.
    #[must_use]
    pub fn answers_harm(&self) -> bool {
        match (self.status, self.pause) {
            (Status::Running, _)
            | (Status::Paused, Some(Pause::Asked | Pause::Edited | Pause::Unfit)) => true,
            (Status::Paused | Status::Draft | Status::Finished | Status::RolledBack, _) => false,
        }
    }

    /// Whether the guard watches: while somebody has the flag by the plan, and harm is answered.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.answers_harm() && self.stage.is_some()
    }

    /// Takes up an event. `base` is what the flag is now, which a start remembers, and of which a
    /// resumption takes up what somebody has set meanwhile.
    ///
    /// # Errors
    /// [`Refused`] if that cannot happen to a plan as it is.
    pub fn handle(
        &self,
        plan: &Plan,
        event: &Event,
        base: Base,
        now: DateTime<Utc>,
    ) -> Result<Stepped, Refused> {
        let mut next = self.counted(now);
        let kind = match event {
            Event::Command(command) => next.obey(plan, *command, base)?,
            Event::Harm => {
                next.expect_active()?;
                match plan.guard.as_ref().map_or(OnHarm::Pause, |it| it.on_harm) {
                    OnHarm::StepBack if next.stage.is_some() => next.step_back(Pause::Harm),
                    OnHarm::StepBack | OnHarm::Pause => next.pause(Pause::Harm),
                    OnHarm::RollBack => next.roll_back(),
                }
            }
            Event::TooManyTrips => {
                next.expect_active()?;
                next.pause(Pause::Trips)
            }
            Event::Edited => {
                next.expect_active()?;
                next.pause(Pause::Edited)
            }
            Event::Unfit => {
                next.expect_active()?;
                next.pause(Pause::Unfit)
            }
            Event::Trip(tenant) => {
                next.expect_active()?;
                next.blocked.push(tenant.clone());
                DecisionKind::Block
            }
            Event::Freeze(settled) => {
                next.expect_active()?;
                next.settle(settled);
                DecisionKind::Hold
            }
            Event::Thaw(tenants) => {
                next.expect_active()?;
                next.held.retain(|tenant| !tenants.contains(tenant));
                DecisionKind::Release
            }
        };
        let mut stepped = self.decided(next, kind, now);
        if let Some(decision) = &mut stepped.decision {
            match event {
                Event::Trip(tenant) => decision.tenant = Some(tenant.clone()),
                Event::Freeze(settled) => decision.tenants.clone_from(&settled.held),
                Event::Thaw(tenants) => decision.tenants.clone_from(tenants),
                _ => {}
            }
        }
        Ok(stepped)
    }

    /// Lets time go by: enters the next stage if nothing is waited for, and ends the plan after the
    /// last.
    #[must_use]
    pub fn tick(&self, plan: &Plan, stance: Stance, now: DateTime<Utc>) -> Stepped {
        let mut next = self.counted(now);
        if !next.passed.is_empty() {
            let frozen = plan.frozen_tenants(now);
            next.passed
                .retain(|tenant| frozen.contains(tenant.as_str()));
        }
        let waits = next.waits(plan, stance, now);
        next.suspected |= waits == [Wait::Suspicion];
        if self.status != Status::Running || !waits.is_empty() {
            return Stepped {
                progress: next,
                decision: None,
            };
        }
        let kind = match next.next_stage(plan) {
            Some(stage) => {
                next.enter(stage, now);
                DecisionKind::Advance
            }
            None => next.finish(),
        };
        self.decided(next, kind, now)
    }

    /// What the next stage, or the end, waits for; nothing unless the plan runs.
    #[must_use]
    pub fn waits(&self, plan: &Plan, stance: Stance, now: DateTime<Utc>) -> Vec<Wait> {
        let mut waits = Vec::new();
        if self.status != Status::Running {
            return waits;
        }
        match self.current(plan) {
            None => {
                if let Some(at) = plan.start_at.filter(|at| now < *at) {
                    waits.push(Wait::Start { at });
                }
            }
            Some(_) if self.overridden => {}
            Some(stage) => {
                let bake = u64::from(stage.bake_minutes) * 60;
                if self.baked_seconds < bake {
                    waits.push(Wait::Baking {
                        seconds: bake - self.baked_seconds,
                    });
                }
                if stage.advance == Advance::Approval && !self.approved {
                    waits.push(Wait::Approval);
                }
                waits.extend(match stance {
                    Stance::Off | Stance::Clear => None,
                    Stance::Watching => Some(Wait::Watching),
                    Stance::Blind => Some(Wait::Blind),
                    Stance::Hold => Some(Wait::Hold),
                    Stance::Suspicion => Some(Wait::Suspicion),
                });
            }
        }
        waits.extend(self.frozen(plan, now));
        waits
    }

    /// The freeze that keeps the next stage from being entered, or the plan from ending while it holds
    /// tenants.
    fn frozen(&self, plan: &Plan, now: DateTime<Utc>) -> Option<Wait> {
        let tenant = match self.next_stage(plan) {
            Some(_) => None,
            None => Some(self.held.first()?),
        };
        let named = tenant.and_then(|tenant| plan.frozen_by_name(tenant, now));
        let (until, freeze) = match (named.or_else(|| plan.frozen(now)), tenant) {
            (Some((until, freeze)), _) => (until, freeze.reason.clone()),
            // It is over, and who is held has still to be let in.
            (None, Some(_)) => (now, String::new()),
            (None, None) => return None,
        };
        Some(Wait::Frozen {
            until,
            tenant: tenant.cloned(),
            freeze,
        })
    }

    /// The stage that would be entered next; `None` after the last.
    #[must_use]
    pub fn next_stage(&self, plan: &Plan) -> Option<u32> {
        let next = self.stage.map_or(0, |stage| stage + 1);
        plan.stage(next).map(|_| next)
    }

    /// The same at `now`, with the time until then counted as far as it is believed.
    #[must_use]
    pub fn at(&self, now: DateTime<Utc>) -> Self {
        self.counted(now)
    }

    /// The newest stage that is admitted.
    pub(crate) fn current<'p>(&self, plan: &'p Plan) -> Option<&'p Stage> {
        self.stage.and_then(|stage| plan.stage(stage))
    }

    /// The same with the time until `now` counted, as far as it is believed.
    fn counted(&self, now: DateTime<Utc>) -> Self {
        let mut next = self.clone();
        if self.status == Status::Running {
            let passed = self.seen_at.map_or(TimeDelta::zero(), |seen| now - seen);
            let passed = passed.clamp(TimeDelta::zero(), LONGEST_STEP).num_seconds();
            next.baked_seconds += u64::try_from(passed).unwrap_or(0);
            // What is not a whole second yet is counted the next time.
            let seen = self.seen_at.filter(|seen| {
                let ahead = now - *seen;
                ahead >= TimeDelta::zero() && ahead <= LONGEST_STEP
            });
            next.seen_at = Some(seen.map_or(now, |seen| seen + TimeDelta::seconds(passed)));
        } else {
            next.seen_at = None;
        }
        next
    }

    fn obey(&mut self, plan: &Plan, command: Command, base: Base) -> Result<DecisionKind, Refused> {
        match command {
            Command::Start => {
                match self.status {
                    Status::Draft | Status::RolledBack => {}
                    Status::Running => return Err(Refused::Running),
                    Status::Paused => return Err(Refused::Paused),
                    Status::Finished => return Err(Refused::Finished),
                }
                self.status = Status::Running;
                self.remember(base);
                Ok(DecisionKind::Start)
            }
            Command::Pause => {
                self.expect_running()?;
                Ok(self.pause(Pause::Asked))
            }
            Command::Resume => {
                self.expect_active()?;
                let Some(pause) = self.pause else {
                    return Err(Refused::NotPaused);
                };
                // A plan that found the flag off switches it on with its first stage, and only then.
                if !base.on && (self.stage.is_some() || self.base.on) {
                    return Err(Refused::SwitchedOff);
                }
                if self.stage.is_none() {
                    self.remember(base);
                } else if base.threshold != self.base.threshold.max(plan.threshold(self.stage)) {
                    // Somebody has set it, and it is theirs from now on.
                    self.base.threshold = base.threshold;
                    self.off_threshold = base.threshold;
                }
                self.pause = None;
                self.status = Status::Running;
                if pause != Pause::Asked {
                    // What was found, or what was changed, ends what the guard could compare.
                    self.begin_stay();
                    self.repeats += u32::from(self.stage.is_some());
                }
                Ok(DecisionKind::Resume)
            }
            Command::Approve { anyway } => {
                self.expect_running()?;
                if self.stage.is_none() {
                    return Err(Refused::NobodyAdmitted);
                }
                self.approved = true;
                self.overridden |= anyway;
                Ok(DecisionKind::Approve)
            }
            Command::StepBack => {
                self.expect_active()?;
                if self.stage.is_none() {
                    return Err(Refused::NobodyAdmitted);
                }
                Ok(self.step_back(Pause::SteppedBack))
            }
            Command::RollBack => {
                self.expect_active()?;
                Ok(self.roll_back())
            }
            Command::Finish => {
                self.expect_active()?;
                Ok(self.finish())
            }
        }
    }

    fn expect_running(&self) -> Result<(), Refused> {
        self.expect_active()?;
        if self.status == Status::Paused {
            return Err(Refused::Paused);
        }
        Ok(())
    }

    fn expect_active(&self) -> Result<(), Refused> {
        match self.status {
            Status::Running | Status::Paused => Ok(()),
            Status::Draft => Err(Refused::NotStarted),
            Status::Finished => Err(Refused::Finished),
            Status::RolledBack => Err(Refused::RolledBack),
        }
    }

    fn enter(&mut self, stage: u32, now: DateTime<Utc>) {
        // Another try of the same, and one that waited for better figures, cost the guard a stage each.
        self.repeats += u32::from(Some(stage) <= self.highest) + u32::from(self.suspected);
        self.highest = self.highest.max(Some(stage));
        self.stage = Some(stage);
        self.begun_at = self.begun_at.or(Some(now));
        self.begin_stay();
        self.seen_at = Some(now);
    }

    /// Begins a stay in the stage that is entered.
    fn begin_stay(&mut self) {
        self.stay += 1;
        self.baked_seconds = 0;
        self.approved = false;
        self.overridden = false;
        self.suspected = false;
    }

    fn pause(&mut self, pause: Pause) -> DecisionKind {
        self.status = Status::Paused;
        self.pause = Some(pause);
        self.seen_at = None;
        DecisionKind::Pause
    }

    fn step_back(&mut self, pause: Pause) -> DecisionKind {
        self.stage = self.stage.and_then(|stage| stage.checked_sub(1));
        // Who had the flag when a freeze began may have lost it, and is not admitted within the freeze.
        self.passed.clear();
        self.begin_stay();
        self.pause(pause);
        DecisionKind::StepBack
    }

    fn roll_back(&mut self) -> DecisionKind {
        self.stage = None;
        self.begin_stay();
        self.end(Status::RolledBack);
        DecisionKind::RollBack
    }

    fn finish(&mut self) -> DecisionKind {
        // Whoever is held is from now on blocked by people.
        self.held.clear();
        self.end(Status::Finished);
        DecisionKind::Finish
    }

    fn end(&mut self, status: Status) {
        self.status = status;
        self.pause = None;
        self.seen_at = None;
        self.passed.clear();
    }

    /// Numbers what was decided.
    fn decided(&self, mut next: Self, kind: DecisionKind, now: DateTime<Utc>) -> Stepped {
        next.decision = self.decision + 1;
        let decision = Decision {
            number: next.decision,
            at: now,
            kind,
            from: self.stage,
            to: next.stage,
            pause: next.pause.filter(|_| self.pause != next.pause),
            tenant: None,
            tenants: Vec::new(),
        };
        Stepped {
            progress: next,
            decision: Some(decision),
        }
    }
}
