//! The demonstration, as whoever looks around starts it: the real binary with `--demo`.

use serde_json::{Value, json};
use tenantry_tests::{Caller, DatabaseKind, ServerProcess, TestDatabase, until};

const FLAG: &str = "/environments/production/flags/new-billing";

/// The plan, once its guard has begun.
async fn watched(project: &Caller) -> Value {
    until("the plan is under way, and its guard looks", async || {
        let plan = project.get(format!("{FLAG}/plan")).await.ok(200);
        assert_eq!(plan["trouble"], Value::Null, "{plan:#}");
        let is_there = plan["stage"].is_u64() && !plan["guard"].is_null();
        is_there.then_some(plan)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_has_something_to_show() {
    let database = TestDatabase::new(DatabaseKind::Sqlite).await;
    let mut server = ServerProcess::idle_on(database.url());
    server.set("TENANTRY_DEMO", "true");
    server.start().await;
    let project = server.project();

    let plan = watched(&project).await;
    assert_eq!(plan["status"], "running", "{plan:#}");
    let guard = &plan["guard"];
    assert_eq!(guard["holds"], json!([]), "{guard:#}");
    let watched_tenants = &guard["tenants"];
    let tenants = ["treated", "control"].map(|arm| watched_tenants[arm].as_u64());
    assert!(tenants.iter().all(|count| *count > Some(0)), "{guard:#}");

    // Three hundred tenants, the largest a thousand times the smallest.
    let (mut weights, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = project.get(format!("/tenants?limit=200{cursor}"));
        let page = page.await.ok(200);
        let items = page["items"].as_array().expect("tenants").iter();
        weights.extend(items.map(|it| it["weight"].as_u64().expect("a weight")));
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(weights.len(), 300);
    let (least, most) = (weights.iter().min(), weights.iter().max());
    assert!(
        least
            .zip(most)
            .is_some_and(|(least, most)| *most >= 1_000 * least)
    );

    // What programs tell goes on, in both kinds.
    let pool = database.connect().await;
    let told = async || {
        // Whoever asks for usage has all of it written.
        project.get(format!("{FLAG}/usage")).await.expect(200);
        let sum = "SELECT (SELECT SUM(requests) FROM outcome_minute), \
                   (SELECT SUM(on_calls + off_calls) FROM flag_usage_minute)";
        let sums: (i64, i64) = sqlx::query_as(sum).fetch_one(&pool).await.expect("sums");
        sums
    };
    let (outcomes, calls) = told().await;
    until("outcomes and questions arrive", async || {
        let newer = told().await;
        (newer.0 > outcomes && newer.1 > calls).then_some(())
    })
    .await;

    let debt = project.get("/debt").await.ok(200);
    let is = |key: &str, state: &str| {
        let mut flags = debt["flags"].as_array().expect("flags").iter();
        let flag = flags.find(|flag| flag["key"] == key).expect("it is debt");
        let states = flag["states"].as_array().expect("states");
        assert!(
            states.contains(&json!(state)),
            "{key} is not {state}: {debt:#}"
        );
    };
    is("export-to-parquet", "overdue");
    is("export-to-parquet", "ready");
    is("bulk-import", "unused");
    is("old-checkout", "unknown");
    let trend = project.get("/debt/trend").await.ok(200);
    let days = trend["days"].as_array().or(trend["items"].as_array());
    let owed: Vec<_> = days
        .expect("days")
        .iter()
        .map(|it| it["debt"].as_u64())
        .collect();
    assert!(owed.len() > 30 && owed.first() < owed.last(), "{trend:#}");

    // Another start goes on with all that.
    let flags = project.get("/flags?limit=200").await.ok(200);
    assert!(server.stop().await.success());
    server.start().await;
    let project = server.project();
    let again = watched(&project).await;
    assert_eq!(again["decisions"][0], plan["decisions"][0]);
    assert_eq!(project.get("/flags?limit=200").await.ok(200), flags);
    let complaints = ["WARN", "ERROR"].map(|level| format!("\"level\":\"{level}\""));
    let log = server.log();
    assert!(complaints.iter().all(|it| !log.contains(it)), "{log}");
}
