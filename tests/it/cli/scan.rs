//! `tenantry scan`: where the code of a repository asks for which flag.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tenantry_tests::TestServer;

use super::{command, finish, run};

const SOURCE: &str = "\
from openfeature import api

client = api.get_client()
client.get_boolean_value('new-billing', False)
client.get_boolean_value('ghost', False)
client.get_boolean_value('gone', False)
";

/// A repository of git with one commit, in which `api/shop.py` asks for three flags.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("api")).expect("a folder");
    fs::write(folder.path().join("api/shop.py"), SOURCE).expect("a file");
    for arguments in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &[
            "remote",
            "add",
            "origin",
            "https://git.example.com/shop/api.git",
        ],
        &["add", "."],
        &["commit", "--quiet", "--message=Ask"],
    ] {
        git(folder.path(), arguments);
    }
    folder
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = std::process::Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
        .args(arguments)
        .env("GIT_AUTHOR_DATE", "2026-03-01T09:30:00Z")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .trim()
        .to_owned()
}

async fn server() -> TestServer {
    let server = TestServer::on_sqlite().await;
    server.project().create_flag("new-billing").await;
    server.project().create_flag("gone").await;
    server
        .project()
        .post("/flags/gone/archive")
        .json(&json!({}))
        .await
        .expect(200);
    server
}

/// A path as an argument.
fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[tokio::test]
async fn the_server_tells_which_flags_exist() {
    let (server, repository) = (server().await, repository());
    let folder = repository.path().join("api");
    let shown = run(&server, &["scan", text(&folder)]).await.expect(0);
    let line = |flag: &str| {
        shown
            .out
            .lines()
            .find(|line| line.starts_with(flag))
            .map(str::to_owned)
    };
    assert_eq!(line("ghost").as_deref(), Some("ghost  ✗ no such flag"));
    assert_eq!(line("gone").as_deref(), Some("gone  archived"));
    assert_eq!(line("new-billing").as_deref(), Some("new-billing"));
    assert!(shown.out.contains("api/shop.py:4:8"), "{shown:#?}");
    run(&server, &["scan", text(&folder), "--fail-on-unknown"])
        .await
        .expect(1);

    let found = run(&server, &["scan", text(&folder), "--blame", "-o", "json"])
        .await
        .expect(0)
        .json();
    assert_eq!(found["unknown"], json!(["ghost"]));
    assert_eq!(found["archived"], json!(["gone"]));
    assert_eq!(found["repository"], "shop/api");
    assert_eq!(found["branch"], "main");
    assert_eq!(found["commit"], git(&folder, &["rev-parse", "HEAD"]));
    let expected = json!({
        "flag": "ghost", "path": "api/shop.py", "line": 5, "column": 8, "language": "python",
        "via": "direct", "call": "get_boolean_value",
        "author": "Ada", "changed_at": "2026-03-01T09:30:00Z",
    });
    assert_eq!(found["references"][0], expected);
}

#[tokio::test]
async fn what_was_found_is_shown_beside_the_flags() {
    let (server, repository) = (server().await, repository());
    let folder = repository.path().join("api");
    let sent = run(&server, &["scan", text(&folder), "--upload"])
        .await
        .expect(0);
    let commit = git(&folder, &["rev-parse", "HEAD"]);
    let told = format!(
        "uploaded 3 references of shop/api at {} to default",
        &commit[..12]
    );
    assert!(sent.err.contains(&told), "{sent:#?}");
    let known = server
        .project()
        .get("/flags/new-billing/references")
        .await
        .ok(200);
    assert_eq!(known["references"], 1);
    let place = &known["items"][0];
    assert_eq!(
        (&place["repository"], &place["path"], &place["line"]),
        (&json!("shop/api"), &json!("api/shop.py"), &json!(4))
    );

    // The next one takes its place.
    fs::write(folder.join("shop.py"), "print('nothing')\n").expect("a file");
    run(&server, &["scan", text(repository.path()), "--upload"])
        .await
        .expect(0);
    let known = server
        .project()
        .get("/flags/new-billing/references")
        .await
        .ok(200);
    assert_eq!(known["references"], 0);
}

#[tokio::test]
async fn without_a_server_a_file_tells_or_nobody() {
    let repository = repository();
    let file = repository.path().join("api/shop.py");
    let scan = |more: Vec<String>| {
        let mut arguments = vec!["scan".to_owned(), text(&file).to_owned()];
        arguments.extend(more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        finish(command(&arguments))
    };
    let shown = scan(vec![]).await.expect(0);
    assert!(shown.out.contains("3 flags in 3 places;"), "{shown:#?}");
    scan(vec!["--fail-on-unknown".to_owned()]).await.expect(2);
    scan(vec!["--upload".to_owned()]).await.expect(2);

    let flags = repository.path().join("flags.txt");
    fs::write(&flags, "new-billing\ngone\n").expect("a file");
    let of = vec!["--flags".to_owned(), text(&flags).to_owned()];
    let found: Value = scan([of.clone(), vec!["--output=json".to_owned()]].concat())
        .await
        .expect(0)
        .json();
    assert_eq!(found["unknown"], json!(["ghost"]));
    scan([of, vec!["--fail-on-unknown".to_owned()]].concat())
        .await
        .expect(1);
    finish(command(&["scan", "/no/such/folder"]))
        .await
        .expect(2);
}
