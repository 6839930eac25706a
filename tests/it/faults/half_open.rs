//! Peers that vanish without a word, as when a cable is pulled or a firewall forgets a connection.

use std::time::Duration;

use serde_json::json;
use tenantry::Client;
use tenantry_tests::{Gate, RawStream, TestServer, soon, until, until_true};

/// How many vanish at once, where a process may have so many file descriptors: each is a client with
/// its task, two connections of the gate and one of the server.
const PEERS: usize = 1_000;
const FILES: usize = 8_192;
/// And elsewhere.
const FEWER_PEERS: usize = 100;

fn peers() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let mut lines = limits.lines();
    let files = lines.find_map(|line| line.strip_prefix("Max open files"));
    let files = files.and_then(|line| line.split_whitespace().next()?.parse().ok());
    let is_enough = files.is_some_and(|files: usize| files >= FILES);
    if is_enough { PEERS } else { FEWER_PEERS }
}

/// How long both sides may take to find out.
const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn both_sides_find_out_within_a_minute() {
    let peers = peers();
    let server = TestServer::on_sqlite_with(|config| config.limits.max_streams = peers).await;
    let project = server.project();
    let targeting = json!({"on": true, "allow": ["acme"]});
    project.create_targeted("a", &targeting).await;
    let token = project.create_token("sdk").await.secret;
    let gate = Gate::to(&server.address()).await;
    let mut clients = Vec::new();
    for _ in 0..peers {
        let client = Client::builder(gate.address(), &token).build().await;
        clients.push(client.expect("a client"));
    }
    for client in &clients {
        soon("the client is connected", client.connected()).await;
    }
    let refused = RawStream::connect(&server.address(), &token).await;
    assert_eq!(refused.expect_err("every place is taken").status, 503);

    gate.black_hole();
    // From here the clock runs as fast as everybody waits.
    tokio::time::pause();
    tokio::time::sleep(MINUTE).await;
    tokio::time::resume();
    for client in &clients {
        assert!(!client.status().connected, "{:?}", client.status());
        assert!(client.is_enabled("a", "acme"), "the last answers stay");
    }
    let mut others = Vec::new();
    while others.len() < peers {
        let place = until("a place is free", async || {
            RawStream::connect(&server.address(), &token).await.ok()
        });
        others.push(place.await);
    }

    // And when the way is there again, so are the clients, with what has changed meanwhile.
    drop(others);
    project.set_targeting("a", &json!({"on": false})).await;
    gate.open();
    for client in &clients {
        until_true("the client is back", || !client.is_enabled("a", "acme")).await;
    }
}
