//! Two people at once: whoever approves of a stage, or takes one back, means the one that they saw.

use serde_json::{Value, json};
use tenantry_tests::{Answer, Caller, on_each_database};

use super::plan::{PLAN, at, share, told};

/// A flag with a plan of three stages that wait for approval, started.
async fn furnish(project: &Caller) {
    project.create_flag("new-billing").await;
    let stages = [("ten", 10_000), ("half", 50_000), ("all", 100_000)];
    let stages = stages.map(|(name, threshold)| {
        let mut stage = share(name, threshold, 0);
        stage["advance"] = json!("approval");
        stage
    });
    let plan = json!({"stages": stages});
    project
        .put(PLAN)
        .if_match("*")
        .json(&plan)
        .await
        .expect(200);
    told(project, "start").await.expect(200);
    at(project, "running", Some(0)).await;
}

async fn wanted(project: &Caller, command: &str, stage: Value) -> Answer {
    let path = format!("{PLAN}/{command}");
    project.post(path).json(&json!({"stage": stage})).await
}

#[tokio::test]
async fn an_approval_is_of_the_stage_that_was_seen() {
    on_each_database(async |server| {
        let project = server.project();
        furnish(&project).await;
        wanted(&project, "approve", json!("ten")).await.expect(200);
        at(&project, "running", Some(1)).await;
        // The other one saw the first stage, too, and would let in everybody.
        for stage in [
            json!("ten"),
            json!(0),
            json!("all"),
            json!(7),
            json!("nowhere"),
        ] {
            let refused = wanted(&project, "approve", stage).await;
            let refused = refused.problem(409, "plan_state");
            assert_eq!(
                refused["detail"],
                "the plan has moved meanwhile: it is in the stage half"
            );
        }
        let plan = project.get(PLAN).await.ok(200);
        assert_eq!(
            (&plan["stage"], &plan["approved"]),
            (&json!(1), &json!(false))
        );
        wanted(&project, "approve", json!(1)).await.expect(200);
        at(&project, "running", Some(2)).await;
        for stage in [json!(true), json!(-1), json!({})] {
            let refused = wanted(&project, "approve", stage).await;
            let refused = refused.problem(422, "invalid_body");
            let message = "must be a stage's name, or its place counted from 0";
            assert_eq!(
                refused["problems"],
                json!([{"path": "stage", "message": message}])
            );
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_who_take_a_stage_back_at_once_one_does() {
    on_each_database(async |server| {
        let project = server.project();
        furnish(&project).await;
        told(&project, "approve").await.expect(200);
        at(&project, "running", Some(1)).await;
        let (one, other) = tokio::join!(
            wanted(&project, "step-back", json!("half")),
            wanted(&project, "step-back", json!(1)),
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{one:#?} {other:#?}");
        let plan = project.get(PLAN).await.ok(200);
        assert_eq!(
            (&plan["stage"], &plan["status"]),
            (&json!(0), &json!("paused"))
        );
        // Who says nothing takes back whatever is the newest.
        told(&project, "step-back").await.expect(200);
        let refused = wanted(&project, "step-back", json!("ten")).await;
        let refused = refused.problem(409, "plan_state");
        assert_eq!(
            refused["detail"],
            "the plan has moved meanwhile: it is in no stage yet, so look again in a moment"
        );
    })
    .await;
}
