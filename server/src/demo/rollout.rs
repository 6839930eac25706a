//! The demo's rollout: a plan under way, with traffic that its guard can look at.
//!
//! Separate from what the demo is filled with, because this goes on while the server runs.
//!
//! **Invariants**
//! - Somebody who pauses, changes or ends the plan is left in peace: only a plan that came to its end
//!   by itself is begun anew.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tenantry_core::model::{FlagKey, Targeting};
use tenantry_plan::{Command, DecisionKind, Plan, Progress, Status};
use tenantry_store::{
    Action, Change, EnvironmentScope, Expected, PlanWrite, StoreError, Target, Write,
};

use super::flags::{MOVING, PARTNERS_KEY, before_the_plan};
use super::tenants::{DemoTenant, all};
use super::traffic::told;
use super::{DemoError, history, targeting};
use crate::clock::SharedClock;
use crate::plan::{Carrier, Opened, Who};
use crate::usage::{Reporter, Usage};

/// How often programs tell of their work.
const TELL_EVERY: Duration = Duration::from_secs(5);
/// How many minutes of the past are told of at first, so that the guard knows what is usual.
const PAST_MINUTES: u64 = 120;
/// How long a plan that came to its end stays.
const REST: TimeDelta = TimeDelta::minutes(2);
/// The name of the token and the SDK that the traffic goes by.
const PROGRAM: &str = "demo traffic";

struct Demo {
    carrier: Carrier,
    clock: SharedClock,
    scope: EnvironmentScope<Write>,
    flag: FlagKey,
    reporter: Reporter,
    tenants: Vec<DemoTenant>,
}

/// The plan: friends, 5 %, 25 %, everybody.
fn plan() -> Value {
    json!({
        "stages": [
            {"name": "design partners", "audience": {"segments": [PARTNERS_KEY]}, "bake_minutes": 3},
            {"name": "5 %", "audience": {"threshold": 5_000}, "bake_minutes": 5},
            {"name": "25 %", "audience": {"threshold": 25_000}, "bake_minutes": 5},
            {"name": "everybody", "audience": {"threshold": 100_000}, "bake_minutes": 5},
        ],
        "freezes": [{
            "reason": "Nobody is there at the weekend to see what breaks",
            "tenants": ["wayne-enterprises"],
            "weekly": {"from": "sat 00:00", "to": "sun 00:00"},
        }],
        "guard": {"metrics": ["errors", "latency"], "alpha": 0.05},
    })
}

/// Starts the plan, if there is none, and the traffic.
pub(super) async fn start(
    carrier: &Carrier,
    usage: &Usage,
    clock: &SharedClock,
    scope: EnvironmentScope<Write>,
) -> Result<(), DemoError> {
    let published = carrier
        .publisher
        .environment(scope.project().key(), scope.key());
    let Some(published) = published else {
        return Ok(());
    };
    let demo = Demo {
        carrier: carrier.clone(),
        clock: clock.clone(),
        flag: MOVING.parse()?,
        reporter: usage.reporter(published, PROGRAM),
        tenants: all(),
        scope,
    };
    if carrier.store.plan(&demo.scope, &demo.flag).await?.is_none() {
        demo.tell_of_days(carrier).await?;
        for minute in (1..=PAST_MINUTES).rev() {
            demo.tell((minute - 1) * 60_000, 60_000).await;
        }
        usage.write().await?;
        demo.begin(Progress::draft(), Expected::Version(0)).await?;
    }
    let stop = carrier.tasks.stop_token();
    carrier.tasks.spawn("demo", async move {
        let mut interval = tokio::time::interval(TELL_EVERY);
        let length = u64::try_from(TELL_EVERY.as_millis()).unwrap_or(u64::MAX);
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            demo.tell(0, length).await;
            if let Err(error) = demo.go_round().await {
                tracing::warn!(
                    error.cause = &error as &dyn std::error::Error,
                    "the demo's plan was not begun anew"
                );
            }
        }
    });
    Ok(())
}

impl Demo {
    /// Tells of the days before.
    async fn tell_of_days(&self, carrier: &Carrier) -> Result<(), DemoError> {
        let newest = carrier.publisher.newest(self.scope.id()).await;
        let scope = carrier
            .publisher
            .environment(self.scope.project().key(), self.scope.key());
        let (Some(newest), Some(scope)) = (newest, scope) else {
            return Ok(());
        };
        let ruleset = newest.publication().replica().ruleset();
        let (store, now) = (&carrier.store, self.clock.now());
        history::usage(store, &scope, ruleset, &self.tenants, now).await?;
        Ok(())
    }

    /// Tells of a window that ended `age` milliseconds ago.
    async fn tell(&self, age: u64, length: u64) {
        let newest = self.carrier.publisher.newest(self.scope.id()).await;
        let Some(newest) = newest else { return };
        let replica = newest.publication().replica();
        let window = (age, length);
        let (calls, outcomes) = told(&self.tenants, replica.ruleset(), window, &mut rand::rng());
        self.reporter.usage(&calls, PROGRAM, replica);
        self.reporter.outcomes(&outcomes, replica);
    }

    /// Puts the flag back to where the demo begins, and starts the plan.
    async fn begin(&self, progress: Progress, expected: Expected) -> Result<(), DemoError> {
        let (store, now) = (&self.carrier.store, self.clock.now());
        let plan: Plan = serde_json::from_value(plan())?;
        let mut tx = store.begin(self.scope.project()).await?;
        let before: Targeting = targeting(before_the_plan())?;
        let put = tx
            .put_targeting(&self.scope, &self.flag, Expected::Any, before, now)
            .await?;
        let Some(put) = put else { return Ok(()) };
        tx.succeed_admissions(&self.scope, &self.flag).await?;
        let write = PlanWrite {
            document: serde_json::to_string(&plan)?,
            progress: serde_json::to_string(&progress)?,
            status: progress.status.as_str().to_owned(),
            targeting_version: put.version,
            noted: (Value::Null, serde_json::to_value(&plan)?),
        };
        tx.put_plan(&self.scope, &self.flag, expected, write, now)
            .await?;
        let change = Change::new(Action::PlanCreate, Target::Flag(self.flag.clone()));
        let why = "Invoices from the new ledger, step by step";
        tx.commit(change.because(Some(why.to_owned())), now).await?;
        let who = Who {
            reason: Some("The ledger is ready".to_owned()),
            ..Who::default()
        };
        let (scope, flag) = (&self.scope, &self.flag);
        let started = self
            .carrier
            .command(scope, flag, (Command::Start, None), &who, now)
            .await;
        started
            .map(drop)
            .map_err(|error| DemoError::Plan(error.into()))
    }

    /// Begins the plan anew, once it has come to its end by itself and was looked at for a while.
    async fn go_round(&self) -> Result<(), DemoError> {
        let store = &self.carrier.store;
        let stored = match store.plan(&self.scope, &self.flag).await? {
            Some(stored) if stored.status == Status::Finished.as_str() => stored,
            Some(_) | None => return Ok(()),
        };
        if self.clock.now() - stored.updated_at < REST {
            return Ok(());
        }
        let opened = Opened::read(store, &self.scope, &self.flag).await;
        let opened = opened.map_err(|error| DemoError::Plan(error.into()))?;
        let last = store.plan_decisions(&self.scope, &self.flag, 1).await?;
        let by_itself = last.first().is_some_and(|it| {
            let kind = serde_json::from_str::<tenantry_plan::Decision>(&it.decision);
            kind.is_ok_and(|it| it.kind == DecisionKind::Finish) && it.actor == "tenantry-server"
        });
        let wanted: Plan = serde_json::from_value(plan())?;
        if !by_itself || opened.stored.is_edited() || opened.plan != wanted {
            return Ok(());
        }
        let expected = Expected::Version(opened.stored.version);
        // However often it is shown, each round is judged as the first.
        let progress = Progress {
            repeats: 0,
            highest: None,
            ..opened.progress.anew()
        };
        match self.begin(progress, expected).await {
            // Somebody was quicker, and is left in peace.
            Err(DemoError::Store(StoreError::Stale { .. })) => Ok(()),
            done => done,
        }
    }
}
