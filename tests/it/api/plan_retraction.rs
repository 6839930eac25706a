//! Whom a step back or a roll back would turn off, before it is done; and the record by stage.

use serde_json::{Value, json};
use tenantry_tests::{Caller, on_each_database, targeting_of};

use super::plan::{PLAN, at, share, told};

async fn roster(project: &Caller, tenants: &[(&str, u64)]) {
    let lines = tenants
        .iter()
        .map(|(key, weight)| json!({"key": key, "weight": weight}).to_string());
    let import = project.post("/tenants/import");
    let lines: Vec<_> = lines.collect();
    let import = import.body("application/x-ndjson", lines.join("\n"));
    import.await.expect(200);
}

async fn would(project: &Caller, of: &str) -> Value {
    let path = format!("{PLAN}/retraction?of={of}");
    project.get(path).await.ok(200)
}

/// Which tenants of the roster have the flag.
async fn on(project: &Caller, tenants: &[&str]) -> Vec<String> {
    let mut on = Vec::new();
    for tenant in tenants {
        if project.explain("new-billing", tenant).await["on"] == true {
            on.push((*tenant).to_owned());
        }
    }
    on
}

#[tokio::test]
async fn who_would_be_turned_off_is_who_is() {
    on_each_database(async |server| {
        let project = server.project();
        roster(
            &project,
            &[("big", 60), ("mid", 30), ("small", 10), ("friend", 0)],
        )
        .await;
        let all = ["big", "mid", "small", "friend"];
        project.create_flag("new-billing").await;
        let segment = json!({"key": "ring"});
        project.post("/segments").json(&segment).await.expect(201);
        let members = json!({"tenants": ["mid"]});
        let add = project.post("/segments/ring/members").json(&members);
        add.await.expect(200);
        let mut plan = json!({"stages": [
            {"name": "ring", "audience": {"segments": ["ring"]}, "bake_minutes": 0},
            share("all", 100_000, 0),
        ]});
        plan["stages"][0]["advance"] = json!("approval");
        plan["stages"][1]["bake_minutes"] = json!(60);
        project
            .put(PLAN)
            .if_match("*")
            .json(&plan)
            .await
            .expect(200);
        for of in ["step_back", "roll_back"] {
            let path = format!("{PLAN}/retraction?of={of}");
            project.get(path).await.problem(409, "plan_state");
        }
        // Who has the flag by hand keeps it.
        let before = json!({"on": true, "allow": ["friend"]});
        project.set_targeting("new-billing", &before).await;
        told(&project, "start").await.expect(200);
        told(&project, "approve").await.expect(200);
        at(&project, "running", Some(1)).await;
        assert_eq!(on(&project, &all).await, all);

        let back = would(&project, "step_back").await;
        assert_eq!(
            back,
            json!({
                "from": 1, "to": 0,
                "off": {"count": 2, "share_of_tenants": 0.5, "share_of_requests": 0.7},
                "on": {"count": 2, "share_of_tenants": 0.5, "share_of_requests": 0.3},
                "largest": ["big", "small"],
                "tenants": ["big", "small"],
            })
        );
        let roll = would(&project, "roll_back").await;
        assert_eq!(roll["off"]["count"], 3);
        assert_eq!(roll["to"], Value::Null);
        assert_eq!(roll["largest"], json!(["big", "mid", "small"]));
        assert_eq!(on(&project, &all).await, all, "nothing was done");
        assert_eq!(project.get(PLAN).await.ok(200)["status"], "running");

        told(&project, "step-back").await.expect(200);
        assert_eq!(on(&project, &all).await, ["mid", "friend"]);
        assert_eq!(
            would(&project, "roll_back").await["tenants"],
            json!(["mid"])
        );
        told(&project, "roll-back").await.expect(200);
        assert_eq!(on(&project, &all).await, ["friend"]);
        let path = format!("{PLAN}/retraction?of=roll_back");
        project.get(path).await.problem(409, "plan_state");
        let path = format!("{PLAN}/retraction?of=finish");
        project.get(path).await.problem(400, "invalid_parameter");
        let path = targeting_of("new-billing");
        assert_eq!(project.get(path).await.ok(200)["allow"], json!(["friend"]));
    })
    .await;
}

#[tokio::test]
async fn admissions_are_counted_and_listed_by_stage() {
    on_each_database(async |server| {
        let project = server.project();
        roster(&project, &[("a", 1), ("b", 1), ("c", 1), ("d", 1)]).await;
        project.create_flag("new-billing").await;
        let stage = |name: &str, tenants: u32| {
            json!({"name": name, "bake_minutes": 0, "advance": "approval",
            "audience": {"cohort": {"size": {"tenants": tenants}}}})
        };
        let plan = json!({"stages": [stage("one", 1), stage("three", 3)]});
        project
            .put(PLAN)
            .if_match("*")
            .json(&plan)
            .await
            .expect(200);
        told(&project, "start").await.expect(200);
        told(&project, "approve").await.expect(200);
        at(&project, "running", Some(1)).await;
        let record = async |query: &str| {
            let path = format!("{PLAN}/admissions?{query}");
            project.get(path).await.ok(200)
        };
        let stages = json!([
            {"stage": 0, "name": "one", "count": 1},
            {"stage": 1, "name": "three", "count": 2},
        ]);
        let all = record("").await;
        assert_eq!(
            (all["items"].as_array().map(Vec::len), &all["stages"]),
            (Some(3), &stages)
        );
        let second = record("stage=1&limit=1").await;
        assert_eq!(second["stages"], stages, "whichever stage is listed");
        let cursor = second["next_cursor"].as_str().expect("another page");
        let rest = record(&format!("stage=1&limit=1&cursor={cursor}")).await;
        assert_eq!(
            (&rest["stages"], &rest["next_cursor"]),
            (&Value::Null, &Value::Null)
        );
        for page in [&second, &rest] {
            assert_eq!(page["items"][0]["stage"], 1);
        }
        assert_ne!(second["items"][0]["tenant"], rest["items"][0]["tenant"]);
        assert_eq!(
            record("stage=0").await["items"].as_array().map(Vec::len),
            Some(1)
        );
        assert_eq!(record("stage=7").await["items"], json!([]));
        told(&project, "step-back").await.expect(200);
        assert_eq!(
            record("").await["stages"],
            json!([{"stage": 0, "name": "one", "count": 1}])
        );
        assert_eq!(record("all=true").await["stages"], stages);
    })
    .await;
}
