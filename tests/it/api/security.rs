//! What a browser is told with every answer, whichever route gave it.

use reqwest::Method;
use serde_json::json;
use tenantry_tests::{Answer, on_each_database, openapi};

fn check(answer: &Answer) {
    let policy = answer.header("content-security-policy");
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(
            policy.contains(directive),
            "{directive} is not in {policy:?} of {answer:#?}"
        );
    }
    assert!(
        !policy.contains("script-src 'self' 'unsafe-inline'"),
        "{answer:#?}"
    );
    assert_eq!(
        answer.header("x-content-type-options"),
        "nosniff",
        "{answer:#?}"
    );
    assert_eq!(
        answer.header("referrer-policy"),
        "no-referrer",
        "{answer:#?}"
    );
    assert_eq!(
        answer.header("cross-origin-opener-policy"),
        "same-origin",
        "{answer:#?}"
    );
    assert_ne!(answer.header("x-request-id"), "", "{answer:#?}");
    assert_ne!(answer.header("cache-control"), "", "{answer:#?}");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "",
        "{answer:#?}"
    );
}

#[tokio::test]
async fn every_route_protects_the_browser_errors_included() {
    on_each_database(async |server| {
        for route in openapi::routes() {
            for caller in [server.root(), server.admin()] {
                check(
                    &caller
                        .call(&route.method, route.path_with("nothing"))
                        .json(&json!({}))
                        .await,
                );
            }
        }
        for path in [
            "/",
            "/docs",
            "/openapi.json",
            "/metrics",
            "/favicon.svg",
            "/nothing.js",
            "/api/v1/nothing",
        ] {
            check(&server.root().get(path).await);
        }
        check(
            &server
                .admin()
                .call(&Method::TRACE, "/api/v1/projects")
                .await,
        );
        check(
            &server
                .admin()
                .post("/api/v1/projects")
                .body("text/plain", "x")
                .await,
        );
        check(
            &server
                .admin()
                .post("/api/v1/projects")
                .body("application/json", "{")
                .await,
        );
    })
    .await;
}

#[tokio::test]
async fn an_unknown_method_is_not_allowed_and_says_what_is() {
    on_each_database(async |server| {
        for route in openapi::routes() {
            let path = route.path_with("nothing");
            let answer = server
                .admin()
                .call(&Method::from_bytes(b"BREW").expect("a method"), &path)
                .await;
            assert_eq!(answer.status, 405, "{answer:#?}");
            assert!(
                answer.header("allow").contains(route.method.as_str()),
                "{answer:#?}"
            );
        }
    })
    .await;
}
