//! Health, metrics, documentation and the web interface's place.

use serde_json::json;
use tenantry_tests::{on_each_database, on_each_database_with};

#[tokio::test]
async fn health_needs_no_credential() {
    on_each_database(async |server| {
        for path in ["/health/live", "/health/ready"] {
            let answer = server.root().get(path).await;
            assert!(answer.status.is_success(), "{answer:#?}");
        }
    })
    .await;
}

#[tokio::test]
async fn metrics_count_what_happens() {
    on_each_database(async |server| {
        server
            .project()
            .create_targeted("a", &json!({"on": true}))
            .await;
        server.project().explain("a", "acme").await;
        let metrics = server.root().get("/metrics").await.expect(200);
        assert!(
            metrics.header("content-type").starts_with("text/plain"),
            "{metrics:#?}"
        );
        assert!(
            metrics.text.contains("# TYPE tenantry_"),
            "{}",
            metrics.text
        );
        for secret in ["tnry_", "acme"] {
            assert!(
                !metrics.text.contains(secret),
                "{secret} in {}",
                metrics.text
            );
        }
    })
    .await;
}

#[tokio::test]
async fn metrics_have_a_listener_of_their_own_where_the_main_one_is_public() {
    let elsewhere = |config: &mut tenantry_server::Config| {
        config.http.metrics_listen = Some("127.0.0.1:0".parse().expect("an address"));
    };
    on_each_database_with(elsewhere, async |server| {
        let answer = server.root().get("/metrics").await;
        assert_eq!(answer.status, 404, "{answer:#?}");
    })
    .await;
}

#[tokio::test]
async fn the_documentation_comes_from_this_server_alone() {
    on_each_database(async |server| {
        let mut page = server.root().get("/docs").await;
        for _ in 0..3 {
            if !page.status.is_redirection() {
                break;
            }
            page = server.root().get(page.header("location")).await;
        }
        let page = page.expect(200);
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{page:#?}"
        );
        for foreign in ["http://", "https://", "src=\"//", "href=\"//"] {
            assert!(!page.text.contains(foreign), "{foreign} in {}", page.text);
        }
        let document = server.root().get("/openapi.json").await.ok(200);
        assert!(
            document["openapi"]
                .as_str()
                .is_some_and(|it| it.starts_with("3.1")),
            "{document}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_web_interface_answers_its_own_pages_only() {
    on_each_database(async |server| {
        let page = server
            .root()
            .get("/")
            .header("accept", "text/html")
            .await
            .expect(200);
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{page:#?}"
        );
        let deep = server
            .root()
            .get("/projects/default/flags/a.b")
            .header("accept", "text/html");
        deep.await.expect(200);
        for path in [
            "/api/v1/nothing",
            "/ofrep/nothing",
            "/health/nothing",
            "/docs/nothing.js",
            "/x.js",
        ] {
            let answer = server.root().get(path).header("accept", "text/html").await;
            assert_eq!(answer.status, 404, "{path}: {answer:#?}");
            answer.problem(404, "route_not_found");
        }
        for debug in [
            "/debug",
            "/debug/pprof",
            "/.env",
            "/.git/config",
            "/actuator",
        ] {
            let answer = server.root().get(debug).await;
            assert_eq!(answer.status, 404, "{debug}: {answer:#?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_is_named_once_everywhere() {
    on_each_database(async |server| {
        let request = server
            .project()
            .get("/flags/none")
            .header("x-request-id", "mine-1");
        let answer = request.await;
        assert_eq!(answer.problem(404, "not_found")["request_id"], "mine-1");
        let request = server
            .project()
            .get("/flags/none")
            .header("x-request-id", "<script>");
        assert_ne!(request.await.header("x-request-id"), "<script>");
    })
    .await;
}

#[tokio::test]
async fn what_the_server_says_of_itself_helps_no_intruder() {
    on_each_database(async |server| {
        for path in ["/", "/api/v1/projects", "/api/v1/nothing", "/health/live"] {
            let answer = server.root().get(path).await;
            for header in ["server", "x-powered-by"] {
                assert_eq!(answer.header(header), "", "{header} of {path}");
            }
        }
    })
    .await;
}
