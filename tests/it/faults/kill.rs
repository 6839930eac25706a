//! A server that is killed in the middle of writes, again and again.
//!
//! **Invariants**
//! - A write that was answered is there afterwards.
//! - A write that was not answered is there whole or not at all.
//! - Revisions have no gap, and the audit log verifies.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};
use sqlx::Row as _;
use tenantry_protocol::Replica;
use tenantry_tests::{
    Caller, DatabaseKind, Follower, ServerProcess, TestDatabase, targeting_of, until_true,
};

/// How often the server is killed.
const KILLS: usize = 20;

/// Who writes at the same time, each to flags of its own.
const WRITERS: usize = 4;

/// Answered writes between two kills.
const WRITES: usize = 12;

/// What one writer knows about its flag.
#[derive(Debug, Default)]
struct Known {
    /// The last threshold whose write was answered.
    answered: Option<u64>,
    /// The threshold of a write after it that was not answered.
    open: Option<u64>,
    /// The revisions of all answered writes.
    revisions: Vec<u64>,
}

impl Known {
    /// Whether the flag may be in this state.
    fn allows(&self, threshold: Option<u64>) -> bool {
        threshold == self.answered || (self.open.is_some() && threshold == self.open)
    }
}

/// Writes to one flag until the server is gone, and notes what was answered.
async fn write(
    project: Caller,
    flag: String,
    mut known: Known,
    answered: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) -> Known {
    let mut next = known.answered.max(known.open).map_or(1, |last| last + 1);
    while !stop.load(Ordering::Relaxed) {
        // An open write may have been carried out: a list and the document must agree about it.
        let body = json!({
            "on": true, "rollout": {"threshold": next}, "allow": [format!("tenant-{next}")],
            "variants": [{"name": format!("v{next}"), "weight": 1, "payload": next}],
        });
        let request = project.put(targeting_of(&flag)).if_match("*").json(&body);
        match request.try_send().await {
            Ok(answer) if answer.status == 200 => {
                known.revisions.push(answer.revision());
                known.answered = Some(next);
                known.open = None;
                answered.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer) => panic!("{answer:#?}"),
            Err(_) => {
                known.open = Some(next);
                break;
            }
        }
        next += 1;
    }
    known
}

/// What a flag's targeting says, if all its parts agree.
async fn threshold(project: &Caller, flag: &str) -> Option<u64> {
    let targeting = project.get(targeting_of(flag)).await.ok(200);
    let threshold = targeting["rollout"]["threshold"]
        .as_u64()
        .expect("a threshold");
    if threshold == 0 {
        assert_eq!(targeting, json!({"on": false, "rollout": {"threshold": 0}}));
        return None;
    }
    assert_eq!(
        targeting["allow"],
        json!([format!("tenant-{threshold}")]),
        "{targeting:#}"
    );
    assert_eq!(
        targeting["variants"][0]["payload"], threshold,
        "{targeting:#}"
    );
    Some(threshold)
}

async fn check(kind: DatabaseKind) {
    let database = TestDatabase::new(kind).await;
    let mut server = ServerProcess::on_database(database.url()).await;
    let flags: Vec<_> = (0..WRITERS)
        .map(|number| format!("flag-{number}"))
        .collect();
    let mut known = BTreeMap::new();
    for flag in &flags {
        server.project().create_flag(flag).await;
        known.insert(flag.clone(), Known::default());
    }
    let token = server.project().create_token("sdk").await.secret;
    let mut replica = Replica::default();

    for kill in 0..KILLS {
        let answered = Arc::new(AtomicUsize::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = std::mem::take(&mut known)
            .into_iter()
            .map(|(flag, known)| {
                let project = server.project();
                let (answered, stop) = (Arc::clone(&answered), Arc::clone(&stop));
                let name = flag.clone();
                (
                    flag,
                    tokio::spawn(write(project, name, known, answered, stop)),
                )
            })
            .collect();
        // Another moment each time: after twelve answers, then thirteen, …
        let wanted = WRITES + kill;
        until_true("writes are answered", || {
            answered.load(Ordering::Relaxed) >= wanted
        })
        .await;
        server.kill();
        stop.store(true, Ordering::Relaxed);
        for (flag, writer) in writers {
            known.insert(flag, writer.await.expect("a writer ends"));
        }
        server.start().await;
        let project = server.project();
        for (flag, known) in &known {
            let found = threshold(&project, flag).await;
            assert!(
                known.allows(found),
                "{flag} is at {found:?} after kill {kill}: {known:?}"
            );
        }
        // A client that was there before the kill gets on with what the new process tells.
        let mut follower = Follower::connect(&server.address(), &token, replica)
            .await
            .expect("let in");
        follower
            .follow_to(project.revision_of("production").await)
            .await;
        replica = follower.into_replica();
    }

    let project = server.project();
    let newest = project.revision_of("production").await;
    let mut revisions: Vec<u64> = known
        .values()
        .flat_map(|known| known.revisions.clone())
        .collect();
    let answered = revisions.len();
    revisions.sort_unstable();
    revisions.dedup();
    assert_eq!(
        revisions.len(),
        answered,
        "no revision was given to two writes"
    );
    assert!(revisions.last().is_some_and(|last| *last <= newest));
    let verified = project.get("/audit/verify").await.ok(200);
    assert!(
        verified.get("broken").is_none_or(Value::is_null),
        "{verified:#}"
    );
    assert!(
        !server.log().contains("another checksum"),
        "{}",
        server.log()
    );
    server.stop().await;
    expect_gapless(&database, newest).await;
}

/// Every environment's change log has each revision once, up to the environment's own.
async fn expect_gapless(database: &TestDatabase, newest: u64) {
    let pool = database.connect().await;
    let sql = "SELECT environment.key, environment.revision, COUNT(*), \
               COALESCE(MIN(change_log.revision), 0), COALESCE(MAX(change_log.revision), 0) \
               FROM environment JOIN change_log ON change_log.environment_id = environment.id \
               GROUP BY environment.key, environment.revision";
    let rows = sqlx::query(sql)
        .fetch_all(&pool)
        .await
        .expect("the change log");
    assert_eq!(rows.len(), 3);
    for row in rows {
        let key: String = row.get(0);
        let numbers: Vec<i64> = (1..5).map(|column| row.get(column)).collect();
        let [revision, count, first, last] = numbers[..] else {
            panic!("four numbers")
        };
        assert_eq!((count, first, last), (revision, 1, revision), "{key}");
        if key == "production" {
            assert_eq!(u64::try_from(revision), Ok(newest));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_loses_no_answered_write() {
    check(DatabaseKind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_loses_no_answered_write() {
    check(DatabaseKind::Postgres).await;
}
