//! Flags: creating, changing, extending, archiving and restoring them.

use chrono::NaiveDate;
use serde_json::json;
use tenantry_store::{
    Action, ArchiveError, CreateError, Expected, FlagKind, FlagPatch, NewFlag, StoreError,
    WriteError,
};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, change, flag_key, problems};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

async fn a_new_flag_has_what_nobody_said(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let mut tx = scene.begin().await;
    let new = NewFlag {
        tags: vec!["z".into(), "a".into(), "z".into()],
        ..NewFlag::new(flag_key("a"))
    };
    let made = tx.insert_flag(new, at(1)).await.expect("a flag");
    let done = tx
        .commit(change(Action::FlagCreate, "a"), at(1))
        .await
        .expect("a commit");
    assert_eq!(
        made,
        scene.flag("a").await,
        "what is returned is what is kept"
    );

    assert_eq!(
        (made.name.as_str(), made.owner.as_str()),
        ("a", "bootstrap")
    );
    assert_eq!(
        (made.kind, made.version, made.extensions),
        (FlagKind::Release, 1, 0)
    );
    assert_eq!(made.expires_on, Some(day("2027-01-30")), "90 days ahead");
    assert_eq!(made.salt.len(), 16);
    assert_eq!(made.tags, ["a", "z"]);
    let environments: Vec<_> = made
        .environments
        .iter()
        .map(|each| each.environment.as_str())
        .collect();
    assert_eq!(environments, ["development", "staging", "production"]);
    assert!(
        made.environments
            .iter()
            .all(|each| !each.on && each.threshold == 0)
    );
    assert!(
        done.revisions
            .iter()
            .all(|each| each.touched && each.revision == 1)
    );
    assert_ne!(made.salt, scene.create("b").await.salt);
}

async fn a_flag_is_refused_with_all_its_problems(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let mut tx = scene.begin().await;
    let taken = tx
        .insert_flag(NewFlag::new(flag_key("a")), at(2))
        .await
        .expect_err("taken");
    assert!(matches!(taken, CreateError::KeyTaken { .. }));
    let bad = NewFlag {
        name: Some(String::new()),
        description: "nul \0".to_owned(),
        tags: vec![String::new()],
        salt: Some("s".repeat(257)),
        ..NewFlag::new(flag_key("b"))
    };
    let CreateError::Invalid(found) = tx.insert_flag(bad, at(2)).await.expect_err("invalid") else {
        panic!("invalid");
    };
    let paths: Vec<_> = found.0.iter().map(|each| each.path.as_str()).collect();
    assert_eq!(paths, ["name", "description", "salt", "tags[0]"]);
    drop(tx);
    // An archived flag keeps its key.
    scene.archive("a").await;
    let mut tx = scene.begin().await;
    let taken = tx
        .insert_flag(NewFlag::new(flag_key("a")), at(2))
        .await
        .expect_err("taken");
    assert!(matches!(taken, CreateError::KeyTaken { .. }));
}

async fn a_flag_is_changed_by_whoever_saw_its_version(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let patch = FlagPatch {
        name: Some("New".to_owned()),
        owner: Some("team-billing".to_owned()),
        tags: Some(vec!["x".to_owned()]),
        expires_on: Some(Some(day("2026-12-24"))),
        ..FlagPatch::default()
    };
    let mut tx = scene.begin().await;
    let updated = tx
        .update_flag(&flag_key("a"), Expected::Version(1), patch.clone(), at(9))
        .await;
    let updated = updated.expect("updated").expect("a flag");
    let done = tx
        .commit(change(Action::FlagUpdate, "a"), at(9))
        .await
        .expect("a commit");
    assert_eq!(updated, scene.flag("a").await);
    assert_eq!((updated.version, updated.updated_at), (2, at(9)));
    assert!(
        done.revisions.iter().all(|each| !each.touched),
        "no stream shows a flag's name"
    );

    let mut tx = scene.begin().await;
    let stale = tx
        .update_flag(&flag_key("a"), Expected::Version(1), patch.clone(), at(10))
        .await;
    let stale = stale.expect_err("stale");
    assert!(
        matches!(
            stale,
            WriteError::Store(StoreError::Stale {
                expected: 1,
                current: 2
            })
        ),
        "{stale}"
    );
    let same = tx
        .update_flag(&flag_key("a"), Expected::Any, patch, at(10))
        .await;
    assert_eq!(
        same.expect("the same").expect("a flag").version,
        2,
        "the same again changes nothing"
    );
    let none = tx
        .update_flag(
            &flag_key("none"),
            Expected::Any,
            FlagPatch::default(),
            at(10),
        )
        .await;
    assert_eq!(none.expect("it answers"), None);
    assert_eq!(
        tx.commit(change(Action::FlagUpdate, "a"), at(10))
            .await
            .expect("a commit")
            .audit_seq,
        None
    );
}

async fn expiry_moves_later_only_by_an_extension(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let mut tx = scene.begin().await;
    let later = FlagPatch {
        expires_on: Some(Some(day("2027-06-01"))),
        ..FlagPatch::default()
    };
    let refused = tx
        .update_flag(&flag_key("a"), Expected::Any, later, at(2))
        .await
        .expect_err("later");
    assert_eq!(
        problems(refused),
        "expires_on: may only move earlier: extend the flag to put it off\n"
    );
    let never = FlagPatch {
        expires_on: Some(None),
        ..FlagPatch::default()
    };
    let refused = tx
        .update_flag(&flag_key("a"), Expected::Any, never.clone(), at(2))
        .await;
    assert_eq!(
        problems(refused.expect_err("never")),
        "expires_on: must be given for flags of kind release\n"
    );
    let permanent = FlagPatch {
        kind: Some(FlagKind::Ops),
        ..never
    };
    let permanent = tx
        .update_flag(&flag_key("a"), Expected::Any, permanent, at(2))
        .await;
    assert_eq!(
        permanent.expect("permanent").expect("a flag").expires_on,
        None
    );
    drop(tx);

    let mut tx = scene.begin().await;
    for too_early in ["2027-01-30", "2026-10-31"] {
        let refused = tx.extend_flag(&flag_key("a"), day(too_early), at(2)).await;
        assert!(problems(refused.expect_err("too early")).starts_with("expires_on: must be later"));
    }
    let extended = tx
        .extend_flag(&flag_key("a"), day("2027-02-28"), at(2))
        .await;
    let extended = extended.expect("extended").expect("a flag");
    assert_eq!(
        (extended.expires_on, extended.extensions),
        (Some(day("2027-02-28")), 1)
    );
    tx.commit(change(Action::FlagExtend, "a"), at(2))
        .await
        .expect("a commit");
    assert_eq!(scene.flag("a").await.extensions, 1);
}

async fn archiving_takes_a_flag_off_the_stream_and_restoring_brings_it_back(
    database: TestDatabase,
) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    scene
        .put(
            "a",
            json!({"on": true, "allow": ["acme"], "block": ["evil"]}),
        )
        .await
        .expect("put");
    let before = scene
        .store
        .load_environment(&scene.production)
        .await
        .expect("a state");

    let done = scene.archive("a").await;
    assert_eq!(done.revision(scene.production.id()), before.revision + 1);
    let empty = scene
        .store
        .load_environment(&scene.production)
        .await
        .expect("a state");
    assert!(empty.items.is_empty() && empty.lists.is_empty());
    assert_eq!(empty.checksum, tenantry_core::Checksum::ZERO);
    assert!(scene.targeting("a").await.archived);
    let refused = scene
        .put("a", json!({"on": false}))
        .await
        .expect_err("archived");
    assert!(matches!(refused, WriteError::Archived));
    assert_eq!(scene.archive("a").await.audit_seq, None, "archived already");

    scene.restore("a").await;
    let after = scene
        .store
        .load_environment(&scene.production)
        .await
        .expect("a state");
    assert_eq!(
        (after.items, after.lists, after.checksum),
        (before.items, before.lists, before.checksum)
    );
    assert_eq!(after.revision, before.revision + 2);
    assert_eq!(scene.restore("a").await.audit_seq, None, "restored already");
}

async fn a_flag_that_others_wait_for_stays(database: TestDatabase) {
    let scene = Scene::new(database).await;
    for key in ["a", "b"] {
        scene.create(key).await;
    }
    scene
        .put("b", json!({"prerequisites": [{"flag": "a"}]}))
        .await
        .expect("put");
    let mut tx = scene.begin().await;
    let refused = tx
        .archive_flag(&flag_key("a"), Expected::Any, at(4))
        .await
        .expect_err("waited for");
    let ArchiveError::Prerequisite { flag, environment } = &refused else {
        panic!("{refused}")
    };
    assert_eq!((flag.as_str(), environment.as_str()), ("b", "production"));
    drop(tx);
    scene.archive("b").await;
    scene.archive("a").await;
    let mut tx = scene.begin().await;
    let refused = tx
        .restore_flag(&flag_key("b"), Expected::Any, at(5))
        .await
        .expect_err("gone");
    assert_eq!(
        problems(refused),
        "production.prerequisites[0].flag: there is no flag a\n"
    );
}

on_both!(
    a_new_flag_has_what_nobody_said,
    a_flag_is_refused_with_all_its_problems,
    a_flag_is_changed_by_whoever_saw_its_version,
    expiry_moves_later_only_by_an_extension,
    archiving_takes_a_flag_off_the_stream_and_restoring_brings_it_back,
    a_flag_that_others_wait_for_stays,
);
