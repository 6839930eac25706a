//! `tenantry flags …`

use serde_json::json;
use tenantry::Client;
use tenantry_tests::{RawStream, TestServer, ZERO, targeting_of, until};

use super::run;

#[tokio::test]
async fn a_flags_whole_life_can_be_led_from_the_command_line() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    run(
        &server,
        &["flags", "create", "new-billing", "--name", "New billing"],
    )
    .await
    .expect(0);
    assert_eq!(
        project.get("/flags/new-billing").await.ok(200)["name"],
        "New billing"
    );

    let set = [
        "flags",
        "set",
        "new-billing",
        "--on",
        "--rollout",
        "0.5%",
        "--allow",
        "acme",
        "--reason",
        "first",
    ];
    let done = run(&server, &set).await.expect(0);
    assert!(done.out.contains("production"), "{done:#?}");
    let targeting = project.get(targeting_of("new-billing")).await.ok(200);
    assert_eq!(project.revision_of("production").await, 2, "one change");
    assert_eq!(
        targeting,
        json!({"on": true, "allow": ["acme"], "rollout": {"threshold": 500}})
    );

    let set = [
        "flags",
        "set",
        "new-billing",
        "--unallow",
        "acme",
        "--block",
        "globex",
        "-e",
        "production",
    ];
    run(&server, &set).await.expect(0);
    let targeting = project.get(targeting_of("new-billing")).await.ok(200);
    assert_eq!(
        (&targeting["allow"], &targeting["block"]),
        (&json!(null), &json!(["globex"]))
    );

    let list = run(&server, &["flags", "list"]).await.expect(0);
    assert!(list.out.contains("new-billing"), "{list:#?}");
    let list = run(&server, &["flags", "list", "-o", "json"])
        .await
        .expect(0)
        .json();
    assert!(list.to_string().contains("new-billing"), "{list:#}");

    let got = run(&server, &["flags", "get", "new-billing"])
        .await
        .expect(0);
    assert!(
        got.out.contains("0.5") && got.out.contains("New billing"),
        "{got:#?}"
    );
    let got = run(&server, &["flags", "get", "new-billing", "-o", "json"])
        .await
        .expect(0)
        .json();
    assert!(got.to_string().contains("globex"), "{got:#}");

    let extend = [
        "flags",
        "extend",
        "new-billing",
        "--to",
        "2099-01-01",
        "--reason",
        "more time",
    ];
    run(&server, &extend).await.expect(0);
    assert_eq!(
        project.get("/flags/new-billing").await.ok(200)["extensions"],
        1
    );

    run(
        &server,
        &["flags", "archive", "new-billing", "--reason", "done"],
    )
    .await
    .expect(0);
    assert!(!project.get("/flags/new-billing").await.ok(200)["archived_at"].is_null());
    run(&server, &["flags", "restore", "new-billing"])
        .await
        .expect(0);
    assert!(project.get("/flags/new-billing").await.ok(200)["archived_at"].is_null());
}

#[tokio::test]
async fn killing_a_flag_waits_until_the_sdks_have_confirmed_it() {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    project
        .create_targeted("a", &json!({"on": true, "rollout": {"threshold": 100_000}}))
        .await;
    let kill = ["flags", "kill", "a", "--reason", "broken"];
    let done = run(&server, &kill[..3]).await.expect(2);
    assert!(done.err.contains("--reason"), "{done:#?}");
    let one = [&kill[..], &["--tenant", "acme"]].concat();
    let done = run(&server, &one).await.expect(0);
    assert!(done.out.contains("off for acme"), "{done:#?}");
    assert!(done.out.contains("no SDK is connected"), "{done:#?}");

    let token = project.create_token("sdk").await.secret;
    let client = Client::builder(server.address(), &token).build().await;
    let client = client.expect("a client");
    assert!(client.is_enabled("a", "globex"));
    let done = run(&server, &kill).await.expect(0);
    assert!(done.out.contains("off for everybody"), "{done:#?}");
    assert!(done.out.contains("1 of 1 SDKs confirmed"), "{done:#?}");
    assert!(!client.is_enabled("a", "globex"), "it had confirmed");
    client.shutdown().await;

    // One that does not answer is not waited for for ever.
    let mut deaf = RawStream::connect(&server.address(), &token).await;
    deaf.as_mut().expect("let in").hello(0, ZERO).await;
    until("it is known", async || {
        let sdks = project.get("/environments/production/sdks").await.ok(200);
        (sdks["sdks"] == 1).then_some(())
    })
    .await;
    let late = [&kill[..], &["--timeout", "0"]].concat();
    let done = run(&server, &late).await.expect(1);
    assert!(done.out.contains("it was already"), "{done:#?}");
    assert!(
        done.out.contains("0 of 1 SDKs confirmed, 1 silent"),
        "{done:#?}"
    );
    let json = [&late[..], &["-o", "json"]].concat();
    let done = run(&server, &json).await.expect(1).json();
    assert_eq!(done["propagation"]["silent"], 1, "{done:#}");
}

#[tokio::test]
async fn a_refusal_says_what_is_wrong() {
    let server = TestServer::on_sqlite().await;
    let missing = run(&server, &["flags", "get", "no-such-flag"])
        .await
        .expect(3);
    assert!(missing.err.contains("not_found"), "{missing:#?}");
    run(&server, &["flags", "create", "a"]).await.expect(0);
    let taken = run(&server, &["flags", "create", "a"]).await.expect(3);
    assert!(taken.err.contains("already_exists"), "{taken:#?}");
    run(&server, &["flags", "set", "a", "--on", "-e", "moon"])
        .await
        .expect(3);
    assert!(taken.err.contains("flags restore"), "{taken:#?}");
    run(&server, &["flags", "set", "a"]).await.expect(2);
    let twice = ["flags", "set", "a", "--allow", "q", "--block", "q", "--on"];
    let twice = run(&server, &twice).await.expect(2);
    assert!(twice.err.contains('q'), "{twice:#?}");
    let no_day = ["flags", "extend", "a", "--to", "tomorrow", "--reason", "x"];
    let no_day = run(&server, &no_day).await.expect(2);
    assert!(no_day.err.contains("YYYY-MM-DD"), "{no_day:#?}");
    let usage = run(&server, &["flags", "get"]).await.expect(2);
    assert!(
        !usage.err.contains("--url"),
        "it need not be given: {usage:#?}"
    );
    let nowhere = run(&server, &["flags", "list", "-e", "prod"]);
    let nowhere = nowhere.await.expect(2);
    assert!(
        nowhere
            .err
            .contains("there is no environment prod: there are "),
        "{nowhere:#?}"
    );
    let none = run(&server, &["flags", "list", "-q", "zzz"])
        .await
        .expect(0);
    assert!(none.err.contains("no flag matches"), "{none:#?}");
    run(&server, &["flags", "set", "a", "--rollout", "101%"])
        .await
        .expect(2);
    run(&server, &["flags", "create", "no good"])
        .await
        .expect(2);
}
