//! The end: on request, by dropping, and with a peer that does not play along.

use std::time::Duration;

use tokio::time::Instant;

use crate::peer::Peer;
use crate::{connected, within};

#[tokio::test]
async fn shutdown_says_goodbye_and_answers_stay() {
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let client = connected(&peer).await;
    let mut changes = client.changes();
    let start = Instant::now();
    client.shutdown().await;
    assert!(start.elapsed() < Duration::from_secs(3));
    let seen = within(peer.until(|seen| !seen.closes.is_empty())).await;
    assert_eq!(seen.closes, [1000]);
    assert!(client.is_enabled("new-billing", "acme"));
    assert!(!client.status().connected);
    assert_eq!(within(changes.next()).await, None, "listeners learn of it");
    assert_eq!(
        within(client.changes().next()).await,
        None,
        "also those that come late"
    );

    // Once more does no harm.
    client.shutdown().await;
}

#[tokio::test]
async fn shutdown_does_not_wait_for_a_peer_that_has_stopped_reading() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let building = tenantry::Client::builder(url, crate::TOKEN)
        .timeout(Duration::ZERO)
        .build();
    let client = building.await.expect("a client");
    let (stream, _) = within(listener.accept()).await.expect("a connection");
    let start = Instant::now();
    client.shutdown().await;
    assert!(
        start.elapsed() <= Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    let mut rest = Vec::new();
    let mut stream = stream;
    within(tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest))
        .await
        .ok();
}

#[tokio::test]
async fn the_last_clone_takes_the_connection_along() {
    let peer = Peer::start().await;
    let client = connected(&peer).await;
    let (clone, handle) = (client.clone(), client.flag("new-billing"));
    drop(client);
    peer.put_flag("new-billing", 100_000);
    crate::at_revision(&clone, 1).await;
    drop(clone);
    let seen = within(peer.until(|seen| !seen.closes.is_empty())).await;
    assert_eq!(seen.closes, [1000]);
    assert!(
        handle.is_enabled("acme"),
        "a handle answers from what was there last"
    );
}
