//! `GET /api/v1/projects/{project}/audit`

use chrono::SecondsFormat;
use serde_json::{Value, json};
use tenantry_tests::{Caller, Request, TimeDelta, on_each_database, targeting_of};

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

/// What was done, newest first, as `action target`.
async fn done(project: &Caller, query: &str) -> Vec<String> {
    let found = entries(project, query).await;
    let named = |entry: &Value| {
        let text = |name: &str| entry[name].as_str().expect("a text").to_owned();
        format!("{} {}", text("action"), text("target"))
    };
    found.iter().map(named).collect()
}

#[tokio::test]
async fn entries_are_found_by_what_was_changed_by_when_and_by_a_part_of_a_text() {
    on_each_database(async |server| {
        let project = server.project();
        for key in ["acme", "acme-labs"] {
            project
                .post("/tenants")
                .json(&json!({"key": key}))
                .await
                .expect(201);
        }
        let between = server.now() + TimeDelta::minutes(30);
        server.travel(TimeDelta::hours(1));
        project
            .patch("/tenants/acme")
            .if_match("*")
            .json(&json!({"name": "Acme"}))
            .await
            .expect(200);
        let kill = json!({"reason": "Totals are WRONG by 100 %"});
        project.create_targeted("a", &json!({"on": true})).await;
        project
            .post("/environments/production/flags/a/targeting/kill")
            .json(&kill)
            .await
            .expect(200);

        let acme = ["tenant.update tenant/acme", "tenant.create tenant/acme"];
        assert_eq!(done(&project, "?target=tenant/acme").await, acme);
        assert_eq!(
            done(&project, "?target=tenant/ac").await,
            [""; 0],
            "it is the whole target"
        );
        assert_eq!(
            done(&project, "?q=ACME&action=tenant.create").await,
            [
                "tenant.create tenant/acme-labs",
                "tenant.create tenant/acme"
            ]
        );
        assert_eq!(done(&project, "?q=are%20wrong").await, ["flag.kill flag/a"]);
        assert_eq!(done(&project, "?q=100%20%25").await, ["flag.kill flag/a"]);
        assert_eq!(
            done(&project, "?q=1_0").await,
            [""; 0],
            "what is written is meant"
        );
        let at = between.to_rfc3339_opts(SecondsFormat::Secs, true);
        assert_eq!(
            done(&project, &format!("?target=tenant/acme&from={at}")).await,
            acme[..1]
        );
        assert_eq!(
            done(&project, &format!("?target=tenant/acme&to={at}")).await,
            acme[1..]
        );
        let late = format!("?from={at}");
        assert_eq!(
            done(&project, &late).await,
            [
                "flag.kill flag/a",
                "targeting.update flag/a",
                "flag.create flag/a",
                "tenant.update tenant/acme"
            ]
        );
        assert_eq!(done(&project, &format!("{late}&to={at}")).await, [""; 0]);
        let before = "?to=2001-01-01T00:00:00Z";
        assert_eq!(done(&project, before).await, [""; 0]);
        let after = "?from=2999-01-01T00:00:00Z";
        assert_eq!(done(&project, after).await, [""; 0]);
        let path = format!("/audit{late}&limit=3");
        let page = project.get(&path).await.ok(200);
        let cursor = page["next_cursor"].as_str().expect("more");
        assert_eq!(
            done(&project, &format!("{late}&limit=3&cursor={cursor}")).await,
            acme[..1]
        );
        let wrong = project.get("/audit?from=yesterday").await;
        wrong.problem(400, "invalid_parameter");
    })
    .await;
}

#[tokio::test]
async fn an_entry_is_shown_as_it_is_listed() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_targeted("a", &json!({"on": true})).await;
        let newest = entries(&project, "?limit=1").await.remove(0);
        let shown = project
            .get(format!("/audit/{}", newest["seq"]))
            .await
            .ok(200);
        assert_eq!(shown, newest);
        let later = newest["seq"].as_u64().expect("a number") + 1;
        project
            .get(format!("/audit/{later}"))
            .await
            .problem(404, "not_found");
        for seq in ["0", "x", "18446744073709551615", "18446744073709551616"] {
            project
                .get(format!("/audit/{seq}"))
                .await
                .problem(404, "not_found");
        }
        project.get("/audit/verify").await.expect(200);
    })
    .await;
}
