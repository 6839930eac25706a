//! `PATCH /api/v1/projects/{project}/environments/{environment}`

use serde_json::json;
use tenantry_tests::on_each_database;

#[tokio::test]
async fn only_the_name_of_an_environment_changes() {
    on_each_database(async |server| {
        let project = server.project();
        let path = "/environments/staging";
        let name = json!({"name": "Rehearsal"});
        let renamed = project.patch(path).if_match("*").json(&name).await.ok(200);
        assert_eq!(renamed["name"], "Rehearsal");
        assert_eq!(project.get(path).await.ok(200), renamed);
        let sly = json!({"name": "x", "key": "other", "revision": 1});
        let mut found = project
            .patch(path)
            .if_match("*")
            .json(&sly)
            .await
            .invalid_paths();
        found.sort();
        assert_eq!(found, ["key", "revision"]);
        let moon = project
            .patch("/environments/moon")
            .if_match("*")
            .json(&name)
            .await;
        moon.problem(404, "not_found");
    })
    .await;
}
