//! What a guard does while people edit and clocks jump, minute by minute.
//!
//! Separate from the plays with programs because what the programs told of is written straight into the
//! database: here it is about what is made of it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::AnyPool;
use tenantry_core::bucket;
use tenantry_server::Config;
use tenantry_tests::{Caller, TestServer, TimeDelta, targeting_of, until};

const FLAG: &str = "new-billing";
const PLAN: &str = "/environments/production/flags/new-billing/plan";
const SALT: &str = "a-plan";
/// Minutes of the past: enough to know what is usual.
const PAST: i64 = 31;

fn quick(config: &mut Config) {
    config.plans.plan_tick_milliseconds = 10;
    config.plans.plan_lateness_seconds = 0;
}

/// 200 tenants with a past, and a plan: 10 %, everybody.
struct Ward {
    server: TestServer,
    project: Caller,
    pool: AnyPool,
}

fn tenants() -> impl Iterator<Item = String> {
    (0..200).map(|number| format!("tenant-{number:03}"))
}

fn of_bucket(threshold: u32) -> BTreeSet<String> {
    tenants()
        .filter(|tenant| bucket(SALT, tenant).number() < threshold)
        .collect()
}

impl Ward {
    async fn new(guard: Value) -> Self {
        let server = TestServer::on_sqlite_with(quick).await;
        let project = server.project();
        let targeting = json!({"on": true, "rollout": {"threshold": 0, "salt": SALT}});
        project.create_targeted(FLAG, &targeting).await;
        let pool = server.database().connect().await;
        let ward = Self {
            server,
            project,
            pool,
        };
        let now = ward.server.now().timestamp() / 60;
        for minute in now - PAST..now {
            ward.work(minute, &BTreeSet::new()).await;
        }
        let stage = |name: &str, threshold: u32| json!({"name": name, "audience": {"threshold": threshold}, "bake_minutes": 60});
        let plan =
            json!({"stages": [stage("10 %", 10_000), stage("all", 100_000)], "guard": guard});
        let put = ward.project.put(PLAN).if_match("*").json(&plan);
        put.await.expect(200);
        ward.told("start").await;
        until("the guard is there", async || {
            let plan = ward.plan().await;
            (!plan["guard"].is_null()).then_some(())
        })
        .await;
        ward
    }

    /// What programs tell of a minute: the work of these fails every other time.
    async fn work(&self, minute: i64, broken: &BTreeSet<String>) {
        let rows = tenants().enumerate().map(|(number, tenant)| {
            let usual = (i64::try_from(number).expect("few") * 7 + minute * 13) % 3;
            let failures = if broken.contains(&tenant) { 15 } else { usual };
            json!([tenant, failures])
        });
        let rows: Vec<Value> = rows.collect();
        let insert = "INSERT INTO outcome_minute (project_id, environment_id, flag, minute, tenant, \
                is_on, requests, failures, latency)
            SELECT e.project_id, e.id, $1, $2, json_extract(r.value, '$[0]'), 0, 30,
                json_extract(r.value, '$[1]'), '[]'
            FROM environment e, json_each($3) r WHERE e.key = 'production'
            ON CONFLICT DO UPDATE SET requests = requests + 30, failures = failures + excluded.failures";
        let insert = sqlx::query(insert).bind(FLAG).bind(minute);
        let insert = insert.bind(json!(rows).to_string()).execute(&self.pool);
        insert.await.expect("what programs told of");
    }

    async fn plan(&self) -> Value {
        self.project.get(PLAN).await.ok(200)
    }

    async fn told(&self, command: &str) -> Value {
        let path = format!("{PLAN}/{command}");
        self.project.post(path).json(&json!({})).await.ok(200)
    }

    async fn edit(&self, document: &Value) -> Value {
        let path = format!("{}?demote=true", targeting_of(FLAG));
        let put = self.project.put(path).if_match("*").json(document);
        put.await.expect(200);
        until("the plan has noticed", async || {
            let plan = self.plan().await;
            (plan["pause"] == "edited").then_some(plan)
        })
        .await
    }

    /// The next minute of work; waits until the guard has looked at it or the plan does something.
    async fn minute(&self, broken: &BTreeSet<String>) -> Value {
        let before = self.plan().await;
        let now = self.server.now();
        let minute = now.timestamp().div_euclid(60) + 1;
        self.work(minute, broken).await;
        let end = DateTime::<Utc>::from_timestamp((minute + 1) * 60, 0).expect("a time");
        self.server.travel(end - now);
        until("the guard has looked", async || {
            let plan = self.plan().await;
            let has_looked =
                plan["guard"]["minutes"].as_u64() > before["guard"]["minutes"].as_u64();
            let has_acted = plan["decisions"][0] != before["decisions"][0];
            let has_ended = matches!(plan["pause"].as_str(), Some("harm" | "trips"));
            (has_looked || has_acted || has_ended).then_some(plan)
        })
        .await
    }

    /// Minutes of work until the plan has come so far.
    async fn minutes(&self, broken: &BTreeSet<String>, is_there: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..30 {
            // What it has seen it answers a moment later.
            let plan = self.plan().await;
            if is_there(&plan) {
                return plan;
            }
            self.minute(broken).await;
        }
        panic!("not within half an hour: {:#}", self.plan().await);
    }

    async fn targeting(&self) -> Value {
        self.project.get(targeting_of(FLAG)).await.ok(200)
    }
}

#[tokio::test]
async fn harm_is_found_and_answered_although_somebody_has_edited_the_flag() {
    let ward = Ward::new(json!({})).await;
    let none = BTreeSet::new();
    let tenth = of_bucket(10_000);
    let first = ward.minute(&none).await;
    assert_eq!(first["guard"]["armed"], true, "{first:#}");
    // Somebody lets one tenant in by hand, and takes out another.
    let (friend, foe) = ("tenant-000", tenth.last().expect("a tenant"));
    assert!(!tenth.contains(friend));
    let edit = json!({"on": true, "allow": [friend], "block": [foe],
        "rollout": {"threshold": 10_000, "salt": SALT}});
    let paused = ward.edit(&edit).await;
    assert_eq!(paused["guard"]["stay"], first["guard"]["stay"]);
    let harmed = ward.minutes(&tenth, |plan| plan["pause"] == "harm").await;
    assert_eq!(harmed["stage"], Value::Null, "a step back");
    let why = harmed["decisions"][0]["reason"].as_str().expect("why");
    assert!(why.contains("errors") && why.contains("went bad"), "{why}");
    // What somebody has let in and taken out stays so.
    let mut wanted = edit;
    wanted["rollout"]["threshold"] = json!(0);
    assert_eq!(ward.targeting().await, wanted);
    // It is known for an edit until somebody resumes.
    let resumed = ward.told("resume").await;
    assert_eq!(resumed["status"], "running");
}

#[tokio::test]
async fn a_tenant_that_fails_is_taken_out_after_an_edit_unless_somebody_has_done_so() {
    let ward = Ward::new(json!({})).await;
    let tenth = of_bucket(10_000);
    let mut sick = tenth.iter().take(2).cloned();
    let (first, other) = (sick.next().expect("one"), sick.next().expect("another"));
    ward.minute(&BTreeSet::new()).await;
    let edit =
        json!({"on": true, "block": [first], "rollout": {"threshold": 10_000, "salt": SALT}});
    ward.edit(&edit).await;
    let both = [first.clone(), other.clone()].into();
    let blocked = ward
        .minutes(&both, |plan| plan["blocked"] == json!([other]))
        .await;
    assert_eq!(blocked["pause"], "edited", "it waits for whoever edited");
    assert_eq!(ward.targeting().await["block"], json!([first, other]));
    let tripped = &blocked["guard"]["tripped"];
    assert!(
        tripped.as_array().expect("tenants").contains(&json!(first)),
        "{tripped}"
    );
}

#[tokio::test]
async fn of_many_tenants_that_fail_at_once_each_is_taken_out_before_the_plan_pauses() {
    let ward = Ward::new(json!({})).await;
    let tenth = of_bucket(10_000);
    ward.minute(&BTreeSet::new()).await;
    let sick: BTreeSet<String> = tenth.iter().take(4).cloned().collect();
    // As large a part of the others fails, so that it is not the flag's doing.
    let others = tenants().filter(|tenant| !tenth.contains(tenant));
    let broken = sick.iter().cloned().chain(others.take(40)).collect();
    let paused = ward.minutes(&broken, |it| it["status"] == "paused").await;
    assert_eq!(paused["pause"], "trips", "{paused:#}");
    let sorted = |list: &Value| -> BTreeSet<String> {
        serde_json::from_value(list.clone()).expect("tenants")
    };
    assert_eq!(sorted(&paused["blocked"]), sick);
    assert_eq!(sorted(&ward.targeting().await["block"]), sick);
}

#[tokio::test]
async fn a_plan_in_the_place_of_another_has_a_guard_of_its_own() {
    let ward = Ward::new(json!({})).await;
    ward.minute(&BTreeSet::new()).await;
    // What it is to delete a plan, to make another and to start it, all between two rounds.
    let mut tx = ward.pool.begin().await.expect("a transaction");
    for sql in [
        "UPDATE plan SET created_at = '2001' || substr(created_at, 5)",
        "DELETE FROM plan_guard",
    ] {
        sqlx::query(sql).execute(&mut *tx).await.expect("done");
    }
    tx.commit().await.expect("committed");
    until("it compares anew", async || {
        let design = "SELECT COUNT(*) FROM plan_guard WHERE part = 'design'";
        let designs = sqlx::query_scalar(design).fetch_one(&ward.pool).await;
        let designs: i64 = designs.expect("a number");
        (designs == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_leaps_ahead_and_returns_does_not_stall_the_guard() {
    let ward = Ward::new(json!({})).await;
    let none = BTreeSet::new();
    ward.minute(&none).await;
    let kept = async || -> Value {
        let kept = "SELECT text FROM plan_guard WHERE part = 'progress'";
        let kept: String = sqlx::query_scalar(kept)
            .fetch_one(&ward.pool)
            .await
            .expect("one");
        serde_json::from_str(&kept).expect("JSON")
    };
    let leap = TimeDelta::hours(5);
    ward.server.travel(leap);
    until("the guard has followed the clock", async || {
        let plan = ward.plan().await;
        (plan["guard"]["minutes"].as_u64() > Some(300)).then_some(())
    })
    .await;
    let ahead = kept().await["first_minute"].as_i64().expect("a number");
    ward.server.travel(-leap);
    until("and follows it back", async || {
        let back = kept().await["first_minute"].as_i64().expect("a number");
        (back < ahead - 290).then_some(())
    })
    .await;
    // It looks again, and has not forgotten whom it compares.
    let tenth = of_bucket(10_000);
    let harmed = ward.minutes(&tenth, |plan| plan["pause"] == "harm").await;
    assert_eq!(harmed["stage"], Value::Null, "{harmed:#}");
}
