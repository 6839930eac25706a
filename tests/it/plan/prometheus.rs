//! A guard that asks a Prometheus: the program itself, with samples of our making.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tempfile::TempDir;
use tenantry_core::bucket;
use tenantry_tests::{
    Caller, TestServer, TimeDelta, install_cryptography, on_each_database_with, targeting_of, until,
};

const FLAG: &str = "new-billing";
const PLAN: &str = "/environments/production/flags/new-billing/plan";
const TENANTS: usize = 200;
const SALT: &str = "a-plan";

/// A Prometheus with samples; it ends with this.
struct Prometheus {
    process: Child,
    address: String,
    _folder: TempDir,
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Prometheus {
    /// Two hours before `turn` and two after it, by the minute. From then on invoices of those
    /// fail that a tenth of all tenants reaches.
    async fn start(turn: DateTime<Utc>) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut samples = String::from("# TYPE invoices_failed gauge\n");
        for tenant in tenants() {
            for minute in -120..120_i64 {
                let is_bad = minute >= 0 && bucket(SALT, &tenant).number() < 10_000;
                let value = if is_bad { 9 } else { 0 };
                let at = turn.timestamp() + minute * 60;
                writeln!(
                    samples,
                    "invoices_failed{{customer=\"{tenant}\"}} {value} {at}"
                )
                .expect("memory");
            }
        }
        samples.push_str("# EOF\n");
        let (input, data) = (folder.path().join("samples"), folder.path().join("data"));
        std::fs::write(&input, samples).expect("a file");
        let import = ["tsdb", "create-blocks-from", "openmetrics", "--quiet"];
        let made = Command::new("promtool")
            .args(import)
            .args([&input, &data])
            .output();
        let made = made.expect("promtool, which comes with Prometheus");
        assert!(made.status.success(), "{made:?}");
        let config = folder.path().join("prometheus.yml");
        std::fs::write(&config, "").expect("a file");
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let listen = free.local_addr().expect("an address").to_string();
        drop(free);
        let option = |name: &str, value: &Path| format!("--{name}={}", value.display());
        let process = Command::new("prometheus")
            .arg(option("config.file", &config))
            .arg(option("storage.tsdb.path", &data))
            .arg(format!("--web.listen-address={listen}"))
            .stderr(Stdio::null())
            .spawn()
            .expect("Prometheus, of the package prometheus");
        let prometheus = Self {
            process,
            address: format!("http://{listen}"),
            _folder: folder,
        };
        install_cryptography();
        let ready = format!("{}/-/ready", prometheus.address);
        until("Prometheus is ready", async || {
            let answer = reqwest::get(&ready).await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        prometheus
    }
}

fn tenants() -> impl Iterator<Item = String> {
    (0..TENANTS).map(|number| format!("tenant-{number:03}"))
}

fn plan_with(query: &Value) -> Value {
    json!({
        "stages": [{"name": "10 %", "audience": {"threshold": 10_000}, "bake_minutes": 90}],
        "guard": {"metrics": [{"query": query}]},
    })
}

async fn put(project: &Caller, plan: &Value) -> tenantry_tests::Answer {
    project.put(PLAN).if_match("*").json(plan).await
}

async fn play(server: TestServer) {
    let project = server.project();
    let targeting = json!({"on": true, "rollout": {"threshold": 0, "salt": SALT}});
    project.create_targeted(FLAG, &targeting).await;
    server.published().await;
    let good = json!({
        "name": "failed invoices", "query": "max_over_time(invoices_failed[$window])",
        "tenant_label": "customer", "above": 5,
    });
    let with = |field: &str, value: Value| {
        let mut query = good.clone();
        query[field] = value;
        plan_with(&query)
    };
    let refused = put(&project, &with("query", json!("invoices_failed["))).await;
    let problem = refused.problem(422, "invalid_body")["problems"][0].clone();
    assert_eq!(problem["path"], "guard.metrics[0].query.query");
    let why = problem["message"].as_str().expect("why");
    assert!(why.contains("parse error"), "Prometheus's own words: {why}");
    let refused = put(&project, &with("query", json!("1"))).await;
    refused.problem(422, "invalid_body");
    let refused = put(&project, &with("above", Value::Null)).await;
    let problem = refused.problem(422, "invalid_body")["problems"][0].clone();
    assert_eq!(problem["path"], "guard.metrics[0].query.above");

    put(&project, &plan_with(&good)).await.expect(200);
    let start = format!("{PLAN}/start");
    project.post(start).json(&json!({})).await.expect(200);
    let plan = async || project.get(PLAN).await.ok(200);
    until("the guard is there", async || {
        let plan = plan().await;
        (plan["stage"] == 0 && !plan["guard"].is_null()).then_some(())
    })
    .await;
    for minute in 1.. {
        server.travel(TimeDelta::minutes(1));
        let now = until("the guard has looked", async || {
            let plan = plan().await;
            let has_looked = plan["guard"]["minutes"].as_u64() >= Some(minute - 1);
            (has_looked || plan["status"] != "running").then_some(plan)
        })
        .await;
        if now["status"] == "paused" {
            assert!(minute > 3, "while all was well: {now:#}");
            assert_eq!(
                (&now["pause"], &now["stage"]),
                (&json!("harm"), &Value::Null)
            );
            let why = now["decisions"][0]["reason"].as_str().expect("why");
            assert!(why.contains("failed invoices"), "{why}");
            break;
        }
        assert!(minute < 30, "it was not found: {now:#}");
        assert_eq!(
            now["guard"]["tenants"]["control"],
            200 - now["guard"]["tenants"]["treated"]
                .as_u64()
                .expect("a number")
        );
    }
    let targeting = project.get(targeting_of(FLAG)).await.ok(200);
    assert_eq!(targeting["rollout"]["threshold"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_prometheus_knows_of_tenants_stops_a_rollout() {
    // The servers' clocks begin at the present.
    let turn = Utc::now() + TimeDelta::minutes(6);
    let prometheus = Prometheus::start(turn).await;
    let address: reqwest::Url = prometheus.address.parse().expect("an address");
    let settings = move |config: &mut tenantry_server::Config| {
        config.plans.plan_tick_milliseconds = 10;
        config.plans.plan_lateness_seconds = 0;
        config.plans.prometheus_url = Some(address.clone());
    };
    on_each_database_with(settings, play).await;
}

#[tokio::test]
async fn a_server_that_knows_no_prometheus_says_so() {
    on_each_database_with(
        |_| {},
        async |server| {
            let project = server.project();
            project.create_flag(FLAG).await;
            let query = json!({"name": "a", "query": "up", "above": 1});
            let refused = put(&project, &plan_with(&query)).await;
            let problem = refused.problem(422, "invalid_body")["problems"][0].clone();
            assert_eq!(problem["path"], "guard.metrics[0].query");
            let why = problem["message"].as_str().expect("why");
            assert!(why.contains("TENANTRY_PROMETHEUS_URL"), "{why}");
        },
    )
    .await;
}

#[tokio::test]
async fn a_plan_shows_what_keeps_it_from_being_carried_out() {
    install_cryptography();
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = nobody.local_addr().expect("an address");
    drop(nobody);
    let address: reqwest::Url = format!("http://{address}").parse().expect("an address");
    let settings = move |config: &mut tenantry_server::Config| {
        config.plans.plan_tick_milliseconds = 10;
        config.plans.prometheus_url = Some(address.clone());
    };
    on_each_database_with(settings, async |server| {
        let project = server.project();
        project.create_flag(FLAG).await;
        let query = json!({"name": "a", "query": "up", "above": 1});
        let mut plan = plan_with(&query);
        put(&project, &plan).await.expect(200);
        let start = format!("{PLAN}/start");
        project.post(start).json(&json!({})).await.expect(200);
        let troubled = until("there is trouble", async || {
            let plan = project.get(PLAN).await.ok(200);
            (!plan["trouble"].is_null()).then_some(plan)
        })
        .await;
        assert_eq!(troubled["status"], "running");
        let detail = troubled["trouble"]["detail"].as_str().expect("a text");
        assert!(
            detail.contains("Prometheus: it cannot be asked"),
            "{detail}"
        );

        plan["guard"] = Value::Null;
        put(&project, &plan).await.expect(200);
        until("the trouble is over", async || {
            let plan = project.get(PLAN).await.ok(200);
            plan["trouble"].is_null().then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_freeze_begins_and_ends_although_prometheus_is_away() {
    install_cryptography();
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = nobody.local_addr().expect("an address");
    drop(nobody);
    let address: reqwest::Url = format!("http://{address}").parse().expect("an address");
    let settings = move |config: &mut tenantry_server::Config| {
        config.plans.plan_tick_milliseconds = 10;
        config.plans.prometheus_url = Some(address.clone());
    };
    let server = TestServer::on_sqlite_with(settings).await;
    let project = server.project();
    project.create_flag(FLAG).await;
    let mut plan = plan_with(&json!({"name": "a", "query": "up", "above": 1}));
    // A share that admits next to nobody.
    plan["stages"][0]["audience"]["threshold"] = json!(1);
    plan["freezes"] = json!([{"tenants": ["tenant-000"], "once": {
        "from": server.now() + TimeDelta::hours(1), "to": server.now() + TimeDelta::hours(3)}}]);
    put(&project, &plan).await.expect(200);
    let start = format!("{PLAN}/start");
    project.post(start).json(&json!({})).await.expect(200);
    let seen = async |what: &str, is_there: fn(&Value) -> bool| {
        until(what, async || {
            let plan = project.get(PLAN).await.ok(200);
            (is_there(&plan) && !plan["trouble"].is_null()).then_some(())
        })
        .await;
    };
    seen("it is in trouble", |plan| plan["held"] == json!([])).await;
    server.travel(TimeDelta::hours(2));
    seen("a freeze has begun", |plan| {
        plan["held"] == json!(["tenant-000"])
    })
    .await;
    server.travel(TimeDelta::hours(2));
    seen("a freeze is over", |plan| plan["held"] == json!([])).await;
}

#[tokio::test]
async fn a_prometheus_that_does_not_answer_keeps_no_other_plan_waiting() {
    install_cryptography();
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let url: reqwest::Url = format!("http://{address}").parse().expect("an address");
    let settings = move |config: &mut tenantry_server::Config| {
        config.plans.plan_tick_milliseconds = 10;
        config.plans.prometheus_url = Some(url.clone());
    };
    let server = TestServer::on_sqlite_with(settings).await;
    let project = server.project();
    let start = async |flag: &str, plan: &Value| {
        project.create_flag(flag).await;
        let path = format!("/environments/production/flags/{flag}/plan");
        let put = project.put(&path).if_match("*").json(plan);
        put.await.expect(200);
        let start = project.post(format!("{path}/start"));
        start.json(&json!({})).await.expect(200);
    };
    // Nobody is there while the plan is written; then somebody is, and says nothing.
    let slow = plan_with(&json!({"name": "a", "query": "up", "above": 1}));
    start("a-slow-one", &slow).await;
    let _silent = TcpListener::bind(address).expect("the port is free still");
    let stages: Vec<Value> = (1..=20)
        .map(|share| json!({"name": share.to_string(), "audience": {"threshold": share}, "bake_minutes": 0}))
        .collect();
    start("quick", &json!({"stages": stages})).await;
    // It takes a round for each stage.
    until("the quick one is at its end", async || {
        let path = "/environments/production/flags/quick/plan";
        let plan = project.get(path).await.ok(200);
        (plan["status"] == "finished").then_some(())
    })
    .await;
}
