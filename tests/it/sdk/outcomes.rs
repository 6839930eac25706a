//! Outcomes: what programs record is what the server keeps, for whoever guards a rollout.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use tenantry::{Client, Outcome};
use tenantry_protocol::usage::latency_bucket;
use tenantry_store::{OutcomeFilter, Secret, TenantOutcomes};
use tenantry_tests::{TestServer, TimeDelta, on_each_database, soon, until};

const USAGE: &str = "/environments/production/flags/new-billing/usage";

/// A flag that is on for acme and initech, and a token to ask for it.
async fn furnish(server: &TestServer) -> String {
    let project = server.project();
    let targeting = json!({"on": true, "allow": ["acme", "initech"]});
    project.create_targeted("new-billing", &targeting).await;
    server.published().await;
    project.create_token("sdk").await.secret
}

async fn connected(server: &TestServer, token: &str) -> Client {
    let client = Client::builder(server.address(), token).build().await;
    let client = client.expect("a client");
    soon("a connection", client.connected()).await;
    client
}

/// What is kept of the minutes between two times, when there are so many requests, by answer and
/// tenant.
async fn kept(
    server: &TestServer,
    token: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    requests: u64,
) -> BTreeMap<(bool, String), TenantOutcomes> {
    let store = server.database().store().await;
    let secret = Secret::parse(token).expect("a token");
    let access = store.authenticate(&secret, server.now()).await;
    let access = access.expect("it answers").expect("the token is good");
    let environment = access.environment_scope().expect("it is bound to one");
    let filter = OutcomeFilter {
        flag: "new-billing".parse().expect("a key"),
        from,
        to,
    };
    let rows = until("all of it is kept", async || {
        // Whoever asks for usage makes the server write what it was told.
        server.project().get(USAGE).await.expect(200);
        let rows = store.outcomes(&environment, &filter).await;
        let rows = rows.expect("it answers");
        (rows.iter().map(|row| row.requests).sum::<u64>() >= requests).then_some(rows)
    })
    .await;
    store.close().await;
    let mut sums: BTreeMap<(bool, String), TenantOutcomes> = BTreeMap::new();
    for row in rows {
        assert_eq!(row.at.timestamp() % 60, 0, "{row:?}");
        assert!(
            row.at > from - TimeDelta::minutes(1) && row.at < to,
            "{row:?}"
        );
        let key = (row.on, row.tenant.clone());
        let Some(sum) = sums.get_mut(&key) else {
            sums.insert(key, row);
            continue;
        };
        // A window may have ended in the next minute.
        sum.requests += row.requests;
        sum.failures += row.failures;
        let mut latency: BTreeMap<u8, u64> = sum.latency.iter().copied().collect();
        for (bucket, count) in row.latency {
            *latency.entry(bucket).or_default() += count;
        }
        sum.latency = latency.into_iter().collect();
    }
    sums
}

/// Requests, failures, and latencies by milliseconds that lie in their buckets.
fn expect(row: &TenantOutcomes, requests: u64, failures: u64, latency: &[(u64, u64)]) {
    let latency: Vec<(u8, u64)> = latency
        .iter()
        .map(|(ms, count)| (latency_bucket(Duration::from_millis(*ms)), *count))
        .collect();
    assert_eq!(
        (row.requests, row.failures, &row.latency),
        (requests, failures, &latency),
        "{row:?}"
    );
}

fn took(milliseconds: u64) -> Outcome {
    Outcome::success().with_latency(Duration::from_millis(milliseconds))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_recorded_is_kept_by_minute_answer_and_tenant() {
    on_each_database(async |server| {
        let token = furnish(&server).await;
        let begin = server.now();
        let clients = [
            connected(&server, &token).await,
            connected(&server, &token).await,
        ];
        // Two programs with two threads each tell of the same tenants.
        std::thread::scope(|scope| {
            for client in clients.iter().flat_map(|client| [client, client]) {
                scope.spawn(|| {
                    let handle = client.flag("new-billing");
                    for number in 0..250 {
                        client.record("new-billing", "acme", took(20));
                        handle.record("globex", took(if number % 5 == 0 { 3_000 } else { 20 }));
                        if number % 10 == 0 {
                            client.record("new-billing", "acme", Outcome::failure());
                        }
                        client.record("no-such-flag", "acme", Outcome::failure());
                        client.record("new-billing", "", Outcome::failure());
                    }
                });
            }
        });
        // A guard tells how long a scope took and how it ended, by the answer at its beginning.
        let [one, other] = clients;
        one.watch("new-billing", "initech").success();
        let failed: Result<(), &str> = one.watch("new-billing", "initech").result(Err("broken"));
        failed.expect_err("the work's own error is passed on");
        drop(one.watch("new-billing", "initech"));
        let panicking = one.watch("new-billing", "initech");
        let panicked = std::thread::spawn(move || {
            let _watched = panicking;
            panic!("the work is broken");
        });
        panicked.join().expect_err("it panics");
        one.shutdown().await;
        other.shutdown().await;

        let middle = begin + TimeDelta::minutes(30);
        let kept_first = kept(&server, &token, (begin, middle), 2_103).await;
        assert_eq!(kept_first.len(), 3, "{kept_first:#?}");
        let of = |on, tenant: &str| &kept_first[&(on, tenant.to_owned())];
        expect(of(true, "acme"), 1_100, 100, &[(20, 1_000)]);
        expect(of(false, "globex"), 1_000, 0, &[(20, 800), (3_000, 200)]);
        let initech = of(true, "initech");
        assert_eq!((initech.requests, initech.failures), (3, 2), "{initech:?}");
        let timed: u64 = initech.latency.iter().map(|it| it.1).sum();
        assert_eq!(timed, 3, "{initech:?}");

        // An hour later globex has the flag, and what it tells is of that hour.
        server.travel(TimeDelta::hours(1));
        let targeting = json!({"on": true, "allow": ["globex"]});
        server
            .project()
            .set_targeting("new-billing", &targeting)
            .await;
        server.published().await;
        let client = connected(&server, &token).await;
        client.record("new-billing", "globex", took(20));
        client.shutdown().await;
        let later = (middle, middle + TimeDelta::hours(1));
        let kept_later = kept(&server, &token, later, 1).await;
        assert_eq!(kept_later.len(), 1, "{kept_later:#?}");
        expect(&kept_later[&(true, "globex".to_owned())], 1, 0, &[(20, 1)]);
        let again = kept(&server, &token, (begin, middle), 2_103).await;
        assert_eq!(again, kept_first);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_very_many_tenants_the_largest_are_named_and_the_sum_is_exact() {
    /// Beyond what a program, a frame and a minute name.
    const TENANTS: u64 = 12_000;
    on_each_database(async |server| {
        let token = furnish(&server).await;
        let begin = server.now();
        let client = connected(&server, &token).await;
        for _ in 0..500 {
            client.record("new-billing", "acme", Outcome::failure());
            client.record("new-billing", "globex", took(20));
        }
        for number in 0..TENANTS {
            client.record("new-billing", &format!("tenant-{number}"), took(20));
        }
        client.shutdown().await;
        let all = TENANTS + 1_000;
        let hour = (begin, begin + TimeDelta::hours(1));
        let kept = kept(&server, &token, hour, all).await;
        expect(&kept[&(true, "acme".to_owned())], 500, 500, &[]);
        expect(&kept[&(false, "globex".to_owned())], 500, 0, &[(20, 500)]);
        let sum = |of: fn(&TenantOutcomes) -> u64| kept.values().map(of).sum::<u64>();
        assert_eq!((sum(|it| it.requests), sum(|it| it.failures)), (all, 500));
        assert_eq!(sum(|it| it.latency.iter().map(|it| it.1).sum()), all - 500);
        assert!(kept.contains_key(&(false, String::new())), "the others");
        assert!(kept.len() <= 5_002, "{}", kept.len());
    })
    .await;
}
