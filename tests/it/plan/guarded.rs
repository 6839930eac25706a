//! A whole plan against real clients: programs ask, do their work and tell what became of it; the
//! guard looks, minute by minute, and the plan goes on or back.
//!
//! **Invariants**
//! - Time is the server's clock, which the test moves. Programs are the SDK.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::Timelike as _;
use serde_json::{Value, json};
use sqlx::AnyPool;
use tenantry::{Client, Outcome};
use tenantry_server::Config;
use tenantry_tests::{
    Caller, TestServer, TimeDelta, on_each_database_with, soon, targeting_of, until, until_true,
};

const FLAG: &str = "new-billing";
const PLAN: &str = "/environments/production/flags/new-billing/plan";
const TENANTS: usize = 200;
/// Minutes of the past: enough to know what is usual.
const PAST: u32 = 31;
/// Programs that only ask, all the while.
const PROGRAMS: usize = 4;

fn quick(config: &mut Config) {
    config.plans.plan_tick_milliseconds = 10;
    config.plans.plan_lateness_seconds = 0;
}

/// A server, a plan that is not started, and programs that ask.
struct Play {
    server: TestServer,
    project: Caller,
    token: String,
    database: AnyPool,
    tenants: Vec<String>,
    programs: Vec<Client>,
    /// Minutes that were played.
    minute: usize,
    /// Requests that were told of.
    requests: i64,
}

impl Play {
    /// Half an hour of ordinary work, and a plan: 10 %, 25 %, everybody.
    async fn new(server: TestServer) -> Self {
        let project = server.project();
        let targeting = json!({"on": true, "rollout": {"threshold": 0, "salt": "a-plan"}});
        project.create_targeted(FLAG, &targeting).await;
        let token = project.create_token("sdk").await.secret;
        server.published().await;
        let mut scene = Self {
            database: server.database().connect().await,
            tenants: (0..TENANTS)
                .map(|number| format!("tenant-{number:03}"))
                .collect(),
            programs: Vec::new(),
            minute: 0,
            requests: 0,
            server,
            project,
            token,
        };
        for _ in 0..PROGRAMS {
            let program = scene.program().await;
            scene.programs.push(program);
        }
        scene.to_next_minute();
        for _ in 0..PAST {
            scene.work(|_| false).await;
            scene.to_next_minute();
        }
        let stage = |name: &str, threshold: u32| json!({"name": name, "audience": {"threshold": threshold}, "bake_minutes": 5});
        let plan = json!({
            "stages": [stage("10 %", 10_000), stage("25 %", 25_000), stage("all", 100_000)],
            "guard": {"metrics": ["errors", "latency"]},
        });
        scene
            .project
            .put(PLAN)
            .if_match("*")
            .json(&plan)
            .await
            .expect(200);
        scene
    }

    async fn program(&self) -> Client {
        let client = Client::builder(self.server.address(), &self.token)
            .build()
            .await;
        let client = client.expect("a client");
        soon("a connection", client.connected()).await;
        client
    }

    /// A minute of work: a program starts, asks for every tenant, tells what became of it, and ends.
    /// The new code path fails every other time for tenants that are `broken`.
    async fn work(&mut self, broken: impl Fn(&str) -> bool) {
        let client = self.program().await;
        let latency = Duration::from_millis(20);
        for (number, tenant) in self.tenants.iter().enumerate() {
            let requests = 20 + number % 30;
            let is_new = client.is_enabled(FLAG, tenant);
            let bad = if is_new && broken(tenant) {
                requests / 2
            } else {
                (number * 7 + self.minute * 13) % 3
            };
            for request in 0..requests {
                let outcome = if request < bad {
                    Outcome::failure()
                } else {
                    Outcome::success()
                };
                client.record(FLAG, tenant, outcome.with_latency(latency));
            }
            self.requests += i64::try_from(requests).expect("few");
        }
        client.shutdown().await;
        self.minute += 1;
        let usage = format!("/environments/production/flags/{FLAG}/usage");
        until("what was told is written", async || {
            // Whoever asks for usage has it written.
            self.project.get(&usage).await.expect(200);
            let sum = "SELECT CAST(COALESCE(SUM(requests), 0) AS BIGINT) FROM outcome_minute";
            let sum: i64 = sqlx::query_scalar(sum)
                .fetch_one(&self.database)
                .await
                .expect("a sum");
            (sum == self.requests).then_some(())
        })
        .await;
    }

    /// Moves the clock into the next minute, ten seconds after its beginning.
    fn to_next_minute(&self) {
        let second = i64::from(self.server.now().second());
        self.server.travel(TimeDelta::seconds(70 - second));
    }

    async fn plan(&self) -> Value {
        self.project.get(PLAN).await.ok(200)
    }

    async fn told(&self, command: &str) -> Value {
        self.project
            .post(format!("{PLAN}/{command}"))
            .json(&json!({}))
            .await
            .ok(200)
    }

    /// Lets the minute end, and waits until the guard has looked at it.
    async fn end_minute(&self) -> Value {
        let stay = self.plan().await["guard"]["stay"].clone();
        self.to_next_minute();
        until("the guard has looked", async || {
            let plan = self.plan().await;
            let guard = &plan["guard"];
            let since = guard["since"].as_str();
            let Some(since) = since.filter(|_| guard["stay"] == stay) else {
                return (plan["status"] != "running" || !guard.is_null()).then_some(plan);
            };
            let since: chrono::DateTime<chrono::Utc> = since.parse().expect("a time");
            let complete = (self.server.now() - since).num_minutes().max(0);
            (guard["minutes"] == complete || plan["status"] != "running").then_some(plan)
        })
        .await
    }

    /// Starts the plan and waits for the guard of its first stage.
    async fn start(&self) {
        self.told("start").await;
        until("the guard is there", async || {
            let plan = self.plan().await;
            (plan["stage"] == 0 && !plan["guard"].is_null()).then_some(())
        })
        .await;
    }

    /// Works on until the plan has come so far.
    async fn go_on(
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

    /// Who has the flag, as the first program sees it.
    fn on(&self) -> BTreeSet<String> {
        let tenants = self.tenants.iter();
        let on = tenants.filter(|tenant| self.programs[0].is_enabled(FLAG, tenant));
        on.cloned().collect()
    }

    /// Waits until every program gives the flag to these alone.
    async fn on_everywhere(&self, wanted: &BTreeSet<String>) {
        for program in &self.programs {
            until_true("the programs have heard", || {
                let mut tenants = self.tenants.iter();
                tenants.all(|it| program.is_enabled(FLAG, it) == wanted.contains(it))
            })
            .await;
        }
    }

    async fn end(self) {
        for program in self.programs {
            program.shutdown().await;
        }
    }
}

fn of_bucket(tenants: &[String], threshold: u32) -> BTreeSet<String> {
    let below = |key: &&String| tenantry_core::bucket("a-plan", key).number() < threshold;
    tenants.iter().filter(below).cloned().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn harm_at_a_quarter_is_found_and_stepped_back() {
    on_each_database_with(quick, async |server| {
        let mut scene = Play::new(server).await;
        scene.start().await;
        let armed = scene
            .go_on(|_| false, |plan| plan["guard"]["minutes"] == 1)
            .await;
        assert_eq!(armed["guard"]["armed"], true, "{:#}", armed["guard"]);
        assert_eq!(armed["guard"]["randomised"], true);
        let tenth = of_bucket(&scene.tenants, 10_000);
        assert_eq!(armed["guard"]["tenants"]["treated"], tenth.len());
        scene.on_everywhere(&tenth).await;

        let quarter = scene.go_on(|_| false, |plan| plan["stage"] == 1).await;
        assert_eq!(quarter["status"], "running", "{quarter:#}");
        let wider = of_bucket(&scene.tenants, 25_000);
        scene.on_everywhere(&wider).await;
        assert!(wider.len() > tenth.len() + 10, "enough to be demoted");

        // From now on the new code path fails, for whoever gets there.
        let harmed = scene
            .go_on(|_| true, |plan| plan["status"] == "paused")
            .await;
        assert_eq!(
            (&harmed["pause"], &harmed["stage"]),
            (&json!("harm"), &json!(0))
        );
        let newest = &harmed["decisions"][0];
        assert_eq!(
            (&newest["kind"], &newest["actor"]),
            (&json!("step_back"), &json!("tenantry-server"))
        );
        let why = newest["reason"].as_str().expect("a reason");
        assert!(why.contains("errors") && why.contains("went bad"), "{why}");
        scene.on_everywhere(&tenth).await;
        let targeting = scene.project.get(targeting_of(FLAG)).await.ok(200);
        assert_eq!(targeting["rollout"]["threshold"], 10_000);
        let audit = scene.project.get("/audit?limit=1").await.ok(200);
        assert_eq!(audit["items"][0]["action"], "plan.step_back");
        scene.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_harm_a_plan_runs_through_and_waits_while_nobody_reports() {
    let mut scene = Play::new(TestServer::on_sqlite_with(quick).await).await;
    scene.start().await;
    scene
        .go_on(|_| false, |plan| plan["guard"]["minutes"] == 1)
        .await;
    let mut plan = Value::Null;
    for _ in 0..8 {
        // Nobody says anything.
        plan = scene.end_minute().await;
    }
    assert_eq!(plan["guard"]["action"], "hold", "{:#}", plan["guard"]);
    assert_eq!(
        (&plan["stage"], &plan["status"]),
        (&json!(0), &json!("running"))
    );
    let waits = plan["waits"].as_array().expect("waits");
    assert!(waits.contains(&json!({"reason": "hold"})), "{waits:?}");
    let done = scene
        .go_on(|_| false, |plan| plan["status"] == "finished")
        .await;
    let kinds: Vec<_> = done["decisions"]
        .as_array()
        .expect("decisions")
        .iter()
        .rev()
        .map(|it| it["kind"].as_str().expect("a kind"))
        .collect();
    assert_eq!(kinds, ["start", "advance", "advance", "advance", "finish"]);
    scene
        .on_everywhere(&scene.tenants.iter().cloned().collect())
        .await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_flag_goes_off_for_one_tenant_that_fails_and_on_for_the_others() {
    let mut scene = Play::new(TestServer::on_sqlite_with(quick).await).await;
    scene.start().await;
    let tenth = of_bucket(&scene.tenants, 10_000);
    scene.on_everywhere(&tenth).await;
    let sick = tenth.first().expect("a tenant").clone();
    let blocked = scene
        .go_on(
            |tenant| tenant == sick,
            |plan| plan["blocked"] == json!([sick]),
        )
        .await;
    assert_eq!(
        (&blocked["status"], &blocked["stage"]),
        (&json!("running"), &json!(0))
    );
    assert_eq!(blocked["tenants"][0]["tenant"], sick, "the worst first");
    assert_eq!(blocked["decisions"][0]["tenant"], sick);
    let others = tenth.iter().filter(|it| **it != sick).cloned().collect();
    scene.on_everywhere(&others).await;
    assert_eq!(scene.on(), others);
    let next = scene
        .go_on(|tenant| tenant == sick, |plan| plan["stage"] == 1)
        .await;
    assert_eq!(next["status"], "running", "{next:#}");
    let mut wider = of_bucket(&scene.tenants, 25_000);
    wider.remove(&sick);
    scene.on_everywhere(&wider).await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_has_reported_the_guard_is_blind_and_says_so() {
    let server = TestServer::on_sqlite_with(quick).await;
    let project = server.project();
    project.create_flag(FLAG).await;
    let stage = |name: &str, audience: Value| json!({"name": name, "audience": audience, "bake_minutes": 0});
    let friends = json!({"key": "friends"});
    project.post("/segments").json(&friends).await.expect(201);
    let plan = json!({
        "stages": [
            stage("friends", json!({"segments": ["friends"]})),
            stage("10 %", json!({"threshold": 10_000})),
            stage("all", json!({"threshold": 100_000})),
        ],
        "guard": {},
    });
    project
        .put(PLAN)
        .if_match("*")
        .json(&plan)
        .await
        .expect(200);
    project
        .post(format!("{PLAN}/start"))
        .json(&json!({}))
        .await
        .expect(200);
    for stage in 0..3 {
        let waits = until("the guard is blind", async || {
            let plan = project.get(PLAN).await.ok(200);
            let is_there = plan["stage"] == stage && !plan["guard"].is_null();
            is_there.then(|| plan["waits"].clone())
        })
        .await;
        assert_eq!(waits, json!([{"reason": "blind"}]), "in stage {stage}");
        let anyway = json!({"override": true, "reason": "we watch it ourselves"});
        project
            .post(format!("{PLAN}/approve"))
            .json(&anyway)
            .await
            .expect(200);
    }
    until("the plan is over", async || {
        (project.get(PLAN).await.ok(200)["status"] == "finished").then_some(())
    })
    .await;
}
