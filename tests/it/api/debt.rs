//! `GET /api/v1/projects/{project}/debt`

use serde_json::{Value, json};
use tenantry_tests::{Caller, TestServer, TimeDelta, on_each_database};

/// Flags that expire so many days from now.
async fn flag_for_days(server: &TestServer, key: &str, days: i64) {
    let expires_on = (server.now() + TimeDelta::days(days)).date_naive();
    let new = json!({"key": key, "expires_on": expires_on, "owner": "ada"});
    server.project().post("/flags").json(&new).await.expect(201);
}

async fn debt(project: &Caller) -> Value {
    project.get("/debt").await.ok(200)
}

fn states(report: &Value) -> Vec<(&str, &str)> {
    let flags = report["flags"].as_array().expect("flags").iter();
    flags
        .map(|flag| {
            (
                flag["key"].as_str().expect("a key"),
                flag["states"][0].as_str().expect("a state"),
            )
        })
        .collect()
}

#[tokio::test]
async fn flags_pass_from_due_to_expired_to_overdue() {
    on_each_database(async |server| {
        let project = server.project();
        let empty = debt(&project).await;
        assert_eq!(
            (&empty["project"], &empty["flags"]),
            (&json!("default"), &json!([]))
        );
        assert_eq!(
            (
                &empty["policy"]["notice_days"],
                &empty["policy"]["grace_days"]
            ),
            (&json!(14), &json!(14))
        );
        for (key, days) in [("first", 10), ("second", 30), ("third", 80)] {
            flag_for_days(&server, key, days).await;
        }
        let permanent = json!({"key": "permanent", "kind": "ops"});
        project.post("/flags").json(&permanent).await.expect(201);

        assert_eq!(states(&debt(&project).await), [("first", "due")]);
        server.travel(TimeDelta::days(20));
        assert_eq!(
            states(&debt(&project).await),
            [("first", "expired"), ("second", "due")]
        );
        server.travel(TimeDelta::days(20));
        let report = debt(&project).await;
        assert_eq!(
            states(&report),
            [("first", "overdue"), ("second", "expired")]
        );
        let count = |state: &str| report["summary"][state].as_u64().expect("a count");
        assert_eq!(
            (count("due"), count("expired"), count("overdue")),
            (0, 1, 1)
        );
        let first = &report["flags"][0];
        assert_eq!(
            (&first["days_past_expiry"], &first["owner"]),
            (&json!(30), &json!("ada"))
        );
        assert!(
            first["explanation"]
                .as_str()
                .is_some_and(|text| text.contains("30 days")),
            "{first:#}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_extension_or_an_archive_ends_the_debt() {
    on_each_database(async |server| {
        let project = server.project();
        for key in ["extended", "archived"] {
            flag_for_days(&server, key, 1).await;
        }
        server.travel(TimeDelta::days(30));
        assert_eq!(
            states(&debt(&project).await),
            [("archived", "overdue"), ("extended", "overdue")]
        );
        let later = (server.now() + TimeDelta::days(60)).date_naive();
        let body = json!({"expires_on": later, "reason": "r"});
        project
            .post("/flags/extended/extend")
            .json(&body)
            .await
            .expect(200);
        project
            .post("/flags/archived/archive")
            .json(&json!({}))
            .await
            .expect(200);
        assert_eq!(debt(&project).await["flags"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn debt_changes_no_answer() {
    on_each_database(async |server| {
        let project = server.project();
        flag_for_days(&server, "a", 1).await;
        project
            .set_targeting("a", &json!({"on": true, "rollout": {"threshold": 100_000}}))
            .await;
        server.travel(TimeDelta::days(100));
        assert_eq!(project.explain("a", "acme").await["on"], true);
        assert_eq!(states(&debt(&project).await), [("a", "overdue")]);
    })
    .await;
}

#[tokio::test]
async fn a_flag_whose_creators_token_is_gone_is_unowned() {
    on_each_database(async |server| {
        let project = server.project();
        let body = json!({"type": "usr", "name": "grace"});
        let token = project.post("/tokens").json(&body).await.ok(201);
        let grace = project.with_token(token["secret"].as_str().expect("a secret"));
        grace.create_flag("a").await;
        assert_eq!(debt(&project).await["flags"], json!([]));
        project
            .delete(format!("/tokens/{}", token["id"].as_str().expect("an id")))
            .await;
        assert_eq!(states(&debt(&project).await), [("a", "unowned")]);
    })
    .await;
}

#[tokio::test]
async fn continuous_integration_reads_it() {
    on_each_database(async |server| {
        let token = server.project().create_token("ci").await;
        server
            .project()
            .with_token(&token.secret)
            .get("/debt")
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_list_of_flags_knows_what_is_due() {
    on_each_database(async |server| {
        let project = server.project();
        flag_for_days(&server, "first", 5).await;
        flag_for_days(&server, "second", 80).await;
        let keys = async |query: &str| -> Vec<String> {
            let page = project.get(format!("/flags?expiry={query}")).await.ok(200);
            let items = page["items"].as_array().expect("items").iter();
            items
                .map(|flag| flag["key"].as_str().expect("a key").to_owned())
                .collect()
        };
        assert_eq!(keys("due").await, ["first"]);
        server.travel(TimeDelta::days(70));
        assert_eq!(keys("expired").await, ["first"]);
        assert_eq!(keys("due").await, ["second"]);
    })
    .await;
}
