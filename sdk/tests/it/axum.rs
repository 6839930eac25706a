//! The layer and the extractor, in a service as users write it.

use ::axum::Router;
use ::axum::body::{Body, to_bytes};
use ::axum::extract::Request;
use ::axum::http::request::Builder;
use ::axum::http::{HeaderValue, StatusCode};
use ::axum::middleware::{Next, from_fn};
use ::axum::response::Response;
use ::axum::routing::get;
use serde_json::{Value, json};
use tenantry::axum::TenantLayer;
use tenantry::testing::FakeServer;
use tenantry::{Attributes, Client, TenantFlags};
use tower::ServiceExt as _;

use crate::within;

/// Who asked, and what the flag says.
async fn show(flags: TenantFlags) -> String {
    format!("{} {}", flags.tenant(), flags.is_enabled("f"))
}

async fn show_optional(flags: Option<TenantFlags>) -> String {
    flags.map_or("nobody".to_owned(), |flags| flags.tenant().to_owned())
}

fn service(layer: TenantLayer) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/tenants/{tenant}/f", get(show))
        .route("/optional", get(show_optional))
        .route("/health", get(async || "ok"))
        .layer(layer)
}

fn flags() -> Client {
    Client::fixed().with_tenant("f", "acme", true).build()
}

async fn ask(service: Router, request: Builder) -> (StatusCode, String, Option<HeaderValue>) {
    let request = request.body(Body::empty()).expect("a request");
    let response: Response = service.oneshot(request).await.expect("an answer");
    let (head, body) = response.into_parts();
    let body = to_bytes(body, 4096).await.expect("a body");
    let text = String::from_utf8(body.to_vec()).expect("text");
    (head.status, text, head.headers.get("content-type").cloned())
}

async fn check(service: &Router, request: Builder, expected: &str) {
    let (status, body, _) = ask(service.clone(), request).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, expected));
}

/// A request that is refused; its problem.
async fn refused(service: &Router, request: Builder, status: StatusCode) -> Value {
    let (found, body, media_type) = ask(service.clone(), request).await;
    assert_eq!(found, status, "{body}");
    assert_eq!(media_type.expect("a type"), "application/problem+json");
    let problem: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(problem["status"], json!(status.as_u16()));
    problem
}

#[tokio::test]
async fn a_header_names_the_tenant() {
    let service = service(TenantLayer::from_header(flags(), "x-tenant"));
    let request = |tenant: &[u8]| Request::get("/").header("X-Tenant", tenant);
    check(&service, request(b"acme"), "acme true").await;
    check(&service, request(b"globex"), "globex false").await;
    check(&service, request("Müller".as_bytes()), "Müller false").await;

    let bad = StatusCode::BAD_REQUEST;
    let missing = refused(&service, Request::get("/"), bad).await;
    assert_eq!(
        missing,
        json!({
            "type": "about:blank", "title": "Bad Request", "status": 400,
            "code": "tenant_missing",
            "detail": "the tenant is missing: there is no header x-tenant",
        })
    );
    let long = "k".repeat(257);
    for malformed in [b"".as_slice(), b"\xff", long.as_bytes()] {
        let problem = refused(&service, request(malformed), bad).await;
        assert_eq!(problem["code"], "tenant_malformed");
    }
    let twice = request(b"acme").header("X-Tenant", "globex");
    let problem = refused(&service, twice, bad).await;
    assert_eq!(
        problem["detail"],
        "the tenant is malformed: the header x-tenant is there more than once"
    );
}

#[tokio::test]
async fn only_who_asks_for_a_tenant_needs_one() {
    let service = service(TenantLayer::from_header(flags(), "x-tenant"));
    check(&service, Request::get("/health"), "ok").await;
    check(&service, Request::get("/optional"), "nobody").await;
    let request = Request::get("/optional").header("x-tenant", "acme");
    check(&service, request, "acme").await;
    let malformed = Request::get("/optional").header("x-tenant", "");
    refused(&service, malformed, StatusCode::BAD_REQUEST).await;
}

#[tokio::test]
async fn a_parameter_of_the_route_names_the_tenant() {
    let service = service(TenantLayer::from_path(flags(), "tenant"));
    check(&service, Request::get("/tenants/acme/f"), "acme true").await;
    check(&service, Request::get("/tenants/a%2Fb/f"), "a/b false").await;
    let bad = StatusCode::BAD_REQUEST;
    let problem = refused(&service, Request::get("/"), bad).await;
    assert_eq!(
        problem["detail"],
        "the tenant is missing: the route has no parameter tenant"
    );
    let problem = refused(&service, Request::get("/tenants/%FF/f"), bad).await;
    assert_eq!(problem["code"], "tenant_malformed");
}

#[derive(Clone)]
struct Claims(Option<&'static str>);

#[tokio::test]
async fn a_claim_names_the_tenant() {
    let service = |claims: Option<Claims>| {
        let layer =
            TenantLayer::from_extension(flags(), |claims: &Claims| claims.0.map(ToOwned::to_owned));
        service(layer.rejecting_with(StatusCode::UNAUTHORIZED)).layer(from_fn(
            move |mut request: Request, next: Next| {
                if let Some(claims) = claims.clone() {
                    request.extensions_mut().insert(claims);
                }
                next.run(request)
            },
        ))
    };
    check(
        &service(Some(Claims(Some("acme")))),
        Request::get("/"),
        "acme true",
    )
    .await;
    for without in [None, Some(Claims(None))] {
        let problem = refused(
            &service(without),
            Request::get("/"),
            StatusCode::UNAUTHORIZED,
        )
        .await;
        assert_eq!(problem["code"], "tenant_missing");
        assert_eq!(problem["title"], "Unauthorized");
    }
}

#[tokio::test]
async fn a_function_names_the_tenant_and_what_rules_may_test() {
    let definition = r#"{"key": "f", "salt": "s", "targeting": {"on": true, "rules": [{
        "conditions": [{"operator": "in", "attribute": "plan", "values": ["enterprise"]}],
        "effect": "on"}]}}"#;
    let definition = serde_json::from_str(definition).expect("a definition");
    let fixed = Client::fixed().with_definition(definition);
    let flags = fixed.expect("a good definition").build();
    let layer = TenantLayer::from_request(flags, |parts| {
        Some(parts.uri.query()?.strip_prefix("for=")?.to_owned())
    });
    let service = service(layer.attributes(|parts| {
        let plan = parts
            .headers
            .get("x-plan")
            .and_then(|plan| plan.to_str().ok());
        Attributes::from_iter(plan.map(|plan| ("plan", plan)))
    }));
    check(&service, Request::get("/?for=acme"), "acme false").await;
    let request = Request::get("/?for=acme").header("x-plan", "enterprise");
    check(&service, request, "acme true").await;
    refused(&service, Request::get("/"), StatusCode::BAD_REQUEST).await;
}

#[tokio::test]
async fn without_the_layer_the_service_is_wrong_and_not_the_request() {
    let service = Router::new().route("/", get(show));
    let problem = refused(
        &service,
        Request::get("/"),
        StatusCode::INTERNAL_SERVER_ERROR,
    )
    .await;
    assert_eq!(problem["code"], "tenant_unknown");
}

#[tokio::test]
async fn all_answers_of_a_request_are_those_of_its_beginning() {
    let server = FakeServer::start().await;
    server.set("f", false);
    let flags = server.client().await;
    let server = std::sync::Arc::new(server);
    let switching = std::sync::Arc::clone(&server);
    let handler = async move |flags: TenantFlags, again: TenantFlags| {
        let before = flags.is_enabled("f");
        switching.set("f", true);
        switching.applied().await;
        format!(
            "{before} {} {}",
            flags.is_enabled("f"),
            again.is_enabled("f")
        )
    };
    let service = Router::new()
        .route("/", get(handler))
        .layer(TenantLayer::from_header(flags, "x-tenant"));
    let request = || Request::get("/").header("x-tenant", "acme");
    within(check(&service, request(), "false false false")).await;
    within(check(&service, request(), "true true true")).await;
}
