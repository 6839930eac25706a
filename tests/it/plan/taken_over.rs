//! A guard whose node is killed, minute after minute, while harm is being gathered: before the work,
//! in the middle of it, after it, while the guard counts, and while it carries the step back out.
//!
//! **Invariants**
//! - The same play is played without a kill, and every minute of both is the same: nothing that was
//!   written is lost, and nothing is counted twice.

use serde_json::{Value, json};
use tenantry_tests::{DatabaseKind, until};

use super::play::{PROGRAMS, Play};

/// How a node says that it carries out plans.
const TERM: &str = "carrying out plans";
/// Where a node dies of its decision, by turns.
const FAULTS: [&str; 3] = ["written", "committed", "decided"];

/// The moments of a minute at which a node is killed, by turns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    BeforeTheWork,
    AmidTheWork,
    AfterTheWork,
    WhileTheGuardCounts,
}

const MOMENTS: [Moment; 4] = [
    Moment::WhileTheGuardCounts,
    Moment::AmidTheWork,
    Moment::BeforeTheWork,
    Moment::AfterTheWork,
];

/// What is left of a play.
#[derive(Debug, PartialEq)]
struct Diary {
    /// The plan after each minute, and what the guard has stored.
    minutes: Vec<(Value, Vec<(String, String)>)>,
    /// What the audit log has of it, the newest first.
    audit: Vec<Value>,
    revision: u64,
}

struct Run {
    play: Play,
    /// The node that carries out plans.
    leader: usize,
    /// How often each node has begun to.
    terms: Vec<usize>,
    kills: usize,
    /// Nodes that died of what they decided.
    deaths: usize,
}

impl Run {
    /// Kills the node that carries out plans, and starts it again when another has taken over. The next
    /// decision that it makes will be its death as well.
    async fn strike(&mut self, now: Moment, moment: Option<Moment>) {
        if moment == Some(now) {
            let killed = self.leader;
            self.play.nodes[killed].kill();
            self.take_over().await;
            let fault = FAULTS[self.kills % FAULTS.len()];
            self.play.nodes[killed].set("TENANTRY_PLAN_FAULT", fault);
            self.play.revive(killed).await;
            self.kills += 1;
        }
    }

    /// Waits until another node carries out plans, if there is one.
    async fn take_over(&mut self) {
        let other = (self.leader + 1) % self.play.nodes.len();
        if other == self.leader {
            return;
        }
        let terms = |run: &Self| run.play.nodes[other].log().matches(TERM).count();
        until("another node carries out plans", async || {
            (terms(self) > self.terms[other]).then_some(())
        })
        .await;
        self.terms[other] = terms(self);
        self.leader = other;
    }

    /// A minute of work, and the guard's look at it.
    async fn minute(&mut self, broken: &[String], moment: Option<Moment>) -> Value {
        let broken = |tenant: &str| broken.iter().any(|it| it == tenant);
        self.strike(Moment::BeforeTheWork, moment).await;
        self.play.work_of(0..PROGRAMS / 2, broken).await;
        self.strike(Moment::AmidTheWork, moment).await;
        self.play.work_of(PROGRAMS / 2..PROGRAMS, broken).await;
        self.play.end_work();
        self.strike(Moment::AfterTheWork, moment).await;
        let stay = self.play.plan().await["guard"]["stay"].clone();
        self.play.to_next_minute();
        self.strike(Moment::WhileTheGuardCounts, moment).await;
        self.looked_at(&stay).await
    }

    /// Waits for the guard, whose node may die of what it decides.
    async fn looked_at(&mut self, stay: &Value) -> Value {
        loop {
            let (scene, leader) = (&mut self.play, self.leader);
            let plan = until("the guard has looked, or died", async || {
                if !scene.nodes[leader].is_running() {
                    return Some(None);
                }
                let plan = scene.try_plan(leader).await?;
                let is_over = scene.is_looked_at(stay, &plan) && !is_due(&plan);
                is_over.then_some(Some(plan))
            });
            if let Some(plan) = plan.await {
                return plan;
            }
            let dead = self.leader;
            self.take_over().await;
            self.play.nodes[dead].unset("TENANTRY_PLAN_FAULT");
            self.play.revive(dead).await;
            self.deaths += 1;
        }
    }
}

/// Whether something is going to be decided at once.
fn is_due(plan: &Value) -> bool {
    let waits = plan["waits"]
        .as_array()
        .is_some_and(|waits| !waits.is_empty());
    plan["status"] == "running" && (!waits || plan["guard"]["action"] == "roll_back")
}

/// A plan without who decided: whether a start enters the first stage itself, or a node's round beside
/// it does, is a matter of moments.
fn without_actors(mut plan: Value) -> Value {
    let decisions = plan["decisions"].as_array_mut().into_iter().flatten();
    for decision in decisions.filter_map(Value::as_object_mut) {
        decision.remove("actor");
    }
    plan
}

async fn run(kind: DatabaseKind, nodes: usize, are_killed: bool) -> Diary {
    let mut scene = Play::new(kind, nodes).await;
    scene.start().await;
    let mut run = Run {
        terms: scene
            .nodes
            .iter()
            .map(|node| node.log().matches(TERM).count())
            .collect(),
        play: scene,
        leader: 0,
        kills: 0,
        deaths: 0,
    };
    let (tenth, quarter) = (run.play.of_bucket(10_000), run.play.of_bucket(25_000));
    // Each minute of the second stage the new code path fails for two other tenants: it takes some
    // minutes to see that this is no accident.
    let mut failing = quarter.difference(&tenth).cloned();
    let mut minutes = Vec::new();
    let mut moments = MOMENTS.into_iter().cycle();
    let mut plan = run.play.plan().await;
    while plan["status"] == "running" {
        let broken = if plan["stage"] == 1 { 2 } else { 0 };
        let broken: Vec<String> = failing.by_ref().take(broken).collect();
        let moment = moments.next().filter(|_| are_killed);
        plan = run.minute(&broken, moment).await;
        minutes.push((without_actors(plan.clone()), run.play.guard_parts().await));
    }
    let harm = (&plan["status"], &plan["pause"], &plan["stage"]);
    assert_eq!(harm, (&json!("paused"), &json!("harm"), &json!(0)));
    run.play.on_everywhere(&tenth).await;
    if are_killed {
        assert_eq!(run.kills, minutes.len(), "each minute has its kill");
        assert!(
            run.deaths >= 2,
            "stages are entered and left by nodes that die of it"
        );
    }
    let project = run.play.project().clone();
    let audit = project.get("/audit?limit=200").await.ok(200);
    let audit = audit["items"].as_array().expect("entries").iter();
    let audit = audit.map(|it| json!([it["action"], it["at"], it["reason"]]));
    Diary {
        minutes,
        audit: audit.collect(),
        revision: project.revision_of("production").await,
    }
}

async fn check(kind: DatabaseKind, nodes: usize) {
    let undisturbed = run(kind, nodes, false).await;
    assert!(undisturbed.minutes.len() > 10, "harm takes some minutes");
    let killed = run(kind, nodes, true).await;
    assert_eq!(killed.minutes.len(), undisturbed.minutes.len());
    for (ours, theirs) in killed.minutes.iter().zip(&undisturbed.minutes) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(killed, undisturbed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_killed_and_started_again_gathers_the_same_evidence() {
    check(DatabaseKind::Sqlite, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_node_takes_over_and_gathers_the_same_evidence() {
    check(DatabaseKind::Postgres, 2).await;
}
