//! Tokens: who gets in, with which secret, for how long, and where to.

use std::time::Duration;

use chrono::TimeDelta;
use tenantry_core::model::{EnvironmentKey, ProjectKey};
use tenantry_store::{
    Action, Change, CreateError, NewToken, Secret, Target, Token, TokenId, TokenType,
};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at};

pub(crate) async fn create(
    scene: &Scene,
    name: &str,
    token_type: TokenType,
    environment: Option<&str>,
) -> (Token, Secret) {
    let new = NewToken {
        token_type,
        name: name.to_owned(),
        environment: environment.map(|key| EnvironmentKey::new(key).expect("a key")),
        expires_at: None,
    };
    insert(scene, new).await.expect("a token")
}

async fn insert(scene: &Scene, new: NewToken) -> Result<(Token, Secret), CreateError> {
    let mut tx = scene.begin().await;
    let (token, secret) = tx.insert_token(new, at(1)).await?;
    let change = Change::new(Action::TokenCreate, Target::Token(token.id));
    let done = tx.commit(change, at(1)).await.expect("a commit");
    assert!(
        done.revisions.iter().all(|each| !each.touched),
        "no stream shows a token"
    );
    Ok((token, secret))
}

pub(crate) async fn revoke(scene: &Scene, id: TokenId) -> Token {
    let mut tx = scene.begin().await;
    let token = tx
        .revoke_token(id, at(3))
        .await
        .expect("it answers")
        .expect("a token");
    tx.commit(Change::new(Action::TokenRevoke, Target::Token(id)), at(3))
        .await
        .expect("a commit");
    token
}

async fn rotate(scene: &Scene, id: TokenId, overlap: Duration) -> Option<(Token, Secret)> {
    let mut tx = scene.begin().await;
    let rotated = tx
        .rotate_token(id, overlap, at(100))
        .await
        .expect("it answers");
    let change = Change::new(Action::TokenRotate, Target::Token(id));
    tx.commit(change, at(100)).await.expect("a commit");
    rotated
}

async fn works(scene: &Scene, secret: &Secret, second: i64) -> bool {
    scene
        .store
        .authenticate(secret, at(second))
        .await
        .expect("it answers")
        .is_some()
}

async fn a_token_opens_what_its_type_says(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let default = ProjectKey::new("default").expect("a key");
    for (token_type, environment, reads, writes) in [
        (TokenType::Adm, None, true, true),
        (TokenType::Usr, None, true, true),
        (TokenType::Ci, None, true, false),
        (TokenType::Sdk, Some("staging"), false, false),
        (TokenType::Web, Some("staging"), false, false),
    ] {
        let (token, secret) = create(&scene, "t", token_type, environment).await;
        let access = scene
            .store
            .authenticate(&secret, at(2))
            .await
            .expect("it answers")
            .expect("good");
        assert_eq!(
            (access.token(), access.token_type()),
            (token.id, token_type)
        );
        assert_eq!(access.project(), Some(&default));
        let read = scene
            .store
            .project_scope(&access, &default)
            .await
            .expect("it answers");
        let write = scene
            .store
            .write_scope(&access, &default)
            .await
            .expect("it answers");
        assert_eq!(
            (read.is_some(), write.is_some()),
            (reads, writes),
            "{token_type}"
        );
        let own = access.environment_scope();
        assert_eq!(own.as_ref().map(|own| own.key().as_str()), environment);
        assert!(
            access.server_scope().is_none(),
            "a project's token is no admin of the server"
        );
    }
}

async fn a_token_is_refused_with_all_its_problems(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let key = |key: &str| Some(EnvironmentKey::new(key).expect("a key"));
    for (token_type, environment, problem) in [
        (
            TokenType::Sdk,
            None,
            "environment: must be given for tokens of type sdk",
        ),
        (
            TokenType::Sdk,
            key("nowhere"),
            "environment: there is none of this name: there are development, staging, production",
        ),
        (
            TokenType::Ci,
            key("staging"),
            "environment: must be left out for tokens of type ci",
        ),
    ] {
        let new = NewToken {
            token_type,
            name: String::new(),
            environment,
            expires_at: Some(at(1)),
        };
        let CreateError::Invalid(found) = insert(&scene, new).await.expect_err("invalid") else {
            panic!("invalid");
        };
        let found = found.to_string();
        assert!(found.contains(problem), "{found}");
        assert!(
            found.contains("name: ") && found.contains("expires_at: "),
            "{found}"
        );
    }
}

async fn only_a_hash_is_kept(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let (token, secret) = create(&scene, "sdk", TokenType::Sdk, Some("production")).await;
    let random = &secret.expose()[9..];
    let pool = scene.database.connect().await;
    let columns = "SELECT name || type || created_by FROM token";
    let texts: Vec<String> = sqlx::query_scalar(columns)
        .fetch_all(&pool)
        .await
        .expect("rows");
    assert!(texts.iter().all(|text| !text.contains(random)));
    let documents: Vec<String> = sqlx::query_scalar("SELECT documents FROM audit_entry")
        .fetch_all(&pool)
        .await
        .expect("rows");
    assert!(documents.iter().all(|text| !text.contains(random)));
    let listed = scene
        .store
        .tokens(&scene.project)
        .await
        .expect("it answers");
    assert_eq!(
        listed,
        vec![token.clone()],
        "the admin of the server is not the project's"
    );
    let read = scene
        .store
        .token(&scene.project, token.id)
        .await
        .expect("it answers");
    assert_eq!(read, Some(token));
}

async fn revoked_expired_and_unknown_secrets_open_nothing(database: TestDatabase) {
    let scene = Scene::new(database).await;
    assert!(
        !works(&scene, &Secret::generate(TokenType::Adm), 1).await,
        "unknown"
    );
    let (token, secret) = create(&scene, "a", TokenType::Usr, None).await;
    assert!(works(&scene, &secret, 2).await);
    revoke(&scene, token.id).await;
    assert!(!works(&scene, &secret, 3).await, "revoked");
    let again = revoke(&scene, token.id).await;
    assert_eq!(again.revoked_at, Some(at(3)));

    let new = NewToken {
        token_type: TokenType::Usr,
        name: "b".to_owned(),
        environment: None,
        expires_at: Some(at(50)),
    };
    let (_, secret) = insert(&scene, new).await.expect("a token");
    let access = scene
        .store
        .authenticate(&secret, at(49))
        .await
        .expect("it answers")
        .expect("good");
    assert_eq!(access.valid_until(), Some(at(50)));
    assert!(!works(&scene, &secret, 50).await, "expired");
    let dead = scene
        .store
        .dead_tokens(&[token.id, access.token(), scene.admin.token()], at(50))
        .await;
    assert_eq!(dead.expect("it answers"), [token.id, access.token()]);
}

async fn rotation_lets_both_secrets_work_for_a_while(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let (token, old) = create(&scene, "a", TokenType::Usr, None).await;
    let (rotated, new) = rotate(&scene, token.id, Duration::from_mins(1))
        .await
        .expect("a token");
    assert_eq!(
        (rotated.id, rotated.previous_until),
        (token.id, Some(at(160)))
    );
    assert!(works(&scene, &old, 159).await && works(&scene, &new, 159).await);
    let access = scene
        .store
        .authenticate(&old, at(159))
        .await
        .expect("it answers")
        .expect("good");
    assert_eq!(
        access.valid_until(),
        Some(at(160)),
        "a stream opened with it ends then"
    );
    assert!(!works(&scene, &old, 160).await && works(&scene, &new, 160).await);

    // A second rotation ends the oldest secret at once.
    let (_, newest) = rotate(&scene, token.id, Duration::from_mins(1))
        .await
        .expect("a token");
    assert!(!works(&scene, &old, 101).await);
    assert!(works(&scene, &new, 101).await && works(&scene, &newest, 101).await);
    // Without overlap there is one secret.
    let (_, last) = rotate(&scene, token.id, Duration::ZERO)
        .await
        .expect("a token");
    assert!(!works(&scene, &newest, 101).await && works(&scene, &last, 101).await);
    revoke(&scene, token.id).await;
    assert!(
        rotate(&scene, token.id, Duration::ZERO).await.is_none(),
        "revoked for good"
    );
    assert!(!works(&scene, &last, 101).await);
}

async fn last_use_is_noted_once_a_minute(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let (token, secret) = create(&scene, "a", TokenType::Usr, None).await;
    let last_used = async || {
        let token = scene
            .store
            .token(&scene.project, token.id)
            .await
            .expect("it answers");
        token.expect("a token").last_used_at
    };
    assert_eq!(last_used().await, None);
    for (second, noted) in [(10, 10), (69, 10), (70, 70), (71, 70)] {
        assert!(works(&scene, &secret, second).await);
        assert_eq!(last_used().await, Some(at(noted)), "at {second}");
    }
    let odd = at(200) + TimeDelta::nanoseconds(999);
    assert!(
        scene
            .store
            .authenticate(&secret, odd)
            .await
            .expect("it answers")
            .is_some()
    );
    assert_eq!(last_used().await, Some(at(200)), "to the microsecond");
}

on_both!(
    a_token_opens_what_its_type_says,
    a_token_is_refused_with_all_its_problems,
    only_a_hash_is_kept,
    revoked_expired_and_unknown_secrets_open_nothing,
    rotation_lets_both_secrets_work_for_a_while,
    last_use_is_noted_once_a_minute,
);
