//! `tenantry eval`

use serde_json::json;
use tenantry_tests::TestServer;

use super::run;

#[tokio::test]
async fn an_answer_can_be_explained() {
    let server = TestServer::on_sqlite().await;
    let rule = json!({"conditions": [{"operator": "number_gt", "attribute": "seats", "values": [100]}], "effect": "on"});
    let targeting = json!({"on": true, "allow": ["acme"], "rules": [rule]});
    server.project().create_targeted("a", &targeting).await;
    server.published().await;
    let on = run(&server, &["eval", "a", "acme"]).await.expect(0);
    assert!(
        on.out.contains("is on for acme") && on.out.contains("TARGETING_MATCH"),
        "{on:#?}"
    );
    let off = run(&server, &["eval", "a", "globex"]).await.expect(0);
    assert!(off.out.contains("is off for globex"), "{off:#?}");
    let large = run(
        &server,
        &["eval", "a", "globex", "-a", "seats=250", "--explain"],
    )
    .await
    .expect(0);
    assert!(large.out.contains("is on for globex"), "{large:#?}");
    assert!(
        large.out.lines().count() > 3,
        "the steps are told: {large:#?}"
    );
    let json = run(&server, &["eval", "a", "acme", "-o", "json"])
        .await
        .expect(0)
        .json();
    assert_eq!(
        (&json["on"], &json["reason"]),
        (&json!(true), &json!("TARGETING_MATCH"))
    );
}
