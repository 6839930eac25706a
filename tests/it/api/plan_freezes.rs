//! Freezes of plans: nobody is admitted, or some tenants are not.

use serde_json::{Value, json};
use tenantry_tests::{Caller, TestServer, TimeDelta, on_each_database, targeting_of, until};

use super::plan::{PLAN, at, share, told};

/// Whether the flag is on for each of these tenants.
async fn answers(project: &Caller, tenants: &[&str]) -> Vec<bool> {
    project.published().await;
    let mut answers = Vec::new();
    for tenant in tenants {
        let path = "/environments/production/flags/new-billing/evaluate";
        let body = json!({"tenant": tenant});
        answers.push(project.post(path).json(&body).await.ok(200)["on"] == true);
    }
    answers
}

async fn put(project: &Caller, plan: &Value) {
    let put = project.put(PLAN).if_match("*").json(plan);
    put.await.expect(200);
}

async fn join(project: &Caller, tenants: &[&str]) {
    let members = json!({"tenants": tenants});
    let add = project.post("/segments/internal/members");
    add.json(&members).await.expect(200);
}

/// A ring and everybody, each of which waits for approval but the last; so many hours from now on
/// these tenants are frozen.
async fn furnish(server: &TestServer, frozen: &[&str], hours: (i64, i64)) -> (Caller, Value) {
    let project = server.project();
    project.create_flag("new-billing").await;
    let internal = json!({"key": "internal"});
    project.post("/segments").json(&internal).await.expect(201);
    let mut plan = json!({
        "stages": [
            {"name": "us", "audience": {"segments": ["internal"]}, "bake_minutes": 0},
            share("all", 100_000, 0),
        ],
        "freezes": [{
            "reason": "year's end", "tenants": frozen,
            "once": {
                "from": server.now() + TimeDelta::hours(hours.0),
                "to": server.now() + TimeDelta::hours(hours.1),
            },
        }],
    });
    plan["stages"][0]["advance"] = json!("approval");
    put(&project, &plan).await;
    (project, plan)
}

async fn block(project: &Caller) -> Value {
    project.get(targeting_of("new-billing")).await.ok(200)["block"].clone()
}

/// Waits until the plan holds these tenants.
async fn held(project: &Caller, tenants: &[&str]) -> Value {
    until(&format!("{tenants:?} are held"), async || {
        let plan = project.get(PLAN).await.ok(200);
        (plan["held"] == json!(tenants)).then_some(plan)
    })
    .await
}

#[tokio::test]
async fn a_freeze_leaves_its_tenants_out_and_lets_them_in_when_it_is_over() {
    on_each_database(async |server| {
        let (project, _) = furnish(&server, &["newcomer", "slow"], (0, 24)).await;
        join(&project, &["us", "slow"]).await;
        told(&project, "start").await.expect(200);
        let first = at(&project, "running", Some(0)).await;
        assert_eq!(first["held"], json!(["newcomer", "slow"]));
        assert_eq!(answers(&project, &["us", "slow"]).await, [true, false]);
        told(&project, "approve").await.expect(200);
        let last = at(&project, "running", Some(1)).await;
        let wait = &last["waits"][0];
        assert_eq!(
            (&wait["reason"], &wait["tenant"], &wait["freeze"]),
            (&json!("frozen"), &json!("newcomer"), &json!("year's end"))
        );
        let all = ["us", "other", "slow", "newcomer"];
        assert_eq!(answers(&project, &all).await, [true, true, false, false]);
        server.travel(TimeDelta::hours(25));
        let done = at(&project, "finished", Some(1)).await;
        assert_eq!(answers(&project, &all).await, [true; 4]);
        assert_eq!(
            (block(&project).await, &done["held"]),
            (Value::Null, &json!([]))
        );
        let release = &done["decisions"][1];
        assert_eq!(
            (&release["kind"], &release["tenants"]),
            (&json!("release"), &json!(["newcomer", "slow"]))
        );
        let audit = project.get("/audit?limit=2").await.ok(200);
        assert_eq!(audit["items"][1]["action"], "plan.release");
    })
    .await;
}

#[tokio::test]
async fn a_freeze_that_begins_later_takes_the_flag_from_nobody_and_gives_it_to_nobody() {
    on_each_database(async |server| {
        let (project, _) = furnish(&server, &["slow", "us"], (1, 24)).await;
        join(&project, &["us"]).await;
        told(&project, "start").await.expect(200);
        assert_eq!(at(&project, "running", Some(0)).await["held"], json!([]));
        server.travel(TimeDelta::hours(2));
        let holds = held(&project, &["slow"]).await;
        assert_eq!(holds["decisions"][0]["kind"], "hold");
        // Who joins the ring now waits until the freeze is over, and until the plan runs.
        join(&project, &["slow"]).await;
        assert_eq!(answers(&project, &["us", "slow"]).await, [true, false]);
        told(&project, "pause").await.expect(200);
        server.travel(TimeDelta::hours(24));
        assert_eq!(answers(&project, &["us", "slow"]).await, [true, false]);
        told(&project, "resume").await.expect(200);
        held(&project, &[]).await;
        assert_eq!(answers(&project, &["us", "slow"]).await, [true, true]);
    })
    .await;
}

#[tokio::test]
async fn a_cohort_keeps_the_place_of_a_tenant_that_is_frozen() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let roster = ["a", "b", "c"].map(|key| json!({"key": key, "weight": 1}).to_string());
        let import = project.post("/tenants/import");
        let import = import.body("application/x-ndjson", roster.join("\n"));
        import.await.expect(200);
        let cohort = |tenants: u32| json!({"cohort": {"size": {"tenants": tenants}}});
        let stage = |name: &str, tenants| json!({"name": name, "audience": cohort(tenants), "bake_minutes": 0, "advance": "approval"});
        let plan = json!({
            "stages": [stage("two", 2), stage("three", 3)],
            "freezes": [{"tenants": ["a", "b", "c"], "once": {
                "from": server.now(), "to": server.now() + TimeDelta::hours(1)}}],
        });
        put(&project, &plan).await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        told(&project, "approve").await.expect(200);
        let three = at(&project, "running", Some(1)).await;
        assert_eq!(three["held"], json!(["a", "b", "c"]));
        let all = ["a", "b", "c"];
        assert_eq!(answers(&project, &all).await, [false; 3]);
        // Stepping back lets nobody in, and the cohort of the first stage comes later.
        told(&project, "step-back").await.expect(200);
        server.travel(TimeDelta::hours(2));
        told(&project, "resume").await.expect(200);
        held(&project, &[]).await;
        let on = answers(&project, &all).await;
        assert_eq!(on.iter().filter(|on| **on).count(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_people_do_with_a_tenant_that_is_frozen_counts() {
    on_each_database(async |server| {
        let (project, _) = furnish(&server, &["a", "b", "c", "d"], (0, 24)).await;
        let before = json!({"on": true, "block": ["d"]});
        project.set_targeting("new-billing", &before).await;
        join(&project, &["a", "b", "c", "d"]).await;
        told(&project, "start").await.expect(200);
        let first = at(&project, "running", Some(0)).await;
        assert_eq!(
            first["held"],
            json!(["a", "b", "c"]),
            "d is blocked by people"
        );
        // Somebody lets one in, and somebody blocks another for good.
        let one = |tenant: &str| json!({"tenants": [tenant]});
        let path = targeting_of("new-billing");
        let list = project.delete(format!("{path}/block"));
        list.json(&one("a")).await.expect(200);
        at(&project, "paused", Some(0)).await;
        told(&project, "resume").await.expect(200);
        held(&project, &["b", "c"]).await;
        let kill = json!({"tenant": "b", "reason": "it burns"});
        let killed = project
            .post(format!("{path}/kill"))
            .json(&kill)
            .await
            .ok(200);
        assert_eq!(killed["changed"], false, "it was blocked already");
        held(&project, &["c"]).await;
        let all = ["a", "b", "c", "d"];
        assert_eq!(answers(&project, &all).await, [true, false, false, false]);
        server.travel(TimeDelta::hours(25));
        held(&project, &[]).await;
        assert_eq!(answers(&project, &all).await, [true, false, true, false]);
    })
    .await;
}

#[tokio::test]
async fn rolling_back_leaves_no_tenant_blocked_and_finishing_leaves_all() {
    on_each_database(async |server| {
        let (project, plan) = furnish(&server, &["slow"], (0, 24)).await;
        join(&project, &["us", "slow"]).await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        assert_eq!(block(&project).await, json!(["slow"]));
        let back = told(&project, "roll-back").await.ok(200);
        assert_eq!(
            (&back["held"], block(&project).await),
            (&json!([]), Value::Null)
        );
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        let done = told(&project, "finish").await.ok(200);
        assert_eq!(
            (&done["held"], block(&project).await),
            (&json!([]), json!(["slow"]))
        );
        // Whose freeze is taken out of the plan is let in.
        let mut plan = plan;
        plan["stages"][0]["name"] = json!("us again");
        project
            .set_targeting("new-billing", &json!({"on": true}))
            .await;
        put(&project, &plan).await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        held(&project, &["slow"]).await;
        plan["freezes"] = json!([]);
        put(&project, &plan).await;
        held(&project, &[]).await;
        assert_eq!(answers(&project, &["us", "slow"]).await, [true, true]);
    })
    .await;
}

#[tokio::test]
async fn who_is_taken_off_the_block_list_before_a_start_anew_is_held_again() {
    on_each_database(async |server| {
        let (project, _) = furnish(&server, &["slow"], (0, 24)).await;
        let before = json!({"on": true});
        project.set_targeting("new-billing", &before).await;
        join(&project, &["us", "slow"]).await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        // Somebody gives it the flag by hand, so the end of the plan must not let it in.
        let path = targeting_of("new-billing");
        let allow = project.post(format!("{path}/allow"));
        let one = json!({"tenants": ["slow"]});
        allow.json(&one).await.expect(200);
        at(&project, "paused", Some(0)).await;
        let back = told(&project, "roll-back").await.ok(200);
        assert_eq!(back["held"], json!(["slow"]));
        project.set_targeting("new-billing", &before).await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        held(&project, &["slow"]).await;
        assert_eq!(block(&project).await, json!(["slow"]));
        assert_eq!(answers(&project, &["us", "slow"]).await, [true, false]);
    })
    .await;
}

#[tokio::test]
async fn a_plan_is_not_deleted_while_it_keeps_tenants_out() {
    on_each_database(async |server| {
        let (project, _) = furnish(&server, &["slow", "snail", "us"], (0, 24)).await;
        let on = json!({"on": true});
        project.set_targeting("new-billing", &on).await;
        join(&project, &["us", "slow"]).await;
        told(&project, "start").await.expect(200);
        held(&project, &["slow", "snail", "us"]).await;
        // Somebody gives them the flag by hand, so the end of the plan must let in none of them.
        let path = targeting_of("new-billing");
        let all = json!({"tenants": ["slow", "snail", "us"]});
        let allow = project.post(format!("{path}/allow")).json(&all);
        allow.await.expect(200);
        at(&project, "paused", Some(0)).await;
        let back = told(&project, "roll-back").await.ok(200);
        assert_eq!(back["held"], json!(["slow", "snail", "us"]));
        let keeps_out = async |tenants: &[&str]| {
            let refused = project.delete(PLAN).if_match("*").await;
            let problem = refused.problem(409, "plan_state");
            let problems = problem["problems"].as_array().expect("a list").iter();
            let named: Vec<_> = problems.map(|it| it["message"].clone()).collect();
            assert_eq!(json!(named), json!(tenants));
            let detail = problem["detail"].as_str().expect("words");
            assert!(detail.contains(&tenants.join(", ")), "{detail}");
            assert!(detail.contains("block list first"), "{detail}");
        };
        keeps_out(&["slow", "snail", "us"]).await;
        // One is let in, and the others are to stay out.
        let tenants = |tenants: &[&str]| json!({ "tenants": tenants });
        let list = project.delete(format!("{path}/block"));
        list.json(&tenants(&["us"])).await.expect(200);
        keeps_out(&["slow", "snail"]).await;
        let list = project.post(format!("{path}/block"));
        list.json(&tenants(&["slow", "snail"])).await.expect(200);
        project.delete(PLAN).if_match("*").await.expect(204);
        let all = ["us", "slow", "snail"];
        assert_eq!(answers(&project, &all).await, [true, false, false]);
    })
    .await;
}
