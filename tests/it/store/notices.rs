//! Notices: how a node learns what was committed, here and elsewhere.

use std::time::{Duration, Instant};

use tenantry_store::{FlagList, Store, TokenType};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, tokens};

async fn own_commits_show_at_once(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let mut revisions = scene.store.revisions();
    revisions.mark_unchanged();
    scene.create("a").await;
    assert!(revisions.has_changed().expect("the store is open"));
    let newest = revisions.borrow_and_update().clone();
    assert_eq!(newest.environments.get(&scene.production.id()), Some(&1));
    assert_eq!(newest.environments.len(), 3);
    // What touches no stream has its entry in the log, and nothing else.
    let (token, _) = tokens::create(&scene, "a", TokenType::Usr, None).await;
    let mut logged = revisions.borrow_and_update().clone();
    let entries = logged.entries.values_mut().next().expect("a project's");
    *entries -= 1;
    assert_eq!(logged, newest);
    tokens::revoke(&scene, token.id).await;
    assert!(revisions.has_changed().expect("the store is open"));
    assert_eq!(revisions.borrow_and_update().tokens, newest.tokens + 1);
}

async fn commits_of_another_node_are_followed(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let other = Store::open(scene.database.url())
        .await
        .expect("another node");
    let mut revisions = other.revisions();
    let id = scene.production.id();
    let test = async {
        let wanted = |revision: u64| {
            move |seen: &tenantry_store::Revisions| seen.environments.get(&id) == Some(&revision)
        };
        revisions.wait_for(wanted(0)).await.expect("the first poll");
        scene.create("a").await;
        revisions
            .wait_for(wanted(1))
            .await
            .expect("a notice or a poll");
        let started = Instant::now();
        for number in 2..12 {
            scene
                .add("a", FlagList::Allow, &[&format!("t{number}")])
                .await;
            revisions
                .wait_for(wanted(number))
                .await
                .expect("a notice or a poll");
        }
        let (token, _) = tokens::create(&scene, "a", TokenType::Usr, None).await;
        tokens::revoke(&scene, token.id).await;
        revisions
            .wait_for(|seen| seen.tokens == 1)
            .await
            .expect("a notice or a poll");
        started.elapsed()
    };
    let took = tokio::select! {
        never = other.follow() => match never {},
        took = test => took,
    };
    // By polling alone each of the eleven steps may take a second, and no more.
    assert!(took < Duration::from_secs(15), "{took:?}");
}

async fn a_poll_takes_up_a_restored_database(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let newest =
        |scene: &Scene| scene.store.revisions().borrow().environments[&scene.production.id()];
    scene.store.poll().await.expect("it answers");
    assert_eq!(newest(&scene), 1);
    let pool = scene.database.connect().await;
    sqlx::query("UPDATE environment SET revision = 0")
        .execute(&pool)
        .await
        .expect("set back");
    scene.store.poll().await.expect("it answers");
    assert_eq!(newest(&scene), 0);
}

on_both!(
    own_commits_show_at_once,
    commits_of_another_node_are_followed,
    a_poll_takes_up_a_restored_database,
);

/// PostgreSQL tells the other nodes, so they need not wait for their next poll.
#[tokio::test]
async fn a_notice_is_faster_than_a_poll() {
    let database = TestDatabase::new(tenantry_tests::DatabaseKind::Postgres).await;
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let other = Store::open(scene.database.url())
        .await
        .expect("another node");
    let mut revisions = other.revisions();
    let id = scene.production.id();
    let test = async {
        revisions
            .wait_for(|seen| seen.environments.contains_key(&id))
            .await
            .expect("the first poll");
        let started = Instant::now();
        for number in 2..42 {
            scene
                .add("a", FlagList::Allow, &[&format!("t{number}")])
                .await;
            let seen = revisions
                .wait_for(|seen| seen.environments.get(&id) == Some(&number))
                .await;
            seen.expect("a notice");
        }
        started.elapsed()
    };
    let took = tokio::select! {
        never = other.follow() => match never {},
        took = test => took,
    };
    assert!(
        took < Duration::from_secs(20),
        "forty polls take forty seconds, this took {took:?}"
    );
}
