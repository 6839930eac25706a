//! `GET /api/v1/session`

use serde_json::{Value, json};
use tenantry_tests::on_each_database;

#[tokio::test]
async fn a_caller_learns_who_it_is() {
    on_each_database(async |server| {
        let me = server.admin().get("/api/v1/session").await.ok(200);
        assert_eq!(
            (&me["type"], &me["project"]),
            (&json!("adm"), &Value::Null),
            "{me:#}"
        );
        server
            .root()
            .get("/api/v1/session")
            .await
            .problem(401, "unauthenticated");
    })
    .await;
}
