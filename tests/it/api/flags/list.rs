//! `GET /api/v1/projects/{project}/flags`

use serde_json::{Value, json};
use tenantry_tests::{Caller, on_each_database, paths};

fn keys(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    items
        .iter()
        .map(|flag| flag["key"].as_str().expect("a key").to_owned())
        .collect()
}

async fn check(project: &Caller, query: &str, expected: &[&str]) {
    let page = project.get(format!("/flags{query}")).await.ok(200);
    assert_eq!(keys(&page), expected, "{query}");
}

/// Four flags that differ in everything that can be filtered by.
async fn four_flags(project: &Caller) {
    for flag in [
        json!({"key": "billing", "name": "New Billing", "owner": "ada", "tags": ["money", "eu"],
               "expires_on": "2099-03-01"}),
        json!({"key": "checkout", "description": "the new till", "kind": "experiment",
               "owner": "grace", "tags": ["money"], "expires_on": "2099-01-01"}),
        json!({"key": "maintenance", "kind": "ops", "owner": "ada"}),
        json!({"key": "old-search", "owner": "grace", "expires_on": "2099-02-01"}),
    ] {
        project.post("/flags").json(&flag).await.expect(201);
    }
    project
        .set_targeting("checkout", &json!({"on": true}))
        .await;
    project
        .post("/flags/old-search/archive")
        .json(&json!({}))
        .await
        .expect(200);
}

#[tokio::test]
async fn filters_narrow_and_combine() {
    on_each_database(async |server| {
        let project = server.project();
        check(&project, "", &[]).await;
        four_flags(&project).await;
        check(&project, "", &["billing", "checkout", "maintenance"]).await;
        check(&project, "?state=archived", &["old-search"]).await;
        check(
            &project,
            "?state=all",
            &["billing", "checkout", "maintenance", "old-search"],
        )
        .await;
        check(&project, "?q=NEW", &["billing", "checkout"]).await;
        check(&project, "?q=till", &["checkout"]).await;
        check(&project, "?q=%25", &[]).await;
        check(&project, "?q=_", &[]).await;
        check(&project, "?kind=ops", &["maintenance"]).await;
        check(&project, "?owner=ada", &["billing", "maintenance"]).await;
        check(&project, "?tag=money", &["billing", "checkout"]).await;
        check(&project, "?tag=money&owner=ada", &["billing"]).await;
        check(&project, "?environment=production", &["checkout"]).await;
        check(&project, "?environment=staging", &[]).await;
        check(&project, "?expiry=expired", &[]).await;
        check(&project, "?expiry=due", &[]).await;
    })
    .await;
}

#[tokio::test]
async fn lists_are_sorted_either_way() {
    on_each_database(async |server| {
        let project = server.project();
        four_flags(&project).await;
        check(
            &project,
            "?sort=key",
            &["billing", "checkout", "maintenance"],
        )
        .await;
        check(
            &project,
            "?sort=-key",
            &["maintenance", "checkout", "billing"],
        )
        .await;
        check(
            &project,
            "?sort=expires_on",
            &["checkout", "billing", "maintenance"],
        )
        .await;
        check(
            &project,
            "?sort=-created_at",
            &["maintenance", "checkout", "billing"],
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn pages_hold_every_flag_once() {
    on_each_database(async |server| {
        let project = server.project();
        for number in 0..7 {
            let flag = json!({"key": format!("flag-{number}"), "expires_on": "2099-01-01"});
            project.post("/flags").json(&flag).await.expect(201);
        }
        for sort in [
            "key",
            "-key",
            "expires_on",
            "-expires_on",
            "created_at",
            "-updated_at",
            "name",
        ] {
            let (mut found, mut cursor) = (Vec::new(), String::new());
            let mut sizes = Vec::new();
            loop {
                let path = format!("/flags?limit=3&sort={sort}{cursor}");
                let page = project.get(path).await.ok(200);
                sizes.push(keys(&page).len());
                found.extend(keys(&page));
                match &page["next_cursor"] {
                    Value::String(next) => cursor = format!("&cursor={next}"),
                    none => {
                        assert_eq!(*none, Value::Null);
                        break;
                    }
                }
            }
            assert_eq!(sizes, [3, 3, 1], "{sort}");
            found.sort();
            assert_eq!(
                found,
                (0..7).map(|n| format!("flag-{n}")).collect::<Vec<_>>(),
                "{sort}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_flag_made_meanwhile_hides_none() {
    on_each_database(async |server| {
        let project = server.project();
        for key in ["b", "d"] {
            project.create_flag(key).await;
        }
        let first = project.get("/flags?limit=1").await.ok(200);
        assert_eq!(keys(&first), ["b"]);
        project.create_flag("a").await;
        project.create_flag("c").await;
        let cursor = first["next_cursor"].as_str().expect("more");
        check(&project, &format!("?cursor={cursor}"), &["c", "d"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused() {
    on_each_database(async |server| {
        for (query, name) in [
            ("?limit=0", "limit"),
            ("?limit=201", "limit"),
            ("?limit=many", "limit"),
            ("?state=gone", "state"),
            ("?kind=nonsense", "kind"),
            ("?expiry=soon", "expiry"),
            ("?sort=salt", "sort"),
            ("?cursor=zz", "cursor"),
            ("?cursor=7b7d", "cursor"),
        ] {
            let refused = server.project().get(format!("/flags{query}")).await;
            let problem = refused.problem(400, "invalid_parameter");
            assert_eq!(problem["problems"][0]["path"], name, "{query}: {problem:#}");
        }
        server
            .project()
            .get("/flags?limmit=1")
            .await
            .problem(400, "invalid_parameter");
    })
    .await;
}

#[tokio::test]
async fn a_filter_that_could_not_find_anything_is_refused() {
    on_each_database(async |server| {
        let project = server.project();
        for (query, at) in [("?on=true", "on"), ("?environment=nowhere", "environment")] {
            let refused = project.get(format!("/flags{query}")).await;
            let problem = refused.problem(400, "invalid_parameter");
            assert_eq!(paths(&problem), [at], "{query}");
        }
    })
    .await;
}
