//! The web interface's stream: its cookie, its one subscription, and news of changed keys.

use std::time::Duration;

use serde_json::json;
use tenantry_tests::{ADMIN_TOKEN, RawStream, Refused, TestServer, on_each_database, until};
use tokio::time::timeout;

/// A session's cookie.
async fn cookie(server: &TestServer, token: &str) -> String {
    let opened = server
        .root()
        .post("/api/v1/session")
        .json(&json!({"token": token}))
        .await;
    opened
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned()
}

async fn open(server: &TestServer, query: &str, cookie: &str) -> Result<RawStream, Refused> {
    let headers = [("cookie", cookie), ("origin", &server.address())];
    RawStream::handshake(&server.address(), query, &headers).await
}

#[tokio::test]
async fn a_page_hears_which_flags_changed_where() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let cookie = cookie(&server, ADMIN_TOKEN).await;
        let mut stream = open(&server, "?project=default", &cookie).await.expect("let in");
        let environments = ["production", "staging"];
        stream.send(&json!({"type": "subscribe", "environments": environments})).await;
        // The subscription is not answered; a change that follows it may overtake it.
        let first = until("the subscription is heard", async || {
            project.set_targeting("a", &json!({"on": true})).await;
            let revision = project.set_targeting("a", &json!({"on": false})).await.revision();
            let frame = timeout(Duration::from_millis(200), stream.frame()).await.ok()?;
            Some((frame, revision))
        })
        .await;
        let (mut frame, newest) = first;
        loop {
            assert_eq!(frame["type"], "changed");
            // Staging may still tell of the flag's creation.
            if frame["environment"] == "production" {
                assert_eq!(frame["keys"], json!(["a"]));
                if frame["revision"] == newest {
                    break;
                }
            }
            frame = stream.frame().await;
        }

        let staging = "/environments/staging/flags/a/targeting";
        let changed = project.put(staging).if_match("*").json(&json!({"on": true})).await.expect(200);
        let expected = json!({
            "type": "changed", "environment": "staging", "revision": changed.revision(), "keys": ["a"],
        });
        let mut frame = stream.frame().await;
        if frame["revision"] != expected["revision"] {
            frame = stream.frame().await;
        }
        assert_eq!(frame, expected);
        let development = "/environments/development/flags/a/targeting";
        project.put(development).if_match("*").json(&json!({"on": true})).await.expect(200);
        project.create_flag("b").await;
        assert_eq!(stream.frame().await["keys"], json!(["b"]), "development was not asked for");
    })
    .await;
}

#[tokio::test]
async fn a_page_that_wants_to_hears_of_what_no_environment_streams() {
    on_each_database(async |server| {
        let project = server.project();
        server.published().await;
        let cookie = cookie(&server, ADMIN_TOKEN).await;
        let mut stream = open(&server, "", &cookie).await.expect("let in");
        let subscribe = json!({"type": "subscribe", "environments": ["production"], "log": true});
        stream.send(&subscribe).await;
        let mut number = 0;
        let first = until("the subscription is heard", async || {
            number += 1;
            let tenant = json!({"key": format!("tenant-{number}")});
            project.post("/tenants").json(&tenant).await.expect(201);
            timeout(Duration::from_millis(200), stream.frame())
                .await
                .ok()
        })
        .await;
        assert_eq!(
            first["type"], "logged",
            "a tenant makes no revision: {first:#}"
        );
        assert_eq!(first["actions"], json!(["tenant.create"]));
        // From now on each is told, if not one by one.
        let rename = json!({"name": "Ours"});
        project
            .patch("")
            .if_match("*")
            .json(&rename)
            .await
            .expect(200);
        project.create_token("ci").await;
        let newest = project.get("/audit?limit=1").await.ok(200)["items"][0]["seq"].clone();
        let mut heard = Vec::new();
        loop {
            let frame = stream.frame().await;
            assert_eq!(frame["type"], "logged", "{frame:#}");
            let actions = frame["actions"].as_array().expect("actions").clone();
            heard.extend(actions);
            if frame["seq"] == newest {
                break;
            }
        }
        heard.retain(|action| action != "tenant.create");
        assert_eq!(heard, ["project.update", "token.create"]);

        // Another project's log is nobody's business here, and one's own flags are told as ever.
        let other = server.admin().create_project("other").await;
        other
            .post("/tenants")
            .json(&json!({"key": "x"}))
            .await
            .expect(201);
        project.create_flag("a").await;
        let mut kinds = Vec::new();
        for _ in 0..2 {
            let frame = stream.frame().await;
            if frame["type"] == "logged" {
                assert_eq!(frame["actions"], json!(["flag.create"]));
            }
            kinds.push(frame["type"].clone());
        }
        kinds.sort_by_key(ToString::to_string);
        assert_eq!(kinds, ["changed", "logged"]);
    })
    .await;
}

#[tokio::test]
async fn a_flag_that_waits_for_a_changed_one_is_named_too() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("base").await;
        project
            .create_targeted("on-top", &json!({"prerequisites": [{"flag": "base"}]}))
            .await;
        // What the subscription begins with is what is published, not what was committed.
        server.published().await;
        let cookie = cookie(&server, ADMIN_TOKEN).await;
        let mut stream = open(&server, "", &cookie).await.expect("let in");
        stream
            .send(&json!({"type": "subscribe", "environments": ["production"]}))
            .await;
        let frame = until("the subscription is heard", async || {
            project.set_targeting("base", &json!({"on": true})).await;
            project.set_targeting("base", &json!({"on": false})).await;
            timeout(Duration::from_millis(200), stream.frame())
                .await
                .ok()
        })
        .await;
        assert_eq!(frame["keys"], json!(["base", "on-top"]), "{frame:#}");
    })
    .await;
}

#[tokio::test]
async fn only_our_own_pages_may_use_the_cookie() {
    on_each_database(async |server| {
        let cookie = cookie(&server, ADMIN_TOKEN).await;
        let address = server.address();
        for headers in [
            vec![("cookie", cookie.as_str())],
            vec![
                ("cookie", cookie.as_str()),
                ("origin", "https://evil.example"),
            ],
            vec![("cookie", cookie.as_str()), ("origin", "null")],
        ] {
            let refused = RawStream::handshake(&address, "", &headers)
                .await
                .expect_err("refused");
            assert_eq!(refused.status, 403, "{headers:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_sees_the_projects_of_its_session_only() {
    on_each_database(async |server| {
        let theirs = server.admin().create_project("theirs").await;
        let token = theirs.create_token("usr").await;
        let cookie = cookie(&server, &token.secret).await;
        let refused = open(&server, "?project=default", &cookie)
            .await
            .expect_err("refused");
        assert_eq!(refused.status, 404);
        open(&server, "?project=theirs", &cookie)
            .await
            .expect("let in");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_subscription_ends_the_stream() {
    on_each_database(async |server| {
        let cookie = cookie(&server, ADMIN_TOKEN).await;
        for frame in [
            json!({"type": "subscribe", "environments": []}),
            json!({"type": "subscribe", "environments": ["moon"]}),
            json!({"type": "subscribe", "environments": ["no good"]}),
            json!({"type": "hello", "revision": 0, "checksum": "0000000000000000", "schema": 1}),
            json!({"type": "resync"}),
        ] {
            let mut stream = open(&server, "", &cookie).await.expect("let in");
            stream.send(&frame).await;
            assert_eq!(stream.close().await.0, 1002, "{frame}");
        }
    })
    .await;
}

#[tokio::test]
async fn closing_the_session_ends_its_streams() {
    on_each_database(async |server| {
        let cookie = cookie(&server, ADMIN_TOKEN).await;
        let mut stream = open(&server, "", &cookie).await.expect("let in");
        stream
            .send(&json!({"type": "subscribe", "environments": ["production"]}))
            .await;
        let close = server
            .root()
            .delete("/api/v1/session")
            .header("cookie", &cookie);
        let closed = close.header("sec-fetch-site", "same-origin").await;
        assert!(closed.status.is_success(), "{closed:#?}");
        assert_eq!(stream.close().await.0, 4401);
    })
    .await;
}
