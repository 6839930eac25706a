//! Stages by share of requests, from end to end: programs serve tenants whose sizes differ a
//! thousandfold, the roster learns the weights from what they tell, and whom the stages admit asks for
//! that share of the requests indeed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tenantry_tests::{Caller, DatabaseKind, ServerProcess, TestDatabase, until};

use super::play::{FLAG, PLAN, Program};

const TENANTS: u64 = 150;
/// Whom no stage may draw: the largest, and some of the others.
const NEVER: [&str; 4] = ["tenant-000", "tenant-003", "tenant-040", "tenant-100"];
/// The most that each stage may admit, in thousandths of a percent of all requests.
const LIMITS: [u64; 4] = [5_000, 20_000, 20_000, 35_000];

/// What tenants ask for: from 3,000 requests down to 3.
fn sizes() -> BTreeMap<String, u64> {
    let size = |number: u64| (3_000 / (number + 1)).max(3);
    let sizes = (0..TENANTS).map(|number| (format!("tenant-{number:03}"), size(number)));
    sizes.collect()
}

fn plan() -> Value {
    let stage = |name: &str, cohort: Value| json!({"name": name, "bake_minutes": 0, "advance": "approval", "audience": {"cohort": cohort}});
    json!({"stages": [
        stage("5 %", json!({"size": {"share_of_requests": LIMITS[0]}, "never": ["never"]})),
        stage("20 %", json!({"size": {"share_of_requests": LIMITS[1]}, "never": ["never"], "small_first": true})),
        // As many as there are, were it not for the cap.
        stage("capped", json!({"size": {"tenants": TENANTS}, "never": ["never"], "max_share_of_requests": LIMITS[2]})),
        stage("the lower", json!({"size": {"share_of_requests": 90_000}, "never": ["never"], "max_share_of_requests": LIMITS[3]})),
    ]})
}

/// Has two programs serve the tenants, each the half of the requests.
async fn serve(programs: &mut [Program; 2], sizes: &BTreeMap<String, u64>) {
    for (number, program) in (0..).zip(programs) {
        let halves = sizes
            .iter()
            .map(|(tenant, size)| (tenant, (size + number) / 2, 0));
        let halves: Vec<_> = halves.collect();
        program.ask(&json!({"work": halves})).await;
    }
}

/// Puts the tenants on the roster as programs have told of them.
async fn learn(project: &Caller, sizes: &BTreeMap<String, u64>) {
    let weights = async || {
        let learn = project.post("/environments/production/tenants/learn");
        learn.json(&json!({"weights": true})).await.expect(200);
        let page = project.get("/tenants?limit=200").await.ok(200);
        let items = page["items"].as_array().expect("tenants").iter();
        let weights = items.map(|it| {
            let key = it["key"].as_str().expect("a key");
            (key.to_owned(), it["weight"].as_u64().expect("a weight"))
        });
        weights.collect::<BTreeMap<String, u64>>()
    };
    until("the roster has learned how much each asks", async || {
        (weights().await == *sizes).then_some(())
    })
    .await;
}

/// Who has the flag, as both programs say, once that is whom the plan has admitted.
async fn admitted(project: &Caller, programs: &mut [Program; 2]) -> BTreeSet<String> {
    let page = project.get(format!("{PLAN}/admissions")).await.ok(200);
    let items = page["items"].as_array().expect("tenants").iter();
    let admitted: BTreeSet<String> = items
        .map(|it| it["tenant"].as_str().expect("a key").to_owned())
        .collect();
    let everybody: Vec<String> = sizes().into_keys().collect();
    for program in programs {
        until("a program has heard", async || {
            let on = program.ask(&json!({"who": everybody})).await;
            let on: BTreeSet<String> = serde_json::from_value(on).expect("tenants");
            (on == admitted).then_some(())
        })
        .await;
    }
    admitted
}

async fn check(kind: DatabaseKind) {
    let database = TestDatabase::new(kind).await;
    let mut server = ServerProcess::idle_on(database.url());
    server.set("TENANTRY_PLAN_TICK_MILLISECONDS", "10");
    server.start().await;
    let project = server.project();
    project.create_flag(FLAG).await;
    let token = project.create_token("sdk").await.secret;
    project.published().await;
    let mut programs = [(); 2].map(|()| Program::start(&server.address(), &token));
    let sizes = sizes();
    serve(&mut programs, &sizes).await;
    learn(&project, &sizes).await;

    let segment = json!({"key": "never"});
    project.post("/segments").json(&segment).await.expect(201);
    let members = project.post("/segments/never/members");
    members.json(&json!({"tenants": NEVER})).await.expect(200);
    let put = project.put(PLAN).if_match("*").json(&plan());
    put.await.expect(200);
    let tell = async |command: &str| {
        let request = project.post(format!("{PLAN}/{command}"));
        request.json(&json!({})).await.expect(200);
    };
    tell("start").await;

    let pool = database.connect().await;
    let whole: u64 = sizes.values().sum();
    let (mut before, mut on_requests) = (BTreeSet::new(), 0);
    for (stage, limit) in LIMITS.into_iter().enumerate() {
        if stage > 0 {
            tell("approve").await;
        }
        until("the stage is entered", async || {
            (project.get(PLAN).await.ok(200)["stage"] == stage).then_some(())
        })
        .await;
        let on = admitted(&project, &mut programs).await;
        assert!(
            on.is_superset(&before),
            "stage {stage} takes the flag from nobody"
        );
        assert!(
            NEVER.iter().all(|tenant| !on.contains(*tenant)),
            "stage {stage}"
        );
        let asked: u64 = on.iter().map(|tenant| sizes[tenant]).sum();
        let most = whole * limit / 100_000;
        assert!(asked <= most, "stage {stage}: {asked} of {whole} requests");
        let left = sizes.iter();
        let mut left = left.filter(|(key, _)| !on.contains(*key) && !NEVER.contains(&key.as_str()));
        assert!(
            left.all(|(_, size)| asked + size > most),
            "stage {stage}: {asked} of {whole} requests, and there is room for more"
        );
        // What is on_requests from now on takes the new path in that share, and no other.
        serve(&mut programs, &sizes).await;
        on_requests += asked;
        until("that share of the requests got the flag", async || {
            // Whoever asks for usage has it written.
            let usage = format!("/environments/production/flags/{FLAG}/usage");
            project.get(usage).await.expect(200);
            let sum = "SELECT CAST(COALESCE(SUM(requests), 0) AS BIGINT) FROM outcome_minute \
                       WHERE is_on";
            let sum = sqlx::query_scalar(sum).fetch_one(&pool).await;
            let sum: i64 = sum.expect("a sum");
            (u64::try_from(sum) == Ok(on_requests)).then_some(())
        })
        .await;
        before = on;
    }
    // And out again: the last stage took nothing from those before it, and leaves them as they were.
    tell("step-back").await;
    let on = admitted(&project, &mut programs).await;
    let asked: u64 = on.iter().map(|tenant| sizes[tenant]).sum();
    assert!(on.is_subset(&before) && on.len() < before.len());
    assert!(asked <= whole * LIMITS[2] / 100_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_admits_the_share_of_requests_that_a_stage_names() {
    check(DatabaseKind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_admits_the_share_of_requests_that_a_stage_names() {
    check(DatabaseKind::Postgres).await;
}
