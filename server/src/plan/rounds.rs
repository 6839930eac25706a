//! Rounds: the leader looks after every plan again and again, several at the same time.
//!
//! Separate from what is done for a plan (`controller`) because it is about which plan has its turn, and
//! about who leads.
//!
//! **Invariants**
//! - A plan has one round at a time; what happens to it happens in order.
//! - So many plans have their rounds at once and no more. The others wait in a queue, so that each has
//!   its turn however long another's round takes.
//! - Whoever no longer leads gives up every round; the epoch, checked in each transaction, keeps what
//!   is under way at that moment from writing.

use std::collections::{HashMap, HashSet, VecDeque};
use std::error::Error;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tenantry_core::model::FlagKey;
use tenantry_store::{ActivePlan, EnvironmentId, Leadership, Store};
use tokio::time::{Interval, MissedTickBehavior};

use super::controller::{Controller, Kept};
use super::{Carrier, PlanError};
use crate::clock::SharedClock;
use crate::config::PlansConfig;

/// How many plans have their rounds at the same time: more than may wait for a Prometheus, and fewer
/// than would take the database from everybody else.
const AT_ONCE: usize = 12;

/// Where a plan is.
type Place = (EnvironmentId, FlagKey);

/// A round that is over.
struct Attended {
    place: Place,
    kept: Kept,
    gone: Result<(), PlanError>,
}

/// Carries plans out until the server stops.
pub(crate) fn start(carrier: &Carrier, clock: &SharedClock, config: &PlansConfig) {
    let every = Duration::from_millis(config.plan_tick_milliseconds.max(1));
    let (tasks, stop) = (carrier.tasks.clone(), carrier.tasks.stop_token());
    let mut rounds = Rounds {
        controller: Controller::new(carrier, clock, config),
        kept: HashMap::new(),
        queue: VecDeque::new(),
        busy: HashSet::new(),
        under_way: FuturesUnordered::new(),
        epoch: 0,
    };
    let store = carrier.store.clone();
    tasks.spawn("plans", async move {
        let mut interval = tokio::time::interval(every);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // A round that is given up half-way has written a decision whole or not at all.
        stop.run_until_cancelled(rounds.go_on(&store, &mut interval))
            .await;
    });
}

struct Rounds {
    controller: Controller,
    /// What is kept of each plan from round to round, unless it has one just now.
    kept: HashMap<Place, Kept>,
    /// Who waits for a turn.
    queue: VecDeque<ActivePlan>,
    /// Who has one.
    busy: HashSet<Place>,
    under_way: FuturesUnordered<BoxFuture<'static, Attended>>,
    /// The epoch of those that are under way.
    epoch: u64,
}

impl Rounds {
    async fn go_on(&mut self, store: &Store, interval: &mut Interval) {
        let mut leadership: Option<Leadership> = None;
        loop {
            let mut is_fenced = false;
            let found = {
                let mut looked = pin!(async {
                    interval.tick().await;
                    look(store, &mut leadership).await
                });
                // What is under way goes on meanwhile: it may hold connections that this waits for.
                loop {
                    tokio::select! {
                        found = &mut looked => break found,
                        Some(attended) = self.under_way.next() => is_fenced |= self.end(attended),
                    }
                }
            };
            match found {
                Looked::Leads { epoch, plans } if !is_fenced => self.take_turns(epoch, plans),
                // The database is away, say; what is under way finds out by itself.
                Looked::Unknown if !is_fenced => {}
                Looked::Leads { .. } | Looked::Follows | Looked::Unknown => {
                    leadership = None;
                    self.step_down();
                }
            }
        }
    }

    /// Has every plan that is under way wait for its turn, and begins as many rounds as may be.
    fn take_turns(&mut self, epoch: u64, plans: Vec<ActivePlan>) {
        if epoch != self.epoch {
            self.step_down();
            self.epoch = epoch;
        }
        let active: HashSet<Place> = plans.iter().map(place).collect();
        self.kept.retain(|place, _| active.contains(place));
        self.queue.retain(|plan| active.contains(&place(plan)));
        let queued: HashSet<Place> = self.queue.iter().map(place).collect();
        let new = plans.into_iter().filter(|plan| {
            let place = place(plan);
            !queued.contains(&place) && !self.busy.contains(&place)
        });
        self.queue.extend(new);
        self.begin();
    }

    fn begin(&mut self) {
        while self.under_way.len() < AT_ONCE
            && let Some(plan) = self.queue.pop_front()
        {
            let place = place(&plan);
            let mut kept = self.kept.remove(&place).unwrap_or_default();
            self.busy.insert(place.clone());
            let (controller, epoch) = (self.controller.clone(), self.epoch);
            self.under_way.push(Box::pin(async move {
                let gone = controller.attend(&plan, &mut kept, epoch).await;
                Attended { place, kept, gone }
            }));
        }
    }

    /// Takes note of a round that is over. Whether it was fenced off.
    fn end(&mut self, attended: Attended) -> bool {
        let Attended {
            place,
            mut kept,
            gone,
        } = attended;
        self.busy.remove(&place);
        match gone {
            Ok(()) => {}
            Err(PlanError::Fenced) => {
                tracing::warn!("another node carries out plans by now");
                return true;
            }
            Err(error) => {
                kept.forget_watch();
                tracing::warn!(
                    flag.key = place.1.as_str(),
                    error.cause = &error as &dyn Error,
                    "a plan cannot be carried out; trying again"
                );
            }
        }
        self.kept.insert(place, kept);
        self.begin();
        false
    }

    fn step_down(&mut self) {
        self.under_way.clear();
        self.busy.clear();
        self.queue.clear();
        self.kept.clear();
    }
}

/// Who leads, and what there is to do.
enum Looked {
    /// This node does.
    Leads { epoch: u64, plans: Vec<ActivePlan> },
    /// Another does.
    Follows,
    /// It cannot be told now.
    Unknown,
}

/// Sees to it that a node leads, and which plans are under way if it is this one.
async fn look(store: &Store, leadership: &mut Option<Leadership>) -> Looked {
    if let Some(held) = leadership
        && !held.is_held().await
    {
        tracing::warn!("this node no longer carries out plans");
        return Looked::Follows;
    }
    let epoch = match leadership {
        Some(held) => held.epoch(),
        None => match store.lead().await {
            Ok(Some(taken)) => {
                tracing::info!(plan.epoch = taken.epoch(), "carrying out plans");
                leadership.insert(taken).epoch()
            }
            Ok(None) => {
                tracing::debug!("another node carries out plans");
                return Looked::Follows;
            }
            Err(error) => return complain(&error, "cannot ask who carries out plans"),
        },
    };
    match store.active_plans().await {
        Ok(plans) => Looked::Leads { epoch, plans },
        Err(error) => complain(&error, "cannot read which plans are under way"),
    }
}

fn complain(error: &(dyn Error + 'static), what: &str) -> Looked {
    tracing::warn!(error.cause = error, "{what}; trying again");
    Looked::Unknown
}

fn place(plan: &ActivePlan) -> Place {
    (plan.scope.id(), plan.flag.clone())
}
