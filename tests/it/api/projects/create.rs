//! `POST /api/v1/projects`

use serde_json::json;
use tenantry_tests::{IssuedToken, on_each_database};

#[tokio::test]
async fn a_new_project_has_three_environments_and_nothing_else() {
    on_each_database(async |server| {
        let new = json!({"key": "shop-2", "name": "Shop"});
        let answer = server
            .admin()
            .post("/api/v1/projects")
            .json(&new)
            .await
            .expect(201);
        assert_eq!(answer.header("location"), "/api/v1/projects/shop-2");
        let project = answer.json();
        assert_eq!(
            (&project["key"], &project["name"]),
            (&json!("shop-2"), &json!("Shop"))
        );
        let shop = server.admin().below("/api/v1/projects/shop-2");
        assert_eq!(shop.get("").await.ok(200), project);
        let environments = shop.get("/environments").await.ok(200);
        let keys: Vec<_> = environments["items"]
            .as_array()
            .expect("items")
            .iter()
            .collect();
        let keys: Vec<_> = keys.iter().map(|each| &each["key"]).collect();
        assert_eq!(keys, ["development", "staging", "production"]);
        assert_eq!(
            shop.get("/flags?state=all").await.ok(200)["items"],
            json!([])
        );
    })
    .await;
}

#[tokio::test]
async fn a_wrong_request_is_refused() {
    on_each_database(async |server| {
        let projects = server.admin().below("/api/v1/projects");
        for bad in ["", "-a", "a-", "A", "a_b", "a b", "ä", &"k".repeat(65)] {
            let refused = projects
                .post("")
                .json(&json!({"key": bad, "name": "x"}))
                .await;
            assert_eq!(refused.invalid_paths(), ["key"], "{bad:?}");
        }
        let several = json!({"key": "A", "name": "n".repeat(257), "id": 1, "owner": "me"});
        let mut found = projects.post("").json(&several).await.invalid_paths();
        found.sort();
        assert_eq!(found, ["id", "key", "name", "owner"]);
        let taken = json!({"key": "default", "name": "x"});
        projects
            .post("")
            .json(&taken)
            .await
            .problem(409, "already_exists");
    })
    .await;
}

#[tokio::test]
async fn a_projects_own_admin_makes_no_others() {
    on_each_database(async |server| {
        let body = json!({"type": "adm", "name": "project admin"});
        let admin = IssuedToken::of(&server.project().post("/tokens").json(&body).await.ok(201));
        let caller = server.root().with_token(&admin.secret);
        let new = json!({"key": "shop", "name": "Shop"});
        caller
            .post("/api/v1/projects")
            .json(&new)
            .await
            .problem(403, "forbidden");
    })
    .await;
}
