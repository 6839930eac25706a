//! `GET /api/v1/projects/{project}/environments`

use serde_json::json;
use tenantry_tests::on_each_database;

#[tokio::test]
async fn revisions_move_each_on_its_own() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        let revisions = async || -> Vec<u64> {
            let page = project.get("/environments").await.ok(200);
            let items = page["items"].as_array().expect("items").iter();
            items
                .map(|it| it["revision"].as_u64().expect("a revision"))
                .collect()
        };
        let before = revisions().await;
        project.set_targeting("a", &json!({"on": true})).await;
        let after = revisions().await;
        assert_eq!(after, [before[0], before[1], before[2] + 1]);
    })
    .await;
}
