//! `GET /api/v1/projects/{project}/audit`

use serde_json::{Value, json};
use tenantry_tests::{Caller, on_each_database, targeting_of};

async fn entries(project: &Caller, query: &str) -> Vec<Value> {
    let page = project.get(format!("/audit{query}")).await.ok(200);
    page["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn an_entry_says_who_changed_what_from_what_to_what() {
    on_each_database(async |server| {
        let project = server.project();
        let first = json!({"on": false, "allow": ["acme"], "rollout": {"threshold": 10}});
        project.create_targeted("a", &first).await;
        let second = json!({"on": true, "allow": ["acme", "globex"], "rollout": {"threshold": 10}});
        let request = project.put(targeting_of("a")).if_match("*").json(&second);
        let answer = request
            .header("x-request-id", "deploy-17")
            .await
            .expect(200);

        let entry = entries(&project, "?limit=1").await.remove(0);
        assert_eq!(entry["action"], "targeting.update");
        assert_eq!(entry["target"], "flag/a");
        assert_eq!(entry["environment"], "production");
        assert_eq!(entry["revision"], answer.revision());
        assert_eq!(entry["request_id"], "deploy-17");
        for text in ["actor", "at", "hash"] {
            assert!(
                entry[text].as_str().is_some_and(|it| !it.is_empty()),
                "{text}: {entry:#}"
            );
        }
        let changes = entry["changes"].as_array().expect("changes");
        let find = |path: &str| {
            let found = changes
                .iter()
                .find(|it| it["path"].as_str().is_some_and(|it| it.ends_with(path)));
            found.unwrap_or_else(|| panic!("no change of {path} in {changes:#?}"))
        };
        assert_eq!(
            (&find("on")["before"], &find("on")["after"]),
            (&json!(false), &json!(true))
        );
        assert!(find("allow").to_string().contains("globex"), "{changes:#?}");
        assert!(
            !changes
                .iter()
                .any(|it| it.to_string().contains("threshold")),
            "{changes:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_change_leaves_its_entry() {
    on_each_database(async |server| {
        let project = server.project();
        let admin = server.admin();
        admin.create_project("shop").await;
        let shop = admin.below("/api/v1/projects/shop");
        shop.patch("")
            .if_match("*")
            .json(&json!({"name": "Shop!"}))
            .await
            .expect(200);
        let environment = json!({"key": "preview", "name": "Preview"});
        project
            .post("/environments")
            .json(&environment)
            .await
            .expect(201);
        let name = json!({"name": "A"});
        let path = "/environments/preview";
        project
            .patch(path)
            .if_match("*")
            .json(&name)
            .await
            .expect(200);
        project.create_targeted("a", &json!({"on": true})).await;
        project
            .patch("/flags/a")
            .if_match("*")
            .json(&name)
            .await
            .expect(200);
        let later = json!({"expires_on": "2099-01-01", "reason": "r"});
        project
            .post("/flags/a/extend")
            .json(&later)
            .await
            .expect(200);
        let list = format!("{}/allow", targeting_of("a"));
        project
            .post(&list)
            .json(&json!({"tenants": ["acme"]}))
            .await
            .expect(200);
        project
            .delete(&list)
            .json(&json!({"tenants": ["acme"]}))
            .await
            .expect(200);
        let seq = entries(&project, "?action=targeting.update").await[0]["seq"].clone();
        project.set_targeting("a", &json!({"on": false})).await;
        let revert = format!("{}/revert", targeting_of("a"));
        project
            .post(&revert)
            .json(&json!({"to": seq}))
            .await
            .expect(200);
        project
            .post("/flags/a/archive")
            .json(&json!({}))
            .await
            .expect(200);
        project
            .post("/flags/a/restore")
            .json(&json!({}))
            .await
            .expect(200);
        let token = project.create_token("ci").await;
        project
            .post(format!("/tokens/{}/rotate", token.id))
            .json(&json!({}))
            .await
            .expect(200);
        project.delete(format!("/tokens/{}", token.id)).await;

        let found = entries(&project, "?limit=200").await;
        let actions: Vec<_> = found
            .iter()
            .rev()
            .filter_map(|it| it["action"].as_str())
            .collect();
        let expected = [
            "environment.create",
            "environment.update",
            "flag.create",
            "targeting.update",
            "flag.update",
            "flag.extend",
            "list.add",
            "list.remove",
            "targeting.update",
            "targeting.revert",
            "flag.archive",
            "flag.restore",
            "token.create",
            "token.rotate",
            "token.revoke",
        ];
        assert!(actions.ends_with(&expected), "{actions:#?}");
        let seqs: Vec<_> = found
            .iter()
            .rev()
            .map(|it| it["seq"].as_u64().expect("a number"))
            .collect();
        assert_eq!(
            seqs,
            (1..=seqs.len() as u64).collect::<Vec<_>>(),
            "numbered without a gap"
        );
        let of_shop: Vec<_> = entries(&shop, "")
            .await
            .iter()
            .map(|it| it["action"].clone())
            .collect();
        assert!(
            of_shop.starts_with(&[json!("project.update")]),
            "{of_shop:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_and_pages_hold_every_entry_once() {
    on_each_database(async |server| {
        let project = server.project();
        for key in ["a", "b"] {
            project.create_targeted(key, &json!({"on": true})).await;
        }
        let count = async |query: &str| entries(&project, query).await.len();
        assert_eq!(count("?flag=a").await, 2);
        assert_eq!(count("?flag=a&action=flag.create").await, 1);
        assert_eq!(count("?environment=production").await, 2);
        assert_eq!(count("?environment=staging").await, 0);
        assert_eq!(count("?actor=nobody").await, 0);

        let all: Vec<_> = entries(&project, "")
            .await
            .iter()
            .map(|it| it["seq"].clone())
            .collect();
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = project.get(format!("/audit?limit=2{cursor}")).await.ok(200);
            found.extend(
                page["items"]
                    .as_array()
                    .expect("items")
                    .iter()
                    .map(|it| it["seq"].clone()),
            );
            let Some(next) = page["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(found, all);
        for query in ["?limit=0", "?limit=201", "?cursor=zz", "?flagg=a"] {
            project
                .get(format!("/audit{query}"))
                .await
                .problem(400, "invalid_parameter");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_refused_leaves_no_entry() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let before = entries(&project, "?limit=200").await.len();
        project
            .post("/flags")
            .json(&json!({"key": "a"}))
            .await
            .expect(409);
        project
            .put(targeting_of("a"))
            .json(&json!({"on": true}))
            .await
            .expect(428);
        project
            .put(targeting_of("a"))
            .if_match("\"9\"")
            .json(&json!({"on": true}))
            .await
            .expect(412);
        project
            .put(targeting_of("a"))
            .if_match("*")
            .json(&json!({"on": 1}))
            .await
            .expect(422);
        assert_eq!(entries(&project, "?limit=200").await.len(), before);
    })
    .await;
}
