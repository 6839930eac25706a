//! Clients that stop reading, beside one that does not.

use std::time::Duration;

use serde_json::{Value, json};
use tenantry_protocol::Replica;
use tenantry_tests::{Follower, RawStream, TestServer, ZERO, until, until_true};

/// How many stop reading.
const SLOW: usize = 10;

/// How long the server waits for a frame to be taken, and a moment.
const PATIENCE: Duration = Duration::from_secs(31);

/// A targeting of more than a megabyte, another one for each number.
fn large(number: usize) -> Value {
    let variants: Vec<_> = (0..100)
        .map(|index| json!({"name": format!("v{index}"), "weight": 1, "payload": "x".repeat(16_000)}))
        .collect();
    json!({"on": true, "rollout": {"threshold": number}, "variants": variants})
}

/// Streams that were closed because they read too slowly, by any server of this process so far.
async fn closed_as_slow(server: &TestServer) -> f64 {
    let metrics = server.root().get("/metrics").await.expect(200).text;
    let mut lines = metrics.lines();
    let line = lines.find(|line| {
        line.starts_with("tenantry_streams_closed_total{") && line.contains("\"4408\"")
    });
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok())
        .unwrap_or_default()
}

#[tokio::test]
async fn who_stops_reading_is_left_and_the_others_do_not_notice() {
    let places = SLOW + 1;
    let server = TestServer::on_sqlite_with(|config| config.limits.max_streams = places).await;
    let project = server.project();
    project.create_flag("a").await;
    let token = project.create_token("sdk").await.secret;
    server.published().await;
    let mut good = Follower::connect(&server.address(), &token, Replica::default())
        .await
        .expect("let in");
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let stream = RawStream::connect_narrow(&server.address(), &token).await;
        let mut stream = stream.expect("let in");
        stream.hello(0, ZERO).await;
        stream.frame().await;
        slow.push(stream);
    }
    let before = closed_as_slow(&server).await;
    for number in 0..8 {
        let newest = project.set_targeting("a", &large(number)).await.revision();
        good.follow_to(newest).await;
    }
    // From here the clock runs as fast as everybody waits.
    tokio::time::pause();
    tokio::time::sleep(PATIENCE).await;
    tokio::time::resume();
    until("all of them are left with 4408", async || {
        let slow = closed_as_slow(&server).await - before;
        (slow >= 10.0).then_some(())
    })
    .await;
    let mut again = Vec::new();
    until_true("the others' places are free", || again.len() < SLOW).await;
    while again.len() < SLOW {
        let place = until("a place is free", async || {
            RawStream::connect(&server.address(), &token).await.ok()
        });
        again.push(place.await);
    }
    let newest = project
        .set_targeting("a", &json!({"on": false}))
        .await
        .revision();
    good.follow_to(newest).await;
    assert_eq!(good.replica().revision(), newest);
}
