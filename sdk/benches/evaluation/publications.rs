//! What readers notice of changes: a thousand a second, each a delta that the client applies.
//!
//! Of flags, one after the other, and of a list of a million tenants, one by one.

use std::cell::Cell;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use tenantry::Client;
use tenantry_core::{Checksum, ItemId};
use tenantry_protocol::frame::{Delta, Members, Tenant};
use tenantry_protocol::{Replica, ServerFrame};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::report::{Report, Row};
use crate::stream::Stream;
use crate::world::{ASKED, Kind, World, flag_id, plain_flag};

/// The way to look, and how often: so many times without changes, and as often with them.
const LOOK: Duration = Duration::from_millis(200);
const LOOKS: usize = 12;
/// From one change to the next.
const INTERVAL: Duration = Duration::from_millis(1);
/// Questions that are timed together: a clock cannot time one of them alone.
const TOGETHER: usize = 32;

pub(crate) fn measure(world: &World, stream: &Stream, replica: &Replica, report: &mut Report) {
    let changes = Changes::of(replica);
    measure_with(world, stream, changes, "flags", report);
}

/// The same, of a stream of whatever flags: those of a world without a list, among others.
pub(crate) fn measure_with(
    world: &World,
    stream: &Stream,
    changes: Changes,
    what: &str,
    report: &mut Report,
) {
    let client = stream.client(|builder| builder);
    let changes = Cell::new(changes);
    let title = format!("A question while 1,000 changes of {what} a second are published");
    report.section(&title, || {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..LOOKS {
            without.push(p99(world, &client));
            let mut next = changes.take();
            let revision = client.status().revision;
            with.push(thread::scope(|scope| {
                let writer = scope.spawn(|| next.publish(stream));
                let p99 = p99(world, &client);
                writer.join().expect("no panic");
                p99
            }));
            let published = client.status().revision - revision;
            let wanted = LOOK.as_micros() / INTERVAL.as_micros();
            assert!(
                u128::from(published) * 2 > wanted,
                "{published} of {wanted} changes arrived"
            );
            changes.set(next);
        }
        let (without, with) = (median(without), median(with));
        vec![
            Row::told("the slowest hundredth, without changes", without, "ns"),
            Row::told("the slowest hundredth, with changes", with, "ns"),
            Row::ratio("with ÷ without", with / without, 1.25),
        ]
    });
}

/// The time that 99 of 100 questions do not exceed, in nanoseconds.
fn p99(world: &World, client: &Client) -> f64 {
    let keys = Kind::Short.keys();
    let mut times = Vec::new();
    let start = Instant::now();
    let mut number = 0;
    while start.elapsed() < LOOK {
        let begun = Instant::now();
        for _ in 0..TOGETHER {
            black_box(client.is_enabled(&keys[number % ASKED], world.tenant(number)));
            number += 1;
        }
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let together = TOGETHER as f64;
    times[times.len() * 99 / 100].as_secs_f64() * 1e9 / together
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Changes of the flags that are asked, one after the other.
#[derive(Default)]
pub(crate) struct Changes {
    revision: u64,
    checksum: Checksum,
    /// The bytes of the flags that are asked, as they are.
    flags: Vec<String>,
    /// The flag whose allow list changes, if that is what changes.
    listed: Option<ItemId>,
}

impl Changes {
    fn of(replica: &Replica) -> Self {
        let bytes = |key: &String| {
            let bytes = replica.item(&(&flag_id(key)).into());
            bytes.expect("a flag").get().to_owned()
        };
        Self {
            revision: replica.revision(),
            checksum: replica.checksum(),
            flags: Kind::Short.keys().iter().map(bytes).collect(),
            listed: None,
        }
    }

    /// Changes of the allow list of a flag.
    pub(crate) fn of_list(replica: &Replica, flag: ItemId) -> Self {
        Self {
            listed: Some(flag),
            ..Self::of(replica)
        }
    }

    /// Publishes for as long as a look takes.
    fn publish(&mut self, stream: &Stream) {
        // Made ahead: this is a server's work, and there are but two processors.
        let count = LOOK.as_micros() / INTERVAL.as_micros();
        let frames: Vec<Utf8Bytes> = (0..count).map(|_| self.next().into()).collect();
        let start = Instant::now();
        for (frame, due) in frames.into_iter().zip(1_u32..) {
            thread::sleep((INTERVAL * due).saturating_sub(start.elapsed()));
            stream.say(frame);
        }
    }

    pub(crate) fn next(&mut self) -> String {
        match self.listed.clone() {
            Some(flag) => self.next_member(&flag),
            None => self.next_share(),
        }
    }

    /// The delta that puts one more tenant in the list.
    fn next_member(&mut self, flag: &ItemId) -> String {
        let guest = format!("guest-{:09}", self.revision);
        self.checksum ^= Checksum::of_member(flag, "allow", &guest);
        self.revision += 1;
        let delta = Delta {
            from: self.revision - 1,
            to: self.revision,
            upserts: Vec::new(),
            removals: Vec::new(),
            members: vec![Members {
                owner: flag.into(),
                list: "allow".into(),
                add: vec![Tenant::from(&*guest)],
                remove: Vec::new(),
            }],
            checksum: self.checksum,
        };
        ServerFrame::Delta(delta).to_text()
    }

    /// The delta that gives the next flag another share.
    fn next_share(&mut self) -> String {
        let number = usize::try_from(self.revision).expect("few revisions") % ASKED;
        let share = 25_000 + u32::try_from(self.revision % 1_000).expect("a small number");
        let old = std::mem::replace(
            &mut self.flags[number],
            plain_flag(&Kind::Short.keys()[number], share),
        );
        self.checksum ^= Checksum::of_item(old.as_bytes());
        self.checksum ^= Checksum::of_item(self.flags[number].as_bytes());
        self.revision += 1;
        let delta = Delta {
            from: self.revision - 1,
            to: self.revision,
            upserts: vec![serde_json::from_str(&self.flags[number]).expect("JSON")],
            removals: Vec::new(),
            members: Vec::new(),
            checksum: self.checksum,
        };
        ServerFrame::Delta(delta).to_text()
    }
}
