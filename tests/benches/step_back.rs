//! How long harm goes on once it is decided to end it: from the call that has a plan step back, and
//! from that which kills a flag, until the last of 100 connected SDKs answers off.
//!
//! A world of 1,000 flags with five rules each, 100 connected clients, 200 steps back by an alert and
//! 200 kills, on each database. Measured from before the call, so the decision, the commit and the
//! notice are in it. Beside it, in the same run, two floors: when the call is answered, which is when
//! the change is durable, and when a bare stream, which neither compiles nor answers, has the frame.
//!
//! Run by `make bench`, in release. It fails if the slowest hundredth takes longer than
//! [`SLOWEST_P99`].

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tenantry::Client;
use tenantry_protocol::Replica;
use tenantry_server::Config;
use tenantry_tests::{
    Answer, Caller, DatabaseKind, Follower, Request, TestServer, World, soon, targeting_of, until,
    until_true,
};
use tokio::sync::mpsc;

const FLAGS: usize = 1_000;
const CLIENTS: usize = 100;
const TIMES: usize = 200;

/// The most that 99 of 100 changes may take until the last client answers off.
const SLOWEST_P99: Duration = Duration::from_secs(1);

const FLAG: &str = "new-billing";
const SALT: &str = "a-plan";
const PLAN: &str = "/environments/production/flags/new-billing/plan";

/// What was measured of all calls of a kind, sorted.
#[derive(Default)]
struct Figures {
    answered: Vec<Duration>,
    streamed: Vec<Duration>,
    off: Vec<Duration>,
}

/// The clients, and what is heard of them.
struct Watched {
    /// Which client answers what, since when.
    heard: mpsc::Receiver<(usize, bool, Instant)>,
    stream: Follower,
    project: Caller,
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
        println!("{FLAGS} flags with 5 rules, {CLIENTS} clients, {TIMES} times each\n");
        println!("| database   |                        | p50       | p99       | slowest   |");
        println!("| ---------- | ---------------------- | --------: | --------: | --------: |");
        let mut is_fast_enough = true;
        for kind in DatabaseKind::ALL {
            let (steps, kills) = measure(kind).await;
            for (name, figures) in [("step back", steps), ("kill", kills)] {
                is_fast_enough &= figures.off[at(&figures.off, 990)] <= SLOWEST_P99;
                show(kind, &format!("{name}: all are off"), &figures.off);
                show(kind, "  a bare stream", &figures.streamed);
                show(kind, "  the call", &figures.answered);
            }
        }
        assert!(
            is_fast_enough,
            "99 of 100 times all clients must answer off within {SLOWEST_P99:?}"
        );
    });
}

fn at(durations: &[Duration], permille: usize) -> usize {
    (durations.len() - 1) * permille / 1_000
}

fn show(kind: DatabaseKind, name: &str, durations: &[Duration]) {
    let [p50, p99, slowest] = [500, 990, 1_000].map(|permille| {
        let duration = durations[at(durations, permille)];
        format!("{:.2} ms", duration.as_secs_f64() * 1_000.0)
    });
    let database = kind.name();
    println!("| {database:<10} | {name:<22} | {p50:>9} | {p99:>9} | {slowest:>9} |");
}

async fn measure(kind: DatabaseKind) -> (Figures, Figures) {
    let quick = |config: &mut Config| config.plans.plan_tick_milliseconds = 10;
    let server = TestServer::on_with(kind, quick).await;
    let project = server.project();
    World::new(FLAGS, 1_000).load(&project).await;
    let flag = json!({"key": FLAG, "salt": SALT});
    project.post("/flags").json(&flag).await.expect(201);
    let token = project.create_token("sdk").await.secret;
    // Somebody whom the plan's last stage alone admits.
    let tenants = (0..).map(|number| format!("tenant-{number}"));
    let mut last = tenants.filter(|key| tenantry_core::bucket(SALT, key).number() >= 10_000);
    let tenant = last.next().expect("most are");
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let client = Client::builder(server.address(), &token).build().await;
        clients.push(client.expect("a client"));
    }
    server.published().await;
    let newest = project.revision_of("production").await;
    for client in &clients {
        until_true("everything is there", || client.status().revision == newest).await;
    }
    // At most a notice for each change waits here.
    let (sender, heard) = mpsc::channel(CLIENTS * 2);
    for (number, client) in clients.iter().enumerate() {
        let (client, sender, tenant) = (client.clone(), sender.clone(), tenant.clone());
        let mut changes = client.changes();
        tokio::spawn(async move {
            while changes.next().await.is_some() {
                let is_on = client.is_enabled(FLAG, &tenant);
                if sender.send((number, is_on, Instant::now())).await.is_err() {
                    return;
                }
            }
        });
    }
    let stream = Follower::connect(&server.address(), &token, Replica::default()).await;
    let mut watched = Watched {
        heard,
        stream: stream.expect("let in"),
        project,
    };
    watched.stream.follow_to(newest).await;
    let steps = watched.steps_back().await;
    let kills = watched.kills().await;
    for client in clients {
        client.shutdown().await;
    }
    server.stop().await;
    (steps, kills)
}

impl Watched {
    async fn steps_back(&mut self) -> Figures {
        let plan = json!({
            "stages": [
                {"name": "10 %", "audience": {"threshold": 10_000}, "bake_minutes": 0},
                {"name": "all", "audience": {"threshold": 100_000}, "bake_minutes": 10_000},
            ],
            "guard": {"metrics": ["errors"]},
        });
        let put = self.project.put(PLAN).if_match("*").json(&plan);
        put.await.expect(200);
        self.told("start", &json!({})).await;
        let anyway = json!({"override": true});
        self.at_stage(0).await;
        let mut figures = Figures::default();
        for time in 0..TIMES {
            if time > 0 {
                self.told("resume", &json!({})).await;
            }
            // Nobody reports, so the guard is blind.
            self.told("approve", &anyway).await;
            self.at_stage(1).await;
            self.all_answer(true).await;
            let entered = self.project.get(PLAN).await.ok(200);
            let alert = json!({"alerts": [{
                "status": "firing", "labels": {"alertname": "TooManyErrors", "flag": FLAG},
                "startsAt": entered["decisions"][0]["at"],
            }]});
            let path = "/environments/production/alerts";
            let call = self.project.post(path).json(&alert);
            let answer = self.until_off(call, &mut figures).await;
            assert_eq!(answer.json()["items"][0]["effect"], "acted", "{answer:#?}");
        }
        self.told("roll-back", &json!({})).await;
        self.follow().await;
        figures.sorted()
    }

    async fn kills(&mut self) -> Figures {
        let everybody = json!({"on": true, "rollout": {"threshold": 100_000}});
        let mut figures = Figures::default();
        for _ in 0..TIMES {
            self.project.set_targeting(FLAG, &everybody).await;
            self.all_answer(true).await;
            let path = format!("{}/kill", targeting_of(FLAG));
            let call = self.project.post(path);
            let call = call.json(&json!({"reason": "it burns"}));
            self.until_off(call, &mut figures).await;
        }
        figures.sorted()
    }

    /// Makes a call and measures how long it takes to have its effect.
    async fn until_off(&mut self, call: Request, figures: &mut Figures) -> Answer {
        self.follow().await;
        let begin = Instant::now();
        let call = async {
            let answer = call.await.expect(200);
            (answer, begin.elapsed())
        };
        let streamed = async {
            self.stream.frame().await;
            begin.elapsed()
        };
        let off = all_answer(&mut self.heard, false);
        let ((answer, answered), streamed, off) = tokio::join!(call, streamed, off);
        figures.answered.push(answered);
        figures.streamed.push(streamed);
        figures.off.push(off.saturating_duration_since(begin));
        answer
    }

    /// Has the bare stream hear everything that there is.
    async fn follow(&mut self) {
        let newest = self.project.revision_of("production").await;
        self.stream.follow_to(newest).await;
    }

    async fn all_answer(&mut self, on: bool) {
        all_answer(&mut self.heard, on).await;
    }

    async fn told(&self, command: &str, body: &Value) {
        let request = self.project.post(format!("{PLAN}/{command}"));
        request.json(body).await.expect(200);
    }

    async fn at_stage(&self, stage: u32) {
        until("the stage is entered", async || {
            (self.project.get(PLAN).await.ok(200)["stage"] == stage).then_some(())
        })
        .await;
    }
}

/// Waits until the last client answers so, and says when that was.
async fn all_answer(heard: &mut mpsc::Receiver<(usize, bool, Instant)>, on: bool) -> Instant {
    let mut others: BTreeSet<usize> = (0..CLIENTS).collect();
    loop {
        let (client, is_on, at) = soon("a client hears", heard.recv())
            .await
            .expect("clients that listen");
        if is_on == on {
            others.remove(&client);
        }
        if others.is_empty() {
            return at;
        }
    }
}

impl Figures {
    fn sorted(mut self) -> Self {
        for durations in [&mut self.answered, &mut self.streamed, &mut self.off] {
            durations.sort_unstable();
        }
        self
    }
}
