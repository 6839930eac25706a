//! `tenantry remove`: a flag leaves the code of a repository, and then the server.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tenantry_tests::{TestServer, TimeDelta};

use super::{Run, command, finish, run};
use crate::api::removal::tell;

const RUST: &str = "\
use tenantry::Client;

use crate::keys::NEW_BILLING;

pub fn total(flags: &Client, tenant: &str) -> u32 {
    if flags.is_enabled(NEW_BILLING, tenant) {
        2
    } else {
        1
    }
}
";

const RUST_WITHOUT: &str = "\
use tenantry::Client;

pub fn total(_flags: &Client, _tenant: &str) -> u32 {
    2
}
";

const KEYS: &str = "\
pub const NEW_BILLING: &str = \"new-billing\";

pub const EXPORT: &str = \"export\";
";

const SCRIPT: &str = "\
import { OpenFeature } from \"@openfeature/server-sdk\";

const client = OpenFeature.getClient();

export async function title(): Promise<string> {
  return (await client.getBooleanValue(\"new-billing\", false)) ? \"New\" : \"Old\";
}
";

const SCRIPT_WITHOUT: &str = "\
export async function title(): Promise<string> {
  return \"New\";
}
";

const PYTHON: &str = "\
from openfeature import api

if api.get_client().get_boolean_value('new-billing', False):
    print('new')
";

/// A repository of git with one commit.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }
    let origin = "https://git.example.com/shop/api.git";
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(folder.path(), &["remote", "add", "origin", origin]);
    commit(folder.path());
    folder
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message=Work"]);
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = std::process::Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn whole() -> TempDir {
    repository(&[
        ("src/invoice.rs", RUST),
        ("src/keys.rs", KEYS),
        ("web/title.ts", SCRIPT),
    ])
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).expect(path)
}

/// Runs `tenantry remove new-billing` in a folder, as the administrator.
async fn remove(server: &TestServer, folder: &TempDir, arguments: &[&str]) -> Run {
    let path = folder.path().to_str().expect("a plain path");
    let all = [&["remove", "new-billing", path], arguments].concat();
    run(server, &all).await
}

/// The same without a server.
async fn remove_offline(folder: &TempDir, arguments: &[&str]) -> Run {
    let path = folder.path().to_str().expect("a plain path");
    let all = [&["remove", "new-billing", path, "--offline"], arguments].concat();
    finish(command(&all)).await
}

/// A server that can prove that `new-billing` is on for everybody.
async fn server_with_proof() -> TestServer {
    let server = TestServer::on_sqlite().await;
    let on = json!({"on": true, "rollout": {"threshold": 100_000}});
    server.project().create_targeted("new-billing", &on).await;
    server.published().await;
    tell(&server, 5, 0).await;
    server.travel(TimeDelta::days(31));
    tell(&server, 2, 0).await;
    // Since then the programs are silent.
    server.travel(TimeDelta::days(2));
    server
}

#[tokio::test]
async fn a_flag_that_is_ready_leaves_the_code_and_the_server() {
    let server = server_with_proof().await;
    let folder = whole();
    let path = folder.path().to_str().expect("a plain path");
    run(&server, &["scan", path, "--upload"]).await.expect(0);
    let refused = run(&server, &["flags", "archive", "new-billing"])
        .await
        .expect(3);
    assert!(refused.err.contains("code asks for it"), "{refused:#?}");

    let shown = remove(&server, &folder, &[]).await.expect(0);
    assert!(shown.out.contains("+++ b/web/title.ts"), "{shown:#?}");
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "");

    let archive = ["--apply", "--archive", "--reason", "everybody has it"];
    let done = remove(&server, &folder, &archive).await.expect(0);
    assert!(
        done.err.contains("removed new-billing from 2 places"),
        "{done:#?}"
    );
    assert!(done.err.contains("archived new-billing"), "{done:#?}");
    assert_eq!(read(&folder, "src/invoice.rs"), RUST_WITHOUT);
    assert_eq!(read(&folder, "web/title.ts"), SCRIPT_WITHOUT);
    assert_eq!(
        read(&folder, "src/keys.rs"),
        "pub const EXPORT: &str = \"export\";\n"
    );
    let flag = server.project().get("/flags/new-billing").await.ok(200);
    assert!(flag["archived_at"].is_string(), "{flag:#}");
    let known = server
        .project()
        .get("/flags/new-billing/references")
        .await
        .ok(200);
    assert_eq!(known["references"], 0);
    let audit = server
        .project()
        .get("/audit?action=flag.archive")
        .await
        .ok(200);
    assert_eq!(audit["items"][0]["reason"], "everybody has it");

    // Once more there is nothing to do.
    let again = remove(&server, &folder, &["--keep", "on"]).await.expect(0);
    assert_eq!(again.out, "");
    assert!(
        again.err.contains("nothing here asks for new-billing"),
        "{again:#?}"
    );
}

#[tokio::test]
async fn what_is_not_proven_goes_by_force_alone() {
    let server = server_with_proof().await;
    let folder = whole();
    let against = remove(&server, &folder, &["--keep", "off"]).await.expect(1);
    assert_eq!(against.out, "");
    assert!(against.err.contains("Everybody gets on."), "{against:#?}");
    let forced = remove(&server, &folder, &["--keep", "off", "--force"])
        .await
        .expect(0);
    assert!(forced.out.contains("+    1\n"), "{forced:#?}");

    let block = json!({"tenants": ["acme"]});
    let path = "/environments/production/flags/new-billing/targeting/block";
    server.project().post(path).json(&block).await.expect(200);
    server.published().await;
    let unready = remove(&server, &folder, &["-o", "json"])
        .await
        .expect(1)
        .json();
    let blockers = unready["blockers"].to_string();
    assert!(blockers.contains("on to some tenants"), "{blockers}");
    assert_eq!(unready["files"], json!([]));
    remove(&server, &folder, &["--keep", "on"]).await.expect(1);
    remove(&server, &folder, &["--force"]).await.expect(2);
    remove(&server, &folder, &["--keep", "on", "--force"])
        .await
        .expect(0);
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "");
}

#[tokio::test]
async fn what_still_asks_keeps_the_flag() {
    let server = server_with_proof().await;
    let folder = repository(&[
        ("src/invoice.rs", RUST),
        ("src/keys.rs", KEYS),
        ("shop.py", PYTHON),
    ]);
    let archive = ["--apply", "--archive", "--reason", "everybody has it"];
    let refused = remove(&server, &folder, &archive).await.expect(1);
    assert!(
        refused.err.contains("shop.py:3:21 Python is not rewritten"),
        "{refused:#?}"
    );
    assert!(refused.err.contains("nothing is written"), "{refused:#?}");
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "");

    let partial = [&archive[..], &["--partial"]].concat();
    let partly = remove(&server, &folder, &partial).await.expect(1);
    assert!(
        partly
            .err
            .contains("not archived: code still asks for it at shop.py:3"),
        "{partly:#?}"
    );
    assert_eq!(read(&folder, "src/invoice.rs"), RUST_WITHOUT);
    let flag = server.project().get("/flags/new-billing").await.ok(200);
    assert_eq!(flag["archived_at"], Value::Null);

    // The code is clean, and a program has just asked.
    fs::write(folder.path().join("shop.py"), "print('new')\n").expect("a file");
    commit(folder.path());
    tell(&server, 1, 0).await;
    let asked = remove(&server, &folder, &archive).await.expect(3);
    assert!(asked.err.contains("billing-api asked for it"), "{asked:#?}");
    let forced = [&archive[..], &["--keep", "on", "--force"]].concat();
    remove(&server, &folder, &forced).await.expect(0);
}

#[tokio::test]
async fn without_a_server_the_person_says_what_stays() {
    let folder = whole();
    remove_offline(&folder, &[]).await.expect(2);
    let shown = remove_offline(&folder, &["--keep", "on"]).await.expect(0);
    let patch = folder.path().join("removal.patch");
    fs::write(&patch, &shown.out).expect("a file");
    git(folder.path(), &["apply", "removal.patch"]);
    fs::remove_file(patch).expect("a file");
    assert_eq!(read(&folder, "src/invoice.rs"), RUST_WITHOUT);
    let applied = git(folder.path(), &["diff"]);
    git(folder.path(), &["checkout", "--quiet", "."]);

    // Changes that nothing keeps are not overwritten unless that is meant.
    fs::write(
        folder.path().join("web/title.ts"),
        format!("{SCRIPT}\n// More\n"),
    )
    .expect("a file");
    let apply = ["--keep", "on", "--apply"];
    let dirty = remove_offline(&folder, &apply).await.expect(2);
    assert!(
        dirty.err.contains("web/title.ts holds changes"),
        "{dirty:#?}"
    );
    assert_eq!(read(&folder, "src/invoice.rs"), RUST);
    git(folder.path(), &["checkout", "--quiet", "."]);
    remove_offline(&folder, &apply).await.expect(0);
    assert_eq!(git(folder.path(), &["diff"]), applied);
}

#[tokio::test]
async fn what_git_was_told_to_assume_is_not_lost() {
    let folder = whole();
    let apply = ["--keep", "on", "--apply"];
    let path = folder.path().join("web/title.ts");
    git(
        folder.path(),
        &["update-index", "--assume-unchanged", "web/title.ts"],
    );
    fs::write(&path, format!("{SCRIPT}\n// More\n")).expect("a file");
    let assumed = remove_offline(&folder, &apply).await.expect(2);
    assert!(
        assumed.err.contains("web/title.ts holds changes"),
        "{assumed:#?}"
    );

    // A repository of its own below this one, whose file is not committed to it.
    fs::write(&path, SCRIPT).expect("a file");
    let inner = folder.path().join("vendor/shop");
    fs::create_dir_all(&inner).expect("a folder");
    git(&inner, &["init", "--quiet"]);
    fs::write(inner.join("title.ts"), SCRIPT).expect("a file");
    let nested = remove_offline(&folder, &apply).await.expect(2);
    assert!(
        nested.err.contains("vendor/shop/title.ts holds changes"),
        "{nested:#?}"
    );
    git(&inner, &["add", "title.ts"]);
    git(&inner, &["commit", "--quiet", "--message", "The shop"]);
    remove_offline(&folder, &apply).await.expect(0);
    assert_eq!(read(&folder, "vendor/shop/title.ts"), SCRIPT_WITHOUT);
}
