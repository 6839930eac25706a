//! A service that ships a new billing engine tenant by tenant.
//!
//! ```sh
//! export TENANTRY_TOKEN=$(tenantry tokens create sdk billing)
//! cargo run -p example-axum-service
//! curl -H 'X-Tenant: acme-corp' --json '{"lines": [99, 99, 99]}' http://127.0.0.1:3000/invoices
//! ```
//!
//! Change the flag `new-billing` and ask again: the next request takes the other path.

mod invoice;

use std::env;
use std::io::stderr;

use anyhow::Context as _;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use tenantry::TenantFlags;
use tenantry::axum::TenantLayer;
use tokio::net::TcpListener;
use tracing_subscriber::filter::LevelFilter;

use crate::invoice::{Invoice, Order};

/// The header that names the tenant. A gateway sets it after it has checked the caller's
/// credentials, and strips it from what it receives: flags are no authorisation, so whoever can
/// choose the header can choose what they get.
const TENANT_HEADER: &str = "x-tenant";

/// What the handlers share. The flag is found once, here, and asked at every request.
#[derive(Debug, Clone)]
struct Billing {
    flags: tenantry::Client,
    new_billing: tenantry::Flag,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // What the SDK has to tell, such as that the server refuses the token, it logs by `tracing`.
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_writer(stderr)
        .init();
    let url = env::var("TENANTRY_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
    let token = env::var("TENANTRY_TOKEN").context("set TENANTRY_TOKEN to a token of type sdk")?;

    // With the cache, a restart while Tenantry is away goes on with the answers of before. Its folder
    // is the service's own: who can write there decides on flags.
    let flags = tenantry::Client::builder(url, token)
        .cache_dir("data-example-axum-service")
        .build()
        .await?;

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, service(flags.clone()))
        .with_graceful_shutdown(async {
            // An error means that there is no such signal to wait for: then serve until killed.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await?;
    flags.shutdown().await;
    Ok(())
}

/// The service's routes, over any client: the tests bring one with fixed answers.
fn service(flags: tenantry::Client) -> Router {
    let new_billing = flags.flag("new-billing");
    Router::new()
        .route("/invoices", post(create_invoice))
        .route("/health", get(health))
        .layer(TenantLayer::from_header(flags.clone(), TENANT_HEADER))
        .with_state(Billing { flags, new_billing })
}

/// Without a tenant this is not called, and there is no way to ask a flag for nobody.
async fn create_invoice(
    State(billing): State<Billing>,
    tenant: TenantFlags,
    Json(order): Json<Order>,
) -> Json<Invoice> {
    // No lock, no allocation, no error: this line may stand in the hottest loop.
    if tenant.is_enabled(&billing.new_billing) {
        Json(invoice::as_a_whole(&order))
    } else {
        Json(invoice::by_line(&order))
    }
}

/// Healthy with or without Tenantry: its answers may grow old, but they do not go away.
async fn health(State(billing): State<Billing>) -> String {
    let status = billing.flags.status();
    format!(
        "ok; flags from {:?} at r{}, connected: {}\n",
        status.source, status.revision, status.connected
    )
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt as _;

    use super::*;

    async fn invoice_for(tenant: Option<&str>) -> (StatusCode, String) {
        let flags = tenantry::Client::fixed()
            .with_tenant("new-billing", "acme-corp", true)
            .build();
        let mut request = Request::post("/invoices").header("content-type", "application/json");
        if let Some(tenant) = tenant {
            request = request.header("x-tenant", tenant);
        }
        let request = request
            .body(Body::from(r#"{"lines": [99, 99, 99]}"#))
            .expect("a request");
        let response = service(flags).oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = to_bytes(response.into_body(), 4096).await.expect("a body");
        (status, String::from_utf8(body.to_vec()).expect("text"))
    }

    #[tokio::test]
    async fn each_tenant_has_its_engine() {
        let (_, body) = invoice_for(Some("acme-corp")).await;
        assert_eq!(
            body,
            r#"{"net_cents":297,"tax_cents":56,"engine":"as a whole"}"#
        );
        let (_, body) = invoice_for(Some("globex")).await;
        assert_eq!(
            body,
            r#"{"net_cents":297,"tax_cents":57,"engine":"by line"}"#
        );
    }

    #[tokio::test]
    async fn nobody_is_billed_by_accident() {
        let (status, body) = invoice_for(None).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(body.contains("there is no header x-tenant"), "{body}");
        let (status, _) = invoice_for(Some("")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
}
