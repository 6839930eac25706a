//! Who may do what: every operation with every kind of credential, and with another project's.
//!
//! Driven by the API's document, so that a new operation is covered, or missed, by itself.
//!
//! **Invariants**
//! - Every operation has a row in [`TABLE`]; without one the test fails.
//! - Another project's thing is the same answer as no thing, byte for byte but the request's id.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tenantry_tests::openapi::{self, Route};
use tenantry_tests::{Caller, IssuedToken, TestServer, on_each_database, targeting_of};

/// The kinds of credentials, in the order of the table's columns.
const ROLES: [&str; 6] = ["server's adm", "adm", "usr", "ci", "sdk", "web"];

/// For each operation, what each role gets: `y` may, `-` is forbidden.
const TABLE: &[(&str, [char; 6])] = &[
    ("list_projects", ['y', 'y', 'y', '-', '-', '-']),
    ("create_project", ['y', '-', '-', '-', '-', '-']),
    ("show_project", ['y', 'y', 'y', '-', '-', '-']),
    ("update_project", ['y', 'y', 'y', '-', '-', '-']),
    ("list_environments", ['y', 'y', 'y', '-', '-', '-']),
    ("create_environment", ['y', 'y', 'y', '-', '-', '-']),
    ("show_environment", ['y', 'y', 'y', '-', '-', '-']),
    ("update_environment", ['y', 'y', 'y', '-', '-', '-']),
    ("list_flags", ['y', 'y', 'y', 'y', '-', '-']),
    ("create_flag", ['y', 'y', 'y', '-', '-', '-']),
    ("show_flag", ['y', 'y', 'y', 'y', '-', '-']),
    ("update_flag", ['y', 'y', 'y', '-', '-', '-']),
    ("archive_flag", ['y', 'y', 'y', '-', '-', '-']),
    ("restore_flag", ['y', 'y', 'y', '-', '-', '-']),
    ("extend_flag", ['y', 'y', 'y', '-', '-', '-']),
    ("show_targeting", ['y', 'y', 'y', '-', '-', '-']),
    ("replace_targeting", ['y', 'y', 'y', '-', '-', '-']),
    ("update_targeting", ['y', 'y', 'y', '-', '-', '-']),
    ("add_tenants", ['y', 'y', 'y', '-', '-', '-']),
    ("remove_tenants", ['y', 'y', 'y', '-', '-', '-']),
    ("preview_targeting", ['y', 'y', 'y', '-', '-', '-']),
    ("revert_targeting", ['y', 'y', 'y', '-', '-', '-']),
    ("kill_flag", ['y', 'y', 'y', '-', '-', '-']),
    ("post_alerts", ['y', 'y', 'y', '-', '-', '-']),
    ("list_sdks", ['y', 'y', 'y', '-', '-', '-']),
    ("compare_revisions", ['y', 'y', 'y', '-', '-', '-']),
    ("show_tenant_flags", ['y', 'y', 'y', '-', '-', '-']),
    ("evaluate_flag", ['y', 'y', 'y', '-', '-', '-']),
    ("show_plan", ['y', 'y', 'y', '-', '-', '-']),
    ("replace_plan", ['y', 'y', 'y', '-', '-', '-']),
    ("delete_plan", ['y', 'y', 'y', '-', '-', '-']),
    ("preview_plan", ['y', 'y', 'y', '-', '-', '-']),
    ("start_plan", ['y', 'y', 'y', '-', '-', '-']),
    ("pause_plan", ['y', 'y', 'y', '-', '-', '-']),
    ("resume_plan", ['y', 'y', 'y', '-', '-', '-']),
    ("approve_plan", ['y', 'y', 'y', '-', '-', '-']),
    ("step_plan_back", ['y', 'y', 'y', '-', '-', '-']),
    ("roll_plan_back", ['y', 'y', 'y', '-', '-', '-']),
    ("finish_plan", ['y', 'y', 'y', '-', '-', '-']),
    ("list_admissions", ['y', 'y', 'y', '-', '-', '-']),
    ("list_plans", ['y', 'y', 'y', '-', '-', '-']),
    ("show_retraction", ['y', 'y', 'y', '-', '-', '-']),
    ("list_plan_templates", ['y', 'y', 'y', '-', '-', '-']),
    ("list_segments", ['y', 'y', 'y', '-', '-', '-']),
    ("create_segment", ['y', 'y', 'y', '-', '-', '-']),
    ("show_segment", ['y', 'y', 'y', '-', '-', '-']),
    ("update_segment", ['y', 'y', 'y', '-', '-', '-']),
    ("delete_segment", ['y', 'y', 'y', '-', '-', '-']),
    ("list_members", ['y', 'y', 'y', '-', '-', '-']),
    ("add_members", ['y', 'y', 'y', '-', '-', '-']),
    ("remove_members", ['y', 'y', 'y', '-', '-', '-']),
    ("preview_segment", ['y', 'y', 'y', '-', '-', '-']),
    ("list_tenant_attributes", ['y', 'y', 'y', '-', '-', '-']),
    ("list_tenants", ['y', 'y', 'y', '-', '-', '-']),
    ("create_tenant", ['y', 'y', 'y', '-', '-', '-']),
    ("import_tenants", ['y', 'y', 'y', '-', '-', '-']),
    ("learn_tenants", ['y', 'y', 'y', '-', '-', '-']),
    ("show_tenant", ['y', 'y', 'y', '-', '-', '-']),
    ("replace_tenant", ['y', 'y', 'y', '-', '-', '-']),
    ("update_tenant", ['y', 'y', 'y', '-', '-', '-']),
    ("delete_tenant", ['y', 'y', 'y', '-', '-', '-']),
    ("list_tokens", ['y', 'y', 'y', '-', '-', '-']),
    ("create_token", ['y', 'y', 'y', '-', '-', '-']),
    ("rotate_token", ['y', 'y', 'y', '-', '-', '-']),
    ("revoke_token", ['y', 'y', 'y', '-', '-', '-']),
    ("list_audit_entries", ['y', 'y', 'y', '-', '-', '-']),
    ("show_audit_entry", ['y', 'y', 'y', '-', '-', '-']),
    ("verify_audit_log", ['y', 'y', 'y', '-', '-', '-']),
    ("show_debt", ['y', 'y', 'y', 'y', '-', '-']),
    ("show_debt_snapshot", ['y', 'y', 'y', 'y', '-', '-']),
    ("show_debt_trend", ['y', 'y', 'y', 'y', '-', '-']),
    ("show_debt_policy", ['y', 'y', 'y', 'y', '-', '-']),
    ("replace_debt_policy", ['y', 'y', 'y', '-', '-', '-']),
    ("show_removal", ['y', 'y', 'y', 'y', '-', '-']),
    ("list_notifications", ['y', 'y', 'y', '-', '-', '-']),
    ("show_notification_settings", ['y', 'y', 'y', '-', '-', '-']),
    (
        "replace_notification_settings",
        ['y', 'y', 'y', '-', '-', '-'],
    ),
    ("test_notifications", ['y', 'y', 'y', '-', '-', '-']),
    ("replace_references", ['y', 'y', 'y', 'y', '-', '-']),
    ("list_repositories", ['y', 'y', 'y', 'y', '-', '-']),
    ("delete_repository", ['y', 'y', 'y', '-', '-', '-']),
    ("list_references", ['y', 'y', 'y', 'y', '-', '-']),
    ("show_usage", ['y', 'y', 'y', '-', '-', '-']),
    ("list_usage", ['y', 'y', 'y', '-', '-', '-']),
    ("list_unknown_flags", ['y', 'y', 'y', '-', '-', '-']),
    ("show_session", ['y', 'y', 'y', 'y', 'y', 'y']),
    ("create_session", ['y', 'y', 'y', 'y', 'y', 'y']),
    ("delete_session", ['y', 'y', 'y', 'y', 'y', 'y']),
    ("open_stream", ['y', 'y', 'y', '-', 'y', '-']),
    ("evaluate_ofrep_flag", ['y', 'y', 'y', '-', 'y', 'y']),
    ("evaluate_ofrep_flags", ['y', 'y', 'y', '-', 'y', 'y']),
    ("show_liveness", ['y', 'y', 'y', 'y', 'y', 'y']),
    ("show_readiness", ['y', 'y', 'y', 'y', 'y', 'y']),
];

/// Everything a path can name, in one project.
struct Things {
    project: String,
    token: String,
}

impl Things {
    fn path(&self, route: &Route) -> String {
        route.path_by(|name| match name {
            "project" => self.project.clone(),
            "environment" => "production".to_owned(),
            "flag" | "key" => "new-billing".to_owned(),
            "segment" => "partners".to_owned(),
            "list" => "allow".to_owned(),
            "tenant" => "acme".to_owned(),
            "token" => self.token.clone(),
            "seq" => "1".to_owned(),
            other => panic!("the parameter {other} of {route:?} needs something that it can name"),
        })
    }
}

/// A project with one of everything.
async fn furnish(admin: &Caller, key: &str) -> Things {
    let project = admin.below(format!("/api/v1/projects/{key}"));
    project
        .create_targeted("new-billing", &json!({"on": true, "allow": ["acme"]}))
        .await;
    project
        .post("/segments")
        .json(&json!({"key": "partners"}))
        .await
        .expect(201);
    make_plan(&project, "new-billing").await;
    let acme = json!({"key": "acme"});
    project.post("/tenants").json(&acme).await.expect(201);
    let token = project.create_token("ci").await;
    Things {
        project: key.to_owned(),
        token: token.id,
    }
}

/// Gives a flag a plan.
async fn make_plan(project: &Caller, flag: &str) {
    let plan = json!({"stages": [{"name": "all", "audience": {"threshold": 100_000}}]});
    let path = format!("/environments/production/flags/{flag}/plan");
    let made = project.put(path).if_match("*").json(&plan).await;
    assert!(matches!(made.status.as_u16(), 200 | 409), "{made:#?}");
}

/// A request with a body where a body is expected, and no precondition missing.
fn send(caller: &Caller, route: &Route, path: &str) -> tenantry_tests::Request {
    let request = caller.call(&route.method, path).if_match("*");
    if route.method == Method::GET {
        request
    } else {
        request.json(&json!({}))
    }
}

/// The callers of the table's columns. All but the first belong to `default`.
async fn callers(server: &TestServer) -> Vec<Caller> {
    let mut callers = vec![server.admin()];
    for token_type in &ROLES[1..] {
        let token = server.project().create_token(token_type).await;
        callers.push(server.root().with_token(&token.secret));
    }
    callers
}

/// The columns of an operation.
fn row(route: &Route) -> [char; 6] {
    let found = TABLE
        .iter()
        .find(|(operation, _)| *operation == route.operation);
    let (_, row) = found.unwrap_or_else(|| {
        panic!(
            "{} {} ({}) has no row: who may do this?",
            route.method, route.path, route.operation
        )
    });
    *row
}

#[test]
fn every_row_is_an_operation() {
    let routes = openapi::routes();
    let known: BTreeSet<_> = routes
        .iter()
        .map(|route| route.operation.as_str())
        .collect();
    let rows: BTreeSet<_> = TABLE.iter().map(|(operation, _)| *operation).collect();
    assert_eq!(rows, known);
}

#[tokio::test]
async fn without_a_credential_nothing_is_answered() {
    on_each_database(async |server| {
        let things = furnish(&server.admin(), "default").await;
        for route in openapi::routes().iter().filter(|route| !route.is_public) {
            let answer = send(&server.root(), route, &things.path(route)).await;
            assert_eq!(answer.status, 401, "{answer:#?}");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer:#?}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_role_gets_what_the_table_says() {
    on_each_database(async |server| {
        let callers = callers(&server).await;
        for (index, route) in openapi::routes().iter().enumerate() {
            for ((caller, role), wanted) in callers.iter().zip(ROLES).zip(row(route)) {
                let flag = format!("flag-{index}");
                let things = renew(&server, route, &flag).await;
                let path = things.path(route).replace("new-billing", &flag);
                let answer = send(caller, route, &path).await;
                let status = answer.status.as_u16();
                let is_right = match wanted {
                    'y' => !matches!(status, 401 | 403 | 404 | 405),
                    '-' => status == 403,
                    other => panic!("{other:?} in the row of {}", route.operation),
                };
                assert!(
                    is_right,
                    "{role} at {}: not {wanted:?} but {answer:#?}",
                    route.operation
                );
            }
        }
    })
    .await;
}

/// What a route can name, made anew where the route takes it away.
async fn renew(server: &TestServer, route: &Route, flag: &str) -> Things {
    let project = server.project();
    if route.has("flag") || route.has("key") {
        let new = json!({"key": flag});
        let made = project.post("/flags").json(&new).await;
        assert!(matches!(made.status.as_u16(), 201 | 409), "{made:#?}");
    }
    if route.path.contains("/plan") && route.has("flag") {
        make_plan(&project, flag).await;
    }
    if route.has("segment") {
        let new = json!({"key": "partners"});
        let made = project.post("/segments").json(&new).await;
        assert!(matches!(made.status.as_u16(), 201 | 409), "{made:#?}");
    }
    if route.has("tenant") {
        let new = json!({"key": "acme"});
        let made = project.post("/tenants").json(&new).await;
        assert!(matches!(made.status.as_u16(), 201 | 409), "{made:#?}");
    }
    let token = if route.has("token") {
        project.create_token("ci").await.id
    } else {
        String::new()
    };
    Things {
        project: "default".to_owned(),
        token,
    }
}

/// What an answer says, without what differs each time.
fn shape(answer: &tenantry_tests::Answer) -> (u16, Value, Vec<String>) {
    let mut body = answer.json();
    body.as_object_mut()
        .expect("a problem")
        .remove("request_id");
    let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    (answer.status.as_u16(), body, names)
}

#[tokio::test]
async fn another_projects_things_do_not_exist() {
    on_each_database(async |server| {
        let ours = furnish(&server.admin(), "default").await;
        server.admin().create_project("theirs").await;
        let theirs = server.admin().below("/api/v1/projects/theirs");
        let nowhere = Things {
            project: "nowhere".to_owned(),
            token: "01980000-0000-7000-8000-000000000000".to_owned(),
        };
        for token_type in ["adm", "usr"] {
            let token = theirs.create_token(token_type).await;
            let intruder = server.root().with_token(&token.secret);
            for route in openapi::routes()
                .iter()
                .filter(|route| route.has("project"))
            {
                let real = send(&intruder, route, &ours.path(route)).await;
                let random = send(&intruder, route, &nowhere.path(route)).await;
                assert_eq!(
                    real.status, 404,
                    "{token_type} of another project: {real:#?}"
                );
                real.problem(404, "not_found");
                assert_eq!(
                    shape(&real),
                    shape(&random),
                    "{} {}",
                    route.method,
                    route.path
                );
            }
        }
        let unchanged = server
            .project()
            .get(targeting_of("new-billing"))
            .await
            .ok(200);
        assert_eq!(unchanged["allow"], json!(["acme"]));
    })
    .await;
}

#[tokio::test]
async fn another_projects_ids_open_nothing_in_ones_own() {
    on_each_database(async |server| {
        let ours = furnish(&server.admin(), "default").await;
        let theirs = server.admin().create_project("theirs").await;
        let admin = theirs.create_token("adm").await;
        let intruder = server
            .root()
            .with_token(&admin.secret)
            .below("/api/v1/projects/theirs");
        // The key is free here, whatever it means elsewhere.
        intruder
            .get("/flags/new-billing")
            .await
            .problem(404, "not_found");
        intruder.create_flag("new-billing").await;
        assert_eq!(intruder.explain("new-billing", "acme").await["on"], false);
        let token = format!("/tokens/{}", ours.token);
        intruder.delete(&token).await.problem(404, "not_found");
        let rotate = format!("{token}/rotate");
        intruder
            .post(&rotate)
            .json(&json!({}))
            .await
            .problem(404, "not_found");
        let seq = server.project().get("/audit?limit=1").await.ok(200)["items"][0]["seq"].clone();
        let revert = format!("{}/revert", targeting_of("new-billing"));
        let far = json!({"to": seq.as_u64().expect("a number") + 100});
        assert!(
            intruder
                .post(&revert)
                .json(&far)
                .await
                .status
                .is_client_error()
        );
        let audit = intruder.get("/audit").await.expect(200);
        assert!(!audit.text.contains(&ours.token), "{}", audit.text);
    })
    .await;
}

#[tokio::test]
async fn a_program_evaluates_its_own_environment_only() {
    on_each_database(async |server| {
        furnish(&server.admin(), "default").await;
        let theirs = server.admin().create_project("theirs").await;
        let token = IssuedToken::of(
            &theirs
                .post("/tokens")
                .json(&json!({"type": "sdk", "name": "sdk", "environment": "production"}))
                .await
                .ok(201),
        );
        let program = server.root().with_token(&token.secret);
        let context = json!({"context": {"targetingKey": "acme"}});
        theirs.published().await;
        let one = program
            .post("/ofrep/v1/evaluate/flags/new-billing")
            .json(&context)
            .await;
        assert_eq!(one.ok(404)["errorCode"], "FLAG_NOT_FOUND");
        let all = program
            .post("/ofrep/v1/evaluate/flags")
            .json(&context)
            .await
            .ok(200);
        assert_eq!(all["flags"], json!([]));
        // Naming somebody else's environment is of no use.
        for query in [
            "?project=default&environment=production",
            "?environment=staging",
        ] {
            let path = format!("/ofrep/v1/evaluate/flags/new-billing{query}");
            let answer = program.post(path).json(&context).await;
            assert!(
                matches!(answer.status.as_u16(), 400 | 403 | 404),
                "{answer:#?}"
            );
        }
    })
    .await;
}

#[test]
fn the_document_is_what_the_server_makes() {
    let made = tenantry_server::openapi_json().expect("a document");
    assert!(
        made == openapi::document(),
        "openapi/openapi.json is out of date; run: cargo run -p tenantry-server -- openapi > openapi/openapi.json"
    );
}
