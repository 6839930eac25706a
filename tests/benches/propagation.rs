//! How long a change takes to reach its clients, and whether they answer what the server answers.
//!
//! A world of 1,000 flags with five rules each, 100 connected clients, 200 changes in a row, on each
//! database. Measured from the moment when the change was answered to the moment when a client
//! answers accordingly, both by this process's monotonic clock. Then every flag is asked for every
//! tenant, of the SDK and of the server. Last, a client that missed one change or a thousand comes
//! back: from its connection's first byte to the newest state.
//!
//! Run by `make bench`, in release. It fails if the slowest hundredth takes longer than
//! [`SLOWEST_P99`], or if any two answers differ. How long coming back takes is reported.

use std::time::{Duration, Instant};

use serde_json::json;
use tenantry::Client;
use tenantry_protocol::Replica;
use tenantry_tests::{
    DatabaseKind, Follower, TestDatabase, TestServer, World, compare, until_true,
};
use tokio::sync::mpsc;

const FLAGS: usize = 1_000;
const TENANTS: usize = 5_000;
const CLIENTS: usize = 100;
const CHANGES: usize = 200;

/// Changes that a client missed, and how often it comes back from each.
const MISSED: [usize; 2] = [1, 1_000];
const RETURNS: usize = 100;

/// Pairs that the server explains one by one, beside all pairs that it evaluates in bulk.
const EXPLAINED: usize = 100_000;

/// The most that 99 of 100 arrivals may take.
const SLOWEST_P99: Duration = Duration::from_millis(50);

/// The flag that is switched to and fro, and who gets it when it is on.
const FLAG: &str = "switch";
const TENANT: &str = "acme";

/// The arrivals of all changes at all clients, sorted.
struct Arrivals(Vec<Duration>);

impl Arrivals {
    /// The arrival that `permille` thousandths are not later than.
    fn at(&self, permille: usize) -> Duration {
        self.0[(self.0.len() - 1) * permille / 1_000]
    }
}

fn main() {
    // `cargo bench` passes `--bench`, and `cargo test --benches` does not: then there is nothing to
    // measure, in a debug build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        println!("{FLAGS} flags with 5 rules, {CLIENTS} clients, {CHANGES} changes in a row\n");
        println!("| database   | p50      | p99      | slowest  | answers compared |");
        println!("| ---------- | -------: | -------: | -------: | ---------------: |");
        let mut is_fast_enough = true;
        for kind in [DatabaseKind::Sqlite, DatabaseKind::Postgres] {
            let (arrivals, returns, compared) = measure(kind).await;
            println!(
                "| {:<10} | {:>8} | {:>8} | {:>8} | {compared:>16} |",
                kind.name(),
                milliseconds(arrivals.at(500)),
                milliseconds(arrivals.at(990)),
                milliseconds(arrivals.at(1_000)),
            );
            for (missed, arrivals) in MISSED.into_iter().zip(returns) {
                println!(
                    "| {:<10} | {:>8} | {:>8} | {:>8} | {:>16} |",
                    "  back",
                    milliseconds(arrivals.at(500)),
                    milliseconds(arrivals.at(990)),
                    milliseconds(arrivals.at(1_000)),
                    format!("missed {missed}"),
                );
            }
            is_fast_enough &= arrivals.at(990) <= SLOWEST_P99;
        }
        assert!(
            is_fast_enough,
            "99 of 100 arrivals must not take longer than {SLOWEST_P99:?}"
        );
    });
}

async fn measure(kind: DatabaseKind) -> (Arrivals, Vec<Arrivals>, usize) {
    let server = TestServer::start(TestDatabase::new(kind).await).await;
    let project = server.project();
    let world = World::new(FLAGS, TENANTS);
    world.load(&project).await;
    project.create_flag(FLAG).await;
    let token = project.create_token("sdk").await.secret;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(
            Client::builder(server.address(), &token)
                .build()
                .await
                .expect("a client"),
        );
    }
    let newest = project.revision_of("production").await;
    for client in &clients {
        until_true("everything is there", || client.status().revision == newest).await;
    }
    let arrivals = switch_to_and_fro(&server, &clients).await;

    project
        .post(format!("/flags/{FLAG}/archive"))
        .json(&json!({}))
        .await
        .expect(200);
    let newest = project.revision_of("production").await;
    until_true("only the world is left", || {
        clients[0].status().revision == newest
    })
    .await;
    let evaluator = server.root().with_token(&token);
    let compared = compare::in_bulk(&world, &clients[0], &evaluator, TENANTS).await;
    compare::one_by_one(&world, &clients[0], &project, EXPLAINED).await;
    for client in clients {
        client.shutdown().await;
    }
    let mut returns = Vec::new();
    for missed in MISSED {
        returns.push(come_back(&server, &token, missed).await);
    }
    (arrivals, returns, compared.pairs)
}

/// How long a client takes from connecting to the newest state, after it missed so many changes.
async fn come_back(server: &TestServer, token: &str, missed: usize) -> Arrivals {
    let project = server.project();
    let follow = async |before| {
        let follower = Follower::connect(&server.address(), token, before).await;
        follower.expect("let in")
    };
    let newest = project.revision_of("production").await;
    let mut follower = follow(Replica::default()).await;
    follower.follow_to(newest).await;
    let before = follower.into_replica();
    for number in 0..missed {
        project
            .create_flag(&format!("missed-{missed}-{number}"))
            .await;
    }
    project.published().await;
    let newest = project.revision_of("production").await;
    let mut returns = Vec::with_capacity(RETURNS);
    for _ in 0..RETURNS {
        let replica = before.clone();
        let begin = Instant::now();
        let mut follower = follow(replica).await;
        let frames = follower.follow_to(newest).await;
        returns.push(begin.elapsed());
        assert_eq!(frames, 1, "one delta");
    }
    returns.sort_unstable();
    Arrivals(returns)
}

/// Makes all changes, each after the last has arrived everywhere.
async fn switch_to_and_fro(server: &TestServer, clients: &[Client]) -> Arrivals {
    // At most one notice of each client waits here: the next change is made after the last arrival.
    let (sender, mut seen) = mpsc::channel::<(bool, Instant)>(CLIENTS);
    for client in clients {
        let (client, sender) = (client.clone(), sender.clone());
        let mut changes = client.changes();
        tokio::spawn(async move {
            while changes.next().await.is_some() {
                let answer = (client.is_enabled(FLAG, TENANT), Instant::now());
                if sender.send(answer).await.is_err() {
                    return;
                }
            }
        });
    }
    let project = server.project();
    let mut arrivals = Vec::with_capacity(CLIENTS * CHANGES);
    for number in 0..CHANGES {
        let on = number % 2 == 0;
        project
            .set_targeting(FLAG, &json!({"on": on, "rollout": {"threshold": 100_000}}))
            .await;
        let answered = Instant::now();
        for _ in clients {
            let arrival = tenantry_tests::soon("a change arrives", seen.recv()).await;
            let (is_on, at) = arrival.expect("clients that listen");
            assert_eq!(
                is_on, on,
                "a client answers with something else than the change"
            );
            arrivals.push(at.saturating_duration_since(answered));
        }
    }
    arrivals.sort_unstable();
    Arrivals(arrivals)
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1_000.0)
}
