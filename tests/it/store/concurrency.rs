//! Many writers at once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;
use tenantry_store::{Action, Expected, FlagList, Store, StoreError, WriteError};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, change, flag_key, targeting, tenants};

const WRITERS: u64 = 20;

async fn revisions_have_no_gaps(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    // Two nodes, each with its own pool.
    let nodes = [
        scene.store.clone(),
        Store::open(scene.database.url())
            .await
            .expect("another node"),
    ];
    let write = async |number: u64| {
        let store = &nodes[usize::try_from(number % 2).expect("0 or 1")];
        let mut tx = store.begin(&scene.project).await.expect("a transaction");
        let tenant = format!("tenant-{number}");
        let added = tx
            .add_tenants(
                &scene.production,
                &flag_key("a"),
                FlagList::Allow,
                &tenants(&[&tenant]),
                at(2),
            )
            .await;
        added.expect("added");
        let done = tx
            .commit(change(Action::ListAdd, "a"), at(2))
            .await
            .expect("a commit");
        (
            done.revision(scene.production.id()),
            done.audit_seq.expect("an entry"),
        )
    };
    let done = join_all((0..WRITERS).map(write)).await;
    let revisions: BTreeSet<u64> = done.iter().map(|(revision, _)| *revision).collect();
    assert_eq!(revisions, (2..2 + WRITERS).collect());
    let seqs: BTreeSet<u64> = done.iter().map(|(_, seq)| *seq).collect();
    assert_eq!(seqs, (3..3 + WRITERS).collect());

    let verified = scene
        .store
        .verify_audit(&scene.project)
        .await
        .expect("it answers");
    assert_eq!(
        (verified.entries, verified.broken),
        (2 + WRITERS, None),
        "one chain"
    );
    let changes = scene
        .store
        .changes_since(&scene.production, 0)
        .await
        .expect("it answers");
    let changes = changes.expect("the log is whole");
    assert_eq!(changes.revisions.len() as u64, 1 + WRITERS);
    assert_eq!(changes.members[0].add.len() as u64, WRITERS);
}

async fn of_many_who_saw_the_same_version_one_writes(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let write = async |number: u64| {
        let mut tx = scene.begin().await;
        let document = targeting(json!({"rollout": {"threshold": number + 1}}));
        let expected = Expected::Version(1);
        tx.put_targeting(&scene.production, &flag_key("a"), expected, document, at(2))
            .await?;
        tx.commit(change(Action::TargetingUpdate, "a"), at(2))
            .await?;
        Ok::<u64, WriteError>(number)
    };
    let outcomes = join_all((0..WRITERS).map(write)).await;
    let (written, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(written.len(), 1, "no update is lost");
    for error in refused.into_iter().filter_map(Result::err) {
        let stale = WriteError::Store(StoreError::Stale {
            expected: 1,
            current: 2,
        });
        assert_eq!(error.to_string(), stale.to_string());
    }
    assert_eq!(scene.targeting("a").await.version, 2);
}

async fn readers_do_not_wait_for_a_writer(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let mut tx = scene.begin().await;
    tx.insert_flag(tenantry_store::NewFlag::new(flag_key("b")), at(2))
        .await
        .expect("a flag");
    let state = scene
        .store
        .load_environment(&scene.production)
        .await
        .expect("a state");
    assert_eq!(state.items.len(), 1, "what is not committed is not there");
    let admin = scene
        .store
        .authenticate(&scene.secret, at(1_000))
        .await
        .expect("it answers");
    assert!(admin.is_some(), "though its use cannot be noted now");
    tx.commit(change(Action::FlagCreate, "b"), at(2))
        .await
        .expect("a commit");
    let state = scene
        .store
        .load_environment(&scene.production)
        .await
        .expect("a state");
    assert_eq!(state.items.len(), 2);
}

on_both!(
    revisions_have_no_gaps,
    of_many_who_saw_the_same_version_one_writes,
    readers_do_not_wait_for_a_writer,
);
