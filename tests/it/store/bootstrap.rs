//! The first start.

use tenantry_store::{BootstrapError, Secret, TokenType};
use tenantry_tests::{TestDatabase, on_both};

use super::at;

async fn makes_a_project_and_a_token_once(database: TestDatabase) {
    let store = database.store().await;
    let first = store.bootstrap(at(0), None).await.expect("the first start");
    assert!(first.project_created);
    let secret = first.admin.expect("a token");
    let again = store.bootstrap(at(1), None).await.expect("another start");
    assert!(!again.project_created && again.admin.is_none());

    let access = store
        .authenticate(&secret, at(2))
        .await
        .expect("it answers")
        .expect("a token");
    let server = access.server_scope().expect("an admin of the server");
    let projects = store.projects(&server).await.expect("it answers");
    assert_eq!(projects.len(), 1);
    let scope = store
        .project_scope(&access, &projects[0].key)
        .await
        .expect("it answers");
    let environments = store
        .environments(&scope.expect("the project"))
        .await
        .expect("it answers");
    let keys: Vec<_> = environments.iter().map(|each| each.key.as_str()).collect();
    assert_eq!(keys, ["development", "staging", "production"]);
}

async fn takes_the_given_secret(database: TestDatabase) {
    let store = database.store().await;
    let wrong = Secret::generate(TokenType::Sdk);
    let refused = store
        .bootstrap(at(0), Some(wrong))
        .await
        .expect_err("not an admin token");
    assert!(matches!(refused, BootstrapError::NotAdmin));
    let secret = Secret::generate(TokenType::Adm);
    store
        .bootstrap(at(0), Some(secret.clone()))
        .await
        .expect("the first start");
    assert!(
        store
            .authenticate(&secret, at(1))
            .await
            .expect("it answers")
            .is_some()
    );
    // Another secret comes too late.
    let late = Secret::generate(TokenType::Adm);
    store
        .bootstrap(at(2), Some(late.clone()))
        .await
        .expect("another start");
    assert!(
        store
            .authenticate(&late, at(3))
            .await
            .expect("it answers")
            .is_none()
    );
}

async fn two_nodes_make_one_of_each(database: TestDatabase) {
    let (one, two) = (database.store().await, database.store().await);
    let starts = tokio::join!(one.bootstrap(at(0), None), two.bootstrap(at(0), None));
    let starts = [starts.0.expect("one starts"), starts.1.expect("two starts")];
    assert_eq!(
        starts.iter().filter(|start| start.project_created).count(),
        1
    );
    assert_eq!(
        starts.iter().filter(|start| start.admin.is_some()).count(),
        1
    );
    let pool = database.connect().await;
    for table in ["project", "token"] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count))
            .fetch_one(&pool)
            .await
            .expect("a count");
        assert_eq!(count, 1, "{table}");
    }
}

async fn an_operator_gets_another_admin_token(database: TestDatabase) {
    let store = database.store().await;
    let (_, secret) = store
        .issue_admin_token("operator", at(0))
        .await
        .expect("a token");
    let access = store
        .authenticate(&secret, at(1))
        .await
        .expect("it answers")
        .expect("a token");
    assert!(access.server_scope().is_some());
    assert_eq!(access.name(), "operator");
}

on_both!(
    makes_a_project_and_a_token_once,
    takes_the_given_secret,
    two_nodes_make_one_of_each,
    an_operator_gets_another_admin_token,
);
