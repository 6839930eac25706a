//! What the debt report is made of.

use tenantry_store::{Action, Expected, FlagPatch, NewFlag, TokenType};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, change, flag_key, tokens};

async fn debt_knows_who_is_gone(database: TestDatabase) {
    let scene = Scene::new(database).await;
    scene.create("a").await;
    scene.create("archived").await;
    scene.archive("archived").await;
    let secret = tokens::create(&scene, "ci-bot", TokenType::Usr, None)
        .await
        .1;
    let bot = scene
        .store
        .authenticate(&secret, at(2))
        .await
        .expect("it answers")
        .expect("a token");
    let project = Scene::open(&scene.store, &bot, "default").await;
    for (key, owner) in [
        ("b", None),
        ("c", Some("team".to_owned())),
        ("d", Some(String::new())),
    ] {
        let mut tx = scene.store.begin(&project).await.expect("a transaction");
        let new = NewFlag {
            owner,
            ..NewFlag::new(flag_key(key))
        };
        tx.insert_flag(new, at(2)).await.expect("a flag");
        tx.commit(change(Action::FlagCreate, key), at(2))
            .await
            .expect("a commit");
    }
    let unowned = async || -> Vec<(String, bool)> {
        let flags = scene
            .store
            .debt_flags(&scene.project, at(3))
            .await
            .expect("it answers");
        flags
            .into_iter()
            .map(|flag| (flag.key.to_string(), flag.unowned))
            .collect()
    };
    let all = |b: bool| {
        [("a", false), ("b", b), ("c", false), ("d", true)].map(|(key, is)| (key.to_owned(), is))
    };
    assert_eq!(unowned().await, all(false));
    tokens::revoke(&scene, bot.token()).await;
    assert_eq!(unowned().await, all(true));
    // Whoever is named takes over.
    let mut tx = scene.begin().await;
    let patch = FlagPatch {
        owner: Some("team".to_owned()),
        ..FlagPatch::default()
    };
    tx.update_flag(&flag_key("b"), Expected::Any, patch, at(4))
        .await
        .expect("updated");
    tx.commit(change(Action::FlagUpdate, "b"), at(4))
        .await
        .expect("a commit");
    assert_eq!(unowned().await, all(false));
}

on_both!(debt_knows_who_is_gone);
