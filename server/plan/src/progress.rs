//! How far a plan is, and what was decided.
//!
//! Separate from the machine that moves it, because this is stored and shown.
//!
//! **Invariants**
//! - The number of the last decision is part of it, so whoever stores it with the number before
//!   can tell that nobody else has decided meanwhile.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::document::Plan;

/// How far a plan is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What it does.
    pub status: Status,
    /// The newest stage that is admitted, from 0; `None` while nobody is.
    pub stage: Option<u32>,
    /// Which stay in a stage this is, counted over all of them: stepping back and coming again makes
    /// another one.
    pub stay: u64,
    /// How many stays were not the first in their stage. Each makes the guard's evidence worth less.
    pub repeats: u32,
    /// The newest stage that was ever entered, from 0: to enter one up to it is to repeat it.
    #[serde(default)]
    pub highest: Option<u32>,
    /// Whether the guard's suspicion alone has kept the next stage from being entered.
    #[serde(default)]
    pub suspected: bool,
    /// How long the stage has baked, in seconds.
    pub baked_seconds: u64,
    /// Until when that is counted.
    pub seen_at: Option<DateTime<Utc>>,
    /// Whether somebody has approved of the next stage.
    pub approved: bool,
    /// Whether somebody has approved of it whatever is missing.
    pub overridden: bool,
    /// Why it is paused.
    pub pause: Option<Pause>,
    /// Tenants that the guard has switched the flag off for, in that order.
    pub blocked: Vec<String>,
    /// Tenants that the plan keeps on the block list while a freeze of theirs lasts, in that order.
    #[serde(default)]
    pub held: Vec<String>,
    /// Tenants whom a freeze that lasts concerns no more: they had the flag when it began, or somebody
    /// has blocked them, or let them in.
    #[serde(default)]
    pub passed: Vec<String>,
    /// What the flag was before the first stage. The threshold of a flag that was off counts as 0.
    pub base: Base,
    /// The threshold of a flag that was off before the first stage, for when it is again: 0 to 100,000.
    #[serde(default)]
    pub off_threshold: u32,
    /// When the first stage was entered for the first time.
    pub begun_at: Option<DateTime<Utc>>,
    /// The number of the last decision; 0 before the first.
    pub decision: u64,
}

impl Progress {
    /// A plan that waits to be started.
    #[must_use]
    pub fn draft() -> Self {
        Self {
            status: Status::Draft,
            stage: None,
            stay: 0,
            repeats: 0,
            highest: None,
            suspected: false,
            baked_seconds: 0,
            seen_at: None,
            approved: false,
            overridden: false,
            pause: None,
            blocked: Vec::new(),
            held: Vec::new(),
            passed: Vec::new(),
            base: Base::default(),
            off_threshold: 0,
            begun_at: None,
            decision: 0,
        }
    }

    /// A plan that waits to be started, in the place of this one: its decisions go on being numbered,
    /// and what was tried on the same buckets goes on being counted.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self {
            stay: self.stay,
            repeats: self.repeats,
            highest: self.highest,
            decision: self.decision,
            held: self.held.clone(),
            ..Self::draft()
        }
    }

    /// The same after the plan was changed. What is watched from now on is another stay, if what is
    /// watched has changed. Nobody has approved of another next stage than the one that was next.
    #[must_use]
    pub fn after_change(&self, before: &Plan, after: &Plan) -> Self {
        let mut next = self.clone();
        let is_same = before.guard == after.guard && self.current(before) == self.current(after);
        if self.stage.is_some() && !is_same {
            next.stay += 1;
            next.repeats += 1;
        }
        let coming = self.stage.map_or(0, |stage| stage + 1);
        if before.stage(coming) != after.stage(coming) {
            next.approved = false;
            next.overridden = false;
        }
        next
    }

    /// Remembers what the flag is before the first stage.
    pub fn remember(&mut self, base: Base) {
        self.off_threshold = if base.on { 0 } else { base.threshold };
        self.base = Base {
            threshold: base.threshold - self.off_threshold,
            ..base
        };
    }

    /// Forgets tenants that are not on the flag's block list any more: somebody has taken them off.
    pub fn forget_unblocked(&mut self, block: &[String]) {
        self.blocked.retain(|tenant| block.contains(tenant));
    }

    /// Lets go of tenants that are held and not on the flag's block list any more: somebody has let
    /// them in.
    pub fn forget_unheld(&mut self, block: &[String]) {
        let (held, let_in) = std::mem::take(&mut self.held)
            .into_iter()
            .partition(|tenant| block.contains(tenant));
        self.held = held;
        self.passed.extend::<Vec<_>>(let_in);
    }

    /// Tenants whom a freeze keeps out at `now`, and of whom it has not been settled yet whether they
    /// are held.
    #[must_use]
    pub fn unsettled(&self, plan: &Plan, now: DateTime<Utc>) -> Vec<String> {
        let mut frozen = plan.frozen_tenants(now);
        for tenant in self.held.iter().chain(&self.passed) {
            frozen.remove(tenant.as_str());
        }
        frozen.into_iter().map(str::to_owned).collect()
    }

    /// Tenants that are held and whose freeze is over at `now`. Nobody, while the plan admits nobody.
    #[must_use]
    pub fn thawed(&self, plan: &Plan, now: DateTime<Utc>) -> Vec<String> {
        if self.status != Status::Running || self.held.is_empty() || plan.frozen(now).is_some() {
            return Vec::new();
        }
        let frozen = plan.frozen_tenants(now);
        let held = self.held.iter();
        let thawed = held.filter(|tenant| !frozen.contains(tenant.as_str()));
        thawed.cloned().collect()
    }

    /// Takes up what was settled of tenants whom a freeze keeps out.
    pub fn settle(&mut self, settled: &Settled) {
        self.held.extend_from_slice(&settled.held);
        self.passed.extend_from_slice(&settled.passed);
    }
}

/// What becomes of tenants whom a freeze keeps out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settled {
    /// They have not the flag and are held.
    pub held: Vec<String>,
    /// They have it, or are blocked anyway: the freeze does nothing to them.
    pub passed: Vec<String>,
}

/// What a plan does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It waits to be started.
    Draft,
    /// It goes on by itself.
    Running,
    /// It waits for somebody.
    Paused,
    /// It has come to its end; who has the flag keeps it.
    Finished,
    /// Everything that it did has been taken back.
    RolledBack,
}

impl Status {
    /// The word for it, as it is stored and sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::RolledBack => "rolled_back",
        }
    }

    /// Whether the plan has the flag in its hands: it runs, or is paused.
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// Why a plan is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// Somebody wanted it.
    Asked,
    /// The last stage was taken back.
    SteppedBack,
    /// The guard found harm.
    Harm,
    /// The guard switched the flag off for too many single tenants.
    Trips,
    /// Somebody else has changed the flag's targeting.
    Edited,
    /// The next stage does not fit the flag any more: a segment that it names is gone, say.
    Unfit,
}

/// What a flag was before its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Base {
    /// Its switch.
    pub on: bool,
    /// Its rollout's threshold.
    pub threshold: u32,
}

/// Something that happened to a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// Its number: 1 for a plan's first, without gaps.
    pub number: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: DecisionKind,
    /// The newest admitted stage before, from 0; null for none.
    pub from: Option<u32>,
    /// The newest admitted stage after.
    pub to: Option<u32>,
    /// Why the plan paused, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// Whom it is about, if it is about one tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Whom a freeze keeps out from now on, or no longer, if that was decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<String>,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// The plan was started.
    Start,
    /// The next stage was entered.
    Advance,
    /// The next stage was approved of.
    Approve,
    /// The plan was paused.
    Pause,
    /// It went on.
    Resume,
    /// The last stage was taken back.
    StepBack,
    /// Everything was taken back.
    RollBack,
    /// The plan came to its end.
    Finish,
    /// The flag was switched off for one tenant.
    Block,
    /// Tenants were blocked because a freeze of theirs has begun.
    Hold,
    /// They were unblocked because it is over.
    Release,
}

/// What the next stage waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Wait {
    /// The plan's beginning.
    Start {
        /// When that is.
        at: DateTime<Utc>,
    },
    /// The stage's time.
    Baking {
        /// How much is left, in seconds.
        seconds: u64,
    },
    /// Somebody who approves.
    Approval,
    /// The end of a freeze.
    Frozen {
        /// When that is.
        until: DateTime<Utc>,
        /// The tenant whose freeze it is: the plan does not end before. Null if the freeze is
        /// everybody's: no stage is entered.
        tenant: Option<String>,
        /// Why it is frozen.
        freeze: String,
    },
    /// The guard has not seen enough yet.
    Watching,
    /// The guard could not see even a total failure: too few tenants of the stage had reported
    /// outcomes before the plan began. Approve with `override`, or make the stage larger.
    Blind,
    /// The guard's figures cannot be trusted at the moment.
    Hold,
    /// The guard has a suspicion, and no proof.
    Suspicion,
}
