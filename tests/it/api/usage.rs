//! Usage: what programs tell is what the API shows.

use serde_json::{Value, json};
use sqlx::Row as _;
use tenantry::Client;
use tenantry_tests::{
    Caller, DatabaseKind, RawStream, ServerProcess, TestDatabase, TestServer, TimeDelta, ZERO,
    on_each_database, until,
};

const USAGE: &str = "/environments/production/flags/new-billing/usage";
const UNKNOWN: &str = "/environments/production/unknown-flags";

/// A flag that is on for acme alone, and a token to ask for it.
async fn furnish(project: &Caller) -> String {
    let targeting = json!({"on": true, "allow": ["acme"]});
    project.create_targeted("new-billing", &targeting).await;
    project.create_token("sdk").await.secret
}

/// A stream that has said hello and been answered.
async fn greeted(server: &TestServer, token: &str) -> RawStream {
    let mut stream = RawStream::connect(&server.address(), token)
        .await
        .expect("let in");
    stream.hello(0, ZERO).await;
    stream.frame().await;
    stream
}

/// Waits until the usage is as wanted, and gives it.
async fn shown(project: &Caller, query: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let path = format!("{USAGE}{query}");
    until("the usage is shown", async || {
        let usage = project.get(&path).await.ok(200);
        wanted(&usage).then_some(usage)
    })
    .await
}

fn sum(usage: &Value, answer: &str) -> u64 {
    let steps = usage["steps"].as_array().expect("steps");
    steps
        .iter()
        .map(|step| step[answer].as_u64().expect("a count"))
        .sum()
}

fn window(age: u64, on: u64, off: u64) -> Value {
    json!({
        "type": "usage", "age": age, "length": 60_000, "tenants": ["acme", "globex"],
        "flags": [{"flag": "new-billing", "on": [[0, on]], "off": [[1, off]], "off_rest": [40, 100]}],
        "unknown": [["old-flag", 3]],
    })
}

#[tokio::test]
async fn what_a_program_asks_is_shown() {
    on_each_database(async |server| {
        let project = server.project();
        let token = furnish(&project).await;
        server.published().await;
        let client = Client::builder(server.address(), token).build().await;
        let client = client.expect("a client");
        tenantry_tests::soon("a connection", client.connected()).await;
        for _ in 0..7 {
            assert!(client.is_enabled("new-billing", "acme"));
        }
        for _ in 0..2 {
            assert!(!client.is_enabled("new-billing", "globex"));
            assert!(!client.is_enabled("old-flag", "acme"));
        }
        client.shutdown().await;
        let usage = shown(&project, "?step=minute", |usage| sum(usage, "on") == 7).await;
        assert_eq!(sum(&usage, "off"), 2);
        assert_eq!(
            usage["tenants"],
            json!([
                {"tenant": "acme", "on": 7, "off": 0}, {"tenant": "globex", "on": 0, "off": 2},
            ])
        );
        assert_eq!(usage["others"], json!({"tenants": 0, "on": 0, "off": 0}));
        let unknown = project.get(UNKNOWN).await.ok(200);
        assert_eq!(unknown["items"][0]["key"], "old-flag");
        assert_eq!(unknown["items"][0]["askers"][0]["calls"], 2);
        let debt = project.get("/debt?state=unknown").await.ok(200);
        assert_eq!(debt["flags"][0]["key"], "old-flag");
        let sdk = unknown["items"][0]["askers"][0]["sdk"].as_str();
        assert!(sdk.expect("a name").starts_with("tenantry-rust/"));
        // It is no change: no revision and no entry.
        let audit = project.get("/audit").await.expect(200).text;
        assert!(!audit.contains("usage"), "{audit}");
        project.create_flag("old-flag").await;
        let unknown = project.get(UNKNOWN).await.ok(200);
        assert_eq!(unknown["items"], json!([]), "it exists now");
    })
    .await;
}

#[tokio::test]
async fn the_usage_of_several_flags_is_listed_at_once() {
    const ALL: &str = "/environments/production/usage";
    on_each_database(async |server| {
        let project = server.project();
        let token = furnish(&project).await;
        project.create_flag("b").await;
        server.published().await;
        let mut stream = greeted(&server, &token).await;
        stream.send(&window(0, 5, 2)).await;
        let path = format!("{ALL}?flags=b,new-billing,new-billing.2");
        let list = until("the usage is written", async || {
            let list = project.get(&path).await.ok(200);
            (list["items"][1]["on"] != 0).then_some(list)
        });
        let list = list.await;
        let shown = project.get(USAGE).await.ok(200);
        let none = |key: &str| json!({"flag": key, "on": 0, "off": 0, "steps": []});
        let used = json!({"flag": "new-billing", "on": 5, "off": 102, "steps": shown["steps"]});
        assert_eq!(
            list["items"],
            json!([none("b"), used, none("new-billing.2")])
        );
        for (step, hours) in [("minute", 2), ("day", 48)] {
            let query = format!("?flags=new-billing&step={step}&hours={hours}");
            let list = project.get(format!("{ALL}{query}")).await.ok(200);
            assert_eq!(
                (&list["items"][0]["on"], &list["items"][0]["off"]),
                (&json!(5), &json!(102))
            );
        }
        let elsewhere = "/environments/staging/usage?flags=new-billing";
        assert_eq!(
            project.get(elsewhere).await.ok(200)["items"],
            json!([none("new-billing")])
        );
        let many = vec!["a"; 201].join(",");
        for query in [
            String::new(),
            "?flags=".to_owned(),
            "?flags=a,,b".to_owned(),
            format!("?flags={many}"),
            "?flags=a&hours=0".to_owned(),
            "?flags=a&hours=4801".to_owned(),
            "?flags=a&hours=201".to_owned(),
            "?flags=a&step=minute".to_owned(),
        ] {
            let refused = project.get(format!("{ALL}{query}")).await;
            refused.problem(400, "invalid_parameter");
        }
    })
    .await;
}

/// A program that started from an old cache asks for flags that exist and that it does not know.
#[tokio::test]
async fn a_flag_that_only_the_program_does_not_know_is_no_unknown_flag() {
    on_each_database(async |server| {
        let project = server.project();
        let token = furnish(&project).await;
        server.published().await;
        let frame = json!({
            "type": "usage", "age": 0, "length": 0, "flags": [],
            "unknown": [["new-billing", 3], ["old-flag", 1]],
        });
        greeted(&server, &token).await.send(&frame).await;
        // Nor once it is gone: it was there when it was asked for.
        let why = json!({"reason": "everybody has it"});
        let archive = project.post("/flags/new-billing/archive").json(&why);
        let archived = archive.await.ok(200);
        assert_ne!(archived["archived_at"], Value::Null);
        let unknown = until("it is written", async || {
            let unknown = project.get(UNKNOWN).await.ok(200);
            (unknown["items"] != json!([])).then_some(unknown)
        })
        .await;
        let keys: Vec<_> = unknown["items"]
            .as_array()
            .expect("a list")
            .iter()
            .collect();
        assert_eq!(keys.len(), 1, "{unknown:#}");
        assert_eq!(keys[0]["key"], "old-flag");
    })
    .await;
}

#[tokio::test]
async fn windows_add_up_and_the_servers_clock_says_when_they_were() {
    on_each_database(async |server| {
        let project = server.project();
        let token = furnish(&project).await;
        server.published().await;
        let mut one = greeted(&server, &token).await;
        let mut other = greeted(&server, &token).await;
        one.send(&window(0, 5, 1)).await;
        other.send(&window(0, 7, 2)).await;
        // An hour and a half ago, which the program kept for so long.
        one.send(&window(5_400_000, 100, 0)).await;
        let usage = shown(&project, "?step=minute", |usage| sum(usage, "on") == 112).await;
        assert_eq!(
            usage["steps"].as_array().map(Vec::len),
            Some(2),
            "{usage:#}"
        );
        assert_eq!(usage["steps"][0]["on"], 100);
        assert_eq!(
            (usage["steps"][1]["on"].clone(), sum(&usage, "off")),
            (json!(12), 303)
        );
        assert_eq!(usage["others"]["off"], 300);
        assert_eq!(usage["others"]["tenants"], 40);
        let recent = shown(&project, "?step=hour&hours=1", |_| true).await;
        assert_eq!(recent["tenants"][0]["tenant"], "acme");
        // Too old is of no use.
        one.send(&window(20_000_000, 1_000, 0)).await;
        server.travel(TimeDelta::days(1));
        other.send(&window(0, 1, 0)).await;
        let usage = shown(&project, "?step=day&hours=240", |usage| {
            sum(usage, "on") == 113
        })
        .await;
        assert!(
            usage["steps"]
                .as_array()
                .is_some_and(|steps| steps.len() >= 2)
        );
    })
    .await;
}

#[tokio::test]
async fn tenants_come_in_pages_and_the_one_that_asked_most_first() {
    on_each_database(async |server| {
        let project = server.project();
        let token = furnish(&project).await;
        server.published().await;
        let tenants: Vec<String> = (0..25)
            .map(|number| format!("tenant-{number:02}"))
            .collect();
        let rows: Vec<Value> = (0..25)
            .map(|number| json!([number, 1 + number / 2]))
            .collect();
        let frame = json!({
            "type": "usage", "age": 0, "length": 0, "tenants": tenants,
            "flags": [{"flag": "new-billing", "on": rows}],
        });
        greeted(&server, &token).await.send(&frame).await;
        shown(&project, "", |usage| sum(usage, "on") > 0).await;
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = project
                .get(format!("{USAGE}?limit=10{cursor}"))
                .await
                .ok(200);
            for row in page["tenants"].as_array().expect("tenants") {
                seen.push((
                    row["on"].as_u64().expect("a count"),
                    row["tenant"].to_string(),
                ));
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 25);
        assert!(
            seen.is_sorted_by(|one, next| (next.0, &one.1) < (one.0, &next.1)),
            "{seen:?}"
        );
    })
    .await;
}

/// Counts the rows of a table, and those of the time that has most.
async fn rows(server: &TestServer, table: &str, time: &str) -> (i64, i64) {
    let pool = server.database().connect().await;
    let sql = format!(
        "SELECT CAST(SUM(number) AS BIGINT), MAX(number) \
         FROM (SELECT COUNT(*) AS number FROM {table} GROUP BY {time}) AS times"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&pool).await;
    let row = row.expect("a count");
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn however_many_tenants_there_are_the_tables_stay_small_and_the_sums_exact() {
    /// In each round others, each of which asks once.
    const ROUNDS: usize = 12;
    const TENANTS: usize = 2_500;
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    let token = furnish(&project).await;
    server.published().await;
    let mut stream = greeted(&server, &token).await;
    for round in 0..ROUNDS {
        let tenants: Vec<String> = (0..TENANTS).map(|it| format!("t-{round}-{it}")).collect();
        let calls: Vec<_> = (0..TENANTS).map(|it| json!([it, 1])).collect();
        let outcomes: Vec<_> = (0..TENANTS).map(|it| json!([it, 1, 0, []])).collect();
        for (kind, rows) in [("usage", calls), ("outcomes", outcomes)] {
            let flags = json!([{"flag": "new-billing", "off": rows}]);
            let frame =
                json!({"type": kind, "age": 0, "length": 0, "tenants": tenants, "flags": flags});
            assert!(frame.to_string().len() < 64 << 10);
            stream.send(&frame).await;
        }
        let told = u64::try_from((round + 1) * TENANTS).expect("few");
        shown(&project, "", |usage| sum(usage, "off") == told).await;
    }
    // The last outcomes are heard after the last calls.
    let all = i64::try_from(ROUNDS * TENANTS).expect("few");
    let pool = server.database().connect().await;
    until("all outcomes are written", async || {
        project.get(USAGE).await.expect(200);
        let sum = "SELECT CAST(SUM(requests) AS BIGINT) FROM outcome_minute";
        let row = sqlx::query(sum).fetch_one(&pool).await.expect("a sum");
        (row.get::<Option<i64>, _>(0) == Some(all)).then_some(())
    })
    .await;
    let usage = project.get(USAGE).await.ok(200);
    let (named, most) = rows(&server, "tenant_usage_hour", "hour").await;
    assert!(most <= 20_000, "{most}");
    assert_eq!(usage["others"]["off"], all - named);
    let (_, most) = rows(&server, "outcome_minute", "minute").await;
    assert!(most <= 5_001, "those that are named and the others: {most}");
}

#[tokio::test]
async fn parameters_have_bounds() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    furnish(&project).await;
    for query in [
        "?hours=0",
        "?hours=9601",
        "?hours=48&step=minute",
        "?step=year",
        "?limit=0",
        "?limit=201",
        "?cursor=x",
        "?since=yesterday",
    ] {
        let answer = project.get(format!("{USAGE}{query}")).await;
        answer.problem(400, "invalid_parameter");
    }
    let missing = "/environments/production/flags/no-such-flag/usage";
    project.get(missing).await.problem(404, "not_found");
}

#[tokio::test]
async fn malformed_windows_end_the_stream_and_nothing_of_them_is_kept() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    let token = furnish(&project).await;
    server.published().await;
    for bad in [
        r#"{"type":"usage"}"#,
        r#"{"type":"usage","age":-1,"length":0,"flags":[]}"#,
        r#"{"type":"usage","age":0,"length":0,"tenants":["acme"],"flags":[{"flag":"new-billing","on":[[0,5],[1,1]]}]}"#,
        r#"{"type":"outcomes","age":0,"length":0,"tenants":["acme"],"flags":[{"flag":"new-billing","on":[[0,1,2]]}]}"#,
    ] {
        let mut stream = greeted(&server, &token).await;
        stream.send_text(bad).await;
        assert_eq!(stream.close().await.0, 1002, "{bad}");
    }
    // What no database could keep does no harm either.
    let mut stream = greeted(&server, &token).await;
    stream
        .send(&json!({
            "type": "usage", "age": 0, "length": 0, "tenants": ["a\u{0}b"],
            "flags": [{"flag": "new-billing", "on": [[0, 5]]}],
        }))
        .await;
    let usage = shown(&project, "", |usage| sum(usage, "on") == 5).await;
    assert_eq!(usage["tenants"], json!([]));
    assert_eq!(usage["others"]["on"], 5);
}

#[tokio::test]
async fn a_server_that_stops_in_good_order_writes_what_it_was_told() {
    for kind in DatabaseKind::ALL {
        let database = TestDatabase::new(kind).await;
        let mut server = ServerProcess::on_database(database.url()).await;
        let token = furnish(&server.project()).await;
        server.project().published().await;
        let client = Client::builder(server.address(), token).build().await;
        let client = client.expect("a client");
        tenantry_tests::soon("a connection", client.connected()).await;
        assert!(client.is_enabled("new-billing", "acme"));
        client.shutdown().await;
        let status = server.stop().await;
        assert!(status.success(), "{status}: {}", server.log());
        server.start().await;
        let usage = server.project().get(USAGE).await.ok(200);
        assert_eq!(sum(&usage, "on"), 1, "{usage:#}");
    }
}
