//! Segments and their members.

use serde_json::json;
use tenantry_core::Checksum;
use tenantry_core::model::SegmentKey;
use tenantry_store::{
    Action, Change, Committed, CreateError, DeleteSegmentError, ListChange, NewSegment, Target,
};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, problems, tenants};

fn key(key: &str) -> SegmentKey {
    SegmentKey::new(key).expect("a segment key")
}

pub(crate) async fn create(scene: &Scene, segment: &str) -> Committed {
    let mut tx = scene.begin().await;
    let new = NewSegment {
        key: key(segment),
        name: segment.to_uppercase(),
        conditions: None,
    };
    tx.insert_segment(new, at(2)).await.expect("a segment");
    let change = Change::new(Action::SegmentCreate, Target::Segment(key(segment)));
    tx.commit(change, at(2)).await.expect("a commit")
}

pub(crate) async fn add(scene: &Scene, segment: &str, keys: &[&str]) -> (ListChange, Committed) {
    let mut tx = scene.begin().await;
    let added = tx.add_members(&key(segment), &tenants(keys), at(3)).await;
    let change = Change::new(Action::MembersAdd, Target::Segment(key(segment)));
    let done = tx.commit(change, at(3)).await.expect("a commit");
    (added.expect("a change").expect("a segment"), done)
}

pub(crate) async fn remove(scene: &Scene, segment: &str, keys: &[&str]) -> ListChange {
    let mut tx = scene.begin().await;
    let taken = tx
        .remove_members(&key(segment), &tenants(keys), at(3))
        .await;
    let change = Change::new(Action::MembersRemove, Target::Segment(key(segment)));
    tx.commit(change, at(3)).await.expect("a commit");
    taken.expect("a change").expect("a segment")
}

pub(crate) async fn delete(scene: &Scene, segment: &str) -> Result<(), DeleteSegmentError> {
    let mut tx = scene.begin().await;
    tx.delete_segment(&key(segment)).await?.expect("a segment");
    let change = Change::new(Action::SegmentDelete, Target::Segment(key(segment)));
    tx.commit(change, at(4)).await.expect("a commit");
    Ok(())
}

async fn a_segment_is_streamed_everywhere(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let done = create(&scene, "friends").await;
    assert!(
        done.revisions
            .iter()
            .all(|each| each.touched && each.revision == 1)
    );
    let (added, done) = add(&scene, "friends", &["b", "a"]).await;
    assert_eq!(
        (added.changed, added.size),
        (vec!["a".to_owned(), "b".to_owned()], 2)
    );
    assert!(
        done.revisions
            .iter()
            .all(|each| each.touched && each.revision == 2)
    );
    assert_eq!(remove(&scene, "friends", &["b", "c"]).await.changed, ["b"]);

    for environment in ["development", "production"] {
        let environment = scene.environment(environment).await;
        let state = scene
            .store
            .load_environment(&environment)
            .await
            .expect("a state");
        assert_eq!(state.items[0].0.to_string(), "segment/friends");
        assert_eq!(state.items[0].1, r#"{"segment":{"key":"friends"}}"#);
        assert_eq!(state.lists[0].tenants, ["a"]);
    }
    let listed = scene
        .store
        .segments(&scene.project)
        .await
        .expect("it answers");
    assert_eq!((listed[0].key.as_str(), listed[0].size), ("friends", 1));
    let members = scene
        .store
        .segment_members(&scene.project, &key("friends"))
        .await;
    assert_eq!(members.expect("it answers"), Some(vec!["a".to_owned()]));
    let none = scene
        .store
        .segment_members(&scene.project, &key("none"))
        .await;
    assert_eq!(none.expect("it answers"), None);

    delete(&scene, "friends").await.expect("deleted");
    let state = scene
        .store
        .load_environment(&scene.production)
        .await
        .expect("a state");
    assert_eq!(
        (state.items.len(), state.lists.len(), state.checksum),
        (0, 0, Checksum::ZERO)
    );
}

async fn a_segment_is_renamed_unseen_by_streams(database: TestDatabase) {
    let scene = Scene::new(database).await;
    create(&scene, "s").await;
    let mut tx = scene.begin().await;
    let renamed = tx
        .rename_segment(&key("s"), "New", at(3))
        .await
        .expect("renamed")
        .expect("there");
    assert_eq!((renamed.name.as_str(), renamed.updated_at), ("New", at(3)));
    let change = Change::new(Action::SegmentUpdate, Target::Segment(key("s")));
    let done = tx.commit(change, at(3)).await.expect("a commit");
    assert!(done.audit_seq.is_some() && done.revisions.iter().all(|each| !each.touched));
    let mut tx = scene.begin().await;
    let taken = tx
        .insert_segment(
            NewSegment {
                key: key("s"),
                name: "S".into(),
                conditions: None,
            },
            at(4),
        )
        .await;
    assert!(matches!(
        taken.expect_err("taken"),
        CreateError::KeyTaken { .. }
    ));
}

async fn a_segment_in_use_stays(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let asks = json!({"rules": [{
        "conditions": [{"operator": "in_segment", "segment": "s"}],
        "effect": "on",
    }]});
    let refused = problems(
        scene
            .put("a", asks.clone())
            .await
            .expect_err("no segment yet"),
    );
    assert_eq!(
        refused,
        "rules[0].conditions[0].segment: there is no segment s\n"
    );
    create(&scene, "s").await;
    scene.put("a", asks).await.expect("now there is");
    let refused = delete(&scene, "s").await.expect_err("in use");
    let DeleteSegmentError::InUse { flag, environment } = &refused else {
        panic!("{refused}")
    };
    assert_eq!((flag.as_str(), environment.as_str()), ("a", "production"));
    scene.archive("a").await;
    delete(&scene, "s")
        .await
        .expect("an archived flag does not hold it");
    let mut tx = scene.begin().await;
    let refused = tx
        .restore_flag(&super::flag_key("a"), tenantry_store::Expected::Any, at(5))
        .await;
    let refused = problems(refused.expect_err("its segment is gone"));
    assert_eq!(
        refused,
        "production.rules[0].conditions[0].segment: there is no segment s\n"
    );
}

on_both!(
    a_segment_is_streamed_everywhere,
    a_segment_is_renamed_unseen_by_streams,
    a_segment_in_use_stays,
);
