//! Whom plans have admitted: the record of it.

use serde_json::{Value, json};
use tenantry_tests::{Caller, TimeDelta, on_each_database};

use super::plan::{PLAN, at, told};

/// The tenants on record, each with its stage; `-` before those that were taken back.
async fn record(project: &Caller, query: &str) -> Vec<String> {
    let found = project
        .get(format!("{PLAN}/admissions{query}"))
        .await
        .ok(200);
    let items = found["items"].as_array().expect("tenants").iter();
    let names = items.map(|it| {
        let gone = if it["retraction"].is_null() { "" } else { "-" };
        format!(
            "{gone}{} {}",
            it["tenant"].as_str().expect("a key"),
            it["stage_name"].as_str().expect("a name")
        )
    });
    names.collect()
}

#[tokio::test]
async fn whoever_a_stage_turns_on_is_on_record_and_stays_there() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let ring = json!({"key": "internal"});
        project.post("/segments").json(&ring).await.expect(201);
        let members = json!({"tenants": ["us", "stranger"]});
        let add = project.post("/segments/internal/members");
        add.json(&members).await.expect(200);
        let roster = ["a", "b", "frozen", "us"].map(|key| json!({"key": key}).to_string());
        let import = project.post("/tenants/import");
        let import = import.body("application/x-ndjson", roster.join("\n"));
        import.await.expect(200);
        let stage = |name: &str, audience: Value| json!({"name": name, "audience": audience, "bake_minutes": 0, "advance": "approval"});
        let plan = json!({
            "stages": [
                stage("us", json!({"segments": ["internal"]})),
                stage("one", json!({"cohort": {"size": {"tenants": 1}, "small_first": true}})),
                stage("all", json!({"threshold": 100_000})),
            ],
            "freezes": [{"tenants": ["frozen"], "once": {
                "from": server.now(), "to": server.now() + TimeDelta::hours(1)}}],
        });
        let put = async || {
            let put = project.put(PLAN).if_match("*").json(&plan);
            put.await.expect(200);
        };
        put().await;
        // Who starts a plan enters its first stage, if nothing is waited for.
        let first = told(&project, "start").await.ok(200);
        assert_eq!((&first["stage"], &first["admissions"]), (&json!(0), &json!(1)));
        assert_eq!(record(&project, "").await, ["us us"], "who is on the roster");
        for stage in 1..3 {
            told(&project, "approve").await.expect(200);
            at(&project, "running", Some(stage)).await;
        }
        let all = project.get(PLAN).await.ok(200)["admissions"].clone();
        // Whether the cohort drew the one that is frozen, chance has decided.
        let drawn = record(&project, "").await;
        let held = usize::from(drawn.contains(&"frozen one".to_owned()));
        assert_eq!((all, drawn.len()), (json!(3 + held), 3 + held));
        server.travel(TimeDelta::hours(2));
        let let_in = tenantry_tests::until("it is let in", async || {
            let plan = project.get(PLAN).await.ok(200);
            (plan["held"] == json!([])).then_some(plan)
        });
        assert_eq!(let_in.await["admissions"], 4);
        assert!(record(&project, "").await.contains(&"frozen all".to_owned()));
        let kept = record(&project, "").await.len();

        let why = json!({"reason": "wrong totals"});
        let back = project.post(format!("{PLAN}/roll-back")).json(&why);
        assert_eq!(back.await.ok(200)["admissions"], 0);
        assert!(record(&project, "").await.is_empty());
        let gone = record(&project, "?all=true").await;
        assert_eq!(gone.len(), kept);
        assert!(gone.iter().all(|name| name.starts_with('-')), "{gone:?}");
        let path = format!("{PLAN}/admissions?all=true&limit=1");
        let page = project.get(path).await.ok(200);
        let retraction = &page["items"][0]["retraction"];
        assert_eq!(retraction["why"], "wrong totals");
        assert!(page["next_cursor"].is_string());
        // Whom a plan before this one admitted is on record, too.
        put().await;
        told(&project, "start").await.expect(200);
        assert_eq!(record(&project, "").await, ["us us"]);
        assert_eq!(record(&project, "?all=true").await.len(), kept + 1);
        let path = format!("{PLAN}/admissions?limit=0");
        project.get(path).await.problem(400, "invalid_parameter");
    })
    .await;
}

#[tokio::test]
async fn twenty_thousand_tenants_are_recorded_with_the_stage_that_turns_them_on() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let roster: Vec<String> = (0..20_000)
            .map(|number| json!({"key": format!("tenant-{number}")}).to_string())
            .collect();
        for part in roster.chunks(5_000) {
            let import = project.post("/tenants/import");
            let import = import.body("application/x-ndjson", part.join("\n"));
            import.await.expect(200);
        }
        let plan = json!({"stages": [super::plan::share("all", 100_000, 60)]});
        let put = project.put(PLAN).if_match("*").json(&plan);
        put.await.expect(200);
        let started = told(&project, "start").await.ok(200);
        assert_eq!(
            (&started["stage"], &started["admissions"]),
            (&json!(0), &json!(20_000))
        );
        let page = project.get(format!("{PLAN}/admissions")).await.ok(200);
        assert_eq!(page["items"].as_array().map(Vec::len), Some(10_000));
        let back = told(&project, "step-back").await.ok(200);
        assert_eq!(back["admissions"], 0);
    })
    .await;
}

#[tokio::test]
async fn whom_a_person_lets_in_again_is_admitted_again_when_the_plan_goes_on() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let roster = ["a", "b"].map(|key| json!({"key": key}).to_string());
        let import = project.post("/tenants/import");
        let import = import.body("application/x-ndjson", roster.join("\n"));
        import.await.expect(200);
        let plan = json!({"stages": [
            {"name": "both", "audience": {"cohort": {"size": {"tenants": 2}}}, "bake_minutes": 0,
                "advance": "approval"},
            super::plan::share("all", 100_000, 60),
        ]});
        let put = project.put(PLAN).if_match("*").json(&plan);
        put.await.expect(200);
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        assert_eq!(record(&project, "").await, ["a both", "b both"]);
        // Monitoring finds that the flag harms one tenant, and it is switched off for it.
        let alert = json!({"alerts": [{"status": "firing", "startsAt": "2999-01-01T00:00:00Z",
            "labels": {"alertname": "Failing", "flag": "new-billing", "tenant": "a"}}]});
        let heard = project.post("/environments/production/alerts").json(&alert);
        assert_eq!(heard.await.ok(200)["items"][0]["effect"], "acted");
        assert_eq!(record(&project, "").await, ["b both"]);
        told(&project, "approve").await.expect(200);
        at(&project, "running", Some(1)).await;

        let block = format!("{}/block", tenantry_tests::targeting_of("new-billing"));
        let unblock = project.delete(block).json(&json!({"tenants": ["a"]}));
        unblock.await.expect(200);
        at(&project, "paused", Some(1)).await;
        assert_eq!(
            record(&project, "").await,
            ["b both"],
            "nobody has answered for it yet"
        );
        let resumed = told(&project, "resume").await.ok(200);
        assert_eq!(resumed["admissions"], 2);
        assert_eq!(record(&project, "").await, ["a both", "b both"]);
        assert_eq!(
            record(&project, "?all=true").await,
            ["-a both", "a both", "b both"]
        );
        // Nobody is admitted twice, and a stage that is taken back takes its own.
        told(&project, "pause").await.expect(200);
        let again = told(&project, "resume").await.ok(200);
        assert_eq!(again["admissions"], 2);
        assert_eq!(record(&project, "?all=true").await.len(), 3);
        let back = told(&project, "step-back").await.ok(200);
        assert_eq!(back["admissions"], 2, "they are the first stage's");
        let back = told(&project, "step-back").await.ok(200);
        assert_eq!(back["admissions"], 0);
    })
    .await;
}
