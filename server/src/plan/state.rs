//! What a guard says, for people: with the tenants' keys instead of their places.
//!
//! Separate from the guard's own verdict because this is stored, shown and documented.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenantry_guard::{Action, Arm, ByArm, Guard, Hold, Totals, Verdict, Wait};
use tenantry_plan::{Plan, Progress, Stance};
use utoipa::ToSchema;

/// Logarithms beyond this are no more than this: JSON knows no infinity.
const FARTHEST: f64 = 9_999.0;

/// How a guard's stage stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct GuardState {
    /// The stay that it is about.
    pub(crate) stay: u64,
    /// When the first minute began that counts: the one after the stay's beginning.
    pub(crate) since: DateTime<Utc>,
    /// How many minutes of outcomes it has taken up.
    pub(crate) minutes: u32,
    /// Whether chance decided who has the flag. Else nothing can be proven: each tenant is compared
    /// with its own past alone.
    pub(crate) randomised: bool,
    /// Tenants with a past that have the flag, and those that could have it.
    pub(crate) tenants: Arms,
    /// What it wants.
    pub(crate) action: GuardAction,
    /// Whether a total failure would be seen in every metric.
    pub(crate) armed: bool,
    /// The decimal logarithm of the limit that evidence must reach.
    pub(crate) log10_limit: f64,
    /// Each metric at each length of windows.
    pub(crate) watches: Vec<WatchState>,
    /// Where harm is proven.
    pub(crate) harm: Vec<HarmState>,
    /// Tenants who were bad in one and the same minute, if those were too many.
    pub(crate) hard_stop: Option<HardStopState>,
    /// Why the figures can't be trusted, in words.
    pub(crate) holds: Vec<String>,
    /// What it waits for.
    pub(crate) waits: Vec<GuardWait>,
    /// Tenants that the flag should be off for, in that order.
    pub(crate) tripped: Vec<String>,
    /// Plain figures. They describe; they decide nothing, for one giant moves them.
    pub(crate) rates: Vec<RateState>,
}

/// What a guard wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GuardAction {
    /// Harm is found.
    RollBack,
    /// Too many single tenants were switched off.
    Pause,
    /// The figures can't be trusted at the moment.
    Hold,
    /// It is too early.
    Wait,
    /// Nothing speaks against the next stage.
    Advance,
}

/// What a guard waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GuardWait {
    /// It could not see even a total failure.
    Blind,
    /// The stage's time is not over.
    Baking,
    /// The evidence is a tenth of the limit or more.
    Suspicion,
}

/// Tenants in each arm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Arms {
    /// That have the flag.
    pub(crate) treated: u32,
    /// That could have it.
    pub(crate) control: u32,
}

/// How a metric stands at one length of windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct WatchState {
    /// The metric.
    metric: String,
    /// How long a window is, in minutes.
    window_minutes: u32,
    /// Tenants who have not been bad in this stage.
    at_risk: Arms,
    /// Tenants who have.
    bad: Arms,
    /// The decimal logarithm of the evidence for harm: 0 at the beginning.
    log10_evidence: f64,
    /// What it would be if all who have the flag failed in one window.
    log10_if_all_fail: f64,
    /// What it could be at best.
    log10_at_best: f64,
    /// Whether a total failure would be seen.
    armed: bool,
}

/// Proven harm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct HarmState {
    /// The metric.
    metric: String,
    /// How long a window is, in minutes.
    window_minutes: u32,
    /// The decimal logarithm of the evidence.
    log10_evidence: f64,
    /// Tenants with the flag who went bad, in the order in which they did.
    treated: Vec<String>,
    /// Tenants without it who did.
    control: Vec<String>,
}

/// Too many tenants bad in one minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct HardStopState {
    /// The metric.
    metric: String,
    /// Tenants who were bad in it.
    bad: Arms,
    /// Tenants who had traffic in it.
    active: Arms,
}

/// A metric of errors in plain figures, since the stage began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RateState {
    /// The metric.
    metric: String,
    /// Of tenants who have the flag.
    treated: TotalState,
    /// Of tenants who could have it.
    control: TotalState,
    /// The one rate as a multiple of the other; null while there is none.
    rate_ratio: Option<f64>,
}

/// Requests and what failed of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct TotalState {
    /// Requests.
    requests: u64,
    /// Those that failed.
    failures: u64,
}

impl From<ByArm> for Arms {
    fn from(arms: ByArm) -> Self {
        Self {
            treated: arms.treated,
            control: arms.control,
        }
    }
}

impl From<Totals> for TotalState {
    fn from(totals: Totals) -> Self {
        Self {
            requests: totals.requests,
            failures: totals.bad,
        }
    }
}

impl GuardState {
    /// A stage of which nothing is known yet.
    pub(super) fn new(stay: u64, since: DateTime<Utc>, randomised: bool, tenants: Arms) -> Self {
        Self {
            stay,
            since,
            minutes: 0,
            randomised,
            tenants,
            action: GuardAction::Wait,
            armed: false,
            log10_limit: 0.0,
            watches: Vec::new(),
            harm: Vec::new(),
            hard_stop: None,
            holds: Vec::new(),
            waits: vec![GuardWait::Baking],
            tripped: Vec::new(),
            rates: Vec::new(),
        }
    }

    /// The decimal logarithm of the highest evidence for harm in any metric: 0 for none.
    pub(crate) fn highest_evidence(&self) -> f64 {
        let watches = self.watches.iter();
        watches.fold(0.0, |highest, it| f64::max(highest, it.log10_evidence))
    }

    /// What the guard says after a minute.
    pub(super) fn take_up(&mut self, guard: &Guard, verdict: &Verdict, keys: &[String]) {
        let name = |metric: usize| guard.design().metrics[metric].name.clone();
        let named = |places: &[u32]| places.iter().map(|it| keys[*it as usize].clone()).collect();
        self.minutes = verdict.minute + 1;
        self.action = match verdict.action {
            Action::RollBack => GuardAction::RollBack,
            Action::Pause => GuardAction::Pause,
            Action::Hold => GuardAction::Hold,
            Action::Wait => GuardAction::Wait,
            Action::Advance => GuardAction::Advance,
        };
        self.armed = verdict.armed;
        self.log10_limit = finite(verdict.log10_limit);
        let watches = verdict.watches.iter().map(|it| WatchState {
            metric: name(it.metric),
            window_minutes: it.length.minutes(),
            at_risk: it.at_risk.into(),
            bad: it.bad.into(),
            log10_evidence: finite(it.log10_evidence),
            log10_if_all_fail: finite(it.log10_if_all_fail),
            log10_at_best: finite(it.log10_at_best),
            armed: it.armed,
        });
        self.watches = watches.collect();
        let harm = verdict.harm.iter().map(|it| HarmState {
            metric: name(it.metric),
            window_minutes: it.length.minutes(),
            log10_evidence: finite(it.log10_evidence),
            treated: named(&it.treated),
            control: named(&it.control),
        });
        self.harm = harm.collect();
        self.hard_stop = verdict.hard_stop.map(|it| HardStopState {
            metric: name(it.metric),
            bad: it.bad.into(),
            active: it.active.into(),
        });
        let holds = verdict.holds.iter().map(|it| in_words(it, &name));
        self.holds = holds.collect();
        let waits = verdict.waits.iter().map(|it| match it {
            Wait::Blind => GuardWait::Blind,
            Wait::Baking { .. } => GuardWait::Baking,
            Wait::Suspicion => GuardWait::Suspicion,
        });
        self.waits = waits.collect();
        let trips = guard.progress().trips().iter();
        self.tripped = trips.map(|it| keys[it.tenant as usize].clone()).collect();
        let rates = verdict.descriptions.iter().map(|it| RateState {
            metric: name(it.metric),
            treated: it.treated.into(),
            control: it.control.into(),
            rate_ratio: it.rate_ratio,
        });
        self.rates = rates.collect();
    }

    /// Why it wants what it wants, in words.
    pub(super) fn why(&self) -> String {
        let mut reasons: Vec<String> = Vec::new();
        if let Some(stop) = &self.hard_stop {
            reasons.push(format!(
                "{}: {} of {} tenants with the flag went bad in one minute, {} of {} others",
                stop.metric,
                stop.bad.treated,
                stop.active.treated,
                stop.bad.control,
                stop.active.control
            ));
        }
        for harm in &self.harm {
            reasons.push(format!(
                "{}: {} of {} tenants with the flag went bad, {} of {} others (windows of {} min)",
                harm.metric,
                harm.treated.len(),
                self.tenants.treated,
                harm.control.len(),
                self.tenants.control,
                harm.window_minutes
            ));
        }
        if reasons.is_empty() {
            reasons.extend(self.holds.iter().cloned());
        }
        if reasons.is_empty() {
            reasons.push(format!("{} tenants were switched off", self.tripped.len()));
        }
        let mut why = format!("the guard: {}", reasons.join("; "));
        // What the audit log takes.
        let mut end = why.len().min(1_024);
        while !why.is_char_boundary(end) {
            end -= 1;
        }
        why.truncate(end);
        why
    }
}

/// What the guard of a plan makes of its stage, as far as is known.
pub(crate) fn stance_of(plan: &Plan, progress: &Progress, state: Option<&GuardState>) -> Stance {
    if plan.guard.is_some() && progress.stage.is_some() {
        stance(state, progress.stay)
    } else {
        Stance::Off
    }
}

/// What a guard's state means to its plan: nothing is known of a stay before its first minute.
pub(crate) fn stance(state: Option<&GuardState>, stay: u64) -> Stance {
    let Some(state) = state.filter(|state| state.stay == stay) else {
        return Stance::Watching;
    };
    if state.tenants.treated == 0 {
        // Of nobody who has the flag it is known what is usual, so there is nothing to see.
        return Stance::Blind;
    }
    match state.action {
        GuardAction::Advance => Stance::Clear,
        GuardAction::Hold => Stance::Hold,
        GuardAction::Wait if state.minutes == 0 => Stance::Watching,
        GuardAction::Wait if state.waits.contains(&GuardWait::Suspicion) => Stance::Suspicion,
        GuardAction::Wait if state.waits.contains(&GuardWait::Blind) => Stance::Blind,
        GuardAction::Wait | GuardAction::RollBack | GuardAction::Pause => Stance::Watching,
    }
}

fn in_words(hold: &Hold, name: &impl Fn(usize) -> String) -> String {
    match hold {
        Hold::Silence { metric, arm } => {
            let who = match arm {
                None => "no tenant",
                Some(Arm::Treated) => "no tenant with the flag",
                Some(Arm::Control) => "no tenant without the flag",
            };
            format!(
                "{}: {who} has reported for more than 3 minutes",
                name(*metric)
            )
        }
        Hold::SampleRatio { seen, chance } => format!(
            "{} tenants with the flag and {} without were seen, which is not what the stage says \
             (chance {chance:.0e}): assignment or reporting is broken",
            seen.treated, seen.control
        ),
    }
}

fn finite(number: f64) -> f64 {
    if number.is_nan() {
        0.0
    } else {
        number.clamp(-FARTHEST, FARTHEST)
    }
}
