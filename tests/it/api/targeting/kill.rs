//! `POST …/environments/{environment}/flags/{flag}/targeting/kill`

use serde_json::{Value, json};
use tenantry::Client;
use tenantry_tests::{
    Answer, Caller, RawStream, TestServer, on_each_database, targeting_of, until,
};

async fn kill(project: &Caller, flag: &str, body: &Value) -> Answer {
    let path = format!("{}/kill", targeting_of(flag));
    project.post(path).json(body).await
}

const SDKS: &str = "/environments/production/sdks";

#[tokio::test]
async fn a_flag_is_off_for_everybody_or_for_one_tenant_whatever_its_version() {
    on_each_database(async |server| {
        let project = server.project();
        let on = json!({"on": true, "allow": ["acme"], "rollout": {"threshold": 100_000}});
        let before = project.create_targeted("a", &on).await;
        let body = json!({"tenant": "acme", "reason": "their exports are empty"});
        let one = kill(&project, "a", &body).await.ok(200);
        assert_eq!(
            (&one["changed"], &one["revision"]),
            (&json!(true), &json!(before.revision() + 1))
        );
        assert_eq!(project.explain("a", "acme").await["on"], false);
        assert_eq!(project.explain("a", "globex").await["on"], true);

        let all = kill(&project, "a", &json!({"reason": "all exports are"})).await;
        let all = all.ok(200);
        assert_eq!(all["changed"], true);
        assert_eq!(project.explain("a", "globex").await["on"], false);
        let targeting = project.get(targeting_of("a")).await.ok(200);
        assert_eq!(
            (&targeting["allow"], &targeting["block"]),
            (&json!(["acme"]), &json!(["acme"])),
            "nothing else is lost: {targeting}"
        );
        let again = kill(&project, "a", &json!({"reason": "again"}))
            .await
            .ok(200);
        assert_eq!(
            (&again["changed"], &again["revision"]),
            (&json!(false), &all["revision"])
        );

        let entries = project.get("/audit?action=flag.kill").await.ok(200);
        let told: Vec<_> = entries["items"]
            .as_array()
            .expect("entries")
            .iter()
            .collect();
        assert_eq!(told.len(), 2, "what changed nothing is no entry");
        assert_eq!(told[0]["reason"], "all exports are");
        assert_eq!(told[1]["target"], "flag/a");
        let verified = project.get("/audit/verify").await.ok(200);
        assert!(verified["broken"].is_null(), "{verified}");
    })
    .await;
}

#[tokio::test]
async fn it_needs_a_reason_a_tenants_key_and_a_flag_in_service() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        for (body, path) in [
            (json!({"reason": " "}), "reason"),
            (json!({"reason": "x".repeat(1_025)}), "reason"),
            (json!({"reason": "x", "tenant": ""}), "tenant"),
            (json!({"reason": "x", "tenants": ["acme"]}), "tenants"),
        ] {
            let refused = kill(&project, "a", &body).await;
            assert_eq!(refused.invalid_paths(), [path], "{body}");
        }
        let body = json!({"reason": "x"});
        kill(&project, "b", &body).await.problem(404, "not_found");
        project.post("/flags/a/archive").await.expect(200);
        kill(&project, "a", &body)
            .await
            .problem(409, "flag_archived");
    })
    .await;
}

/// A raw client that calls itself so, and has been answered.
async fn named(server: &TestServer, token: &str, name: &str) -> RawStream {
    let credential = format!("Bearer {token}");
    let headers = [("authorization", &*credential), ("tenantry-instance", name)];
    let stream = RawStream::handshake(&server.address(), "", &headers).await;
    let mut stream = stream.expect("let in");
    stream.hello(0, tenantry_tests::ZERO).await;
    stream.frame().await;
    stream
}

/// Waits until the report is as wanted, and gives it.
async fn reported(project: &Caller, query: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    until("the report is as wanted", async || {
        let report = project.get(format!("{SDKS}{query}")).await.ok(200);
        wanted(&report).then_some(report)
    })
    .await
}

#[tokio::test]
async fn who_has_acknowledged_it_is_told_and_who_has_not_and_since_when() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_targeted("a", &json!({"on": true})).await;
        let token = project.create_token("sdk").await.secret;
        let client = Client::builder(server.address(), &token).build().await;
        let client = client.expect("a client");
        // It reads and never answers, as a program does that hangs.
        let deaf = named(&server, &token, "deaf").await;
        let killed = kill(&project, "a", &json!({"reason": "broken"}))
            .await
            .ok(200);
        let revision = &killed["revision"];
        assert_eq!(killed["propagation"]["revision"], *revision);
        let report = reported(&project, "", |it| it["confirmed"] == 1).await;
        assert_eq!(report["revision"], *revision);
        assert_eq!((&report["sdks"], &report["silent"]), (&json!(2), &json!(1)));
        let (silent, through) = (&report["items"][0], &report["items"][1]);
        assert_eq!(
            (&silent["instance"], &silent["sdk"], &silent["revision"]),
            (&json!("deaf"), &json!("raw/1"), &json!(0))
        );
        assert_eq!(silent["silent_since"], report["committed_at"]);
        assert_eq!(silent["connected"], true);
        assert_eq!(
            (
                &through["revision"],
                &through["silent_since"],
                &through["token"]
            ),
            (revision, &Value::Null, &json!("test sdk"))
        );
        assert!(!client.is_enabled("a", "acme"), "it said so truly");

        // One that is cut off is still told of; one that says goodbye is not.
        drop(deaf);
        let report = reported(&project, "", |it| it["items"][0]["connected"] == false).await;
        assert_eq!((&report["sdks"], &report["silent"]), (&json!(2), &json!(1)));
        client.shutdown().await;
        reported(&project, "", |it| it["sdks"] == 1).await;
        let back = named(&server, &token, "deaf").await;
        let report = reported(&project, "?limit=0", |it| it["sdks"] == 1).await;
        assert_eq!(report["items"], json!([]), "counts are exact: {report}");
        server.travel(tenantry_tests::TimeDelta::minutes(20));
        assert_eq!(
            project.get(SDKS).await.ok(200)["sdks"],
            1,
            "it is connected"
        );
        drop(back);
        reported(&project, "", |it| it["items"][0]["connected"] == false).await;
        server.travel(tenantry_tests::TimeDelta::minutes(2));
        reported(&project, "", |it| it["sdks"] == 0).await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_reported_is_refused() {
    on_each_database(async |server| {
        let project = server.project();
        for query in ["?revision=1000", "?revision=-1", "?limit=10001", "?x=1"] {
            let refused = project.get(format!("{SDKS}{query}")).await;
            refused.problem(400, "invalid_parameter");
        }
        let old = project.get(format!("{SDKS}?revision=0")).await.ok(200);
        assert_eq!(
            (&old["sdks"], &old["committed_at"]),
            (&json!(0), &Value::Null)
        );
    })
    .await;
}

#[tokio::test]
async fn every_node_tells_of_the_sdks_of_all() {
    let (one, two) = TestServer::two_nodes().await;
    one.project()
        .create_targeted("a", &json!({"on": true}))
        .await;
    let token = one.project().create_token("sdk").await.secret;
    let client = Client::builder(two.address(), &token).build().await;
    let client = client.expect("a client");
    let _deaf = named(&two, &token, "deaf").await;
    let _wandering = named(&two, &token, "wandering").await;
    let killed = kill(&one.project(), "a", &json!({"reason": "broken"})).await;
    let revision = killed.ok(200)["revision"].clone();
    let report = reported(&one.project(), "", |it| {
        it["sdks"] == 3 && it["confirmed"] == 1 && it["revision"] == revision
    })
    .await;
    assert_eq!(report["silent"], 2);

    // The one that comes to another node is one, not two, whichever is asked.
    let _back = named(&one, &token, "wandering").await;
    for node in [&one, &two] {
        let project = node.project();
        let report = reported(&project, "", |it| it["items"][1]["instance"] == "wandering").await;
        assert_eq!(report["sdks"], 3, "{report:#}");
    }
    // A node that stops has lost its SDKs until they come elsewhere.
    client.shutdown().await;
    two.stop().await;
    let report = reported(&one.project(), "", |it| {
        it["items"][0]["connected"] == false
    })
    .await;
    assert_eq!(report["items"][0]["instance"], "deaf");
    assert_eq!(report["sdks"], 2, "{report:#}");
}

#[tokio::test]
async fn a_node_that_was_killed_has_lost_its_sdks_and_they_are_forgotten_in_the_end() {
    let database = tenantry_tests::TestDatabase::new(tenantry_tests::DatabaseKind::Postgres).await;
    let mut other = tenantry_tests::ServerProcess::on_database(database.url()).await;
    let server = TestServer::start(database).await;
    let project = server.project();
    let token = project.create_token("sdk").await.secret;
    let credential = format!("Bearer {token}");
    let headers = [
        ("authorization", &*credential),
        ("tenantry-instance", "cut-off"),
    ];
    let stream = RawStream::handshake(&other.address(), "", &headers).await;
    let mut stream = stream.expect("let in");
    stream.hello(0, tenantry_tests::ZERO).await;
    reported(&project, "", |it| it["sdks"] == 1).await;
    other.kill();
    // Nobody has written that it is gone; that its node gives no sign tells.
    server.travel(tenantry_tests::TimeDelta::seconds(80));
    let report = reported(&project, "", |it| it["items"][0]["connected"] == false).await;
    assert_eq!(report["items"][0]["instance"], "cut-off");
    server.travel(tenantry_tests::TimeDelta::minutes(15));
    reported(&project, "", |it| it["sdks"] == 0).await;
}

#[tokio::test]
async fn a_plan_under_way_is_no_reason_to_ask_twice_and_leaves_the_flag_off() {
    on_each_database(async |server| {
        let project = server.project();
        let acme = project.post("/tenants").json(&json!({"key": "acme"}));
        acme.await.expect(201);
        project.create_flag("a").await;
        let stages = json!([
            {"name": "half", "audience": {"threshold": 50_000}, "bake_minutes": 0},
            {"name": "all", "audience": {"threshold": 100_000}, "bake_minutes": 60},
        ]);
        let plan = "/environments/production/flags/a/plan";
        let put = project.put(plan).if_match("*");
        put.json(&json!({"stages": stages})).await.expect(200);
        let start = project.post(format!("{plan}/start")).json(&json!({}));
        start.await.expect(200);
        until("everybody has it", async || {
            (project.get(plan).await.ok(200)["stage"] == 1).then_some(())
        })
        .await;
        let killed = kill(&project, "a", &json!({"reason": "broken"})).await;
        assert_eq!(killed.ok(200)["changed"], true);
        let paused = until("the plan has noticed", async || {
            let plan = project.get(plan).await.ok(200);
            (plan["status"] == "paused").then_some(plan)
        })
        .await;
        assert_eq!(paused["pause"], "edited");
        assert_eq!(project.explain("a", "acme").await["on"], false);
        let resume = project.post(format!("{plan}/resume")).json(&json!({}));
        resume.await.problem(409, "plan_state");
        for command in ["step-back", "roll-back"] {
            let told = project.post(format!("{plan}/{command}"));
            told.json(&json!({})).await.expect(200);
            let targeting = project.get(targeting_of("a")).await.ok(200);
            assert_eq!(targeting["on"], false, "{command}");
        }
    })
    .await;
}
