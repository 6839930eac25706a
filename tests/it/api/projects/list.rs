//! `GET /api/v1/projects`

use serde_json::json;
use tenantry_tests::{IssuedToken, on_each_database};

#[tokio::test]
async fn everybody_sees_the_projects_that_are_theirs() {
    on_each_database(async |server| {
        let shop = server.admin().create_project("shop").await;
        let keys = async |caller: &tenantry_tests::Caller| -> Vec<String> {
            let page = caller.get("/api/v1/projects").await.ok(200);
            let items = page["items"].as_array().expect("items").iter();
            items
                .map(|it| it["key"].as_str().expect("a key").to_owned())
                .collect()
        };
        assert_eq!(keys(&server.admin()).await, ["default", "shop"]);
        let body = json!({"type": "adm", "name": "shop's admin"});
        let admin = IssuedToken::of(&shop.post("/tokens").json(&body).await.ok(201));
        assert_eq!(
            keys(&server.root().with_token(&admin.secret)).await,
            ["shop"]
        );
    })
    .await;
}
