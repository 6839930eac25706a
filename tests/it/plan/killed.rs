//! A controller that dies in the middle of its decisions, two hundred times, on two nodes.
//!
//! **Invariants**
//! - A decision has its effect once: in the history, in the audit log, in the flag, and in who was
//!   admitted.
//! - Whichever node is left goes on.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tenantry_tests::{Caller, DatabaseKind, ServerProcess, TestDatabase, targeting_of, until};

const PLAN: &str = "/environments/production/flags/new-billing/plan";
/// Only a third of all deaths come after a commit, so it takes three for a stage.
const STAGES: u32 = 70;
const KILLS: usize = 200;
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

/// A node with a plan that has just been started, and that nobody carries out.
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
    project
        .post(format!("{PLAN}/start"))
        .json(&json!({}))
        .await
        .expect(200);
    let revision = project.revision_of("production").await;
    server.stop().await;
    revision
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_decision_has_one_effect_however_often_its_maker_dies() {
    let database = TestDatabase::new(DatabaseKind::Postgres).await;
    let revision = prepare(&database).await;
    let pool = database.connect().await;
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
    while status().await == "running" {
        for node in &mut nodes {
            if node.is_running() {
                continue;
            }
            kills += usize::from(spawned >= 2);
            node.set("TENANTRY_PLAN_FAULT", FAULTS[spawned % FAULTS.len()]);
            node.spawn();
            spawned += 1;
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
    assert_eq!(status().await, "finished");
    assert!(kills >= KILLS, "{kills} deaths prove too little");

    // The deaths are over.
    let [mut left, mut other] = nodes;
    for node in [&mut left, &mut other] {
        if node.is_running() {
            node.kill();
        }
        node.unset("TENANTRY_PLAN_FAULT");
    }
    left.start().await;
    check(&left.project(), revision).await;
    left.stop().await;
}

/// Each decision has had its one effect since the environment was at `revision`.
async fn check(project: &Caller, revision: u64) {
    let found = project.get(PLAN).await.ok(200);
    let decisions = found["decisions"].as_array().expect("decisions");
    let mut wanted = vec![(1, json!("start"), Value::Null)];
    for stage in 0..STAGES {
        wanted.push((u64::from(stage) + 2, json!("advance"), json!(stage)));
    }
    wanted.push((u64::from(STAGES) + 2, json!("finish"), json!(STAGES - 1)));
    let told: Vec<_> = decisions
        .iter()
        .rev()
        .map(|it| {
            let number = it["number"].as_u64().expect("a number");
            (number, it["kind"].clone(), it["to"].clone())
        })
        .collect();
    assert_eq!(told, wanted);
    let newest = project.revision_of("production").await;
    assert_eq!(
        newest,
        revision + u64::from(STAGES),
        "one revision for each stage"
    );

    let count = |action: &'static str| {
        let (project, path) = (project, format!("/audit?limit=200&action={action}"));
        async move {
            let page = project.get(path).await.ok(200);
            page["items"].as_array().expect("entries").len()
        }
    };
    assert_eq!(
        count("plan.advance").await,
        usize::try_from(STAGES).expect("few")
    );
    assert_eq!(count("plan.finish").await, 1);
    let verified = project.get("/audit/verify").await.ok(200);
    assert!(
        verified.get("broken").is_none_or(Value::is_null),
        "{verified:#}"
    );

    let targeting = project.get(targeting_of("new-billing")).await.ok(200);
    assert_eq!(targeting["rollout"]["threshold"], 1 + (STAGES - 2) * 10);
    let admitted = project.get(format!("{PLAN}/admissions")).await.ok(200);
    let admitted = admitted["items"].as_array().expect("tenants");
    let keys: BTreeSet<&str> = admitted
        .iter()
        .map(|it| it["tenant"].as_str().expect("a key"))
        .collect();
    assert_eq!(keys.len(), admitted.len(), "nobody twice");
    assert_eq!(
        keys.len(),
        usize::try_from(STAGES - 1).expect("few"),
        "as many as the last cohort"
    );
    let allowed = targeting["allow"].as_array().expect("a list");
    let allowed: BTreeSet<&str> = allowed
        .iter()
        .map(|it| it.as_str().expect("a key"))
        .collect();
    assert_eq!(allowed, keys);
}
