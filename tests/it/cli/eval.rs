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

#[tokio::test]
async fn what_was_answered_then_can_be_asked() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    let on = json!({"on": true, "allow": ["acme"]});
    let then = project.create_targeted("a", &on).await.revision();
    let time = server.now().to_rfc3339();
    server.travel(tenantry_tests::TimeDelta::hours(2));
    project.set_targeting("a", &json!({"on": false})).await;
    let now = run(&server, &["eval", "a", "acme"]).await.expect(0);
    assert!(now.out.contains("is off for acme"), "{now:#?}");
    for as_of in [["--at", &time], ["--revision", &then.to_string()]] {
        let words = [&["eval", "a", "acme", "--explain"][..], &as_of].concat();
        let told = run(&server, &words).await.expect(0);
        let was = format!("was on for acme in production at r{then}");
        assert!(told.out.contains(&was), "{told:#?}");
        assert!(told.out.contains("allow list"), "{told:#?}");
    }
    let far = ["eval", "a", "acme", "--revision", "99"];
    let far = run(&server, &far).await.expect(3);
    assert!(far.err.contains("revisions 0 to"), "{far:#?}");
    let both = ["eval", "a", "acme", "--revision", "1", "--at", &time];
    run(&server, &both).await.expect(2);
    let no_time = run(&server, &["eval", "a", "acme", "--at", "noon"]).await;
    assert!(no_time.expect(2).err.contains("14:03"));
}
