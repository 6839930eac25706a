//! Plans over the API: making, changing, commanding and deleting them.

use serde_json::{Value, json};
use tenantry_tests::{Answer, Caller, TestServer, on_each_database, targeting_of, until};

pub(super) const PLAN: &str = "/environments/production/flags/new-billing/plan";

pub(super) fn share(name: &str, threshold: u32, bake_minutes: u32) -> Value {
    json!({"name": name, "audience": {"threshold": threshold}, "bake_minutes": bake_minutes})
}

/// A flag with a plan of two stages that wait for approval.
pub(super) async fn furnish(project: &Caller) -> Answer {
    project.create_flag("new-billing").await;
    let mut plan = json!({"stages": [share("ten", 10_000, 0), share("all", 100_000, 0)]});
    plan["stages"][0]["advance"] = json!("approval");
    project
        .put(PLAN)
        .if_match("*")
        .json(&plan)
        .await
        .expect(200)
}

pub(super) async fn told(project: &Caller, command: &str) -> Answer {
    project
        .post(format!("{PLAN}/{command}"))
        .json(&json!({}))
        .await
}

/// Waits until the plan is in this stage and does this.
pub(super) async fn at(project: &Caller, status: &str, stage: Option<u32>) -> Value {
    until(&format!("the plan is {status} in {stage:?}"), async || {
        let plan = project.get(PLAN).await.ok(200);
        (plan["status"] == status && plan["stage"] == json!(stage)).then_some(plan)
    })
    .await
}

pub(super) async fn threshold(project: &Caller) -> Value {
    project.get(targeting_of("new-billing")).await.ok(200)["rollout"]["threshold"].clone()
}

fn kinds(plan: &Value) -> Vec<String> {
    let decisions = plan["decisions"].as_array().expect("decisions");
    let kinds = decisions
        .iter()
        .rev()
        .map(|it| it["kind"].as_str().expect("a kind").to_owned());
    kinds.collect()
}

#[tokio::test]
async fn a_plan_goes_from_its_draft_to_its_end() {
    on_each_database(async |server| {
        let project = server.project();
        let made = furnish(&project).await;
        let draft = made.json();
        assert_eq!(
            (&draft["status"], &draft["stage"]),
            (&json!("draft"), &Value::Null)
        );
        assert_eq!(threshold(&project).await, 0, "a draft does nothing");
        told(&project, "start").await.expect(200);
        let first = at(&project, "running", Some(0)).await;
        assert_eq!(first["waits"], json!([{"reason": "approval"}]));
        assert_eq!(threshold(&project).await, 10_000);
        told(&project, "start").await.problem(409, "plan_state");
        let why = json!({"reason": "looks good"});
        project
            .post(format!("{PLAN}/approve"))
            .json(&why)
            .await
            .expect(200);
        let last = at(&project, "finished", Some(1)).await;
        assert_eq!(threshold(&project).await, 100_000);
        assert_eq!(
            kinds(&last),
            ["start", "advance", "approve", "advance", "finish"]
        );
        let actors: Vec<_> = last["decisions"]
            .as_array()
            .expect("decisions")
            .iter()
            .map(|it| it["actor"].as_str().expect("a name") == "tenantry-server")
            .collect();
        assert_eq!(actors, [true, true, false, false, false]);
        let audit = project.get("/audit?limit=3").await.ok(200);
        let actions: Vec<_> = audit["items"]
            .as_array()
            .expect("entries")
            .iter()
            .map(|it| it["action"].clone())
            .collect();
        assert_eq!(actions, ["plan.finish", "plan.advance", "plan.approve"]);
        let verified = project.get("/audit/verify").await.ok(200);
        assert!(
            verified.get("broken").is_none_or(Value::is_null),
            "{verified:#}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_plan_did_can_be_taken_back() {
    on_each_database(async |server| {
        let project = server.project();
        furnish(&project).await;
        let before = json!({"on": true, "rollout": {"threshold": 3_000}, "allow": ["friend"]});
        project.set_targeting("new-billing", &before).await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        let back = told(&project, "step-back").await.ok(200);
        assert_eq!(
            (&back["status"], &back["pause"]),
            (&json!("paused"), &json!("stepped_back"))
        );
        assert_eq!(threshold(&project).await, 3_000, "at once");
        told(&project, "resume").await.expect(200);
        at(&project, "running", Some(0)).await;
        told(&project, "roll-back").await.expect(200);
        at(&project, "rolled_back", None).await;
        assert_eq!(
            project.get(targeting_of("new-billing")).await.ok(200),
            before
        );
        told(&project, "resume").await.problem(409, "plan_state");
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        project
            .delete(PLAN)
            .if_match("*")
            .await
            .problem(409, "plan_state");
        told(&project, "finish").await.expect(200);
        assert_eq!(threshold(&project).await, 10_000, "it stays as it is");
        project.delete(PLAN).if_match("*").await.expect(204);
        project.get(PLAN).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_plan_never_writes_over_a_newer_edit() {
    on_each_database(async |server| {
        let project = server.project();
        furnish(&project).await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        let edit = json!({"on": true, "rollout": {"threshold": 20_000}});
        project.set_targeting("new-billing", &edit).await;
        let paused = at(&project, "paused", Some(0)).await;
        assert_eq!(paused["pause"], "edited");
        let reason = paused["decisions"][0]["reason"].as_str().expect("a reason");
        assert!(reason.contains("somebody else"), "{reason}");
        told(&project, "approve").await.problem(409, "plan_state");
        assert_eq!(threshold(&project).await, 20_000);
        told(&project, "resume").await.expect(200);
        told(&project, "approve").await.expect(200);
        at(&project, "finished", Some(1)).await;
        // What is switched off is not switched on by resuming.
        project
            .put(PLAN)
            .if_match("*")
            .json(&json!({"stages": [share("all", 100_000, 60)]}))
            .await
            .expect(200);
        project
            .set_targeting("new-billing", &json!({"on": false}))
            .await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        project
            .set_targeting("new-billing", &json!({"on": false}))
            .await;
        at(&project, "paused", Some(0)).await;
        told(&project, "resume").await.problem(409, "plan_state");
        told(&project, "roll-back").await.expect(200);
        at(&project, "rolled_back", None).await;
    })
    .await;
}

#[tokio::test]
async fn whom_a_stage_admits_is_kept_once_it_is_entered() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    let made = furnish(&project).await;
    told(&project, "start").await.expect(200);
    let plan = at(&project, "running", Some(0)).await["plan"].clone();
    let put = async |tag: &str, plan: &Value| project.put(PLAN).if_match(tag).json(plan).await;
    put(&made.etag(), &plan)
        .await
        .problem(412, "precondition_failed");
    project
        .put(PLAN)
        .json(&plan)
        .await
        .problem(428, "precondition_required");
    let mut changed = plan.clone();
    changed["stages"][0]["audience"]["threshold"] = json!(20_000);
    assert_eq!(put("*", &changed).await.invalid_paths(), ["stages[0]"]);
    let mut changed = plan.clone();
    changed["stages"][1]["audience"]["threshold"] = json!(50_000);
    put("*", &changed).await.expect(200);
    told(&project, "approve").await.expect(200);
    at(&project, "finished", Some(1)).await;
    assert_eq!(threshold(&project).await, 50_000);
}

#[tokio::test]
async fn everything_wrong_with_a_plan_is_said_at_once() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.create_flag("new-billing").await;
    let wrong = json!({
        "stages": [
            {"name": "", "audience": {"segments": ["nobody"]}},
            {"name": "a", "audience": {"threshold": 100_001}, "bake_minutes": 129_601},
            {"name": "a", "audience": {"threshold": 50}},
            {"name": "b", "audience": {"threshold": 50}},
            {"name": "c", "audience": {"cohort": {"size": {"tenants": 0}, "never": ["none"]}}},
        ],
        "freezes": [
            {"once": {"from": "2026-12-24T00:00:00Z", "to": "2026-12-24T00:00:00Z"}},
            {"reason": "neither"},
        ],
        "guard": {"metrics": [], "alpha": 0.5},
    });
    let refused = project.put(PLAN).if_match("*").json(&wrong).await;
    assert_eq!(
        refused.invalid_paths(),
        [
            "stages[0].name",
            "stages[1].bake_minutes",
            "stages[1].audience.threshold",
            "stages[2].name",
            "stages[3].audience.threshold",
            "stages[4].audience.cohort.size.tenants",
            "freezes[0].once.to",
            "freezes[1]",
            "guard.alpha",
            "guard.metrics",
        ]
    );
    let missing = json!({"stages": [
        {"name": "us", "audience": {"segments": ["nobody"]}},
        {"name": "ten", "audience": {"cohort": {"size": {"tenants": 10}, "never": ["none"]}}},
    ]});
    let refused = project.put(PLAN).if_match("*").json(&missing).await;
    assert_eq!(
        refused.invalid_paths(),
        [
            "stages[0].audience.segments[0]",
            "stages[1].audience.cohort.never[0]"
        ]
    );
    let weekly = json!({"stages": [share("all", 1, 1)], "freezes": [
        {"weekly": {"from": "friday", "to": "mon 08:00"}}]});
    let refused = project.put(PLAN).if_match("*").json(&weekly).await;
    assert_eq!(refused.invalid_paths(), ["freezes[0].weekly.from"]);
    let templates = project.get("/plan-templates").await.ok(200);
    assert_eq!(templates["items"].as_array().map(Vec::len), Some(3));
    for template in templates["items"].as_array().expect("templates") {
        for segment in template["segments"].as_array().expect("segments") {
            let new = json!({"key": segment});
            project.post("/segments").json(&new).await.expect(201);
        }
        project
            .put(PLAN)
            .if_match("*")
            .json(&template["plan"])
            .await
            .expect(200);
    }
}

/// A ring, two cohorts and everybody, and a tenant that is frozen until tomorrow.
fn rings_and_cohorts(server: &TestServer) -> Value {
    let tomorrow = server.now() + tenantry_tests::TimeDelta::days(1);
    json!({
        "stages": [
            {"name": "us", "audience": {"segments": ["internal"]}, "bake_minutes": 0},
            {"name": "seven", "bake_minutes": 0, "advance": "approval",
                "audience": {"cohort": {"size": {"tenants": 7}, "small_first": true}}},
            {"name": "a half", "bake_minutes": 0, "advance": "approval",
                "audience": {"cohort": {"size": {"share_of_tenants": 50_000}}}},
            {"name": "all", "audience": {"threshold": 100_000}, "bake_minutes": 0},
        ],
        "freezes": [{
            "reason": "quarter's end", "tenants": ["newcomer"],
            "once": {"from": server.now(), "to": tomorrow},
        }],
    })
}

#[tokio::test]
async fn cohorts_rings_and_freezes() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let us = json!({"key": "internal"});
        project.post("/segments").json(&us).await.expect(201);
        project
            .post("/segments/internal/members")
            .json(&json!({"tenants": ["us"]}))
            .await
            .expect(200);
        let roster: Vec<String> = (0..50)
            .map(|number| json!({"key": format!("t{number:02}"), "weight": number + 1}).to_string())
            .collect();
        project
            .post("/tenants/import")
            .body("application/x-ndjson", roster.join("\n"))
            .await
            .expect(200);
        let plan = rings_and_cohorts(&server);
        project
            .put(PLAN)
            .if_match("*")
            .json(&plan)
            .await
            .expect(200);
        let preview = project
            .post(format!("{PLAN}/preview"))
            .json(&plan)
            .await
            .ok(200);
        let counts: Vec<_> = preview["stages"]
            .as_array()
            .expect("stages")
            .iter()
            .map(|it| (it["turned_on"]["count"].clone(), it["on"]["count"].clone()))
            .collect();
        let pairs = [(0, 0), (7, 7), (18, 25), (25, 50)];
        assert_eq!(counts, pairs.map(|(new, all)| (json!(new), json!(all))));
        told(&project, "start").await.expect(200);
        let seven = at(&project, "running", Some(1)).await;
        assert_eq!(seven["admissions"], 7);
        let admissions = project.get(format!("{PLAN}/admissions")).await.ok(200);
        let items = admissions["items"].as_array().expect("tenants");
        let keys: Vec<_> = items
            .iter()
            .map(|it| it["tenant"].as_str().expect("a key"))
            .collect();
        assert!(
            keys.iter().all(|key| *key < "t10"),
            "of one digit: {keys:?}"
        );
        assert!(
            items
                .iter()
                .all(|it| it["by"] == "tenantry-server" && it["stage"] == 1)
        );
        let targeting = project.get(targeting_of("new-billing")).await.ok(200);
        assert_eq!(targeting["allow"], json!(keys));
        assert_eq!(
            targeting["rules"][0]["conditions"][0]["segment"],
            "internal"
        );

        told(&project, "approve").await.expect(200);
        let half = at(&project, "running", Some(2)).await;
        assert_eq!(half["admissions"], 25, "those before count");
        assert_eq!(
            told(&project, "step-back").await.ok(200)["admissions"],
            7,
            "last in, first out"
        );
        let targeting = project.get(targeting_of("new-billing")).await.ok(200);
        assert_eq!(targeting["allow"], json!(keys));
        told(&project, "resume").await.expect(200);
        told(&project, "approve").await.expect(200);
        at(&project, "running", Some(2)).await;
        told(&project, "approve").await.expect(200);
        // The last stage admits everybody, who is on the roster and who is not, but for one.
        let frozen = at(&project, "running", Some(3)).await;
        let wait = &frozen["waits"][0];
        assert_eq!(
            (&wait["reason"], &wait["tenant"]),
            (&json!("frozen"), &json!("newcomer"))
        );
        server.travel(tenantry_tests::TimeDelta::days(2));
        at(&project, "finished", Some(3)).await;
    })
    .await;
}

#[tokio::test]
async fn an_edit_that_takes_the_flag_from_a_tenant_must_say_so() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.create_flag("new-billing").await;
    // The first stage admits neither tenant by its bucket.
    let plan = json!({"stages": [share("few", 1, 60), share("all", 100_000, 0)]});
    project
        .put(PLAN)
        .if_match("*")
        .json(&plan)
        .await
        .expect(200);
    for key in ["acme", "globex"] {
        project
            .post("/tenants")
            .json(&json!({"key": key}))
            .await
            .expect(201);
    }
    let rollout = json!({"threshold": 0, "salt": "s"});
    let on = json!({"on": true, "allow": ["acme", "globex"], "rollout": rollout});
    project.set_targeting("new-billing", &on).await;
    let off = json!({"on": true, "allow": ["globex"], "rollout": rollout});
    let path = targeting_of("new-billing");
    let put = async |query: &str, document: &Value| {
        project
            .put(format!("{path}{query}"))
            .if_match("*")
            .json(document)
            .await
    };
    put("", &off).await.expect(200);
    put("", &on).await.expect(200);
    told(&project, "start").await.expect(200);
    at(&project, "running", Some(0)).await;
    let refused = put("", &off).await.problem(409, "demotes");
    assert_eq!(
        refused["problems"][0]["message"],
        "acme would lose new-billing in production"
    );
    let acme = json!({"tenants": ["acme"]});
    project
        .post(format!("{path}/block"))
        .json(&acme)
        .await
        .problem(409, "demotes");
    project
        .delete(format!("{path}/allow"))
        .json(&acme)
        .await
        .problem(409, "demotes");
    let edit = project
        .patch(&path)
        .if_match("*")
        .json(&json!({"on": false}))
        .await;
    assert_eq!(
        edit.problem(409, "demotes")["problems"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    put("?demote=true", &off).await.expect(200);
    at(&project, "paused", Some(0)).await;
}
