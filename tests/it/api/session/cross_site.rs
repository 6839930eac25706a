//! Requests that another site makes a browser send.

use reqwest::Method;
use serde_json::json;
use tenantry_tests::{ADMIN_TOKEN, TestServer, on_each_database};

const FLAGS: &str = "/api/v1/projects/default/flags";

async fn cookie(server: &TestServer) -> String {
    let opened = server
        .root()
        .post("/api/v1/session")
        .json(&json!({"token": ADMIN_TOKEN}))
        .await;
    opened
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned()
}

#[tokio::test]
async fn a_change_from_another_site_is_refused() {
    on_each_database(async |server| {
        let cookie = cookie(&server).await;
        let create = || {
            server
                .root()
                .post(FLAGS)
                .header("cookie", &cookie)
                .json(&json!({"key": "a"}))
        };
        let evil = ("origin", "https://evil.example");
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[evil],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site"), evil],
        ] {
            let request = headers.iter().fold(create(), |request, (name, value)| {
                request.header(name, value)
            });
            let refused = request.await;
            assert_eq!(refused.status, 403, "{headers:?}: {refused:#?}");
            refused.problem(403, "cross_site");
        }
        server
            .project()
            .get("/flags/a")
            .await
            .problem(404, "not_found");
        create()
            .header("sec-fetch-site", "same-origin")
            .await
            .expect(201);
    })
    .await;
}

#[tokio::test]
async fn nothing_that_a_form_can_send_is_read() {
    on_each_database(async |server| {
        let cookie = cookie(&server).await;
        for media_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ] {
            let request = server.root().post(FLAGS).header("cookie", &cookie);
            let request = request.header("sec-fetch-site", "same-origin");
            request
                .body(media_type, r#"{"key": "a"}"#)
                .await
                .problem(415, "unsupported_media_type");
        }
        server
            .project()
            .get("/flags/a")
            .await
            .problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_method_is_what_it_says() {
    on_each_database(async |server| {
        server.project().create_flag("a").await;
        let token = server.project().create_token("ci").await;
        let path = format!("/tokens/{}", token.id);
        let request = server
            .project()
            .get("/tokens")
            .header("x-http-method-override", "DELETE");
        request.await.expect(200);
        let request = server
            .project()
            .post(&path)
            .header("x-http-method-override", "DELETE");
        let refused = request.json(&json!({})).await;
        let detail = refused.problem(405, "method_not_allowed")["detail"].to_string();
        assert!(detail.contains("Allow"), "where to look is told: {detail}");
        assert_eq!(refused.header("allow"), "DELETE");
        for method in [Method::TRACE, Method::CONNECT] {
            if method == Method::TRACE {
                let answer = server.project().call(&method, "/flags").await;
                answer.problem(405, "method_not_allowed");
            }
        }
        let me = server
            .root()
            .with_token(&token.secret)
            .get("/api/v1/session")
            .await;
        me.expect(200);
    })
    .await;
}

#[tokio::test]
async fn reading_never_writes() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let before = project.get("/audit").await.text;
        for path in [
            "/flags/a?name=b",
            "/flags/a/archive",
            "/flags/a/restore",
            "/flags/a/extend",
            "/environments/production/flags/a/targeting?on=true",
            "/environments/production/flags/a/targeting/allow",
            "/environments/production/flags/a/targeting/revert",
        ] {
            let answer = project.get(path).await;
            assert!(
                matches!(answer.status.as_u16(), 200 | 400 | 404 | 405),
                "{answer:#?}"
            );
        }
        assert_eq!(project.get("/audit").await.text, before);
    })
    .await;
}
