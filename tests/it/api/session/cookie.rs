//! `POST` and `DELETE /api/v1/session`

use serde_json::json;
use tenantry_tests::{ADMIN_TOKEN, TimeDelta, on_each_database, on_each_database_with, until};

/// The cookie that an answer sets, as it is sent back.
fn cookie_of(set_cookie: &str) -> String {
    set_cookie.split(';').next().expect("a cookie").to_owned()
}

#[tokio::test]
async fn a_token_opens_a_session_and_closing_it_ends_it() {
    on_each_database(async |server| {
        let root = server.root();
        let opened = root
            .post("/api/v1/session")
            .json(&json!({"token": ADMIN_TOKEN}))
            .await;
        assert!(opened.status.is_success(), "{opened:#?}");
        assert!(!opened.text.contains(ADMIN_TOKEN));
        let set = opened.header("set-cookie").to_owned();
        for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(set.contains(attribute), "{attribute} in {set}");
        }
        assert!(!set.contains("Domain"), "{set}");
        assert!(!set.contains(ADMIN_TOKEN), "{set}");
        let cookie = cookie_of(&set);

        let me = root
            .get("/api/v1/session")
            .header("cookie", &cookie)
            .await
            .ok(200);
        assert_eq!(me["type"], "adm");
        let same_site = |request: tenantry_tests::Request| {
            request
                .header("cookie", &cookie)
                .header("sec-fetch-site", "same-origin")
        };
        let flag = root
            .post("/api/v1/projects/default/flags")
            .json(&json!({"key": "a"}));
        same_site(flag).await.expect(201);

        let closed = same_site(root.delete("/api/v1/session")).await;
        assert!(closed.status.is_success(), "{closed:#?}");
        let cleared = closed.header("set-cookie");
        assert!(
            cleared.contains("Max-Age=0") || cleared.contains("Expires=Thu, 01 Jan 1970"),
            "{cleared}"
        );
        let replayed = root.get("/api/v1/session").header("cookie", &cookie).await;
        replayed.problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn where_browsers_use_https_the_cookie_is_secure() {
    let https = |config: &mut tenantry_server::Config| {
        config.http.public_origin = Some("https://flags.example".parse().expect("an origin"));
    };
    on_each_database_with(https, async |server| {
        let opened = server
            .root()
            .post("/api/v1/session")
            .json(&json!({"token": ADMIN_TOKEN}))
            .await;
        let set = opened.header("set-cookie");
        assert!(set.starts_with("__Host-"), "{set}");
        assert!(set.contains("Secure"), "{set}");
        assert!(
            opened
                .header("strict-transport-security")
                .starts_with("max-age="),
            "{opened:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn each_session_has_a_cookie_of_its_own() {
    on_each_database(async |server| {
        let open = async || {
            let body = json!({"token": ADMIN_TOKEN});
            let opened = server.root().post("/api/v1/session").json(&body).await;
            cookie_of(opened.header("set-cookie"))
        };
        let (one, two) = (open().await, open().await);
        assert_ne!(one, two);
        let value = one.split_once('=').expect("name and value").1;
        assert!(value.len() >= 22, "128 bits at least: {value}");
    })
    .await;
}

#[tokio::test]
async fn only_people_and_admins_open_sessions() {
    on_each_database(async |server| {
        let root = server.root();
        for token_type in ["sdk", "web"] {
            let token = server.project().create_token(token_type).await;
            let refused = root
                .post("/api/v1/session")
                .json(&json!({"token": token.secret}))
                .await;
            assert!(
                matches!(refused.status.as_u16(), 401 | 403),
                "{token_type}: {refused:#?}"
            );
            assert_eq!(refused.header("set-cookie"), "");
        }
        for wrong in [
            "nonsense",
            "",
            "tnry_adm_000000000000000000000000000000000000",
        ] {
            let refused = root
                .post("/api/v1/session")
                .json(&json!({"token": wrong}))
                .await;
            refused.problem(401, "unauthenticated");
            assert_eq!(refused.header("set-cookie"), "");
        }
        let more = json!({"token": ADMIN_TOKEN, "admin": true});
        assert_eq!(
            root.post("/api/v1/session")
                .json(&more)
                .await
                .invalid_paths(),
            ["admin"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_with_its_token_and_when_it_is_idle() {
    on_each_database(async |server| {
        let token = server.project().create_token("usr").await;
        let open = async |secret: &str| {
            let opened = server
                .root()
                .post("/api/v1/session")
                .json(&json!({"token": secret}))
                .await;
            cookie_of(opened.header("set-cookie"))
        };
        let ask = |cookie: &str| {
            server
                .root()
                .get("/api/v1/session")
                .header("cookie", cookie)
        };
        let cookie = open(&token.secret).await;
        ask(&cookie).await.expect(200);
        server
            .project()
            .delete(format!("/tokens/{}", token.id))
            .await;
        ask(&cookie).await.problem(401, "unauthenticated");

        let cookie = open(ADMIN_TOKEN).await;
        server.travel(TimeDelta::hours(11));
        ask(&cookie).await.expect(200);
        server.travel(TimeDelta::hours(13));
        until("the idle session has ended", async || {
            (ask(&cookie).await.status == 401).then_some(())
        })
        .await;
    })
    .await;
}
