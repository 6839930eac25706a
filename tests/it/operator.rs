//! The server's binary, as its operator has it: beside a server that runs, or without one.

use std::process::Stdio;

use tenantry_tests::{RawStream, TestServer, ZERO, binary, on_each_database, soon};
use tokio::process::Command;

/// What a run printed, and whether it went well.
#[derive(Debug)]
struct Run {
    is_fine: bool,
    out: String,
    err: String,
}

async fn run(arguments: &[&str]) -> Run {
    let mut command = Command::new(binary("tenantry-server"));
    command
        .env_clear()
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = soon("the command ends", command.output()).await;
    let output = output.expect("the binary can be run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Run {
        is_fine: output.status.success(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs a command on the database of a running server; it must go well.
async fn beside(server: &TestServer, arguments: &[&str]) -> Run {
    let mut all = arguments.to_vec();
    all.extend(["--database-url", server.database_url()]);
    let done = run(&all).await;
    assert!(done.is_fine, "{arguments:?}: {done:#?}");
    done
}

/// The id of the token with this name, in a list.
fn id_of(list: &str, name: &str) -> String {
    let line = list.lines().find(|line| line.contains(name));
    let line = line.unwrap_or_else(|| panic!("no {name} in {list}"));
    line.split(' ').next().expect("an id").to_owned()
}

#[tokio::test]
async fn tokens_of_the_whole_server_are_listed_rotated_and_revoked() {
    on_each_database(async |server| {
        let made = beside(&server, &["token", "create", "--name", "second key"]).await;
        let first = made.out.trim();
        assert!(made.err.contains("second key"), "it is logged: {made:#?}");
        assert!(!made.err.contains(first), "the secret is not: {made:#?}");
        let list = beside(&server, &["token", "list"]).await.out;
        assert!(
            !list.contains("tnry_") && list.contains("bootstrap"),
            "{list}"
        );
        let id = id_of(&list, "second key");

        let rotate = ["token", "rotate", &id, "--overlap-seconds", "3600"];
        let rotated = beside(&server, &rotate).await;
        let second = rotated.out.trim();
        assert!(rotated.err.contains(&id), "it is logged: {rotated:#?}");
        assert_ne!(first, second);
        for secret in [first, second] {
            let caller = server.root().with_token(secret);
            caller.get("/api/v1/projects").await.expect(200);
        }

        let credential = format!("Bearer {second}");
        let headers = [("authorization", credential.as_str())];
        let query = "?environment=production";
        let stream = RawStream::handshake(&server.address(), query, &headers).await;
        let mut stream = stream.expect("let in");
        stream.hello(0, ZERO).await;
        stream.frame().await;
        let revoked = beside(&server, &["token", "revoke", &id]).await;
        assert!(revoked.err.contains(&id), "it is logged: {revoked:#?}");
        assert_eq!(stream.close().await.0, 4401, "a running server hears of it");
        for secret in [first, second] {
            let caller = server.root().with_token(secret);
            let refused = caller.get("/api/v1/projects").await;
            refused.problem(401, "unauthenticated");
        }
        let list = beside(&server, &["token", "list"]).await.out;
        let line = list.lines().find(|line| line.starts_with(&id));
        assert!(line.is_some_and(|line| line.contains("revoked")), "{list}");
    })
    .await;
}

#[tokio::test]
async fn the_tokens_of_projects_are_not_the_operators() {
    let server = TestServer::on_sqlite().await;
    let token = server.project().create_token("adm").await;
    let list = beside(&server, &["token", "list"]).await.out;
    assert!(!list.contains(&token.id), "{list}");
    for command in ["revoke", "rotate"] {
        let url = server.database_url();
        let refused = run(&["token", command, &token.id, "--database-url", url]).await;
        assert!(
            !refused.is_fine && refused.err.contains("token list"),
            "{refused:#?}"
        );
    }
    let caller = server.root().with_token(&token.secret);
    caller.get("/api/v1/session").await.expect(200);
}

#[tokio::test]
async fn only_a_server_and_a_migration_make_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("mistyped");
    let data_dir = ["--data-dir", missing.to_str().expect("a plain path")];
    for command in [["audit", "verify"], ["token", "create"], ["token", "list"]] {
        let refused = run(&[&command[..], &data_dir].concat()).await;
        assert!(!refused.is_fine && refused.out.is_empty(), "{refused:#?}");
        assert!(refused.err.contains("no Tenantry database"), "{refused:#?}");
        assert!(!missing.exists(), "{command:?} made a folder");
    }
    std::fs::create_dir(&missing).expect("a folder");
    std::fs::write(missing.join("tenantry.db"), "").expect("a file");
    let refused = run(&[&["audit", "verify"][..], &data_dir].concat()).await;
    assert!(refused.err.contains("no Tenantry database"), "{refused:#?}");
    let migrated = run(&[&["migrate"][..], &data_dir].concat()).await;
    assert!(migrated.is_fine, "{migrated:#?}");
    let verified = run(&[&["audit", "verify"][..], &data_dir].concat()).await;
    assert!(verified.is_fine, "{verified:#?}");
    assert_eq!(verified.out, "verified: 0 projects with 0 good entries\n");
}

#[tokio::test]
async fn verifying_says_what_was_verified() {
    on_each_database(async |server| {
        server.project().create_flag("a").await;
        let verified = beside(&server, &["audit", "verify"]).await;
        let last = verified.out.lines().last().expect("a line");
        assert_eq!(
            last, "verified: 1 project with 2 good entries",
            "{verified:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_second_server_on_one_file_is_refused() {
    let server = TestServer::on_sqlite().await;
    let url = server.database_url();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--database-url", url];
    let refused = run(&serve).await;
    assert!(!refused.is_fine, "{refused:#?}");
    assert!(refused.err.contains("another server"), "{refused:#?}");
}
