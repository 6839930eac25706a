//! A server that runs out of file descriptors: whoever is there is served, and newcomers wait.

use std::time::Instant;

use serde_json::json;
use tenantry::Client;
use tenantry_tests::{RawStream, ServerProcess, ZERO, soon, until_true};
use tokio::net::TcpStream;

/// How many file descriptors the server may have, and how many connections want one.
const FILES: u16 = 100;
const CONNECTIONS: usize = 200;

#[tokio::test]
async fn who_is_there_is_served_and_the_others_once_there_is_room() {
    let server = ServerProcess::with_files(FILES).await;
    // One caller, whose connection stays open.
    let project = server.project();
    let targeting = json!({"on": true, "allow": ["acme"]});
    project.create_targeted("a", &targeting).await;
    let token = project.create_token("sdk").await.secret;
    project.published().await;
    let client = Client::builder(server.address(), &token).build().await;
    let client = client.expect("a client");
    soon("a connection", client.connected()).await;

    let host = server.address().trim_start_matches("http://").to_owned();
    let begin = Instant::now();
    let mut others = Vec::new();
    for _ in 0..CONNECTIONS {
        let other = soon("the system takes it", TcpStream::connect(&host)).await;
        others.push(other.expect("there is room to wait"));
    }
    let refusals = || server.log().matches("os error 24").count();
    until_true("there are none left", || refusals() > 0).await;
    for on in [false, true, false, true] {
        project
            .set_targeting("a", &json!({"on": on, "allow": ["acme"]}))
            .await;
        until_true("the change arrives", || {
            client.is_enabled("a", "acme") == on
        })
        .await;
    }
    // It waits and does not try in a loop: a second each time.
    until_true("it has tried again", || refusals() > 1).await;
    let tries = u64::try_from(refusals()).expect("few");
    assert!(tries <= begin.elapsed().as_secs() + 1, "{tries} tries");
    assert!(client.status().connected, "all the time");

    drop(others);
    let address = server.address();
    let stream = RawStream::connect(&address, &token);
    let mut stream = soon("a newcomer is let in", stream).await.expect("let in");
    stream.hello(0, ZERO).await;
    stream.frame_of("snapshot").await;
    client.shutdown().await;
}
