//! `GET /api/v1/projects/{project}/audit`

use serde_json::{Value, json};
use tenantry_tests::{Caller, Request, on_each_database, targeting_of};

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
        assert_eq!(entry["revisions"], json!({"production": answer.revision()}));
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

/// What was done to a project, oldest first.
async fn actions(project: &Caller) -> Vec<String> {
    let found = entries(project, "?limit=200").await;
    let action = |entry: &Value| entry["action"].as_str().expect("an action").to_owned();
    found.iter().rev().map(action).collect()
}

/// Makes a change that must succeed.
async fn make(request: Request, body: Value) {
    let answer = request.if_match("*").json(&body).await;
    assert!(answer.status.is_success(), "{answer:#?}");
}

#[tokio::test]
async fn every_change_of_a_flag_leaves_its_entry() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_targeted("a", &json!({"on": true})).await;
        let seq = entries(&project, "?limit=1").await[0]["seq"].clone();
        make(project.patch("/flags/a"), json!({"name": "A"})).await;
        let later = json!({"expires_on": "2099-01-01", "reason": "r"});
        make(project.post("/flags/a/extend"), later).await;
        let list = format!("{}/allow", targeting_of("a"));
        make(project.post(&list), json!({"tenants": ["acme"]})).await;
        make(project.delete(&list), json!({"tenants": ["acme"]})).await;
        make(project.patch(targeting_of("a")), json!({"on": false})).await;
        let revert = format!("{}/revert", targeting_of("a"));
        make(project.post(&revert), json!({"to": seq})).await;
        make(project.post("/flags/a/archive"), json!({})).await;
        make(project.post("/flags/a/restore"), json!({})).await;
        let expected = [
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
        ];
        let actions = actions(&project).await;
        assert!(
            actions.ends_with(&expected.map(str::to_owned)),
            "{actions:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn every_change_of_what_holds_flags_leaves_its_entry() {
    on_each_database(async |server| {
        let shop = server.admin().create_project("shop").await;
        make(shop.patch(""), json!({"name": "Shop!"})).await;
        let preview = json!({"key": "preview", "name": "Preview"});
        make(shop.post("/environments"), preview).await;
        make(shop.patch("/environments/preview"), json!({"name": "P"})).await;
        let token = shop.create_token("ci").await;
        let token = format!("/tokens/{}", token.id);
        make(shop.post(format!("{token}/rotate")), json!({})).await;
        make(shop.delete(&token), json!({})).await;
        let expected = [
            "project.update",
            "environment.create",
            "environment.update",
            "token.create",
            "token.rotate",
            "token.revoke",
        ];
        let actions = actions(&shop).await;
        assert!(
            actions.ends_with(&expected.map(str::to_owned)),
            "{actions:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn entries_are_numbered_without_a_gap() {
    on_each_database(async |server| {
        let project = server.project();
        for number in 0..10 {
            project.create_flag(&format!("flag-{number}")).await;
        }
        let found = entries(&project, "?limit=200").await;
        let number = |entry: &Value| entry["seq"].as_u64().expect("a number");
        let numbers: Vec<_> = found.iter().rev().map(number).collect();
        assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
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
        // What is not in one environment alone concerns all of them: creating the project and flags.
        let everywhere = count("?environment=staging").await;
        assert_eq!(everywhere, 3);
        assert_eq!(count("?environment=production").await, everywhere + 2);
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
        for query in [
            "?limit=0",
            "?limit=201",
            "?cursor=zz",
            "?flagg=a",
            "?environment=x",
        ] {
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
