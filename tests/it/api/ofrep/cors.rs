//! Evaluation from a browser on another site.

use reqwest::Method;
use tenantry_tests::{on_each_database, on_each_database_with};

const PATH: &str = "/ofrep/v1/evaluate/flags";

#[tokio::test]
async fn no_other_site_is_let_in_unless_it_is_named() {
    on_each_database(async |server| {
        let request = server.root().call(&Method::OPTIONS, PATH);
        let answer = request
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "POST")
            .await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "",
            "{answer:#?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_named_site_may_evaluate_and_read_the_tag() {
    let allow = |config: &mut tenantry_server::Config| {
        config.ofrep.ofrep_allowed_origins =
            vec!["https://shop.example".parse().expect("an origin")];
    };
    on_each_database_with(allow, async |server| {
        let preflight = |origin: &'static str| {
            server
                .root()
                .call(&Method::OPTIONS, PATH)
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .header(
                    "access-control-request-headers",
                    "authorization,content-type,if-none-match",
                )
        };
        let answer = preflight("https://shop.example").await;
        assert!(answer.status.is_success(), "{answer:#?}");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "https://shop.example"
        );
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        let allowed = answer.header("access-control-allow-headers").to_lowercase();
        for name in [
            "authorization",
            "content-type",
            "if-none-match",
            "x-api-key",
        ] {
            assert!(allowed.contains(name), "{name} in {allowed}");
        }
        for origin in [
            "https://evil.example",
            "null",
            "https://shop.example.evil.example",
            "http://shop.example",
        ] {
            let answer = preflight(origin).await;
            assert_eq!(
                answer.header("access-control-allow-origin"),
                "",
                "{origin}: {answer:#?}"
            );
        }

        let token = server.project().create_token("web").await;
        let request = server.root().with_token(&token.secret).post(PATH);
        let body = serde_json::json!({"context": {"targetingKey": "acme"}});
        let answer = request
            .header("origin", "https://shop.example")
            .json(&body)
            .await
            .expect(200);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "https://shop.example"
        );
        let exposed = answer
            .header("access-control-expose-headers")
            .to_lowercase();
        assert!(
            exposed.contains("etag") && exposed.contains("retry-after"),
            "{exposed}"
        );
    })
    .await;
}
