//! Notifications: told once, tried until they are done, and kept a while.

use chrono::TimeDelta;
use serde_json::json;
use tenantry_store::{DueNotification, NewNotification, PrunePolicy};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at};

fn event(once: &str) -> NewNotification {
    NewNotification {
        topic: "test".to_owned(),
        once: once.to_owned(),
        document: json!({"what": once}),
    }
}

/// A notification, and whom the project wants to be told.
pub(crate) async fn furnish(scene: &Scene) {
    let mut tx = scene.begin().await;
    tx.notify(&event("a"), at(2)).await.expect("noted");
    tx.put_notification_settings(&json!({"digest": true}))
        .await
        .expect("put");
    let change = super::change(tenantry_store::Action::NotificationSettingsUpdate, "a");
    tx.commit(change, at(2)).await.expect("a commit");
}

async fn claim(scene: &Scene, now: i64, until: i64) -> Vec<DueNotification> {
    let claimed = scene.store.claim_notifications(at(now), at(until), 10);
    let claimed = claimed.await.expect("it answers");
    let read = claimed.into_iter().map(|it| it.expect("it can be read"));
    read.collect()
}

async fn of_the_same_thing_people_are_told_once(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let notify = async |once| {
        let new = event(once);
        let told = scene.store.notify(&scene.project, &new, at(1));
        told.await.expect("it answers")
    };
    let first = notify("a").await;
    assert_eq!(notify("a").await, first);
    assert_ne!(notify("b").await, first);
    let is_told = async |once| {
        let told = scene.store.is_notified(&scene.project, once);
        told.await.expect("it answers")
    };
    assert!(is_told("a").await && !is_told("c").await);

    // Of some that belong together, all or none are told.
    for (first, told) in [("a", false), ("d", true)] {
        let news = [event(first), event("e")];
        let noted = scene.store.notify_first(&scene.project, &news, at(1));
        noted.await.expect("it answers");
        assert_eq!(is_told("e").await, told, "{first}");
    }

    // What is not committed did not happen.
    let mut tx = scene.begin().await;
    tx.notify(&event("c"), at(2)).await.expect("noted");
    drop(tx);
    assert!(!is_told("c").await);
    assert_eq!(claim(&scene, 3, 10).await.len(), 4);
}

async fn whoever_claims_one_has_it_for_a_while(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let new = event("a");
    let told = scene.store.notify(&scene.project, &new, at(1));
    told.await.expect("it answers");
    assert!(claim(&scene, 0, 10).await.is_empty(), "it is not due yet");
    let first = claim(&scene, 1, 10).await.remove(0);
    assert_eq!(first.scope.key().as_str(), "default");
    assert_eq!(first.notification.document, new.document);
    assert_eq!(first.notification.attempts, 0);
    assert!(claim(&scene, 9, 20).await.is_empty(), "it is somebody's");

    // Whoever had it is gone, it seems.
    let mut second = claim(&scene, 10, 20).await.remove(0);
    let note = async |due: &DueNotification, next| {
        let told = json!(["told"]);
        let noted = scene.store.note_tried(due, Some(&told), next);
        noted.await.expect("it answers")
    };
    assert!(!note(&first, None).await, "it was given to somebody else");
    let so_far = json!(["half"]);
    let renewed = scene.store.renew_claim(&mut second, &so_far, at(25));
    assert!(renewed.await.expect("it answers"));
    assert!(claim(&scene, 24, 40).await.is_empty(), "it was renewed");
    assert!(note(&second, Some(at(30))).await);
    assert!(claim(&scene, 29, 40).await.is_empty());
    let third = claim(&scene, 30, 40).await.remove(0);
    assert_eq!(third.notification.deliveries, Some(json!(["told"])));
    assert_eq!(third.notification.attempts, 1);
    let nothing = scene.store.note_tried(&third, None, Some(at(50)));
    assert!(nothing.await.expect("it answers"));
    let fourth = claim(&scene, 50, 60).await.remove(0);
    assert_eq!(fourth.notification.deliveries, Some(json!(["told"])));
    assert!(note(&fourth, None).await);
    assert!(claim(&scene, 1_000_000, 2_000_000).await.is_empty());
}

async fn of_many_who_claim_each_has_others(database: TestDatabase) {
    let scene = Scene::new(database).await;
    for number in 0..40 {
        let new = event(&number.to_string());
        let told = scene.store.notify(&scene.project, &new, at(1));
        told.await.expect("it answers");
    }
    let claims = (0..8).map(|_| scene.store.claim_notifications(at(2), at(10), 10));
    let mut ids = Vec::new();
    for claimed in futures_util::future::join_all(claims).await {
        let claimed = claimed.expect("it answers");
        assert!(claimed.len() <= 10, "no more than asked for");
        ids.extend(
            claimed
                .into_iter()
                .map(|it| it.expect("one").notification.id),
        );
    }
    ids.extend(
        claim(&scene, 2, 10)
            .await
            .iter()
            .map(|it| it.notification.id),
    );
    let claimed = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((claimed, ids.len()), (40, 40));
}

async fn what_is_done_is_kept_for_ninety_days(database: TestDatabase) {
    let scene = Scene::new(database).await;
    for once in ["done", "waiting"] {
        let new = event(once);
        let told = scene.store.notify(&scene.project, &new, at(1));
        told.await.expect("it answers");
    }
    let done = claim(&scene, 1, 10).await.remove(0);
    let told = json!([]);
    let noted = scene.store.note_tried(&done, Some(&told), None);
    assert!(noted.await.expect("it answers"));
    let count = async |now| {
        let pruned = scene.store.prune(PrunePolicy::default(), now);
        pruned.await.expect("it answers");
        let kept = scene.store.notifications(&scene.project, 10);
        kept.await.expect("it answers").len()
    };
    assert_eq!(count(at(1) + TimeDelta::days(89)).await, 2);
    assert_eq!(count(at(1) + TimeDelta::days(91)).await, 1);
}

on_both!(
    of_the_same_thing_people_are_told_once,
    whoever_claims_one_has_it_for_a_while,
    of_many_who_claim_each_has_others,
    what_is_done_is_kept_for_ninety_days,
);
