//! Tests of the SDK over real sockets, against a peer that speaks the protocol's own sessions.
//!
//! What takes minutes is tested inside the crate, by a paused clock and over streams in memory.

#[cfg(all(feature = "axum", feature = "fake-server"))]
mod axum;
mod cache;
mod clock;
#[cfg(feature = "fake-server")]
mod fake_server;
#[cfg(feature = "test-util")]
mod fixed;
mod logs;
#[cfg(all(feature = "openfeature", feature = "fake-server"))]
mod openfeature;
#[cfg(feature = "test-util")]
mod overrides;
mod peer;
mod proxy;
mod reads;
mod relay;
mod shutdown;
mod start;
mod stream;
#[cfg(all(feature = "tracing", feature = "test-util"))]
mod telemetry;
#[cfg(feature = "fake-server")]
mod tenant;
#[cfg(feature = "tls")]
mod tls;

use std::time::Duration;

use tenantry::{Builder, Client};
use tokio::time::timeout;

use crate::peer::Peer;

/// More than anything here takes, also on a loaded machine.
const LONG: Duration = Duration::from_mins(1);

/// A token of the right form. No log line and no file may hold it.
const TOKEN: &str = "tnry_sdk_0123456789abcdefghijklmnopqrstuvwxyz";

/// A builder for the peer's client.
fn builder(peer: &Peer) -> Builder {
    Client::builder(peer.url(), TOKEN)
}

/// A client that is connected to the peer.
async fn connected(peer: &Peer) -> Client {
    let client = builder(peer).build().await.expect("a client");
    within(client.connected()).await;
    client
}

/// Waits for something that must come.
async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(LONG, future).await.expect("it never came")
}

/// Waits until the client answers from this revision.
async fn at_revision(client: &Client, revision: u64) {
    let mut status = client.watch_status();
    let reached = status.wait_for(|status| status.revision == revision && status.connected);
    within(reached).await.expect("the client is there");
}
