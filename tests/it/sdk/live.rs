//! Answers that change while the program runs.

use serde_json::json;
use tenantry::{Client, Context, Reason, Source};
use tenantry_tests::{TestServer, on_each_database, targeting_of, until_true};

/// A client of a server, with data.
async fn client(server: &TestServer) -> Client {
    let token = server.project().create_token("sdk").await;
    let client = Client::builder(server.address(), token.secret)
        .build()
        .await
        .expect("a client");
    tenantry_tests::soon("the client is connected", client.connected()).await;
    client
}

#[tokio::test]
async fn an_answer_changes_while_the_program_runs() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let client = client(&server).await;
        let flag = client.flag("a");
        assert_eq!(client.status().source, Source::Stream);
        for number in 0..10 {
            let on = number % 2 == 0;
            project
                .set_targeting("a", &json!({"on": on, "rollout": {"threshold": 100_000}}))
                .await;
            until_true("the new answer", || client.is_enabled("a", "acme") == on).await;
            assert_eq!(flag.is_enabled("acme"), on, "a handle answers the same");
        }
        let list = format!("{}/block", targeting_of("a"));
        project
            .set_targeting("a", &json!({"on": true, "rollout": {"threshold": 100_000}}))
            .await;
        project
            .post(&list)
            .json(&json!({"tenants": ["acme"]}))
            .await
            .expect(200);
        until_true("the tenant is blocked", || !client.is_enabled("a", "acme")).await;
        until_true("the others are not", || client.is_enabled("a", "globex")).await;
        client.shutdown().await;
    })
    .await;
}

#[tokio::test]
async fn a_program_is_told_which_flags_changed() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("base").await;
        let targeting = json!({"on": true, "prerequisites": [{"flag": "base"}]});
        let newest = project
            .create_targeted("on-top", &targeting)
            .await
            .revision();
        let client = client(&server).await;
        until_true("everything is there", || client.status().revision == newest).await;
        let mut changes = client.changes();
        let newest = project
            .set_targeting("base", &json!({"on": true}))
            .await
            .revision();
        let notice = tenantry_tests::soon("a notice", changes.next())
            .await
            .expect("a notice");
        let keys: Vec<_> = notice.keys.iter().map(tenantry::FlagKey::as_str).collect();
        assert_eq!((notice.revision, keys), (newest, vec!["base", "on-top"]));
    })
    .await;
}

#[tokio::test]
async fn what_is_archived_answers_with_the_default() {
    on_each_database(async |server| {
        let project = server.project();
        project
            .create_targeted("a", &json!({"on": true, "allow": ["acme"]}))
            .await;
        let client = client(&server).await;
        until_true("the flag is there", || client.is_enabled("a", "acme")).await;
        project
            .post("/flags/a/archive")
            .json(&json!({}))
            .await
            .expect(200);
        until_true("the flag is gone", || !client.is_enabled("a", "acme")).await;
        let answer = client.evaluate("a", &Context::tenant("acme"));
        assert_eq!(answer.reason, Reason::FlagNotFound);
        assert!(client.is_enabled_or("a", "acme", true));
    })
    .await;
}

#[tokio::test]
async fn variants_carry_their_payload() {
    on_each_database(async |server| {
        let targeting = json!({
            "on": true, "allow": ["acme"], "variants": [{"name": "large", "weight": 1, "payload": 250}],
        });
        server.project().create_targeted("seats", &targeting).await;
        let client = client(&server).await;
        until_true("the flag is there", || client.is_enabled("seats", "acme")).await;
        assert_eq!(client.value("seats", "acme", 5), 250);
        assert_eq!(client.value("seats", "globex", 5), 5);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_leaves_the_last_answers() {
    on_each_database(async |server| {
        let project = server.project();
        project
            .create_targeted("a", &json!({"on": true, "allow": ["acme"]}))
            .await;
        let token = project.create_token("sdk").await;
        let client = Client::builder(server.address(), token.secret)
            .build()
            .await
            .expect("a client");
        until_true("the flag is there", || client.is_enabled("a", "acme")).await;
        project.delete(format!("/tokens/{}", token.id)).await;
        until_true("the stream has ended", || !client.status().connected).await;
        project.set_targeting("a", &json!({"on": false})).await;
        assert!(client.is_enabled("a", "acme"), "the last state goes on");
    })
    .await;
}

#[tokio::test]
async fn with_a_wrong_token_a_program_still_starts() {
    let server = TestServer::on_sqlite().await;
    let web = server.project().create_token("web").await;
    for token in ["nonsense", &web.secret] {
        let builder = Client::builder(server.address(), token).timeout(std::time::Duration::ZERO);
        let client = builder
            .default_on("a", true)
            .build()
            .await
            .expect("a client");
        assert!(client.is_enabled("a", "acme"), "the code's default");
        assert_eq!(
            client.evaluate("a", &Context::tenant("acme")).reason,
            Reason::NotReady
        );
    }
}
