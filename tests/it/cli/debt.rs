//! `tenantry debt`: the gate in continuous integration.

use serde_json::json;
use tenantry_tests::{TestServer, TimeDelta};

use super::{command, command_at, finish, run};

async fn flag_for_days(server: &TestServer, key: &str, days: i64) {
    let expires_on = (server.now() + TimeDelta::days(days)).date_naive();
    let new = json!({"key": key, "expires_on": expires_on, "owner": "ada"});
    server.project().post("/flags").json(&new).await.expect(201);
}

#[tokio::test]
async fn the_gate_says_no_when_a_flag_is_overdue() {
    let server = TestServer::on_sqlite().await;
    flag_for_days(&server, "new-billing", 5).await;
    let due = run(&server, &["debt"]).await.expect(0);
    assert!(
        due.out.contains("new-billing") && due.out.contains("due"),
        "{due:#?}"
    );
    run(&server, &["debt", "--fail-on", "due"]).await.expect(1);
    server.travel(TimeDelta::days(10));
    run(&server, &["debt"]).await.expect(0);
    run(&server, &["debt", "--fail-on", "expired"])
        .await
        .expect(1);
    server.travel(TimeDelta::days(20));
    let overdue = run(&server, &["debt"]).await.expect(1);
    assert!(
        overdue.out.contains("overdue") && overdue.out.contains("ada"),
        "{overdue:#?}"
    );
    run(&server, &["debt", "--fail-on", "never"])
        .await
        .expect(0);
    let report = run(&server, &["debt", "-o", "json"]).await.expect(1).json();
    assert_eq!(report["summary"]["overdue"], 1);
    assert_eq!(report["gate"]["passes"], false);
}

#[tokio::test]
async fn several_states_and_the_debt_number_can_fail_it() {
    let server = TestServer::on_sqlite().await;
    flag_for_days(&server, "new-billing", 5).await;
    server.travel(TimeDelta::days(10));
    let fail_on = ["debt", "--fail-on", "unknown,overdue,expired"];
    run(&server, &fail_on).await.expect(1);
    run(&server, &["debt", "--fail-on", "unknown,unowned"])
        .await
        .expect(0);
    run(&server, &["debt", "--fail-on", "never,due"])
        .await
        .expect(2);
    let report = run(&server, &["debt", "-o", "json"]).await.expect(0).json();
    let debt = report["debt"].as_u64().expect("a number");
    let within = debt.to_string();
    run(&server, &["debt", "--max-debt", &within])
        .await
        .expect(0);
    if let Some(less) = debt.checked_sub(1) {
        let less = less.to_string();
        let over = run(&server, &["debt", "--max-debt", &less]).await.expect(1);
        assert!(over.out.contains(&less), "{over:#?}");
    }
}

#[tokio::test]
async fn a_filter_narrows_the_report_and_the_gate() {
    let server = TestServer::on_sqlite().await;
    flag_for_days(&server, "new-billing", 1).await;
    server.travel(TimeDelta::days(30));
    run(&server, &["debt", "--owner", "ada"]).await.expect(1);
    let other = run(&server, &["debt", "--owner", "grace"]).await.expect(0);
    assert!(!other.out.contains("new-billing"), "{other:#?}");
    run(&server, &["debt", "--state", "due,unowned"])
        .await
        .expect(0);
    run(&server, &["debt", "--state", "late"]).await.expect(2);
}

#[tokio::test]
async fn reports_are_written_to_files_beside_the_terminal() {
    let server = TestServer::on_sqlite().await;
    flag_for_days(&server, "new-billing", 1).await;
    server.travel(TimeDelta::days(30));
    let folder = tempfile::tempdir().expect("a folder");
    let formats = [
        "sarif", "junit", "markdown", "gitlab", "github", "json", "text",
    ];
    let mut arguments = vec!["debt".to_owned()];
    for format in formats {
        let file = folder.path().join(format);
        arguments.push(format!("--report={format}={}", file.display()));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let shown = run(&server, &arguments).await.expect(1);
    assert!(shown.out.contains("✗ default fails"), "{shown:#?}");
    for format in formats {
        let file = folder.path().join(format);
        let written = std::fs::read_to_string(file).expect(format);
        assert!(written.contains("new-billing"), "{format}: {written}");
        assert!(!written.contains('\u{1b}'), "{format}: {written}");
        let shown = run(&server, &["debt", "-o", format]).await.expect(1);
        if format != "json" {
            // The time of the report is in it.
            assert_eq!(shown.out.len(), written.len(), "{format}");
        }
    }
    run(&server, &["debt", "--report", "pdf=a"]).await.expect(2);
    run(&server, &["debt", "--report", "sarif=/nowhere/debt.sarif"])
        .await
        .expect(2);
}

#[tokio::test]
async fn only_this_command_has_more_formats() {
    let server = TestServer::on_sqlite().await;
    run(&server, &["flags", "list", "-o", "sarif"])
        .await
        .expect(2);
    let document = run(&server, &["-o", "json", "debt"]).await.expect(0).json();
    assert_eq!(document["project"], "default");
}

#[tokio::test]
async fn a_token_of_continuous_integration_is_enough() {
    let server = TestServer::on_sqlite().await;
    let token = server.project().create_token("ci").await;
    finish(command_at(&server, &token.secret, &["debt"]))
        .await
        .expect(0);
    let refused = finish(command_at(
        &server,
        &token.secret,
        &["flags", "create", "a"],
    ))
    .await;
    refused.expect(3);
}

#[tokio::test]
async fn no_debt_is_fine() {
    let server = TestServer::on_sqlite().await;
    let clean = run(&server, &["debt"]).await.expect(0);
    assert!(clean.out.contains("passes"), "{clean:#?}");
}

#[tokio::test]
async fn a_snapshot_is_judged_without_a_server_until_it_is_too_old() {
    let server = TestServer::on_sqlite().await;
    flag_for_days(&server, "new-billing", 1).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("debt.json");
    let file = file.to_str().expect("a plain path");
    run(&server, &["debt", "--export", file]).await.expect(0);
    let exported = std::fs::read_to_string(file).expect("a file");
    let mut snapshot: serde_json::Value = serde_json::from_str(&exported).expect("JSON");
    assert_eq!(snapshot["report"]["project"], "default");

    // No server and no token from here on.
    let due = finish(command(&["debt", "--from", file])).await.expect(0);
    assert!(due.out.contains("new-billing"), "{due:#?}");
    assert!(due.out.contains("(as exported "), "{due:#?}");
    finish(command(&["debt", "--from", file, "--fail-on", "due"]))
        .await
        .expect(1);

    let week = chrono::Utc::now() - TimeDelta::hours(169);
    snapshot["report"]["generated_at"] = week.to_rfc3339().into();
    std::fs::write(file, snapshot.to_string()).expect("a file");
    let old = finish(command(&["debt", "--from", file])).await.expect(2);
    assert!(
        old.err.contains("7 days") && old.err.contains("tenantry debt --export"),
        "{old:#?}"
    );
    let patient = ["debt", "--from", file, "--max-age", "8d"];
    let told = finish(command(&patient)).await.expect(0);
    assert!(told.out.contains("as exported 7 days ago"), "{told:#?}");

    std::fs::write(file, "{}").expect("a file");
    let broken = finish(command(&["debt", "--from", file])).await.expect(2);
    assert!(broken.err.contains("no snapshot"), "{broken:#?}");
}
