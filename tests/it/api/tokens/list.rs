//! `GET /api/v1/projects/{project}/tokens`

use serde_json::Value;
use tenantry_tests::on_each_database;

#[tokio::test]
async fn tokens_are_listed_newest_first_with_their_use() {
    on_each_database(async |server| {
        let project = server.project();
        let (first, second) = (
            project.create_token("ci").await,
            project.create_token("sdk").await,
        );
        server
            .root()
            .with_token(&first.secret)
            .get("/api/v1/session")
            .await
            .expect(200);
        let page = project.get("/tokens").await.ok(200);
        let items = page["items"].as_array().expect("items");
        assert_eq!(
            items.len(),
            2,
            "the server's own admin is not the project's: {page:#}"
        );
        assert_eq!(
            (&items[0]["id"], &items[1]["id"]),
            (&second.id.into(), &first.id.into())
        );
        assert_ne!(items[1]["last_used_at"], Value::Null);
        assert_eq!(items[0]["last_used_at"], Value::Null);
        for item in items {
            assert!(
                item["created_at"].is_string() && item["created_by"].is_string(),
                "{item:#}"
            );
            assert!(item.get("secret").is_none_or(Value::is_null), "{item:#}");
        }
    })
    .await;
}
