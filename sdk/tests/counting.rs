//! Counting allocates nothing once a tenant is known.
//!
//! Alone in its binary, because measuring takes the place of the global allocator.

#[path = "it/peer.rs"]
mod peer;

use std::time::Duration;

use allocation_counter::measure;
use tenantry::{Client, Context};

use self::peer::Peer;

#[tokio::test]
async fn a_question_that_is_counted_allocates_nothing() {
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 50_000);
    let client = Client::builder(peer.url(), "tnry_sdk_secret")
        .build()
        .await
        .expect("a client");
    let connected = tokio::time::timeout(Duration::from_mins(1), client.connected());
    connected.await.expect("a connection");
    let handle = client.flag("new-billing");
    let tenants: Vec<String> = (0..6_000)
        .map(|number| format!("tenant-{number}"))
        .collect();
    let ask = || {
        for tenant in &tenants {
            std::hint::black_box(client.is_enabled("new-billing", tenant));
            std::hint::black_box(handle.is_enabled(tenant));
            std::hint::black_box(client.is_enabled_for("new-billing", &Context::tenant(tenant)));
            std::hint::black_box(client.is_enabled("no-such-flag", tenant));
        }
    };
    // More tenants than are named, so that both ways are measured; the first time they are named.
    assert!(measure(ask).count_total > 0, "names are kept");
    assert_eq!(measure(ask).count_total, 0);
}
