//! Key lists, small and large.

use serde_json::json;
use tenantry_core::model::TenantKey;
use tenantry_store::{Action, FlagList, WriteError};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, change, flag_key, problems, tenants};

async fn a_list_is_a_set(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let (added, done) = scene.add("a", FlagList::Allow, &["b", "a", "b"]).await;
    assert_eq!(
        (added.changed, added.size),
        (vec!["a".to_owned(), "b".to_owned()], 2)
    );
    assert_eq!(done.revision(scene.production.id()), 2);
    let (added, done) = scene.add("a", FlagList::Allow, &["b", "c"]).await;
    assert_eq!((added.changed, added.size), (vec!["c".to_owned()], 3));
    assert_eq!(done.revision(scene.production.id()), 3);
    let (added, done) = scene.add("a", FlagList::Allow, &["a", "b"]).await;
    assert_eq!(
        (added.changed.len(), added.size),
        (0, 3),
        "all there already"
    );
    assert_eq!(
        (done.revision(scene.production.id()), done.audit_seq),
        (3, None)
    );

    let (taken, _) = scene.remove("a", FlagList::Allow, &["a", "nobody"]).await;
    assert_eq!((taken.changed, taken.size), (vec!["a".to_owned()], 2));
    let (_, done) = scene.remove("a", FlagList::Block, &["b"]).await;
    assert_eq!(done.audit_seq, None, "that is the other list");
    let document = scene.targeting("a").await;
    assert_eq!(document.definition.targeting.allow, ["b", "c"]);
    assert_eq!(
        document.version, 4,
        "every change counts, so that a PUT does not undo it unseen"
    );
    assert_eq!(scene.flag("a").await.environments[2].allow, 2);
}

async fn odd_keys_are_kept_as_they_are(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let odd = [
        "\"",
        "'; DROP TABLE flag; --",
        "Ärzte & Söhne",
        "e\u{301}",
        "é",
        "A",
        "a",
        "\u{202e}x",
        "{}",
    ];
    let (added, _) = scene.add("a", FlagList::Block, &odd).await;
    assert_eq!(added.size, 9);
    let mut sorted = odd.map(str::to_owned);
    sorted.sort_unstable();
    assert_eq!(
        scene.targeting("a").await.definition.targeting.block,
        sorted
    );

    let mut tx = scene.begin().await;
    let nul = tenants(&["fine", "nul \0"]);
    let refused = tx
        .add_tenants(
            &scene.production,
            &flag_key("a"),
            FlagList::Allow,
            &nul,
            at(3),
        )
        .await;
    let refused = problems(refused.expect_err("a NUL"));
    assert_eq!(refused, "tenants[1]: must not contain a NUL character\n");
}

async fn archived_and_unknown_flags_have_no_lists(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    scene.archive("a").await;
    let mut tx = scene.begin().await;
    let some = tenants(&["x"]);
    let archived = tx
        .add_tenants(
            &scene.production,
            &flag_key("a"),
            FlagList::Allow,
            &some,
            at(3),
        )
        .await;
    assert!(matches!(
        archived.expect_err("archived"),
        WriteError::Archived
    ));
    let unknown = tx
        .remove_tenants(
            &scene.production,
            &flag_key("b"),
            FlagList::Allow,
            &some,
            at(3),
        )
        .await;
    assert_eq!(unknown.expect("it answers"), None);
}

/// 100 000 tenants are added, streamed, replaced and archived; nothing takes a statement per tenant.
async fn a_hundred_thousand_tenants_fit(database: TestDatabase) {
    const COUNT: usize = 100_000;
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let keys: Vec<String> = (0..COUNT)
        .map(|number| format!("tenant-{number:06}"))
        .collect();
    let many: Vec<_> = keys
        .iter()
        .map(|key| TenantKey::new(key.as_str()).expect("a key"))
        .collect();

    let started = std::time::Instant::now();
    let mut tx = scene.begin().await;
    let added = tx
        .add_tenants(
            &scene.production,
            &flag_key("a"),
            FlagList::Allow,
            &many,
            at(3),
        )
        .await;
    assert_eq!(added.expect("a change").expect("a flag").size, COUNT as u64);
    tx.commit(change(Action::ListAdd, "a"), at(3))
        .await
        .expect("a commit");
    let state = scene
        .store
        .load_environment(&scene.production)
        .await
        .expect("a state");
    assert_eq!(state.lists[0].tenants, keys);
    let changes = scene
        .store
        .changes_since(&scene.production, 1)
        .await
        .expect("it answers");
    assert_eq!(changes.expect("the log says").members[0].add, keys);

    let half = &keys[COUNT / 2..];
    scene
        .put("a", json!({"allow": half, "block": half}))
        .await
        .expect("put");
    let document = scene.targeting("a").await;
    assert_eq!(document.definition.targeting.allow, half);
    scene.archive("a").await;
    let empty = scene
        .store
        .load_environment(&scene.production)
        .await
        .expect("a state");
    assert_eq!(empty.checksum, tenantry_core::Checksum::ZERO);
    let took = started.elapsed();
    assert!(
        took.as_secs() < 60,
        "{took:?} is more than a statement for all can take"
    );
}

on_both!(
    a_list_is_a_set,
    odd_keys_are_kept_as_they_are,
    archived_and_unknown_flags_have_no_lists,
    a_hundred_thousand_tenants_fit,
);
