//! Plans of flags that people have written, and write, things into.

use serde_json::{Value, json};
use tenantry_tests::{on_each_database, targeting_of};

use super::plan::{PLAN, at, furnish, threshold, told};

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
