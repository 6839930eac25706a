//! The examples that are sent as they are.

use serde_json::{Value, json};
use tenantry_tests::TestServer;

use super::plan::PLAN;

#[tokio::test]
async fn the_guarded_rollout_is_a_plan() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/guarded-rollout/plan.json"
    );
    let text = std::fs::read_to_string(path).expect("the example");
    let plan: Value = serde_json::from_str(&text).expect("JSON");
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project.create_flag("new-billing").await;
    server.published().await;
    for key in ["internal", "design-partners"] {
        let segment = json!({"key": key});
        project.post("/segments").json(&segment).await.expect(201);
    }
    let path = format!("{PLAN}/preview");
    project.post(path).json(&plan).await.expect(200);
    let made = project.put(PLAN).if_match("*").json(&plan).await.ok(200);
    assert_eq!(made["status"], "draft");
    assert_eq!(made["plan"]["stages"][4]["name"], "everybody");
}
