//! One question, asked of Tenantry and of other feature flag engines, in turns in one process.
//!
//! Run by `make bench-peers`; prints the table that the READMEs quote. Each engine is used as its
//! documentation says and given what it can have ahead: its contexts, its parsed flags. None sends
//! or counts anything that it does not count by itself. Times are the tenth percentile of 300 batches:
//! a batch of a slow engine is longer than a turn of the scheduler, and where others use the machine
//! its median says more about them. The allocator counts, which costs those that
//! allocate a nanosecond or two each time.

mod eppo;
mod launchdarkly;
mod ours;
#[expect(dead_code, reason = "the other benchmark prints more of it")]
#[path = "../../evaluation/race.rs"]
mod race;
mod unleash;
mod world;

use std::hint::black_box;
use std::time::Instant;

use self::race::Contender;
use self::world::{ASKED, TENANTS, World};

const SHORT: usize = 10;
const LONG: usize = 10_000;

/// Long lists take these a quarter of a millisecond a question: a batch of the common size would
/// take seconds.
const SLOW_WITH_LONG_LISTS: [&str; 2] = ["eppo_core 10.0.0", "launchdarkly-server-sdk 3.2.0"];

type Ask<'a> = Box<dyn Fn(usize) -> bool + Sync + 'a>;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    println!("| list | engine | ns | times ours | two threads | allocations |");
    println!("| ---: | --- | ---: | ---: | ---: | ---: |");
    for length in [SHORT, LONG] {
        let world = World::new(length);
        let ours = ours::Ours::new(&world, &runtime);
        let eppo = eppo::Eppo::new(&world);
        let yggdrasil = unleash::Yggdrasil::new(&world);
        let api_client = unleash::ApiClient::new(&world);
        let launchdarkly = launchdarkly::LaunchDarkly::new(&world, &runtime);
        let keys = &world.keys;
        let asks: [(&str, Ask<'_>); 7] = [
            (
                "Tenantry, `Flag::is_enabled`",
                Box::new(|n| ours.handles[n % ASKED].is_enabled(&world.tenants[n % TENANTS])),
            ),
            (
                "Tenantry, `Client::is_enabled`",
                Box::new(|n| {
                    ours.client
                        .is_enabled(&keys[n % ASKED], &world.tenants[n % TENANTS])
                }),
            ),
            (
                "the same, not counting usage",
                Box::new(|n| {
                    ours.silent
                        .is_enabled(&keys[n % ASKED], &world.tenants[n % TENANTS])
                }),
            ),
            (
                "eppo_core 10.0.0",
                Box::new(|n| eppo.ask(&keys[n % ASKED], n % TENANTS)),
            ),
            (
                "unleash-yggdrasil 0.21.6",
                Box::new(|n| yggdrasil.ask(&keys[n % ASKED], n % TENANTS)),
            ),
            (
                "unleash-api-client 0.17.1",
                Box::new(|n| api_client.ask(&keys[n % ASKED], n % TENANTS)),
            ),
            (
                "launchdarkly-server-sdk 3.2.0",
                Box::new(|n| launchdarkly.ask(&keys[n % ASKED], n % TENANTS)),
            ),
        ];
        for (name, ask) in &asks {
            check(name, &world, ask);
        }
        measure(length, &asks);
    }
}

/// All must answer the question that is measured: everybody in the list, and a quarter of the rest.
fn check(name: &str, world: &World, ask: &Ask<'_>) {
    let (mut on, mut asked) = (0, 0);
    // Each flag is asked for each tenant.
    for question in 0..if SLOW_WITH_LONG_LISTS.contains(&name) {
        4_096
    } else {
        32_768
    } {
        let question = question + question / TENANTS;
        let tenant = question % TENANTS;
        let answer = ask(question);
        if world.is_listed(tenant) {
            assert!(answer, "{name}: {} is in the list", world.tenants[tenant]);
        } else {
            asked += 1;
            on += usize::from(answer);
        }
    }
    let percent = on * 100 / asked;
    assert!(
        (20..=30).contains(&percent),
        "{name}: {percent} % instead of 25 %"
    );
}

fn measure(length: usize, asks: &[(&str, Ask<'_>)]) {
    let is_slow = |name: &str| length == LONG && SLOW_WITH_LONG_LISTS.contains(&name);
    let quick_ones: Vec<_> = asks
        .iter()
        .filter(|(name, _)| !is_slow(name))
        .map(|(name, ask)| Contender::new(*name, ask))
        .collect();
    let alone = race::alone(&quick_ones);
    let beside = race::beside_another(&quick_ones);
    let ours = alone.of("Tenantry, `Client::is_enabled`").p10;
    for (name, ask) in asks {
        let (time, two) = if is_slow(name) {
            (few(ask), None)
        } else {
            (alone.of(name).p10, Some(beside.of(name).p10))
        };
        let allocations = allocations(ask, if is_slow(name) { 64 } else { TENANTS });
        println!(
            "| {length} | {name} | {time:.1} | {:.1} | {} | {allocations:.1} |",
            time / ours,
            two.map_or("–".to_owned(), |two| format!("{two:.1}")),
        );
    }
}

/// The nanoseconds of a question, for those that need many: the tenth percentile of batches of 16.
fn few(ask: &Ask<'_>) -> f64 {
    let mut times: Vec<_> = (0..101)
        .map(|batch| {
            let start = Instant::now();
            for question in batch * 16..(batch + 1) * 16 {
                black_box(ask(question));
            }
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 10].as_secs_f64() * 1e9 / 16.0
}

/// The allocations of a question, on average.
fn allocations(ask: &Ask<'_>, questions: usize) -> f64 {
    let info = allocation_counter::measure(|| {
        for question in 0..questions {
            black_box(ask(question));
        }
    });
    info.count_total as f64 / questions as f64
}
