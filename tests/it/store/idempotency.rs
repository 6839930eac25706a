//! Idempotency keys.

use tenantry_store::{Claim, IdempotencyKey, PrunePolicy, StoredAnswer, TokenType};
use tenantry_tests::{TestDatabase, on_both};

use super::{Scene, at, tokens};

const REQUEST: [u8; 32] = [1; 32];
const OTHER: [u8; 32] = [2; 32];

fn key() -> IdempotencyKey {
    IdempotencyKey::parse("key-1").expect("a key")
}

async fn claim(scene: &Scene, request: &[u8; 32], second: i64) -> Claim {
    let claim = scene
        .store
        .claim_key(&scene.admin, &key(), request, at(second))
        .await;
    claim.expect("it answers")
}

async fn a_request_is_done_once_and_answered_again(database: TestDatabase) {
    let scene = Scene::new(database).await;
    assert_eq!(claim(&scene, &REQUEST, 0).await, Claim::Claimed);
    assert_eq!(claim(&scene, &REQUEST, 1).await, Claim::UnderWay);
    assert_eq!(claim(&scene, &OTHER, 1).await, Claim::OtherRequest);
    let answer = StoredAnswer {
        status: 201,
        headers: vec![("etag".to_owned(), "\"1\"".to_owned())],
        body: "{}".to_owned(),
    };
    scene
        .store
        .finish_key(&scene.admin, &key(), &answer)
        .await
        .expect("kept");
    assert_eq!(claim(&scene, &REQUEST, 3600).await, Claim::Answered(answer));
    assert_eq!(claim(&scene, &OTHER, 3600).await, Claim::OtherRequest);
    // Another caller's key of the same name is another key.
    let (_, secret) = tokens::create(&scene, "ann", TokenType::Usr, None).await;
    let ann = scene
        .store
        .authenticate(&secret, at(1))
        .await
        .expect("it answers")
        .expect("good");
    let other = scene.store.claim_key(&ann, &key(), &OTHER, at(1)).await;
    assert_eq!(other.expect("it answers"), Claim::Claimed);
    let pruned = scene
        .store
        .prune(PrunePolicy::default(), at(24 * 3600))
        .await
        .expect("pruned");
    assert_eq!(pruned.idempotency_keys, 1, "a day after the claim");
    assert_eq!(claim(&scene, &OTHER, 24 * 3600).await, Claim::Claimed);
}

async fn a_claim_falls_free_when_released_or_left(database: TestDatabase) {
    let scene = Scene::new(database).await;
    assert_eq!(claim(&scene, &REQUEST, 0).await, Claim::Claimed);
    scene
        .store
        .release_key(&scene.admin, &key())
        .await
        .expect("released");
    assert_eq!(claim(&scene, &REQUEST, 1).await, Claim::Claimed);
    assert_eq!(claim(&scene, &REQUEST, 60).await, Claim::UnderWay);
    assert_eq!(
        claim(&scene, &REQUEST, 61).await,
        Claim::Claimed,
        "its node must have died"
    );
    assert_eq!(claim(&scene, &REQUEST, 62).await, Claim::UnderWay);
}

async fn of_two_claims_at_once_one_wins(database: TestDatabase) {
    let scene = Scene::new(database).await;
    let claims = tokio::join!(claim(&scene, &REQUEST, 0), claim(&scene, &REQUEST, 0));
    let claims = [claims.0, claims.1];
    assert_eq!(
        claims
            .iter()
            .filter(|claim| **claim == Claim::Claimed)
            .count(),
        1
    );
    assert!(claims.contains(&Claim::UnderWay));
}

#[test]
fn keys_have_a_form() {
    for bad in ["", "a b", "é", &"k".repeat(256)] {
        assert!(IdempotencyKey::parse(bad).is_err(), "{bad}");
    }
}

on_both!(
    a_request_is_done_once_and_answered_again,
    a_claim_falls_free_when_released_or_left,
    of_two_claims_at_once_one_wins,
);
