//! A plan and how far it is, as the server says it.
//!
//! Declared here and not shared with the server: this is what the command prints of it, no more.
//!
//! **Invariants**
//! - A word that a newer server says and this does not know is no error.

use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A plan and how far it is.
#[derive(Debug, Deserialize)]
pub(super) struct PlanDocument {
    pub(super) plan: Stages,
    pub(super) status: Status,
    /// The newest stage that is admitted, from 0.
    pub(super) stage: Option<usize>,
    pub(super) pause: Option<Pause>,
    pub(super) baked_seconds: u64,
    pub(super) approved: bool,
    pub(super) waits: Vec<Wait>,
    pub(super) trouble: Option<Trouble>,
    pub(super) blocked: Vec<String>,
    /// Kept out while a freeze of theirs lasts.
    #[serde(default)]
    pub(super) held: Vec<String>,
    pub(super) admissions: usize,
    /// The newest first.
    pub(super) decisions: Vec<Decision>,
    pub(super) guard: Option<Guard>,
    pub(super) tenants: Vec<Figures>,
}

/// What people wrote of a plan.
#[derive(Debug, Deserialize)]
pub(super) struct Stages {
    pub(super) stages: Vec<Stage>,
    pub(super) guard: Option<serde_json::Value>,
}

/// A stage of a plan.
#[derive(Debug, Deserialize)]
pub(super) struct Stage {
    pub(super) name: String,
    pub(super) audience: Audience,
    pub(super) bake_minutes: u64,
    pub(super) advance: String,
}

/// Who comes to have the flag.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Audience {
    Segments(Vec<String>),
    Threshold(u32),
    Cohort(Cohort),
}

/// Tenants drawn from the roster.
#[derive(Debug, Deserialize)]
pub(super) struct Cohort {
    pub(super) size: CohortSize,
    #[serde(default)]
    pub(super) never: Vec<String>,
    #[serde(default)]
    pub(super) small_first: bool,
}

/// How many tenants are drawn.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CohortSize {
    Tenants(u64),
    ShareOfTenants(u32),
    ShareOfRequests(u32),
}

/// What a plan does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Draft,
    Running,
    Paused,
    Finished,
    RolledBack,
}

/// Why a plan is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Pause {
    Asked,
    SteppedBack,
    Harm,
    Trips,
    Edited,
    Unfit,
    #[serde(other)]
    Other,
}

/// What the next stage waits for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub(super) enum Wait {
    Start {
        at: DateTime<Utc>,
    },
    Baking {
        seconds: u64,
    },
    Approval,
    Frozen {
        until: DateTime<Utc>,
        tenant: Option<String>,
        freeze: String,
    },
    Watching,
    Blind,
    Hold,
    Suspicion,
    #[serde(other)]
    Other,
}

/// What keeps a plan from being carried out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Trouble {
    pub(super) since: DateTime<Utc>,
    pub(super) detail: String,
}

/// Something that was decided.
#[derive(Debug, Deserialize)]
pub(super) struct Decision {
    pub(super) number: u64,
    pub(super) at: DateTime<Utc>,
    pub(super) kind: String,
    pub(super) to: Option<usize>,
    pub(super) pause: Option<Pause>,
    pub(super) tenant: Option<String>,
    #[serde(default)]
    pub(super) tenants: Vec<String>,
    pub(super) actor: String,
    pub(super) reason: Option<String>,
}

/// What the guard says of the stage.
#[derive(Debug, Deserialize)]
pub(super) struct Guard {
    pub(super) minutes: u64,
    pub(super) randomised: bool,
    pub(super) tenants: Arms,
    pub(super) action: GuardAction,
    pub(super) armed: bool,
    pub(super) log10_limit: f64,
    pub(super) watches: Vec<Watch>,
    pub(super) harm: Vec<Harm>,
    pub(super) holds: Vec<String>,
    pub(super) rates: Vec<Rate>,
}

/// What a guard wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum GuardAction {
    RollBack,
    Pause,
    Hold,
    Wait,
    Advance,
    #[serde(other)]
    Other,
}

/// Tenants with the flag, and those that could have it.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Arms {
    pub(super) treated: u64,
    pub(super) control: u64,
}

/// How a metric stands at one length of windows.
#[derive(Debug, Deserialize)]
pub(super) struct Watch {
    pub(super) metric: String,
    pub(super) window_minutes: u64,
    pub(super) at_risk: Arms,
    pub(super) bad: Arms,
    pub(super) log10_evidence: f64,
    pub(super) armed: bool,
}

/// Proven harm.
#[derive(Debug, Deserialize)]
pub(super) struct Harm {
    pub(super) metric: String,
    pub(super) window_minutes: u64,
}

/// A metric of errors in plain figures.
#[derive(Debug, Deserialize)]
pub(super) struct Rate {
    pub(super) metric: String,
    pub(super) treated: Totals,
    pub(super) control: Totals,
}

/// Requests and what failed of them.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Totals {
    pub(super) requests: u64,
    pub(super) failures: u64,
}

/// What became of a tenant's work.
#[derive(Debug, Deserialize)]
pub(super) struct Figures {
    pub(super) tenant: String,
    pub(super) on_requests: u64,
    pub(super) on_failures: u64,
    pub(super) off_requests: u64,
    pub(super) off_failures: u64,
}

impl Status {
    /// The word for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "not started",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::RolledBack => "rolled back",
        }
    }
}

impl Pause {
    /// Why, in words.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "somebody wanted it",
            Self::SteppedBack => "the last stage was taken back",
            Self::Harm => "the guard found harm",
            Self::Trips => "the guard switched the flag off for too many single tenants",
            Self::Edited => "somebody has changed the flag's targeting",
            Self::Unfit => "the next stage does not fit the flag any more",
            Self::Other => "the server has a reason that this command does not know",
        }
    }
}
