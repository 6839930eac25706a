//! What happened: as it is stored until people are told.
//!
//! **Invariants**
//! - It says what was so when it happened. What is looked up later (a flag's owner, a tenant's name) is
//!   not part of it.

use chrono::{DateTime, NaiveDate, Utc};
use lettre::Address;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenantry_core::model::{EnvironmentKey, FlagKey};
use tenantry_plan::Pause;
use tenantry_store::NewNotification;

/// Something that people are told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// Something became of a plan, and nobody had asked for it.
    Plan(PlanEvent),
    /// A week began, and there is debt or none.
    Digest(DigestEvent),
    /// Somebody wants to see that notifications arrive.
    Test(TestEvent),
}

/// Something became of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlanEvent {
    /// What.
    pub(crate) what: PlanHappening,
    /// Where.
    pub(crate) environment: EnvironmentKey,
    /// The flag.
    pub(crate) flag: FlagKey,
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// When the plan was made: another one of the flag's numbers its decisions alike.
    pub(crate) plan_created_at: DateTime<Utc>,
    /// What tells it from everything else that becomes of the plan: the decision's number, or the stay's.
    pub(crate) number: u64,
    /// The tenant, if it is about one.
    pub(crate) tenant: Option<String>,
    /// The stage before, by name; none before the first.
    pub(crate) from: Option<String>,
    /// The stage after.
    pub(crate) to: Option<String>,
    /// Why it is paused, if it is.
    pub(crate) pause: Option<Pause>,
    /// Why, in the guard's words.
    pub(crate) reason: Option<String>,
}

/// What may become of a plan by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlanHappening {
    /// The flag was switched off for one tenant.
    TenantBlocked,
    /// The last stage was taken back.
    SteppedBack,
    /// Everything was taken back.
    RolledBack,
    /// Nobody is admitted until somebody resumes it.
    Paused,
    /// The next stage waits for somebody to approve.
    ApprovalWanted,
    /// It came to its end.
    Finished,
}

/// A project's debt as a week began: the whole of it for the webhook, or one recipient's part. It is
/// worded already, since all of them come of one report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DigestEvent {
    /// The week's Monday.
    pub(crate) week: NaiveDate,
    /// Who gets it by mail; the webhook, if nobody.
    pub(crate) to: Option<Address>,
    /// It in a line.
    pub(crate) subject: String,
    /// It in words.
    pub(crate) text: String,
    /// What the webhook is sent beside the words; none if there is no debt.
    pub(crate) data: Option<Value>,
}

/// Somebody wants to see that notifications arrive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TestEvent {
    /// Who wants it.
    pub(crate) asked_by: String,
    /// The owner whose recipients are to get it; without one, those of flags without one.
    pub(crate) owner: Option<String>,
    /// When. Once in a minute is enough.
    pub(crate) at: DateTime<Utc>,
}

impl Event {
    /// What kind of event it is, as webhooks say it.
    pub(crate) fn topic(&self) -> &'static str {
        match self {
            Self::Plan(event) => match event.what {
                PlanHappening::TenantBlocked => "plan.tenant_blocked",
                PlanHappening::SteppedBack => "plan.stepped_back",
                PlanHappening::RolledBack => "plan.rolled_back",
                PlanHappening::Paused => "plan.paused",
                PlanHappening::ApprovalWanted => "plan.approval_wanted",
                PlanHappening::Finished => "plan.finished",
            },
            Self::Digest(_) => "debt.digest",
            Self::Test(_) => "test",
        }
    }

    /// What it is about: people are told once.
    pub(crate) fn once(&self) -> String {
        match self {
            Self::Plan(event) => {
                let PlanEvent {
                    environment,
                    flag,
                    plan_created_at,
                    number,
                    ..
                } = event;
                let plan = plan_created_at.timestamp_micros();
                format!("{}/{environment}/{flag}/{plan}/{number}", self.topic())
            }
            Self::Digest(DigestEvent { week, to, .. }) => match to {
                None => format!("{}/{week}", self.topic()),
                Some(to) => format!("{}/{week}/{to}", self.topic()),
            },
            Self::Test(event) => {
                let owner = event.owner.as_deref().unwrap_or_default();
                let minute = event.at.timestamp().div_euclid(60);
                format!("{}/{minute}/{owner}", self.topic())
            }
        }
    }

    /// As it is stored.
    pub(crate) fn to_store(&self) -> NewNotification {
        NewNotification {
            topic: self.topic().to_owned(),
            once: self.once(),
            document: json!(self),
        }
    }
}
