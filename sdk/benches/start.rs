//! The start without a server: from the disk cache to the first answer.
//!
//! Prints the median of several starts, each with a client of its own: 1,000 flags are to be ready
//! in 50 ms, and it fails if they are not; 100,000 in half a second, on a machine that has nothing
//! else to do.

use std::time::{Duration, Instant};

use tenantry::{Client, Source};
use tenantry_protocol::{Publication, Replica};

#[path = "../tests/it/peer.rs"]
mod peer;

use crate::peer::Peer;

const STARTS: usize = 9;
const TOKEN: &str = "tnry_sdk_0123456789abcdefghijklmnopqrstuvwxyz";
/// How long so many flags may take, half of the times.
const LIMIT: (usize, Duration) = (1_000, Duration::from_millis(50));
/// More than anything here takes.
const LONG: Duration = Duration::from_mins(1);

/// A flag with a rule and a rollout.
fn flag(key: &str, number: usize) -> String {
    format!(
        r#"{{"flag":{{"key":"{key}","salt":"{number:016x}","targeting":{{"on":true,"rules":[{{"conditions":[{{"operator":"in","attribute":"plan","values":["team","enterprise"]}}],"effect":{{"rollout":{{"threshold":25000}}}}}}],"rollout":{{"threshold":{threshold}}}}}}}}}"#,
        threshold = number % 100_001
    )
}

/// Has a client write its cache of so many flags, takes the server away, and starts others.
async fn measure(flags: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = (0..flags).map(|number| {
        let key = format!("flag-{number}");
        (
            format!("flag/{key}").parse().expect("an id"),
            flag(&key, number),
        )
    });
    let mut replica = Replica::default();
    replica.fill(7, rows, []);
    let peer = Peer::start().await;
    peer.publish(Publication::new(replica));
    let builder = || Client::builder(peer.url(), TOKEN).cache_dir(folder.path());
    let client = builder().timeout(LONG).build().await.expect("a client");
    client.shutdown().await;
    let entries = std::fs::read_dir(folder.path()).expect("a folder");
    let sizes = entries.map(|entry| entry.and_then(|it| it.metadata()).expect("a file").len());
    let size: u64 = sizes.sum();
    let url = peer.url();
    peer.stop().await;
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..STARTS {
        let start = Instant::now();
        let client = Client::builder(&url, TOKEN)
            .cache_dir(folder.path())
            .build()
            .await;
        let client = client.expect("a client");
        let is_known = client.flag("flag-0").is_enabled("acme");
        times.push(start.elapsed());
        assert!(client.status().source == Source::Disk && !is_known);
        client.shutdown().await;
    }
    times.sort_unstable();
    println!(
        "{flags:>7} flags, {:>6} KiB: ready in {:.1} ms (median of {STARTS}, {:.1} to {:.1})",
        size >> 10,
        times[STARTS / 2].as_secs_f64() * 1e3,
        times[0].as_secs_f64() * 1e3,
        times[STARTS - 1].as_secs_f64() * 1e3,
    );
    assert!(
        flags > LIMIT.0 || times[STARTS / 2] <= LIMIT.1,
        "{flags} flags take longer than {:?}",
        LIMIT.1
    );
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for flags in [1_000, 10_000, 100_000] {
        runtime.block_on(measure(flags));
    }
}
