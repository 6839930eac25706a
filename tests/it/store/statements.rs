//! Every statement fits the tables, and the rules that statements must keep.

use tenantry_tests::{TestDatabase, on_both};

async fn every_statement_can_be_prepared(database: TestDatabase) {
    let store = database.store().await;
    store
        .check_statements()
        .await
        .expect("every statement fits");
}

async fn migrating_again_changes_nothing(database: TestDatabase) {
    let (one, two) = (database.store().await, database.store().await);
    let (first, second) = tokio::join!(one.migrate(), two.migrate());
    first.expect("the first node migrates");
    second.expect("the second node finds nothing to do");
    one.ping().await.expect("it answers");
}

async fn a_closed_store_is_unavailable(database: TestDatabase) {
    let store = database.store().await;
    store.close().await;
    let error = store.ping().await.expect_err("closed");
    assert_eq!(error.to_string(), "the database is unavailable");
}

on_both!(
    every_statement_can_be_prepared,
    migrating_again_changes_nothing,
    a_closed_store_is_unavailable,
);
