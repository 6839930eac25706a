//! The SDK answers what the server answers, for everybody.
//!
//! `make bench` asks the same of a world five times as large; see `benches/propagation.rs`.

use tenantry::Client;
use tenantry_tests::{TestServer, World, compare, until_true};

/// Flags of the world, five rules each.
const FLAGS: usize = 200;

/// Tenants that all flags are asked for, of [`TENANTS`].
const ASKED: usize = 500;

/// Tenants of the world.
const TENANTS: usize = 5_000;

/// Pairs that the server explains one by one.
const EXPLAINED: usize = 500;

#[tokio::test]
async fn a_hundred_thousand_answers_are_the_servers() {
    let server = TestServer::on_sqlite().await;
    let world = World::new(FLAGS, TENANTS);
    let project = server.project();
    world.load(&project).await;
    let newest = project.revision_of("production").await;
    let token = project.create_token("sdk").await.secret;
    let client = Client::builder(server.address(), &token)
        .build()
        .await
        .expect("a client");
    until_true("everything is there", || client.status().revision == newest).await;

    let evaluator = server.root().with_token(&token);
    let compared = compare::in_bulk(&world, &client, &evaluator, ASKED).await;
    assert_eq!(compared.pairs, FLAGS * ASKED);
    assert!(
        compared.on > compared.pairs / 10,
        "a world where little is on proves little"
    );
    assert!(
        compared.on < compared.pairs * 9 / 10,
        "nor one where nearly all is"
    );
    compare::one_by_one(&world, &client, &project, EXPLAINED).await;
}
