//! Plans of flags that people have written, and write, things into.

use serde_json::{Value, json};
use tenantry_tests::{DatabaseKind, TestServer, on_each_database, targeting_of, until};

use super::plan::{PLAN, at, furnish, share, threshold, told};

#[tokio::test]
async fn whom_a_flag_that_is_off_would_be_on_for_is_not_drawn() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let roster = ["a", "b", "c"].map(|key| json!({"key": key, "weight": 1}).to_string());
        let import = project.post("/tenants/import");
        let import = import.body("application/x-ndjson", roster.join("\n"));
        import.await.expect(200);
        let cohort = json!({"cohort": {"size": {"tenants": 2}}});
        let stage = json!({"name": "two", "audience": cohort, "bake_minutes": 60});
        let put = project.put(PLAN).if_match("*");
        put.json(&json!({"stages": [stage]})).await.expect(200);
        let off = json!({"on": false, "allow": ["b"], "rollout": {"threshold": 100_000}});
        project.set_targeting("new-billing", &off).await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        let found = project.get(targeting_of("new-billing")).await.ok(200);
        assert_eq!(
            (&found["allow"], threshold(&project).await),
            (&json!(["a", "b", "c"]), json!(0))
        );
        told(&project, "roll-back").await.expect(200);
        let found = project.get(targeting_of("new-billing")).await.ok(200);
        assert_eq!(
            (&found["allow"], &found["rollout"]),
            (&off["allow"], &off["rollout"])
        );
        assert_ne!(found["on"], true);
    })
    .await;
}

#[tokio::test]
async fn what_a_person_took_out_and_resumed_with_stays_out() {
    on_each_database(async |server| {
        let project = server.project();
        furnish(&project).await;
        let all = json!({"on": false, "rollout": {"threshold": 100_000}});
        project.set_targeting("new-billing", &all).await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        assert_eq!(
            threshold(&project).await,
            10_000,
            "a flag that was off gave it to nobody"
        );
        let trip = json!({"alerts": [{"status": "firing", "labels": {
            "flag": "new-billing", "tenant": "acme"}, "startsAt": "2100-01-01T00:00:00Z"}]});
        let trip = async || {
            let path = "/environments/production/alerts";
            project.post(path).json(&trip).await.ok(200)["items"][0]["effect"].clone()
        };
        let edit = json!({"on": true, "allow": ["acme"], "rollout": {"threshold": 5_000}});
        project.set_targeting("new-billing", &edit).await;
        at(&project, "paused", Some(0)).await;
        told(&project, "resume").await.expect(200);
        assert_eq!(trip().await, "acted");
        let mut wanted = edit.clone();
        wanted["block"] = json!(["acme"]);
        let found = project.get(targeting_of("new-billing")).await.ok(200);
        assert_eq!(found, wanted, "one tenant is blocked and no more");
        assert_eq!(project.get(PLAN).await.ok(200)["blocked"], json!(["acme"]));
        // A person who lets it in again and resumes is right.
        project.set_targeting("new-billing", &edit).await;
        at(&project, "paused", Some(0)).await;
        let resumed = told(&project, "resume").await.ok(200);
        assert_eq!(resumed["blocked"], json!([]));
        told(&project, "approve").await.expect(200);
        at(&project, "finished", Some(1)).await;
        let found = project.get(targeting_of("new-billing")).await.ok(200);
        assert_eq!(
            (&found["block"], &found["rollout"]["threshold"]),
            (&Value::Null, &json!(100_000))
        );
    })
    .await;
}

#[tokio::test]
async fn an_alert_is_heeded_after_an_edit_if_it_began_after_it() {
    on_each_database(async |server| {
        let project = server.project();
        furnish(&project).await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        let edit = json!({"on": true, "allow": ["acme"], "rollout": {"threshold": 20_000}});
        let began = server.now();
        project.set_targeting("new-billing", &edit).await;
        let alert = async |since: &Value| {
            let alert = json!({"alerts": [{"status": "firing", "labels": {"flag": "new-billing"},
                "startsAt": since}]});
            let path = "/environments/production/alerts";
            project.post(path).json(&alert).await.ok(200)["items"][0]["effect"].clone()
        };
        assert_eq!(alert(&json!(began)).await, "earlier", "noticed or not");
        at(&project, "paused", Some(0)).await;
        assert_eq!(alert(&json!(began)).await, "earlier");
        assert_eq!(alert(&json!("2100-01-01T00:00:00Z")).await, "acted");
        let paused = project.get(PLAN).await.ok(200);
        assert_eq!(paused["pause"], "harm");
        let found = project.get(targeting_of("new-billing")).await.ok(200);
        assert_eq!(found, edit, "without a guard harm pauses");
        let again = alert(&json!("2100-01-01T00:00:00Z")).await;
        assert_eq!(again, "not_running", "once");
    })
    .await;
}

#[tokio::test]
async fn a_stage_that_does_not_fit_any_more_pauses_the_plan() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.create_flag("new-billing").await;
    let friends = json!({"key": "friends"});
    project.post("/segments").json(&friends).await.expect(201);
    let mut plan = json!({"stages": [
        share("few", 1, 0),
        {"name": "friends", "audience": {"segments": ["friends"]}, "bake_minutes": 0},
    ]});
    plan["stages"][0]["advance"] = json!("approval");
    let put = project.put(PLAN).if_match("*").json(&plan).await;
    put.expect(200);
    // As many rules as a flag may have: there is no room for a ring.
    let rule = json!({"conditions": [{"operator": "exists", "attribute": "beta"}], "effect": "on"});
    let rules = |count: usize| json!({"on": true, "rules": vec![rule.clone(); count]});
    project.set_targeting("new-billing", &rules(64)).await;
    told(&project, "start").await.expect(200);
    at(&project, "running", Some(0)).await;
    told(&project, "approve").await.expect(200);
    let paused = at(&project, "paused", Some(0)).await;
    assert_eq!(paused["pause"], "unfit");
    let why = paused["decisions"][0]["reason"].as_str().expect("a reason");
    assert!(why.contains("at most 64 rules"), "{why}");
    let fewer = json!({"rules": rules(63)["rules"]});
    let patch = project.patch(targeting_of("new-billing"));
    patch.if_match("*").json(&fewer).await.expect(200);
    told(&project, "resume").await.expect(200);
    told(&project, "approve").await.expect(200);
    at(&project, "finished", Some(1)).await;
}

#[tokio::test]
async fn a_segment_that_a_plan_names_stays() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        for key in ["friends", "banks"] {
            let new = json!({"key": key});
            project.post("/segments").json(&new).await.expect(201);
        }
        let cohort = json!({"cohort": {"size": {"tenants": 1}, "never": ["banks"]}});
        let plan = json!({"stages": [
            share("few", 1, 60),
            {"name": "friends", "audience": {"segments": ["friends"]}},
            {"name": "strangers", "audience": cohort},
        ]});
        let put = project.put(PLAN).if_match("*").json(&plan).await;
        put.expect(200);
        let check = async |key: &str, stage: &str| {
            let shown = project.get(format!("/segments/{key}")).await.ok(200);
            let used = json!([{"flag": "new-billing", "environment": "production", "by": "plan",
                "stages": [stage]}]);
            assert_eq!(shown["used_by"], used, "{key}");
            let delete = project.delete(format!("/segments/{key}")).await;
            let refused = delete.problem(409, "segment_in_use");
            let detail = refused["detail"].as_str().expect("words");
            assert!(
                detail.contains("new-billing in production") && detail.contains(stage),
                "{detail}"
            );
        };
        // Not started, and under way.
        check("friends", "friends").await;
        check("banks", "strangers").await;
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        check("friends", "friends").await;
        told(&project, "roll-back").await.expect(200);
        let shown = project.get("/segments/friends").await.ok(200);
        assert_eq!(
            shown["used_by"],
            json!([]),
            "a plan that is over uses nothing"
        );
        project.delete("/segments/friends").await.expect(204);
    })
    .await;
}

#[tokio::test]
async fn a_command_that_is_tried_again_is_refused_at_another_stage_than_was_seen() {
    let server = TestServer::on_with(DatabaseKind::Postgres, |config| {
        // Nobody but this test changes the plan.
        config.plans.plan_tick_milliseconds = 3_600_000;
    });
    let server = server.await;
    let project = server.project();
    furnish(&project).await;
    project.published().await;
    told(&project, "start").await.expect(200);
    at(&project, "running", Some(0)).await;
    let (pool, other) = tokio::join!(server.database().connect(), server.database().connect());
    for (command, seen, by_now, name) in [("step-back", 0, 1, "all"), ("approve", 1, 0, "ten")] {
        let mut tx = pool.begin().await.expect("a transaction");
        let lock = sqlx::query("SELECT 1 FROM project FOR UPDATE");
        lock.execute(&mut *tx).await.expect("it is locked");
        let moves = async {
            until("the command has read and wants to write", async || {
                let waiting = "SELECT COUNT(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'";
                let waiting = sqlx::query_scalar(waiting).fetch_one(&other).await;
                let waiting: i64 = waiting.expect("a number");
                (waiting > 0).then_some(())
            })
            .await;
            let stage = |stage: i32| format!("\"stage\":{stage},");
            let change =
                "UPDATE plan SET version = version + 1, progress = replace(progress, $1, $2)";
            let change = sqlx::query(change).bind(stage(seen)).bind(stage(by_now));
            change.execute(&mut *tx).await.expect("it is changed");
            tx.commit().await.expect("committed");
        };
        let (answer, ()) = tokio::join!(told(&project, command), moves);
        let detail = answer.problem(409, "plan_state")["detail"].clone();
        let wanted = format!("the plan has moved meanwhile: it is in the stage {name}");
        assert_eq!(detail, wanted, "{command}");
        let plan = project.get(PLAN).await.ok(200);
        assert_eq!(
            (&plan["stage"], &plan["status"]),
            (&json!(by_now), &json!("running"))
        );
    }
}
