//! `POST` and `DELETE …/targeting/allow` and `…/targeting/block`

use serde_json::json;
use tenantry_tests::{on_each_database, targeting_of};

#[tokio::test]
async fn tenants_come_and_go_without_the_rest_of_the_document() {
    on_each_database(async |server| {
        let project = server.project();
        project
            .create_targeted("a", &json!({"on": true, "allow": ["acme"]}))
            .await;
        for list in ["allow", "block"] {
            let before = project.revision_of("production").await;
            let path = format!("{}/{list}", targeting_of("a"));
            let some = json!({"tenants": ["initech", "globex", "initech"]});
            let size = if list == "allow" { 3 } else { 2 };
            let added = project.post(&path).json(&some).await.ok(200);
            let expected =
                json!({"changed": ["globex", "initech"], "size": size, "revision": before + 1});
            assert_eq!(added, expected, "{list}");
            let again = project.post(&path).json(&some).await.ok(200);
            let expected = json!({"changed": [], "size": size, "revision": before + 1});
            assert_eq!(again, expected, "adding again to {list}");
            let one = json!({"tenants": ["globex", "nobody"]});
            let removed = project.delete(&path).json(&one).await.ok(200);
            let expected = json!({"changed": ["globex"], "size": size - 1, "revision": before + 2});
            assert_eq!(removed, expected, "removing from {list}");
        }
        let targeting = project.get(targeting_of("a")).await.ok(200);
        assert_eq!(targeting["allow"], json!(["acme", "initech"]));
        assert_eq!(targeting["block"], json!(["initech"]));
        assert_eq!(
            project.explain("a", "initech").await["on"],
            false,
            "block beats allow"
        );
    })
    .await;
}

#[tokio::test]
async fn a_change_of_a_list_moves_the_targetings_tag() {
    on_each_database(async |server| {
        let project = server.project();
        let tag = project
            .create_targeted("a", &json!({"on": true}))
            .await
            .etag();
        let path = format!("{}/allow", targeting_of("a"));
        project
            .post(path)
            .json(&json!({"tenants": ["acme"]}))
            .await
            .expect(200);
        let stale = project
            .put(targeting_of("a"))
            .if_match(&tag)
            .json(&json!({"on": false}))
            .await;
        stale.problem(412, "precondition_failed");
    })
    .await;
}

#[tokio::test]
async fn tenant_keys_are_any_text_of_1_to_256_bytes() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_targeted("a", &json!({"on": true})).await;
        let path = format!("{}/allow", targeting_of("a"));
        let longest = "é".repeat(128);
        let odd = [
            "Twin",
            "twin",
            "é",
            "e\u{301}",
            "🏢",
            " padded ",
            "a/b?c#d",
            "'; --",
            "\u{202e}x",
            "null",
            &longest,
        ];
        project
            .post(&path)
            .json(&json!({"tenants": odd}))
            .await
            .expect(200);
        for tenant in odd {
            assert_eq!(project.explain("a", tenant).await["on"], true, "{tenant:?}");
        }
        assert_eq!(project.explain("a", "padded").await["on"], false);
        let wrong = json!({"tenants": ["fine", "", "é".repeat(129)]});
        let refused = project.post(&path).json(&wrong).await;
        assert_eq!(refused.invalid_paths(), ["tenants[1]", "tenants[2]"]);
        assert_eq!(
            project.explain("a", "fine").await["on"],
            false,
            "all or nothing"
        );
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_tenants_go_in_one_request() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_targeted("a", &json!({"on": true})).await;
        let path = format!("{}/allow", targeting_of("a"));
        let tenants: Vec<_> = (0..10_000)
            .map(|number| format!("tenant-{number}"))
            .collect();
        let added = project
            .post(&path)
            .json(&json!({"tenants": tenants}))
            .await
            .ok(200);
        assert_eq!(added["size"], 10_000);
        let flag = project.get("/flags/a").await.ok(200);
        assert_eq!(flag["environments"][2]["allow"], 10_000);
        let removed = project
            .delete(&path)
            .json(&json!({"tenants": tenants}))
            .await
            .ok(200);
        assert_eq!(removed["size"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_request_is_refused() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let path = format!("{}/allow", targeting_of("a"));
        let unknown = json!({"tenants": ["acme"], "list": "block"});
        assert_eq!(
            project.post(&path).json(&unknown).await.invalid_paths(),
            ["list"]
        );
        project
            .post(&path)
            .json(&json!({}))
            .await
            .problem(422, "invalid_body");
        let tenants = json!({"tenants": ["acme"]});
        let missing = format!("{}/allow", targeting_of("b"));
        project
            .post(&missing)
            .json(&tenants)
            .await
            .problem(404, "not_found");
        project
            .delete(&missing)
            .json(&tenants)
            .await
            .problem(404, "not_found");
        let guests = format!("{}/guests", targeting_of("a"));
        let unknown = project.post(&guests).json(&tenants).await;
        let detail = unknown.problem(404, "not_found")["detail"].to_string();
        assert!(detail.contains("allow and block"), "{detail}");
    })
    .await;
}
