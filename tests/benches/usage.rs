//! What usage costs a server on SQLite: its writes, those of others meanwhile, and the file.
//!
//! 20,000 tenants ask 50 flags through 20 programs, 20,000 questions a minute each, and two of the
//! flags are recorded with their outcomes. Ten minutes of that are told to a real server, by a clock
//! that is moved on: once with tenants that are all alike (the worst: each write is about others) and
//! once with some that ask most (as it is).
//!
//! Run by `make bench`, in release. Reported, not judged: it depends on the machine's disk.

use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{AnyPool, AssertSqlSafe, Row as _};
use tenantry_protocol::usage::{Calls, Outcomes, Span, Tally, latency_bucket};
use tenantry_tests::{Caller, RawStream, TestServer, TimeDelta, ZERO};

const TENANTS: usize = 20_000;
const FLAGS: usize = 50;
const PROGRAMS: usize = 20;
const QUESTIONS: usize = 20_000;
/// Of each program and minute.
const OUTCOMES: usize = 2_000;
/// Combinations of flag, answer and tenant that a program names.
const NAMED: usize = 4_096;
const MINUTES: usize = 10;
/// Minutes for which a stream is used: it may send only so many frames at once.
const STREAM_MINUTES: usize = 5;

/// Random numbers that are the same each time.
struct Random(u64);

impl Random {
    /// A number from 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 32).expect("32 bits")) / f64::from(u32::MAX)
    }

    /// A number below `end`; the higher `skew`, the more often a small one.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small numbers"
    )]
    fn below(&mut self, end: usize, skew: f64) -> usize {
        ((self.next().powf(skew) * end as f64) as usize).min(end - 1)
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
        println!("{TENANTS} tenants, {FLAGS} flags, {PROGRAMS} programs, {MINUTES} minutes\n");
        for (name, skew) in [("all alike", 1.0), ("some ask most", 4.0)] {
            measure(name, skew).await;
        }
    });
}

async fn measure(name: &str, skew: f64) {
    let server = TestServer::on_sqlite().await;
    let project = server.project();
    for flag in 0..FLAGS {
        project.create_flag(&format!("flag-{flag}")).await;
    }
    let token = project.create_token("sdk").await.secret;
    server.published().await;
    let pool = server.database().connect().await;
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let before = bytes(&pool).await;
    let (mut writes, mut stalled, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    let mut streams = Vec::new();
    let mut told = 0;
    for minute in 0..MINUTES {
        if minute % STREAM_MINUTES == 0 {
            streams = connect(&server, &token).await;
        }
        for quarter in streams.chunks_mut(PROGRAMS / 4) {
            for stream in quarter {
                for frame in report(&mut random, skew) {
                    told += frame.len();
                    stream.send_text(&frame).await;
                }
            }
            // Whoever asks for usage makes it be written. Another write comes a moment later.
            let asked = ask(&project);
            let (first, stall) = tokio::join!(asked, patch(&project, true));
            let again = ask(&project).await;
            writes.push(first.saturating_sub(again));
            stalled.push(stall);
            alone.push(patch(&project, false).await);
            server.travel(TimeDelta::seconds(15));
        }
    }
    let grown = bytes(&pool).await - before;
    println!("{name}: {} MB told", told / 1_000_000);
    for (what, durations) in [
        ("a write of usage", &mut writes),
        ("a change meanwhile", &mut stalled),
        ("a change alone", &mut alone),
    ] {
        durations.sort_unstable();
        let at = |permille: usize| durations[(durations.len() - 1) * permille / 1_000];
        println!(
            "  {what:<20} p50 {:>8} p99 {:>8} slowest {:>8}",
            milliseconds(at(500)),
            milliseconds(at(990)),
            milliseconds(at(1_000))
        );
    }
    for table in [
        "tenant_usage_hour",
        "outcome_minute",
        "flag_usage_minute",
        "tenant_seen",
    ] {
        println!("  {table:<20} {:>9} rows", rows(&pool, table).await);
    }
    println!("  the file grew by {} MB\n", grown / 1_000_000);
}

async fn connect(server: &TestServer, token: &str) -> Vec<RawStream> {
    let mut streams = Vec::with_capacity(PROGRAMS);
    for _ in 0..PROGRAMS {
        let stream = RawStream::connect(&server.address(), token).await;
        let mut stream = stream.expect("let in");
        stream.hello(0, ZERO).await;
        stream.frame().await;
        streams.push(stream);
    }
    streams
}

/// What a program tells of a minute.
fn report(random: &mut Random, skew: f64) -> Vec<String> {
    let span = Span {
        age: Duration::ZERO,
        length: Duration::from_secs(10),
    };
    let mut calls = Tally::<Calls>::new(NAMED);
    for _ in 0..QUESTIONS {
        let (flag, tenant) = (random.below(FLAGS, 1.0), random.below(TENANTS, skew));
        let (flag, tenant) = (format!("flag-{flag}"), format!("tenant-{tenant:08}"));
        calls.add(&flag, random.next() < 0.25, &tenant, &Calls(1));
    }
    let mut outcomes = Tally::<Outcomes>::new(NAMED);
    for _ in 0..OUTCOMES {
        let (flag, tenant) = (random.below(2, 1.0), random.below(TENANTS, skew));
        let (flag, tenant) = (format!("flag-{flag}"), format!("tenant-{tenant:08}"));
        let latency = latency_bucket(Duration::from_secs_f64(random.next()));
        let outcome = Outcomes::one(random.next() < 0.01, Some(latency));
        outcomes.add(&flag, random.next() < 0.25, &tenant, &outcome);
    }
    let mut frames = calls.take_frames(span);
    frames.extend(outcomes.take_frames(span));
    frames
}

async fn ask(project: &Caller) -> Duration {
    let begin = Instant::now();
    let path = "/environments/production/flags/flag-49/usage?limit=1&hours=1";
    project.get(path).await.expect(200);
    begin.elapsed()
}

async fn patch(project: &Caller, on: bool) -> Duration {
    let begin = Instant::now();
    project.set_targeting("flag-7", &json!({"on": on})).await;
    begin.elapsed()
}

/// The size of the database, in bytes.
async fn bytes(pool: &AnyPool) -> i64 {
    let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
    let row = sqlx::query(sql).fetch_one(pool).await.expect("a size");
    row.get(0)
}

async fn rows(pool: &AnyPool, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    let row = sqlx::query(sql).fetch_one(pool).await.expect("a count");
    row.get(0)
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1_000.0)
}
