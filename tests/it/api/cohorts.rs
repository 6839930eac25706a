//! Cohorts of plans: whom they draw, and whom never.

use serde_json::{Value, json};
use tenantry_tests::{on_each_database, targeting_of};

use super::plan::{PLAN, at, share, told};

#[tokio::test]
async fn who_must_never_be_drawn_is_not_and_the_segment_stays() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        for number in 0..20 {
            let tenant = json!({"key": format!("tenant-{number:02}"), "name": "A tenant"});
            project.post("/tenants").json(&tenant).await.expect(201);
        }
        let keys: Vec<String> = (0..10)
            .map(|number| format!("tenant-{number:02}"))
            .collect();
        let banks = json!({"key": "banks"});
        project.post("/segments").json(&banks).await.expect(201);
        let members = json!({"tenants": keys});
        let path = "/segments/banks/members";
        project.post(path).json(&members).await.expect(200);
        let mut plan = json!({"stages": [
            share("few", 1, 0),
            {"name": "fifteen", "bake_minutes": 0, "audience": {"cohort": {
                "size": {"tenants": 15}, "never": ["banks"],
            }}},
        ]});
        plan["stages"][0]["advance"] = json!("approval");
        project
            .put(PLAN)
            .if_match("*")
            .json(&plan)
            .await
            .expect(200);
        told(&project, "start").await.expect(200);
        at(&project, "running", Some(0)).await;
        // Nor can the segment go meanwhile, whoever asks.
        let refused = project.delete("/segments/banks").await;
        refused.problem(409, "segment_in_use");
        told(&project, "approve").await.expect(200);
        at(&project, "finished", Some(1)).await;
        let targeting = project.get(targeting_of("new-billing")).await.ok(200);
        let allowed: Vec<&Value> = targeting["allow"]
            .as_array()
            .expect("a list")
            .iter()
            .collect();
        let others: Vec<String> = (10..20)
            .map(|number| format!("tenant-{number:02}"))
            .collect();
        assert_eq!(
            allowed,
            others.iter().collect::<Vec<_>>(),
            "as many as there are"
        );
    })
    .await;
}
