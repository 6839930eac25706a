//! Targeting: writing it whole, what is refused, and what it was.

use serde_json::json;
use tenantry_core::model::Item;
use tenantry_store::{
    Action, Change, Expected, FlagList, NewSegment, StoreError, Target, WriteError,
};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, change, flag_key, problems, targeting};

async fn what_is_put_is_read(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let wanted = json!({
        "on": true,
        "block": ["z", "y", "z"],
        "allow": ["acme"],
        "rules": [{"conditions": [{"operator": "exists", "attribute": "plan"}], "effect": "on"}],
        "rollout": {"threshold": 25_000},
        "variants": [{"name": "x", "weight": 1}, {"name": "y", "weight": 2}],
    });
    let (put, done) = scene.put("a", wanted.clone()).await.expect("put");
    assert_eq!(put, scene.targeting("a").await);
    assert_eq!((put.version, put.updated_at), (2, at(2)));
    let mut sorted = targeting(wanted.clone());
    sorted.block = vec!["y".into(), "z".into()];
    assert_eq!(put.definition.targeting, sorted);
    assert_eq!(put.definition.salt, "salt-a");
    let touched: Vec<_> = done.revisions.iter().filter(|each| each.touched).collect();
    assert_eq!(touched.len(), 1);
    assert_eq!(
        (touched[0].key.as_str(), touched[0].revision),
        ("production", 2)
    );

    let numbers = &scene.flag("a").await.environments[2];
    assert_eq!(
        (numbers.on, numbers.threshold, numbers.version),
        (true, 25_000, 2)
    );
    assert_eq!(
        (
            numbers.rules,
            numbers.allow,
            numbers.block,
            numbers.variants
        ),
        (1, 1, 2, 2)
    );
    let (same, done) = scene.put("a", wanted).await.expect("put");
    assert_eq!(
        (same.version, done.audit_seq),
        (2, None),
        "the same again changes nothing"
    );
    assert_eq!(done.revision(scene.production.id()), 2);
}

async fn the_streamed_text_has_no_key_lists(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    scene
        .put(
            "a",
            json!({"on": true, "allow": ["acme"], "block": ["evil"]}),
        )
        .await
        .expect("put");
    let state = scene
        .store
        .load_environment(&scene.production)
        .await
        .expect("a state");
    let [(id, text)] = &state.items[..] else {
        panic!("one item")
    };
    assert_eq!(id.to_string(), "flag/a");
    let wanted =
        r#"{"flag":{"key":"a","salt":"salt-a","targeting":{"on":true,"rollout":{"threshold":0}}}}"#;
    assert_eq!(text, wanted);
    assert!(matches!(serde_json::from_str(text), Ok(Item::Flag(_))));
    let pool = scene.database.connect().await;
    let kept: Vec<String> = sqlx::query_scalar("SELECT item FROM targeting")
        .fetch_all(&pool)
        .await
        .expect("rows");
    assert!(kept.contains(text), "it is kept as it is streamed");
}

async fn a_stale_version_is_refused(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    scene.add("a", FlagList::Allow, &["acme"]).await;
    let mut tx = scene.begin().await;
    let document = targeting(json!({"on": true}));
    let put = |expected| (expected, document.clone());
    let (expected, targeting) = put(Expected::Version(1));
    let stale = tx
        .put_targeting(
            &scene.production,
            &flag_key("a"),
            expected,
            targeting,
            at(2),
        )
        .await;
    let stale = stale.expect_err("a list has changed since");
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
    let (expected, targeting) = put(Expected::Version(2));
    let fresh = tx
        .put_targeting(
            &scene.production,
            &flag_key("a"),
            expected,
            targeting,
            at(2),
        )
        .await;
    assert_eq!(fresh.expect("fresh").expect("a flag").version, 3);
}

async fn all_problems_come_at_once(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    let refused = scene.put("a", json!({
        "rollout": {"threshold": 100_001},
        "allow": ["nul \0"],
        "prerequisites": [{"flag": "gone"}],
        "rules": [{"conditions": [{"operator": "in_segment", "segment": "gone"}], "effect": "on"}],
    }));
    let found = problems(refused.await.expect_err("four problems"));
    for path in [
        "rollout.threshold: ",
        "allow[0]: ",
        "prerequisites[0].flag: ",
        "rules[0].conditions[0].segment: ",
    ] {
        assert!(found.contains(path), "{path} is missing in {found}");
    }
    assert_eq!(scene.targeting("a").await.version, 1, "nothing was written");
}

async fn cycles_are_refused_when_they_are_written(database: TestDatabase) {
    let scene = Scene::new(database).await;
    for key in ["a", "b", "c"] {
        scene.create(key).await;
    }
    let waits = |key: &str| json!({"on": true, "prerequisites": [{"flag": key}]});
    scene.put("a", waits("b")).await.expect("no cycle");
    scene.put("b", waits("c")).await.expect("no cycle");
    let refused = problems(scene.put("c", waits("a")).await.expect_err("a cycle"));
    assert!(
        refused.contains("prerequisites[0].flag: the flags wait for each other in a cycle"),
        "{refused}"
    );
    let refused = problems(scene.put("c", waits("c")).await.expect_err("itself"));
    assert!(
        refused.starts_with("prerequisites[0].flag: a flag cannot wait for itself"),
        "{refused}"
    );
    // Each environment has its own targeting, so its own waiting.
    let staging = scene.environment("staging").await;
    let mut tx = scene.begin().await;
    let put = tx
        .put_targeting(
            &staging,
            &flag_key("c"),
            Expected::Any,
            targeting(waits("a")),
            at(2),
        )
        .await;
    put.expect("no cycle in staging");
}

async fn two_writers_cannot_close_a_cycle_between_them(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    scene.create("b").await;
    let waits = |key: &str| json!({"prerequisites": [{"flag": key}]});
    let outcomes = tokio::join!(scene.put("a", waits("b")), scene.put("b", waits("a")));
    assert_ne!(
        outcomes.0.is_ok(),
        outcomes.1.is_ok(),
        "one of them is too late"
    );
}

async fn unknown_flags_and_environments_are_not_found(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let server = scene.admin.server_scope().expect("an admin of the server");
    let new = tenantry_store::NewProject {
        key: "other".parse().expect("a key"),
        name: "Other".into(),
    };
    scene
        .store
        .create_project(&server, new, None, at(1))
        .await
        .expect("a project");
    let other = Scene::open(&scene.store, &scene.admin, "other").await;
    let elsewhere = Scene::environment_of(&scene.store, &other, "production").await;
    scene.create("a").await;
    let mut tx = scene.begin().await;
    for (environment, key) in [(&scene.production, "none"), (&elsewhere, "a")] {
        let put = tx
            .put_targeting(
                environment,
                &flag_key(key),
                Expected::Any,
                targeting(json!({})),
                at(2),
            )
            .await;
        assert!(put.expect("it answers").is_none(), "{key}");
        assert!(
            tx.targeting(environment, &flag_key(key))
                .await
                .expect("it answers")
                .is_none(),
            "{key}"
        );
    }
}

async fn a_targeting_can_be_had_as_it_was(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("other").await;
    scene.create("a").await;
    let segment = NewSegment {
        key: "s".parse().expect("a key"),
        name: "S".to_owned(),
        conditions: None,
    };
    let mut tx = scene.begin().await;
    tx.insert_segment(segment, at(2)).await.expect("a segment");
    let made = Change::new(
        Action::SegmentCreate,
        Target::Segment("s".parse().expect("a key")),
    );
    tx.commit(made, at(2)).await.expect("a commit");

    let mut history = Vec::new();
    let mut remember = async |seq: Option<u64>| {
        let document = scene.targeting("a").await;
        history.push((seq.expect("an entry"), document.definition.targeting));
    };
    remember(
        scene
            .put("a", json!({"on": true, "allow": ["x", "y"]}))
            .await
            .expect("put")
            .1
            .audit_seq,
    )
    .await;
    remember(
        scene
            .add("a", FlagList::Allow, &["z", "x"])
            .await
            .1
            .audit_seq,
    )
    .await;
    scene
        .put("other", json!({"on": true, "allow": ["q"]}))
        .await
        .expect("another flag");
    remember(
        scene
            .put(
                "a",
                json!({"rollout": {"threshold": 5}, "allow": ["y"], "block": ["x"]}),
            )
            .await
            .expect("put")
            .1
            .audit_seq,
    )
    .await;
    remember(scene.remove("a", FlagList::Block, &["x"]).await.1.audit_seq).await;
    remember(scene.archive("a").await.audit_seq).await;
    remember(scene.restore("a").await.audit_seq).await;
    // Another environment's history is another.
    let staging = scene.environment("staging").await;
    let mut tx = scene.begin().await;
    let put = tx
        .put_targeting(
            &staging,
            &flag_key("a"),
            Expected::Any,
            targeting(json!({"on": true})),
            at(6),
        )
        .await;
    put.expect("put");
    tx.commit(change(Action::TargetingUpdate, "a"), at(6))
        .await
        .expect("a commit");

    for (seq, wanted) in &history {
        let was = scene
            .store
            .targeting_at(&scene.production, &flag_key("a"), *seq)
            .await;
        assert_eq!(
            was.expect("it answers").as_ref(),
            Some(wanted),
            "after entry {seq}"
        );
    }
    let before = scene
        .store
        .targeting_at(&scene.production, &flag_key("a"), 2)
        .await;
    assert_eq!(
        before.expect("it answers"),
        None,
        "the flag was created with entry 3"
    );
    for seq in [0, 1_000] {
        let none = scene
            .store
            .targeting_at(&scene.production, &flag_key("a"), seq)
            .await;
        assert_eq!(none.expect("it answers"), None, "there is no entry {seq}");
    }
}

on_both!(
    what_is_put_is_read,
    the_streamed_text_has_no_key_lists,
    a_stale_version_is_refused,
    all_problems_come_at_once,
    cycles_are_refused_when_they_are_written,
    two_writers_cannot_close_a_cycle_between_them,
    unknown_flags_and_environments_are_not_found,
    a_targeting_can_be_had_as_it_was,
);
