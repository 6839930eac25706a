//! Pruning the change log.

use std::time::Duration;

use tenantry_store::{Action, FlagList, PrunePolicy};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, change, flag_key, tenants};

const DAY: i64 = 86_400;

/// Commits one revision of production on each of these days.
async fn revisions_on(scene: &Scene, days: &[i64]) {
    for day in days {
        let mut tx = scene.begin().await;
        let tenant = format!("tenant-{day}");
        let tenant = tenants(&[&tenant]);
        let added = tx
            .add_tenants(
                &scene.production,
                &flag_key("a"),
                FlagList::Allow,
                &tenant,
                at(day * DAY),
            )
            .await;
        added.expect("added");
        tx.commit(change(Action::ListAdd, "a"), at(day * DAY))
            .await
            .expect("a commit");
    }
}

/// The oldest revision from which the log still leads to the newest.
async fn oldest(scene: &Scene) -> u64 {
    let newest = scene.revision().await;
    for revision in 0..=newest {
        let changes = scene.store.changes_since(&scene.production, revision).await;
        if changes.expect("it answers").is_some() {
            return revision;
        }
    }
    unreachable!("nothing has changed since the newest");
}

async fn prune(scene: &Scene, keep_revisions: u64, day: i64) -> u64 {
    let keep_for = Duration::from_hours(24 * 10);
    let policy = PrunePolicy {
        keep_for,
        keep_revisions,
    };
    scene
        .store
        .prune(policy, at(day * DAY))
        .await
        .expect("pruned")
        .revisions
}

async fn what_is_young_or_among_the_newest_is_kept(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    revisions_on(&scene, &[1, 2, 3, 20, 21]).await;
    assert_eq!(scene.revision().await, 6);
    assert_eq!(prune(&scene, 100, 25).await, 0, "too few to prune");
    assert_eq!(oldest(&scene).await, 0);
    // The others have one revision each, from the creation of the flag, which is their newest.
    assert_eq!(prune(&scene, 4, 25).await, 2, "four are kept, however old");
    assert_eq!(oldest(&scene).await, 2);
    assert_eq!(prune(&scene, 1, 25).await, 2, "two are young");
    assert_eq!(oldest(&scene).await, 4);
    assert_eq!(prune(&scene, 1, 25).await, 0);
    assert_eq!(prune(&scene, 1, 1_000).await, 1, "all are old, one is kept");
    assert_eq!(oldest(&scene).await, 5);
    let state = scene
        .store
        .load_environment(&scene.production)
        .await
        .expect("a state");
    assert_eq!(
        state.lists[0].tenants.len(),
        5,
        "what is pruned is the way, not the state"
    );
}

async fn a_clock_that_was_wrong_leaves_no_gap(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    // The third revision claims to be younger than those after it.
    revisions_on(&scene, &[1, 30, 2, 3]).await;
    assert_eq!(
        prune(&scene, 0, 35).await,
        2 + 2,
        "only what is older than it, and the others' one"
    );
    assert_eq!(oldest(&scene).await, 2);
}

on_both!(
    what_is_young_or_among_the_newest_is_kept,
    a_clock_that_was_wrong_leaves_no_gap,
);
