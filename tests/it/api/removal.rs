//! Debt by evidence: what was answered, to whom, and what a project calls long enough.

use serde_json::{Value, json};
use tenantry_store::{AskerCalls, FlagCalls, TenantCalls, UsageBatch, UsageWrite};
use tenantry_tests::{Caller, TestServer, TimeDelta, on_each_database};

const ALL: u32 = 100_000;

/// A program has told that acme was answered with on, globex with off, and about no such flag.
pub(crate) async fn tell(server: &TestServer, on: u64, off: u64) {
    let store = server.database().store().await;
    let environments = store.all_environments().await.expect("it answers");
    let mut production = environments.into_iter();
    let production = production.find(|it| it.key().as_str() == "production");
    let tenant = |tenant: &str, on, off| TenantCalls {
        flag: "new-billing".to_owned(),
        tenant: tenant.to_owned(),
        on,
        off,
    };
    let asker = |flag: &str, is_known, calls| AskerCalls {
        flag: flag.to_owned(),
        is_known,
        token: "billing-api".to_owned(),
        sdk: "tenantry-rust/0.1.0".to_owned(),
        calls,
    };
    let batch = UsageBatch {
        environment: production.expect("an environment"),
        at: server.now(),
        flags: vec![FlagCalls {
            flag: "new-billing".to_owned(),
            on,
            off,
            other_tenants: 0,
        }],
        tenants: vec![tenant("acme", on, 0), tenant("globex", 0, off)],
        outcomes: Vec::new(),
        askers: vec![
            asker("new-billing", true, on + off),
            asker("ghost", false, 3),
        ],
        seen: vec!["acme".to_owned(), "globex".to_owned()],
    };
    let now = server.now();
    let written = store
        .record_usage(UsageWrite::first(now), &[batch], now)
        .await;
    written.expect("it is written");
    store.close().await;
}

/// What the report says of a flag.
async fn reported(project: &Caller, flag: &str) -> Value {
    let report = project.get("/debt").await.ok(200);
    let flags = report["flags"].as_array().expect("flags").iter();
    let mut flags = flags.filter(|it| it["key"] == flag);
    flags.next().cloned().unwrap_or_default()
}

/// Requires that the report says of a flag that it is in a state, and gives what it says.
async fn in_state(project: &Caller, flag: &str, state: &str) -> Value {
    let found = reported(project, flag).await;
    let states = found["states"].as_array();
    assert!(
        states.is_some_and(|states| states.contains(&json!(state))),
        "not {state}: {found:#}"
    );
    found
}

#[tokio::test]
async fn a_flag_is_ready_when_everybody_has_had_one_answer_for_long() {
    on_each_database(async |server| {
        let project = server.project();
        let on = json!({"on": true, "rollout": {"threshold": ALL}});
        project.create_targeted("new-billing", &on).await;
        server.published().await;
        tell(&server, 5, 0).await;
        let unknown = in_state(&project, "ghost", "unknown").await;
        assert_eq!(unknown.get("kind"), None);
        let removal = project.get("/flags/new-billing/removal").await.ok(200);
        let blockers = removal["blockers"].as_array().expect("blockers");
        assert_eq!(
            blockers.len(),
            2,
            "usage and setting are too young: {removal:#}"
        );

        server.travel(TimeDelta::days(31));
        tell(&server, 2, 0).await;
        let ready = in_state(&project, "new-billing", "ready").await;
        assert_eq!(ready["removal"]["keep"], "on");
        let text = ready["explanation"].as_str().expect("a text");
        assert!(
            text.contains("production has served on to all of its 2 tenants since"),
            "{text}"
        );
        let removal = project.get("/flags/new-billing/removal").await.ok(200);
        assert_eq!(
            (&removal["keep"], &removal["blockers"]),
            (&json!("on"), &json!([]))
        );
        let ghosts = project.get("/debt?state=unknown").await.ok(200);
        assert_eq!(ghosts["flags"][0]["key"], "ghost");
        assert_eq!(ghosts["flags"].as_array().map(Vec::len), Some(1));

        // One tenant that differs is named.
        let block = json!({"tenants": ["acme"]});
        let path = "/environments/production/flags/new-billing/targeting/block";
        project.post(path).json(&block).await.expect(200);
        server.published().await;
        let removal = project.get("/flags/new-billing/removal").await.ok(200);
        assert_eq!(removal.get("keep"), None, "{removal:#}");
        let blockers = removal["blockers"].to_string();
        assert!(
            blockers.contains("on to some tenants and off to others"),
            "{blockers}"
        );
        let production = removal["environments"]
            .as_array()
            .expect("environments")
            .iter();
        let production = production.filter(|it| it["environment"] == "production");
        let production: Vec<_> = production.collect();
        assert_eq!(
            production,
            [&json!({"environment": "production", "on": 1, "off": 1, "differing": ["acme"]})]
        );
    })
    .await;
}

#[tokio::test]
async fn one_contrary_answer_is_remembered() {
    on_each_database(async |server| {
        let project = server.project();
        let on = json!({"on": true, "rollout": {"threshold": ALL}});
        project.create_targeted("new-billing", &on).await;
        server.published().await;
        tell(&server, 5, 0).await;
        in_state(&project, "ghost", "unknown").await;
        server.travel(TimeDelta::days(31));
        // A program that serves from an old cache.
        tell(&server, 5, 1).await;
        let removal = project.get("/flags/new-billing/removal").await.ok(200);
        let [only] = removal["blockers"].as_array().expect("blockers").as_slice() else {
            panic!("not one blocker: {removal:#}");
        };
        let text = only.as_str().expect("a sentence");
        assert!(text.starts_with("production answered off"), "{text}");
        server.travel(TimeDelta::days(31));
        tell(&server, 5, 0).await;
        in_state(&project, "new-billing", "ready").await;
    })
    .await;
}

#[tokio::test]
async fn a_flag_that_nobody_asks_for_is_unused() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        project.create_flag("forgotten").await;
        server.published().await;
        server.travel(TimeDelta::days(10));
        tell(&server, 0, 4).await;
        in_state(&project, "ghost", "unknown").await;
        server.travel(TimeDelta::days(31));
        let forgotten = in_state(&project, "forgotten", "unused").await;
        assert_eq!(forgotten["explanation"], "Nobody has ever asked for it.");
        let unused = in_state(&project, "new-billing", "unused").await;
        assert_eq!(
            unused["explanation"],
            "Last asked 31 days ago by billing-api."
        );
        tell(&server, 0, 4).await;
        let report = project.get("/debt?state=unused").await.ok(200);
        assert_eq!(report["flags"].as_array().map(Vec::len), Some(1));
        assert_eq!(report["flags"][0]["key"], "forgotten");
    })
    .await;
}

#[tokio::test]
async fn a_project_says_what_it_calls_debt() {
    on_each_database(async |server| {
        let project = server.project();
        let usual = project.get("/debt/policy").await.ok(200);
        assert_eq!(
            usual,
            json!({
                "notice_days": 14, "grace_days": 14, "ready_days": 30, "unused_days": 30,
                "max_extensions": 2, "lifetime_days": {"release": 90, "experiment": 90},
            })
        );
        let strict = json!({
            "grace_days": 0, "max_extensions": 0,
            "lifetime_days": {"release": 7, "ops": 365},
        });
        let set = project.put("/debt/policy").json(&strict).await.ok(200);
        assert_eq!(
            (&set["grace_days"], &set["notice_days"]),
            (&json!(0), &json!(14))
        );
        assert_eq!(project.get("/debt/policy").await.ok(200), set);

        let expiry = async |body: Value| {
            let flag = project.post("/flags").json(&body).await.ok(201);
            flag["expires_on"].clone()
        };
        let in_days = |days| json!((server.now() + TimeDelta::days(days)).date_naive());
        assert_eq!(expiry(json!({"key": "a"})).await, in_days(7));
        assert_eq!(
            expiry(json!({"key": "b", "kind": "experiment"})).await,
            in_days(90)
        );
        assert_eq!(
            expiry(json!({"key": "c", "kind": "ops"})).await,
            in_days(365)
        );
        assert_eq!(
            expiry(json!({"key": "d", "kind": "permission"})).await,
            Value::Null
        );

        server.travel(TimeDelta::days(8));
        in_state(&project, "a", "overdue").await;
        let later = (server.now() + TimeDelta::days(200)).date_naive();
        let body = json!({"expires_on": later, "reason": "the customer asked"});
        project
            .post("/flags/a/extend")
            .json(&body)
            .await
            .expect(200);
        in_state(&project, "a", "over_extended").await;

        let wrong = json!({"ready_days": 0, "lifetime_days": {"release": 99_999}});
        let refused = project.put("/debt/policy").json(&wrong).await;
        assert_eq!(
            refused.invalid_paths(),
            ["ready_days", "lifetime_days.release"]
        );
        let audit = project
            .get("/audit?action=debt_policy.update")
            .await
            .ok(200);
        assert_eq!(audit["items"].as_array().map(Vec::len), Some(1));
    })
    .await;
}

#[tokio::test]
async fn a_build_without_a_token_is_given_a_snapshot() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("b").await;
        project.create_flag("a").await;
        server.travel(TimeDelta::days(120));
        let token = project.create_token("ci").await;
        let ci = project.with_token(&token.secret);
        let snapshot = ci.get("/debt/snapshot").await.ok(200);
        assert_eq!(snapshot["flags"], json!(["a", "b"]));
        assert_eq!(snapshot["report"]["summary"]["overdue"], 2);
        assert_eq!(snapshot["report"]["debt"], 60, "30 days each");
    })
    .await;
}

#[tokio::test]
async fn the_trend_ends_with_today() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        server.travel(TimeDelta::days(91));
        let trend = project.get("/debt/trend").await.ok(200);
        let days = trend["items"].as_array().expect("days");
        let today = days.last().expect("today");
        assert_eq!(today["day"], json!(server.now().date_naive()));
        assert_eq!(
            (&today["debt"], &today["summary"]["expired"]),
            (&json!(1), &json!(1))
        );
        let refused = project
            .get("/debt/trend?from=2030-01-01&to=2029-01-01")
            .await;
        refused.problem(400, "invalid_parameter");
    })
    .await;
}

#[tokio::test]
async fn a_flag_that_is_still_asked_for_is_archived_by_force_only() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let archive = async |body: Value| {
            let archive = project.post("/flags/new-billing/archive");
            archive.json(&body).await
        };
        tell(&server, 0, 1).await;
        let refused = archive(json!({})).await.problem(409, "flag_in_use");
        let detail = refused["detail"].as_str().expect("a text");
        assert!(detail.starts_with("billing-api asked for it"), "{detail}");

        server.travel(TimeDelta::days(1));
        let place = json!({
            "flag": "new-billing", "path": "src/invoice.rs", "line": 7, "column": 8,
            "language": "rust", "via": "direct", "call": "is_enabled",
        });
        let scan = json!({"repository": "shop", "commit": "c1", "references": [place]});
        project.put("/references").json(&scan).await.expect(200);
        let refused = archive(json!({})).await.problem(409, "flag_in_use");
        let detail = refused["detail"].as_str().expect("a text");
        assert!(
            detail.starts_with(
                "code asks for it at 1 place, the first of them src/invoice.rs:7 in shop:"
            ),
            "{detail}"
        );
        let refused = archive(json!({"force": true})).await;
        assert_eq!(refused.invalid_paths(), ["reason"]);
        let forced = json!({"force": true, "reason": "the service is retired"});
        archive(forced).await.expect(200);
        // It is archived already: nobody need be asked again.
        archive(json!({})).await.expect(200);

        project
            .post("/flags/new-billing/restore")
            .json(&json!({}))
            .await
            .expect(200);
        let scan = json!({"repository": "shop", "commit": "c2", "references": []});
        project.put("/references").json(&scan).await.expect(200);
        archive(json!({})).await.expect(200);
    })
    .await;
}
