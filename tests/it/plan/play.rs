//! A whole plan played: servers and programs in processes of their own, which ask, do their work and
//! tell what became of it, minute by minute.
//!
//! **Invariants**
//! - Time is a clock that stands still until the play moves it: the same play twice is the same to the
//!   millisecond.
//! - What was worked is written when [`Play::work`] returns, on whatever node it was told.

use std::collections::BTreeSet;
use std::process::Stdio;

use chrono::{DateTime, Timelike as _, Utc};
use serde_json::{Value, json};
use sqlx::AnyPool;
use tenantry_tests::{
    Caller, DatabaseKind, ServerProcess, StandingClock, TestDatabase, TimeDelta, binary, soon,
    until,
};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

pub(super) const FLAG: &str = "new-billing";
pub(super) const PLAN: &str = "/environments/production/flags/new-billing/plan";
const TENANTS: usize = 200;
/// Minutes of the past: enough to know what is usual.
const PAST: u32 = 31;
pub(super) const PROGRAMS: usize = 4;

/// A program with the SDK, in a process of its own, which goes with this.
pub(super) struct Program {
    _child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(super) fn start(address: &str, token: &str) -> Self {
        let mut command = Command::new(binary("serving-program"));
        command.args([address, token, FLAG]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().expect("it can be run");
        let answers = child.stdout.take().expect("a pipe");
        Self {
            orders: child.stdin.take().expect("a pipe"),
            answers: BufReader::new(answers).lines(),
            _child: child,
        }
    }

    /// Has it do something, and waits for its answer.
    pub(super) async fn ask(&mut self, order: &Value) -> Value {
        self.tell(order).await;
        self.answer().await
    }

    async fn tell(&mut self, order: &Value) {
        let line = format!("{order}\n");
        let told = self.orders.write_all(line.as_bytes()).await;
        told.expect("the program listens");
    }

    async fn answer(&mut self) -> Value {
        let line = soon("a program answers", self.answers.next_line()).await;
        let line = line.expect("a pipe").expect("the program is there");
        serde_json::from_str(&line).expect("JSON")
    }
}

/// Servers on one database, a plan that is not started, and programs at the servers.
pub(super) struct Play {
    pub(super) programs: Vec<Program>,
    pub(super) nodes: Vec<ServerProcess>,
    projects: Vec<Caller>,
    clock: StandingClock,
    pool: AnyPool,
    pub(super) tenants: Vec<String>,
    /// Whom the new code path does not work for, as the programs know.
    broken: Vec<String>,
    /// Minutes that were played.
    minute: usize,
    /// Requests that were told of.
    requests: usize,
    _database: TestDatabase,
}

impl Play {
    /// Half an hour of ordinary work at so many nodes, and a plan: 10 %, 25 %, everybody.
    pub(super) async fn new(kind: DatabaseKind, nodes: usize) -> Self {
        let database = TestDatabase::new(kind).await;
        let begin: DateTime<Utc> = "2026-03-02T09:00:50Z".parse().expect("a time");
        let clock = StandingClock::at(begin);
        let (mut servers, mut projects) = (Vec::new(), Vec::new());
        for _ in 0..nodes {
            let mut node = ServerProcess::idle_on(database.url());
            node.set_clock(&clock);
            node.set("TENANTRY_PLAN_TICK_MILLISECONDS", "10");
            node.set("TENANTRY_PLAN_LATENESS_SECONDS", "0");
            node.start().await;
            projects.push(node.project());
            servers.push(node);
        }
        let mut play = Self {
            programs: Vec::new(),
            nodes: servers,
            projects,
            clock,
            pool: database.connect().await,
            tenants: (0..TENANTS)
                .map(|number| format!("tenant-{number:03}"))
                .collect(),
            broken: Vec::new(),
            minute: 0,
            requests: 0,
            _database: database,
        };
        play.furnish().await;
        play
    }

    async fn furnish(&mut self) {
        let project = self.project().clone();
        let targeting = json!({"on": true, "rollout": {"threshold": 0, "salt": "a-plan"}});
        project.create_targeted(FLAG, &targeting).await;
        let token = project.create_token("sdk").await.secret;
        for project in &self.projects {
            project.published().await;
        }
        for number in 0..PROGRAMS {
            let node = &self.nodes[number % self.nodes.len()];
            self.programs.push(Program::start(&node.address(), &token));
        }
        for _ in 0..PAST {
            self.work(|_| false).await;
            self.to_next_minute();
        }
        let stage = |name: &str, threshold: u32| json!({"name": name, "audience": {"threshold": threshold}, "bake_minutes": 5});
        let plan = json!({
            "stages": [stage("10 %", 10_000), stage("25 %", 25_000), stage("all", 100_000)],
            "guard": {"metrics": ["errors", "latency"]},
        });
        let put = project.put(PLAN).if_match("*").json(&plan);
        put.await.expect(200);
    }

    /// The administrator, at the first node that is there.
    pub(super) fn project(&mut self) -> &Caller {
        let mut nodes = self.nodes.iter_mut().zip(&self.projects);
        let running = nodes.find_map(|(node, project)| node.is_running().then_some(project));
        running.expect("a node")
    }

    /// A minute of work of all programs. The new code path fails every other time for tenants that are
    /// `broken`.
    pub(super) async fn work(&mut self, broken: impl Fn(&str) -> bool) {
        self.work_of(0..PROGRAMS, broken).await;
        self.end_work();
    }

    /// Ends the minute's work, of which each program has done its part.
    pub(super) fn end_work(&mut self) {
        self.minute += 1;
    }

    /// The part of a minute's work that these programs do.
    pub(super) async fn work_of(
        &mut self,
        programs: std::ops::Range<usize>,
        broken: impl Fn(&str) -> bool,
    ) {
        let tenants = self.tenants.iter().filter(|tenant| broken(tenant));
        let broken: Vec<_> = tenants.cloned().collect();
        if broken != self.broken {
            for program in &mut self.programs {
                program.ask(&json!({"break": broken})).await;
            }
            self.broken = broken;
        }
        for number in programs.clone() {
            let order = json!({"work": self.share_of(number)});
            self.programs[number].tell(&order).await;
        }
        for program in &mut self.programs[programs] {
            let served = program.answer().await.as_u64().expect("a number");
            self.requests += usize::try_from(served).expect("few");
        }
        self.written().await;
    }

    /// What a program serves of the minute: tenants, requests, and how many of them fail anyway.
    fn share_of(&self, program: usize) -> Vec<(&str, usize, usize)> {
        let tenants = self.tenants.iter().enumerate();
        let tenants = tenants.filter(|(number, _)| number % PROGRAMS == program);
        let share = tenants.map(|(number, tenant)| {
            let failing = (number * 7 + self.minute * 13) % 3;
            (tenant.as_str(), 20 + number % 30, failing)
        });
        share.collect()
    }

    /// Waits until all that was told is written. Whoever asks for usage has it written.
    async fn written(&mut self) {
        let wanted = i64::try_from(self.requests).expect("few");
        let usage = format!("/environments/production/flags/{FLAG}/usage");
        until("what was told is written", async || {
            for (node, project) in self.nodes.iter_mut().zip(&self.projects) {
                if node.is_running() {
                    project.get(&usage).await.expect(200);
                }
            }
            let sum = "SELECT CAST(COALESCE(SUM(requests), 0) AS BIGINT) FROM outcome_minute";
            let sum = sqlx::query_scalar(sum).fetch_one(&self.pool).await;
            let sum: i64 = sum.expect("a sum");
            assert!(sum <= wanted, "{sum} requests are counted of {wanted}");
            (sum == wanted).then_some(())
        })
        .await;
    }

    /// Moves the clock near the end of the next minute.
    pub(super) fn to_next_minute(&self) {
        let second = i64::from(self.clock.now().second());
        self.clock.travel(TimeDelta::seconds(110 - second));
    }

    pub(super) async fn plan(&mut self) -> Value {
        self.project().get(PLAN).await.ok(200)
    }

    /// The plan, as a node says that may be dying.
    pub(super) async fn try_plan(&self, node: usize) -> Option<Value> {
        let answer = self.projects[node].get(PLAN).try_send().await.ok()?;
        Some(answer.ok(200))
    }

    pub(super) async fn told(&mut self, command: &str) -> Value {
        let request = self.project().post(format!("{PLAN}/{command}"));
        request.json(&json!({})).await.ok(200)
    }

    /// Lets the minute end, and waits until the guard has looked at it.
    pub(super) async fn end_minute(&mut self) -> Value {
        let stay = self.plan().await["guard"]["stay"].clone();
        self.to_next_minute();
        self.looked_at(&stay).await
    }

    /// Waits until the guard has looked at all that is over of a stay, or another stay has begun.
    pub(super) async fn looked_at(&mut self, stay: &Value) -> Value {
        until("the guard has looked", async || {
            let plan = self.plan().await;
            self.is_looked_at(stay, &plan).then_some(plan)
        })
        .await
    }

    /// Whether the guard of this plan has looked at all that is over of a stay, or another has begun.
    pub(super) fn is_looked_at(&self, stay: &Value, plan: &Value) -> bool {
        let guard = &plan["guard"];
        let since = guard["since"].as_str();
        let Some(since) = since.filter(|_| guard["stay"] == *stay) else {
            return plan["status"] != "running" || !guard.is_null();
        };
        let since: DateTime<Utc> = since.parse().expect("a time");
        let complete = (self.clock.now() - since).num_minutes().max(0);
        guard["minutes"] == complete || plan["status"] != "running"
    }

    /// What the guard has stored to go on from, part by part.
    pub(super) async fn guard_parts(&self) -> Vec<(String, String)> {
        let sql = "SELECT part, text FROM plan_guard ORDER BY part";
        let rows = sqlx::query_as(sql).fetch_all(&self.pool).await;
        rows.expect("what is stored")
    }

    /// Starts a node again.
    pub(super) async fn revive(&mut self, node: usize) {
        self.nodes[node].start().await;
        self.projects[node] = self.nodes[node].project();
    }

    /// Starts the plan and waits for the guard of its first stage.
    pub(super) async fn start(&mut self) {
        self.told("start").await;
        until("the guard is there", async || {
            let plan = self.plan().await;
            (plan["stage"] == 0 && !plan["guard"].is_null()).then_some(())
        })
        .await;
    }

    /// Works on until the plan has come so far.
    pub(super) async fn go_on(
        &mut self,
        broken: impl Fn(&str) -> bool,
        is_there: impl Fn(&Value) -> bool,
    ) -> Value {
        let mut plan = self.plan().await;
        for _ in 0..30 {
            if is_there(&plan) {
                return plan;
            }
            self.work(&broken).await;
            plan = self.end_minute().await;
        }
        panic!("not within half an hour: {plan:#}");
    }

    /// Waits until every program gives the flag to these alone.
    pub(super) async fn on_everywhere(&mut self, wanted: &BTreeSet<String>) {
        for program in &mut self.programs {
            until("a program has heard", async || {
                let on = program.ask(&json!({"who": self.tenants})).await;
                let on: BTreeSet<String> = serde_json::from_value(on).expect("tenants");
                (on == *wanted).then_some(())
            })
            .await;
        }
    }

    /// The tenants that a share admits.
    pub(super) fn of_bucket(&self, threshold: u32) -> BTreeSet<String> {
        let below = |key: &&String| tenantry_core::bucket("a-plan", key).number() < threshold;
        self.tenants.iter().filter(below).cloned().collect()
    }
}
