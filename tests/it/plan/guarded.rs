//! A whole plan against real programs: they ask, do their work and tell what became of it; the guard
//! looks, minute by minute, and the plan goes on or back.

use serde_json::{Value, json};
use tenantry_server::Config;
use tenantry_tests::{DatabaseKind, TestServer, targeting_of, until};

use super::play::{FLAG, PLAN, Play};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn harm_at_a_quarter_is_found_and_stepped_back() {
    for kind in DatabaseKind::ALL {
        let mut scene = Play::new(kind, 1).await;
        scene.start().await;
        let armed = scene
            .go_on(|_| false, |plan| plan["guard"]["minutes"] == 1)
            .await;
        assert_eq!(armed["guard"]["armed"], true, "{:#}", armed["guard"]);
        assert_eq!(armed["guard"]["randomised"], true);
        let tenth = scene.of_bucket(10_000);
        assert_eq!(armed["guard"]["tenants"]["treated"], tenth.len());
        scene.on_everywhere(&tenth).await;

        let quarter = scene.go_on(|_| false, |plan| plan["stage"] == 1).await;
        assert_eq!(quarter["status"], "running", "{quarter:#}");
        let wider = scene.of_bucket(25_000);
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
        let targeting = scene.project().get(targeting_of(FLAG)).await.ok(200);
        assert_eq!(targeting["rollout"]["threshold"], 10_000);
        let audit = scene.project().get("/audit?limit=1").await.ok(200);
        assert_eq!(audit["items"][0]["action"], "plan.step_back");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_harm_a_plan_runs_through_and_waits_while_nobody_reports() {
    let mut scene = Play::new(DatabaseKind::Sqlite, 1).await;
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
    scene.on_everywhere(&scene.of_bucket(100_000)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_flag_goes_off_for_one_tenant_that_fails_and_on_for_the_others() {
    let mut scene = Play::new(DatabaseKind::Sqlite, 1).await;
    scene.start().await;
    let tenth = scene.of_bucket(10_000);
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
    let next = scene
        .go_on(|tenant| tenant == sick, |plan| plan["stage"] == 1)
        .await;
    assert_eq!(next["status"], "running", "{next:#}");
    let mut wider = scene.of_bucket(25_000);
    wider.remove(&sick);
    scene.on_everywhere(&wider).await;
}

fn quick(config: &mut Config) {
    config.plans.plan_tick_milliseconds = 10;
    config.plans.plan_lateness_seconds = 0;
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
