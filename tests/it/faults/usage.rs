//! Usage while things break: what was told is counted once, and what is lost is bounded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::{Value, json};
use sqlx::{AnyPool, Row as _};
use tempfile::TempDir;
use tenantry_tests::{
    Caller, DatabaseKind, RawStream, ServerProcess, TestDatabase, ZERO, until, until_true,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;

const USAGE: &str = "/environments/production/flags/new-billing/usage";

/// What each window says: acme had the flag three times and globex twice not.
const ON: u64 = 3;
const OFF: u64 = 2;

/// Windows that a stream may send at once.
const BURST: usize = 40;

/// How often a server is killed.
const KILLS: usize = 5;

/// A flag, and a token to ask for it.
async fn furnish(project: &Caller) -> String {
    let targeting = json!({"on": true, "allow": ["acme"]});
    project.create_targeted("new-billing", &targeting).await;
    project.published().await;
    project.create_token("sdk").await.secret
}

fn window() -> Value {
    json!({
        "type": "usage", "age": 0, "length": 0, "tenants": ["acme", "globex"],
        "flags": [{"flag": "new-billing", "on": [[0, ON]], "off": [[1, OFF]]}],
    })
}

/// A stream that has said hello and been answered.
async fn greeted(address: &str, token: &str) -> RawStream {
    let mut stream = RawStream::connect(address, token).await.expect("let in");
    stream.hello(0, ZERO).await;
    stream.frame().await;
    stream
}

/// How many windows the database holds, as the API shows it. It holds each of them whole.
async fn shown(project: &Caller) -> u64 {
    let usage = until("the usage is shown", async || {
        let answer = project.get(USAGE).try_send().await.ok()?;
        (answer.status == 200).then(|| answer.json())
    })
    .await;
    windows_of(&usage)
}

fn windows_of(usage: &Value) -> u64 {
    let sum = |rows: &Value, answer: &str| -> u64 {
        let rows = rows.as_array().expect("rows").iter();
        rows.map(|row| row[answer].as_u64().expect("a count")).sum()
    };
    let windows = sum(&usage["steps"], "on") / ON;
    assert_eq!(sum(&usage["steps"], "on"), windows * ON, "{usage:#}");
    assert_eq!(sum(&usage["steps"], "off"), windows * OFF, "{usage:#}");
    assert_eq!(sum(&usage["tenants"], "on"), windows * ON, "{usage:#}");
    assert_eq!(sum(&usage["tenants"], "off"), windows * OFF, "{usage:#}");
    windows
}

/// Tells [`BURST`] windows, unless the server is gone before; counts them in `told`.
async fn tell(address: String, token: String, told: Arc<AtomicU64>) {
    let Ok(mut stream) = RawStream::connect(&address, &token).await else {
        return;
    };
    stream.hello(0, ZERO).await;
    let window = window().to_string();
    for _ in 0..BURST {
        // Counted before: of one that is under way nobody knows whether it arrives.
        told.fetch_add(1, Ordering::Relaxed);
        if stream.try_send_text(&window).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    // Dropped without a goodbye it would take along what the server has not read.
    if stream.try_send(Message::Close(None)).await.is_ok() {
        stream.close().await;
    }
}

/// Asks for the usage, which makes the server write it, until the server is gone; notes what it was.
async fn watch(project: Caller, seen: Arc<AtomicU64>, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        match project.get(USAGE).try_send().await {
            Ok(answer) if answer.status == 200 => {
                seen.fetch_max(windows_of(&answer.json()), Ordering::Relaxed);
            }
            Ok(answer) => panic!("{answer:#?}"),
            Err(_) => return,
        }
    }
}

/// A server is killed while programs tell it of their usage and it writes that.
async fn killed(kind: DatabaseKind) {
    let database = TestDatabase::new(kind).await;
    let mut server = ServerProcess::on_database(database.url()).await;
    let token = furnish(&server.project()).await;
    let told = Arc::new(AtomicU64::new(0));
    let seen = Arc::new(AtomicU64::new(0));
    for kill in 0..KILLS {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        tasks.spawn(watch(
            server.project(),
            Arc::clone(&seen),
            Arc::clone(&stop),
        ));
        for _ in 0..4 {
            tasks.spawn(tell(server.address(), token.clone(), Arc::clone(&told)));
        }
        // Another moment each time.
        let wanted = seen.load(Ordering::Relaxed) + 1 + 7 * kill as u64;
        until_true("some of it is written", || {
            seen.load(Ordering::Relaxed) >= wanted
        })
        .await;
        server.kill();
        stop.store(true, Ordering::Relaxed);
        while tasks.join_next().await.is_some() {}
        server.start().await;
        let kept = shown(&server.project()).await;
        let (written, told) = (seen.load(Ordering::Relaxed), told.load(Ordering::Relaxed));
        assert!(written <= kept, "{kept} are left of {written}");
        assert!(kept <= told, "{kept} are counted of {told}");
    }
}

#[tokio::test]
async fn sqlite_keeps_what_was_written_and_counts_it_once() {
    killed(DatabaseKind::Sqlite).await;
}

#[tokio::test]
async fn postgres_keeps_what_was_written_and_counts_it_once() {
    killed(DatabaseKind::Postgres).await;
}

/// How often the flag was on, according to the table and whoever asks for it.
async fn written(pool: &AnyPool) -> i64 {
    let sql = "SELECT CAST(COALESCE(SUM(on_calls), 0) AS BIGINT) FROM flag_usage_minute";
    let row = sqlx::query(sql).fetch_one(pool).await.expect("a sum");
    row.get(0)
}

/// What was told is written though nobody asks for it, and from then on no kill takes it away.
#[tokio::test]
async fn what_a_kill_takes_is_what_was_told_since_the_last_write() {
    let check = async |kind| {
        let database = TestDatabase::new(kind).await;
        let mut server = ServerProcess::on_database(database.url()).await;
        let token = furnish(&server.project()).await;
        let pool = database.connect().await;
        let mut stream = greeted(&server.address(), &token).await;
        stream.send(&window()).await;
        let on = i64::try_from(ON).expect("small");
        until("it is written by and by", async || {
            (written(&pool).await == on).then_some(())
        })
        .await;
        server.kill();
        assert_eq!(written(&pool).await, on);
        pool.close().await;
        server.start().await;
        assert_eq!(shown(&server.project()).await, 1);
    };
    // Side by side: most of it is waiting for the server's own time to write.
    tokio::join!(check(DatabaseKind::Sqlite), check(DatabaseKind::Postgres));
}

/// Two nodes are told of the same flag and tenants, write at the same time, and one is killed.
#[tokio::test]
async fn nodes_add_to_the_same_counts_and_the_end_of_one_takes_none_of_the_others() {
    let database = TestDatabase::new(DatabaseKind::Postgres).await;
    let one = ServerProcess::on_database(database.url()).await;
    let mut two = ServerProcess::on_database(database.url()).await;
    let token = furnish(&one.project()).await;
    two.project().published().await;
    let told = [Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0))];
    let seen = Arc::new(AtomicU64::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for (node, told) in [&one, &two].into_iter().zip(&told) {
        tasks.spawn(watch(node.project(), Arc::clone(&seen), Arc::clone(&stop)));
        for _ in 0..3 {
            tasks.spawn(tell(node.address(), token.clone(), Arc::clone(told)));
        }
    }
    let all = 2 * 3 * BURST as u64;
    until_true("all of it is written, and nothing twice", || {
        seen.load(Ordering::Relaxed) == all
    })
    .await;
    stop.store(true, Ordering::Relaxed);
    while tasks.join_next().await.is_some() {}
    assert_eq!(
        told.each_ref().map(|told| told.load(Ordering::Relaxed)),
        [all / 2; 2]
    );

    // Now both are told again, and nobody makes the other write before it is gone.
    let mut first = greeted(&one.address(), &token).await;
    let mut second = greeted(&two.address(), &token).await;
    for _ in 0..BURST {
        first.send(&window()).await;
        second.send(&window()).await;
    }
    two.kill();
    let burst = BURST as u64;
    let kept = until("what the other was told is written", async || {
        let kept = shown(&one.project()).await;
        (kept >= all + burst).then_some(kept)
    })
    .await;
    assert!(kept <= all + 2 * burst, "{kept}");
}

/// A stopping server hears what its clients say before they have heard that it stops.
#[tokio::test]
async fn what_is_told_during_the_goodbye_is_counted() {
    for kind in DatabaseKind::ALL {
        let database = TestDatabase::new(kind).await;
        let mut server = ServerProcess::on_database(database.url()).await;
        let token = furnish(&server.project()).await;
        let mut late = greeted(&server.address(), &token).await;
        let mut other = greeted(&server.address(), &token).await;
        let telling = async {
            assert_eq!(other.close().await.0, 1012);
            // By now it has said goodbye to both, or will without having listened again.
            for _ in 0..BURST {
                late.send(&window()).await;
            }
            assert_eq!(late.close().await.0, 1012);
            drop((late, other));
        };
        let (status, ()) = tokio::join!(server.stop(), telling);
        assert!(status.success(), "{status}: {}", server.log());
        server.start().await;
        assert_eq!(shown(&server.project()).await, BURST as u64, "{kind:?}");
    }
}

/// A way to PostgreSQL that breaks once: after the first usage was committed, before the server
/// has heard of it.
struct DeafWay {
    folder: TempDir,
    /// Dropped, it takes all connections along.
    _tasks: JoinSet<()>,
}

impl DeafWay {
    fn to(url: &str) -> (Self, String) {
        let (before, home) = url.split_once("?host=").expect("a socket's folder");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let socket = |folder: &str| format!("{folder}/.s.PGSQL.5432");
        let ours = folder.path().to_str().expect("plain");
        let listener = UnixListener::bind(socket(ours)).expect("a socket of ours");
        let url = format!("{before}?host={ours}");
        let home = socket(home);
        let is_armed = Arc::new(AtomicBool::new(true));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (near, _) = listener.accept().await.expect("a connection");
                let far = UnixStream::connect(&home)
                    .await
                    .expect("PostgreSQL is there");
                connections.spawn(pass(near, far, Arc::clone(&is_armed)));
            }
        });
        let way = Self {
            folder,
            _tasks: tasks,
        };
        (way, url)
    }
}

/// Passes everything on, but for the answer to the commit of usage, instead of which it ends.
async fn pass(mut near: UnixStream, mut far: UnixStream, is_armed: Arc<AtomicBool>) {
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let contains = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|it| it == text);
    let (mut is_usage, mut is_deaf) = (false, false);
    loop {
        tokio::select! {
            read = near.read(&mut asked) => {
                let bytes = match read { Ok(count) if count > 0 => &asked[..count], _ => return };
                is_usage |= contains(bytes, b"INSERT INTO flag_usage_minute");
                is_deaf |= is_usage && contains(bytes, b"COMMIT") && is_armed.swap(false, Ordering::Relaxed);
                if far.write_all(bytes).await.is_err() { return }
            }
            read = far.read(&mut answered) => {
                let bytes = match read { Ok(count) if count > 0 => &answered[..count], _ => return };
                // The tag of the command that was completed: it is durable.
                if is_deaf && contains(bytes, b"COMMIT") { return }
                if near.write_all(bytes).await.is_err() { return }
            }
        }
    }
}

/// Who asks for usage makes it be written, and may hang up in the middle.
#[tokio::test]
async fn who_hangs_up_while_usage_is_written_takes_none_of_it_along() {
    let database = TestDatabase::new(DatabaseKind::Postgres).await;
    let server = ServerProcess::on_database(database.url()).await;
    let token = furnish(&server.project()).await;
    let pool = database.connect().await;
    // The lock for which writers of usage queue.
    let lock = sqlx::query("SELECT pg_advisory_lock(7365420114)::text");
    lock.execute(&pool).await.expect("the lock");
    let mut stream = greeted(&server.address(), &token).await;
    stream.send(&window()).await;
    let queued = async || {
        let sql = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
        let row = sqlx::query(sql).fetch_one(&pool).await.expect("a count");
        row.get::<i64, _>(0) > 0
    };
    loop {
        let project = server.project();
        let asking = tokio::spawn(async move { project.get(USAGE).try_send().await.is_ok() });
        until("it is written, or there is nothing yet", async || {
            (asking.is_finished() || queued().await).then_some(())
        })
        .await;
        if queued().await {
            asking.abort();
            break;
        }
    }
    // Time for the server to notice.
    for _ in 0..20 {
        server.admin().get("/health/live").await.expect(204);
    }
    let unlock = sqlx::query("SELECT pg_advisory_unlock(7365420114)::text");
    unlock.execute(&pool).await.expect("the lock is free");
    assert_eq!(shown(&server.project()).await, 1);
}

/// A write whose answer was lost is not repeated.
#[tokio::test]
async fn usage_is_counted_once_though_the_answer_to_its_commit_was_lost() {
    let database = TestDatabase::new(DatabaseKind::Postgres).await;
    let (way, url) = DeafWay::to(database.url());
    let server = ServerProcess::on_database(&url).await;
    let token = furnish(&server.project()).await;
    let mut stream = greeted(&server.address(), &token).await;
    stream.send(&window()).await;
    until("the write failed, as the server thinks", async || {
        server.project().get(USAGE).try_send().await.ok()?;
        server
            .log()
            .contains("usage cannot be written")
            .then_some(())
    })
    .await;
    stream.send(&window()).await;
    until("the next window is written too", async || {
        (shown(&server.project()).await >= 2).then_some(())
    })
    .await;
    assert_eq!(shown(&server.project()).await, 2);
    drop((server, way.folder));
}
