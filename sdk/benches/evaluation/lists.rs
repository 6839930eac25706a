//! A list of a million tenants: what it occupies, what a question costs, and what a change of it.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

use tenantry::Client;
use tenantry_core::ItemId;
use tenantry_protocol::frame::Delta;
use tenantry_protocol::{Replica, ServerFrame};

use crate::memory::{kept, per};
use crate::publications::{self, Changes};
use crate::race::{self, Contender};
use crate::report::{Report, Row};
use crate::stream::Stream;
use crate::world::{self, FLAGS, Kind, World, tenant};

const MANY: usize = 1_000_000;
/// The flag with the list.
const FLAG: &str = "everybody-but-a-few";
/// Changes of the list that are measured.
const CHANGES: usize = 500;

pub(crate) fn measure(world: &World, report: &mut Report) {
    // Half of those that are asked for are in it.
    let asked = world.tenants.iter().step_by(2).cloned();
    let list = asked.chain((world.tenants.len()..).map(tenant));
    let server = world.replica_with(Some((FLAG, list.take(MANY).collect())));
    let snapshot = world::snapshot(&server);
    let read = |snapshot: &str| Replica::from_snapshot_bytes(snapshot.as_bytes());
    report.section("A list of a million tenants", || {
        let mut replica = Replica::default();
        let many = kept(|| replica = read(&snapshot).expect("a snapshot"));
        let few = kept(|| read(&world::snapshot(&world.replica())).expect("a snapshot"));
        let mut changes = Changes::of_list(&replica, flag());
        let frames: Vec<String> = (0..CHANGES).map(|_| changes.next()).collect();
        let bytes_of_delta = frames[0].len();
        let mut times: Vec<f64> = frames
            .iter()
            .map(|frame| apply(&mut replica, frame))
            .collect();
        times.sort_unstable_by(f64::total_cmp);
        let stream = Stream::start(snapshot.clone());
        let client = stream.client(|builder| builder.count_usage(false));
        let untouched = ratio(world, &client);
        for frame in frames {
            stream.say(frame.into());
        }
        while client.status().revision < replica.revision() {
            thread::yield_now();
        }
        let after_changes = ratio(world, &client);
        let bytes = (many - few) / per(MANY);
        vec![
            Row::limited("bytes of a tenant, all that an SDK keeps", bytes, "", 34.0),
            // Half of those asked for are in it, which no processor guesses, and where they are is
            // in no cache: three times a page that has to be looked up.
            Row::ratio("a question ÷ that of a list of 10", untouched, 2.0),
            Row::ratio("the same after 500 changes", after_changes, 2.1),
            Row::limited(
                "bytes of a delta of one tenant",
                per(bytes_of_delta),
                "",
                1_000.0,
            ),
            Row::told("applying it, median", times[CHANGES / 2], "us"),
            Row::told("applying it, slowest of 500", times[CHANGES - 1], "us"),
        ]
    });
    let stream = Stream::start(snapshot);
    let changes = Changes::of_list(&server, flag());
    publications::measure_with(world, &stream, changes, "the list", report);
    report.section("Starting from a snapshot", || {
        [1, 100]
            .map(|times| {
                let flags = FLAGS * times;
                let document = document(flags);
                let start = Instant::now();
                let replica = read(&document).expect("a snapshot");
                let time = start.elapsed().as_secs_f64() * 1e3;
                assert_eq!(replica.ruleset().len(), flags);
                Row::told(format!("{flags} flags"), time, "ms")
            })
            .into()
    });
}

fn flag() -> ItemId {
    world::flag_id(FLAG)
}

/// How many times as long a question takes that asks the list as one that asks a short list.
fn ratio(world: &World, client: &Client) -> f64 {
    let ask = |key: String| move |n: usize| client.is_enabled(&key, world.tenant(n));
    let [key, ..] = Kind::Short.keys();
    let contenders = [
        Contender::new("a list of 10", ask(key)),
        Contender::new("a list of a million", ask(FLAG.to_owned())),
    ];
    let times = race::alone(&contenders);
    times.ratio("a list of a million", "a list of 10")
}

/// Applies a delta, in microseconds.
fn apply(replica: &mut Replica, frame: &str) -> f64 {
    let Ok(Some(ServerFrame::Delta(delta))) = ServerFrame::parse(frame) else {
        panic!("not a delta: {frame}");
    };
    // What readers still ask while the delta is applied.
    let read = replica.ruleset().clone();
    let start = Instant::now();
    let change = replica
        .apply(black_box::<&Delta<'_>>(&delta))
        .expect("it fits");
    let time = start.elapsed().as_secs_f64() * 1e6;
    drop((read, change));
    time
}

/// A snapshot of so many plain flags, with ten tenants each.
fn document(flags: usize) -> String {
    let list: Vec<String> = (0..10).map(tenant).collect();
    let (mut items, mut lists) = (Vec::new(), Vec::new());
    for number in 0..flags {
        let key = format!("flag-{number:06}");
        items.push((world::flag_id(&key), world::plain_flag(&key, 25_000)));
        lists.push((world::flag_id(&key), "allow".to_owned(), list.clone()));
    }
    let mut server = Replica::default();
    server.fill(1, items, lists);
    world::snapshot(&server)
}
