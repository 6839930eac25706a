//! How the command is used, and how it says that it was used wrongly.

use tenantry_tests::{ADMIN_TOKEN, TestServer};

use super::{command, command_at, finish, run, token_file};

#[tokio::test]
async fn help_is_fine_and_nonsense_is_not() {
    finish(command(&["--help"])).await.expect(0);
    finish(command(&["--version"])).await.expect(0);
    for arguments in [
        &["debts"][..],
        &["debt", "--colour"],
        &["debt", "--fail-on", "x"],
        &[],
        &["eval", "a"],
    ] {
        finish(command(arguments)).await.expect(2);
    }
}

#[tokio::test]
async fn a_token_is_needed_and_comes_from_the_environment_or_a_file() {
    let server = TestServer::on_sqlite().await;
    let none = finish(command(&["debt", "--url", &server.address()]))
        .await
        .expect(2);
    assert!(none.err.contains("TENANTRY_TOKEN"), "{none:#?}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = token_file(folder.path(), ADMIN_TOKEN);
    finish(command(&[
        "debt",
        "--url",
        &server.address(),
        "--token-file",
        &file,
    ]))
    .await
    .expect(0);
    let spoken = finish(command(&["debt", "--token", "something"]))
        .await
        .expect(2);
    assert!(!spoken.err.contains("something"), "{spoken:#?}");
}

#[tokio::test]
async fn a_server_that_refuses_or_is_not_there_is_another_matter() {
    let server = TestServer::on_sqlite().await;
    finish(command_at(&server, "tnry-nonsense", &["debt"]))
        .await
        .expect(3);
    run(&server, &["debt", "--project", "nowhere"])
        .await
        .expect(3);
    let nobody = run(&server, &["debt", "--url", "http://127.0.0.1:1"])
        .await
        .expect(3);
    assert!(nobody.err.contains("127.0.0.1:1"), "{nobody:#?}");
}

#[tokio::test]
async fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish"] {
        let script = finish(command(&["completions", shell])).await.expect(0);
        assert!(
            script.out.contains("tenantry") && script.out.contains("debt"),
            "{shell}"
        );
    }
}
