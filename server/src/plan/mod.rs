//! Plans: rollouts that are carried out in stages.
//!
//! `tenantry-plan` says what happens next, `tenantry-guard` whether a stage does harm, the store keeps
//! both; here they come together.
//!
//! | part | what it is |
//! | --- | --- |
//! | `opened` | a plan with all that belongs to it, as it was read |
//! | `world` | whom a targeting gives the flag to, asked of the published ruleset |
//! | `carry` | a decision, written: once, or not at all |
//! | `seen` | the stage that a person saw it in |
//! | `note` | what is noted of a decision, and that people are told |
//! | `watch` | a guard's stage: who is compared with whom, and minute after minute of outcomes |
//! | `alert` | harm that somebody else's monitoring has found |
//! | `prometheus` | what other monitoring knows of each tenant |
//! | `state` | what a guard says, for people |
//! | `trouble` | what keeps a plan from being carried out |
//! | `controller` | a plan's round: time, harm, and what follows |
//! | `rounds` | the leader's turn-taking: which plans have their rounds |
//!
//! **Invariants**
//! - A decision, what it does to the targeting, and whom it admits are one transaction. It is written
//!   only over the plan and the targeting that it was made for.
//! - The controller admits nobody while the targeting is another than the plan last left or somebody
//!   resumed with. On harm it takes out all the same.
//! - The controller writes only while its epoch is the newest.

mod alert;
mod carry;
mod controller;
mod note;
mod opened;
mod prometheus;
mod rounds;
mod seen;
mod state;
mod trouble;
mod watch;
mod world;

use chrono::TimeDelta;
use tenantry_core::model::Problems;
use tenantry_plan::Refused;
use tenantry_store::{StoreError, WriteError};
use thiserror::Error;

pub(crate) use alert::{Alert, Heeded};
pub(crate) use carry::{Carrier, Who};
pub(crate) use opened::Opened;
pub(crate) use prometheus::{Prometheus, PrometheusError};
pub(crate) use rounds::start;
pub(crate) use seen::SeenStage;
pub(crate) use state::{GuardAction, GuardState, stance_of};
pub(crate) use trouble::{Trouble, stored_trouble};
pub(crate) use watch::{TenantFigures, stored_state, stored_worst};
pub(crate) use world::World;

use crate::config::PlansConfig;

/// Why something could not be done to a plan.
#[derive(Debug, Error)]
pub(crate) enum PlanError {
    /// There is no such flag.
    #[error("there is no such flag")]
    NoFlag,
    /// The flag has no plan.
    #[error("the flag has no plan")]
    NoPlan,
    /// That cannot happen to a plan as it is.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It was meant for another stage: by now the plan is in the one of this name, or in none.
    #[error("the plan has moved meanwhile: it is in {}", stage_named(.0.as_deref()))]
    Moved(Option<String>),
    /// Another node carries out plans by now.
    #[error("another node carries out plans by now")]
    Fenced,
    /// Somebody else was quicker, again and again.
    #[error("the plan or the flag keeps changing")]
    Contended,
    /// The environment is not published yet.
    #[error("the environment is not published yet")]
    Unpublished,
    /// The flag's targeting does not compile with the plan.
    #[error("the targeting that the plan asks for is invalid: {0}")]
    Invalid(Problems),
    /// What was stored is no plan.
    #[error("what was stored of the plan cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// See [`WriteError`].
    #[error(transparent)]
    Write(#[from] WriteError),
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The guard asks a Prometheus, and the operator has named none.
    #[error("the guard asks a Prometheus, and this server knows none: set TENANTRY_PROMETHEUS_URL")]
    NoPrometheus,
    /// See [`PrometheusError`].
    #[error("Prometheus: {0}")]
    Prometheus(#[from] PrometheusError),
    /// The guard's stage cannot go on.
    #[error("the guard cannot go on: {0}")]
    Guard(String),
}

fn stage_named(stage: Option<&str>) -> String {
    stage.map_or_else(
        || "no stage yet, so look again in a moment".to_owned(),
        |name| format!("the stage {name}"),
    )
}

/// What an operator chose about plans.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// How long after its end a minute is complete.
    lateness: TimeDelta,
}

impl Pace {
    fn new(config: &PlansConfig) -> Self {
        let seconds = i64::from(config.plan_lateness_seconds);
        Self {
            lateness: TimeDelta::seconds(seconds),
        }
    }
}
