//! A controller that dies in the middle of its decisions, two hundred times, on two nodes, while
//! somebody at a third steps back, goes on again, and changes the flag by hand.
//!
//! **Invariants**
//! - A decision has its effect once: in the history, in the audit log, in the flag, and in who was
//!   admitted.
//! - Nothing that was changed by hand is written over.
//! - Whichever node is left goes on.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sqlx::AnyPool;
use tenantry_tests::{Caller, DatabaseKind, ServerProcess, TestDatabase, targeting_of, until};

const PLAN: &str = "/environments/production/flags/new-billing/plan";
/// Only a third of all deaths come after a commit, so it takes three for a stage, or for the pause
/// after a change by hand.
const STAGES: u32 = 50;
const KILLS: usize = 200;
/// After so many deaths each somebody does something, which the controller takes three at most to see.
const ACT_EVERY: usize = 8;
/// How often somebody does so.
const ACTS: usize = 24;
/// Where the nodes die, by turns.
const FAULTS: [&str; 3] = ["decided", "written", "committed"];

/// Shares that grow, and cohorts between them.
fn plan() -> Value {
    let stages: Vec<Value> = (0..STAGES)
        .map(|number| {
            let audience = if number % 2 == 0 {
                json!({"threshold": 1 + number * 10})
            } else {
                json!({"cohort": {"size": {"tenants": number}}})
            };
            json!({"name": format!("stage {number}"), "audience": audience, "bake_minutes": 0})
        })
        .collect();
    json!({"stages": stages})
}

/// A plan that has just been started, so that its first stage is entered, and that nobody carries out.
/// Yields the revision before that.
async fn prepare(database: &TestDatabase) -> u64 {
    let mut server = ServerProcess::idle_on(database.url());
    server.set("TENANTRY_PLAN_TICK_MILLISECONDS", "3600000");
    server.start().await;
    let project = server.project();
    let roster: Vec<String> = (0..300)
        .map(|number| json!({"key": format!("tenant-{number:03}")}).to_string())
        .collect();
    let import = project.post("/tenants/import");
    import
        .body("application/x-ndjson", roster.join("\n"))
        .await
        .expect(200);
    project.create_flag("new-billing").await;
    project
        .put(PLAN)
        .if_match("*")
        .json(&plan())
        .await
        .expect(200);
    let revision = project.revision_of("production").await;
    project
        .post(format!("{PLAN}/start"))
        .json(&json!({}))
        .await
        .expect(200);
    server.stop().await;
    revision
}

/// Somebody at a server that carries out no plans, and what they have done.
struct Office {
    _server: ServerProcess,
    project: Caller,
    acts: usize,
    steps_back: u64,
    resumed: u64,
    /// Tenants that were put on the block list.
    blocked: Vec<String>,
    /// Rules that were written into the targeting.
    rules: Vec<Value>,
}

impl Office {
    async fn open(database: &TestDatabase, pool: &AnyPool) -> Self {
        // It asks once, when it starts, whether it is to carry out plans. The lock is its session's.
        let mut session = pool.acquire().await.expect("a session");
        let lock = "SELECT pg_advisory_lock(7365420115)::text";
        let locked = sqlx::query(lock).execute(&mut *session).await;
        locked.expect("the lock");
        let mut server = ServerProcess::idle_on(database.url());
        server.set("TENANTRY_PLAN_TICK_MILLISECONDS", "3600000");
        server.set("TENANTRY_LOG", "info,tenantry_server::plan=debug");
        server.start().await;
        until("it has asked", async || {
            let log = server.log();
            log.contains("another node carries out plans").then_some(())
        })
        .await;
        let unlock = "SELECT pg_advisory_unlock(7365420115)::text";
        let unlocked = sqlx::query(unlock).execute(&mut *session).await;
        unlocked.expect("unlocked");
        let project = server.project();
        Self {
            _server: server,
            project,
            acts: 0,
            steps_back: 0,
            resumed: 0,
            blocked: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// Gives a command, and once more where the plan went on while it was given.
    async fn told(&self, command: &str) {
        until("nobody else was quicker", async || {
            let request = self.project.post(format!("{PLAN}/{command}"));
            let answer = request.json(&json!({})).await;
            let has_moved = answer.status == 409 && answer.text.contains("has moved meanwhile");
            (!has_moved).then(|| answer.expect(200))
        })
        .await;
    }

    async fn resume(&mut self) {
        self.told("resume").await;
        self.resumed += 1;
    }

    /// Does the next thing: by turns.
    async fn act(&mut self) {
        match self.acts % 3 {
            0 => {
                self.told("step-back").await;
                self.steps_back += 1;
            }
            1 => {
                let tenant = format!("somebody-{:02}", self.acts);
                let path = format!("{}/block", targeting_of("new-billing"));
                let request = self.project.post(path);
                request
                    .json(&json!({"tenants": [tenant]}))
                    .await
                    .expect(200);
                self.blocked.push(tenant);
            }
            _ => self.add_rule().await,
        }
        self.acts += 1;
    }

    /// Writes the whole targeting anew, with one more rule than there was.
    async fn add_rule(&mut self) {
        let rule = json!({
            "description": format!("by hand {}", self.acts),
            "conditions": [{"operator": "in", "attribute": "plan", "values": ["internal"]}],
            "effect": "on",
        });
        let path = targeting_of("new-billing");
        until("nobody else was quicker", async || {
            let found = self.project.get(&path).await.expect(200);
            let mut targeting = found.json();
            let rules = targeting["rules"].as_array().cloned().unwrap_or_default();
            targeting["rules"] = rules.into_iter().chain([rule.clone()]).collect();
            let put = self.project.put(&path).if_match(&found.etag());
            let answer = put.json(&targeting).await;
            (answer.status != 412).then(|| answer.expect(200))
        })
        .await;
        self.rules.push(rule);
    }

    fn edits(&self) -> u64 {
        (self.blocked.len() + self.rules.len()) as u64
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_decision_has_one_effect_however_often_its_maker_dies() {
    let database = TestDatabase::new(DatabaseKind::Postgres).await;
    let revision = prepare(&database).await;
    let pool = database.connect().await;
    let mut office = Office::open(&database, &pool).await;
    let status = async || {
        let status = sqlx::query_scalar("SELECT status FROM plan")
            .fetch_one(&pool)
            .await;
        let status: String = status.expect("a plan");
        status
    };

    let mut nodes = [(); 2].map(|()| ServerProcess::idle_on(database.url()));
    for node in &mut nodes {
        node.set("TENANTRY_PLAN_TICK_MILLISECONDS", "5");
    }
    let (mut kills, mut spawned) = (0, 0);
    while status().await != "finished" {
        for node in &mut nodes {
            if node.is_running() {
                continue;
            }
            kills += usize::from(spawned >= 2);
            node.set("TENANTRY_PLAN_FAULT", FAULTS[spawned % FAULTS.len()]);
            node.spawn();
            spawned += 1;
        }
        if status().await == "paused" {
            office.resume().await;
        } else if office.acts < ACTS && kills >= (office.acts + 1) * ACT_EVERY {
            office.act().await;
        }
        let death = until(
            "a node dies, or there is nothing left to decide",
            async || {
                let is_dead = nodes.iter_mut().any(|node| !node.is_running());
                (is_dead || status().await != "running").then_some(())
            },
        );
        death.await;
    }
    assert!(kills >= KILLS, "{kills} deaths prove too little");
    assert_eq!(office.acts, ACTS);

    // The deaths are over.
    let [mut left, mut other] = nodes;
    for node in [&mut left, &mut other] {
        if node.is_running() {
            node.kill();
        }
        node.unset("TENANTRY_PLAN_FAULT");
    }
    left.start().await;
    let advances = check_decisions(&pool, &office).await;
    let changes = advances + office.steps_back + office.edits();
    let project = left.project();
    let newest = project.revision_of("production").await;
    assert_eq!(newest, revision + changes, "each change is one revision");
    check_audit(&project, &office, advances).await;
    check_flag(&project, &office).await;
    left.stop().await;
}

/// The history is one that could have been without a death; how often a stage was entered.
async fn check_decisions(pool: &AnyPool, office: &Office) -> u64 {
    let sql = "SELECT decision FROM plan_decision ORDER BY number";
    let decisions = sqlx::query_scalar(sql).fetch_all(pool).await;
    let decisions: Vec<String> = decisions.expect("decisions");
    let mut stage: Option<u64> = None;
    let mut count: BTreeMap<String, u64> = BTreeMap::new();
    for (number, decision) in (1_u64..).zip(&decisions) {
        let decision: Value = serde_json::from_str(decision).expect("JSON");
        assert_eq!(decision["number"], number, "without a gap");
        assert_eq!(decision["from"], json!(stage), "{decision:#}");
        let kind = decision["kind"].as_str().expect("a kind");
        match kind {
            "advance" => stage = Some(stage.map_or(0, |stage| stage + 1)),
            "step_back" => stage = stage.expect("a stage").checked_sub(1),
            _ => {}
        }
        assert_eq!(decision["to"], json!(stage), "{decision:#}");
        *count.entry(kind.to_owned()).or_default() += 1;
    }
    assert_eq!(stage, Some(u64::from(STAGES) - 1));
    let advances = u64::from(STAGES) + office.steps_back;
    let wanted = [
        ("advance", advances),
        ("finish", 1),
        ("pause", office.edits()),
        ("resume", office.resumed),
        ("start", 1),
        ("step_back", office.steps_back),
    ];
    assert_eq!(
        count,
        wanted.map(|(kind, count)| (kind.to_owned(), count)).into()
    );
    assert_eq!(office.resumed, office.edits() + office.steps_back);
    advances
}

async fn check_audit(project: &Caller, office: &Office, advances: u64) {
    for (action, wanted) in [
        ("plan.advance", advances),
        ("plan.pause", office.edits()),
        ("plan.resume", office.resumed),
        ("plan.step_back", office.steps_back),
        ("plan.finish", 1),
    ] {
        let page = project.get(format!("/audit?limit=200&action={action}"));
        let page = page.await.ok(200);
        let entries = page["items"].as_array().expect("entries").len();
        assert_eq!(entries as u64, wanted, "{action}");
    }
    let verified = project.get("/audit/verify").await.ok(200);
    let is_good = verified.get("broken").is_none_or(Value::is_null);
    assert!(is_good, "{verified:#}");
}

/// The flag is as the last stage and the people left it.
async fn check_flag(project: &Caller, office: &Office) {
    let targeting = project.get(targeting_of("new-billing")).await.ok(200);
    assert_eq!(targeting["rollout"]["threshold"], 1 + (STAGES - 2) * 10);
    assert_eq!(targeting["block"], json!(office.blocked));
    assert_eq!(targeting["rules"], json!(office.rules));
    let admitted = project.get(format!("{PLAN}/admissions")).await.ok(200);
    let admitted = admitted["items"].as_array().expect("tenants").iter();
    let admitted: Vec<&Value> = admitted.filter(|it| it["drawn"] == true).collect();
    let key = |it: &Value| it.as_str().expect("a key").to_owned();
    let keys: BTreeSet<String> = admitted.iter().map(|it| key(&it["tenant"])).collect();
    assert_eq!(keys.len(), admitted.len(), "nobody twice");
    let last_cohort = usize::try_from(STAGES - 1).expect("few");
    assert_eq!(keys.len(), last_cohort);
    let allowed = targeting["allow"].as_array().expect("a list");
    let allowed: BTreeSet<String> = allowed.iter().map(key).collect();
    assert_eq!(allowed, keys);
}
