//! Clients that were away for long, and a server that was restarted meanwhile.

use serde_json::json;
use tenantry_protocol::Replica;
use tenantry_tests::{DatabaseKind, Follower, ServerProcess, TestDatabase};

/// The most revisions that a client may miss and still get one delta.
const MISSED: u64 = 10_000;

/// Ten thousand changes of a flag, from one state to another and back, as if each had been made by
/// a request. They would take a minute; that they can be written is not the point here.
const CHANGES: &str = "INSERT INTO change_log
    (project_id, environment_id, revision, checksum, items, members, at)
    WITH RECURSIVE step (number) AS (
        SELECT 1 UNION ALL SELECT number + 1 FROM step WHERE number < 10000)
    SELECT newest.project_id, newest.environment_id, newest.revision + step.number,
        CASE WHEN step.number % 2 = 0 THEN newest.checksum ELSE 'ffffffffffffffff' END,
        newest.items, newest.members, newest.at
    FROM change_log newest
    JOIN environment ON environment.id = newest.environment_id
        AND environment.revision = newest.revision AND environment.key = 'production'
    CROSS JOIN step";

async fn check(kind: DatabaseKind) {
    let database = TestDatabase::new(kind).await;
    let mut server = ServerProcess::on_database(database.url()).await;
    let project = server.project();
    let targeting = json!({"on": true, "allow": ["acme"]});
    project.create_targeted("a", &targeting).await;
    let token = project.create_token("sdk").await.secret;
    let follow = async |server: &ServerProcess, before: Replica| {
        let follower = Follower::connect(&server.address(), &token, before).await;
        follower.expect("let in")
    };
    let mut follower = follow(&server, Replica::default()).await;
    follower.frame().await;
    let too_old = follower.into_replica();
    let targeting = json!({"on": true, "rollout": {"threshold": 1}, "allow": ["globex"]});
    let left_at = project.set_targeting("a", &targeting).await.revision();
    let mut follower = follow(&server, too_old.clone()).await;
    follower.follow_to(left_at).await;
    let replica = follower.into_replica();
    server.kill();

    let pool = database.connect().await;
    let inserted = sqlx::query(CHANGES).execute(&pool).await;
    assert_eq!(inserted.expect("inserted").rows_affected(), MISSED);
    let moved = "UPDATE environment SET revision = revision + 10000 WHERE key = 'production'";
    sqlx::query(moved).execute(&pool).await.expect("moved");
    pool.close().await;

    server.start().await;
    let newest = left_at + MISSED;
    let mut follower = follow(&server, replica).await;
    let frame = follower.frame().await;
    assert_eq!(frame["type"], "delta", "{frame:#}");
    assert_eq!(frame["from"], left_at);
    assert_eq!(frame["to"], newest);
    assert_eq!(frame["upserts"].as_array().map(Vec::len), Some(1));
    assert_eq!(follower.replica().revision(), newest);

    // One revision more is too many: the whole state, which is right as well.
    let mut follower = follow(&server, too_old).await;
    let frame = follower.frame().await;
    assert_eq!(frame["type"], "snapshot", "{frame:#}");
    let ruleset = follower.replica().ruleset();
    assert_eq!(ruleset.is_enabled("a", "globex"), Some(true));
    assert_eq!(ruleset.is_enabled("a", "acme"), Some(false));
    assert!(!server.log().contains("checksum"), "{}", server.log());
}

#[tokio::test]
async fn ten_thousand_revisions_and_a_restart_are_one_delta_on_sqlite() {
    check(DatabaseKind::Sqlite).await;
}

#[tokio::test]
async fn ten_thousand_revisions_and_a_restart_are_one_delta_on_postgres() {
    check(DatabaseKind::Postgres).await;
}
