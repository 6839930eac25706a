//! Web sessions.

use std::time::Duration;

use tenantry_store::{PrunePolicy, SessionKey, SessionLifetime, TokenType};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, tokens};

const MINUTE: i64 = 60;

fn lifetime() -> SessionLifetime {
    SessionLifetime {
        idle: Duration::from_mins(10),
        absolute: Duration::from_mins(30),
    }
}

async fn is_open(scene: &Scene, key: &SessionKey, second: i64) -> bool {
    scene
        .store
        .authenticate_session(key, at(second))
        .await
        .expect("it answers")
        .is_some()
}

async fn a_session_stands_for_its_token(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let key = scene
        .store
        .open_session(&scene.admin, lifetime(), at(0))
        .await
        .expect("a session");
    let access = scene
        .store
        .authenticate_session(&key, at(1))
        .await
        .expect("it answers");
    let access = access.expect("open");
    assert_eq!(
        (access.token(), access.name()),
        (scene.admin.token(), "bootstrap")
    );
    assert!(access.server_scope().is_some());
    let same = SessionKey::parse(key.expose()).expect("its own form");
    assert!(is_open(&scene, &same, 1).await);
    let other = SessionKey::parse(&"x".repeat(43)).expect("the form of one");
    assert!(!is_open(&scene, &other, 1).await);
    assert!(SessionKey::parse("short").is_err());
    scene.store.close_session(&key).await.expect("closed");
    assert!(
        !is_open(&scene, &key, 2).await,
        "a cookie is no good after signing out"
    );
}

async fn a_session_ends_when_idle_and_when_old(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let key = scene
        .store
        .open_session(&scene.admin, lifetime(), at(0))
        .await
        .expect("a session");
    assert!(is_open(&scene, &key, 9 * MINUTE).await);
    assert!(
        is_open(&scene, &key, 18 * MINUTE).await,
        "use puts the end off"
    );
    assert!(!is_open(&scene, &key, 28 * MINUTE).await, "idle");
    let key = scene
        .store
        .open_session(&scene.admin, lifetime(), at(0))
        .await
        .expect("a session");
    for minute in [9, 18, 27] {
        assert!(is_open(&scene, &key, minute * MINUTE).await);
    }
    assert!(!is_open(&scene, &key, 30 * MINUTE).await, "old");
    let pruned = scene
        .store
        .prune(PrunePolicy::default(), at(30 * MINUTE))
        .await
        .expect("pruned");
    assert_eq!(pruned.sessions, 2);
}

async fn a_session_ends_with_its_token(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let (token, secret) = tokens::create(&scene, "ann", TokenType::Usr, None).await;
    let access = scene
        .store
        .authenticate(&secret, at(1))
        .await
        .expect("it answers")
        .expect("good");
    let key = scene
        .store
        .open_session(&access, lifetime(), at(1))
        .await
        .expect("a session");
    assert!(is_open(&scene, &key, 2).await);
    tokens::revoke(&scene, token.id).await;
    assert!(!is_open(&scene, &key, 3).await);
}

on_both!(
    a_session_stands_for_its_token,
    a_session_ends_when_idle_and_when_old,
    a_session_ends_with_its_token,
);
