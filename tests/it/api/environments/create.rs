//! `POST /api/v1/projects/{project}/environments`

use serde_json::json;
use tenantry_tests::{on_each_database, until};

#[tokio::test]
async fn a_new_environment_has_every_flag_off() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_targeted("a", &json!({"on": true})).await;
        let new = json!({"key": "preview", "name": "Preview"});
        let answer = project.post("/environments").json(&new).await.expect(201);
        assert_eq!(
            answer.header("location"),
            "/api/v1/projects/default/environments/preview"
        );
        assert_eq!(answer.json()["key"], "preview");
        let targeting = project
            .get("/environments/preview/flags/a/targeting")
            .await
            .ok(200);
        assert_eq!(targeting["on"], false);
        let flag = project.get("/flags/a").await.ok(200);
        assert_eq!(flag["environments"][3]["environment"], "preview");
        let path = "/environments/preview/flags/a/evaluate";
        let question = json!({"tenant": "acme"});
        let answer = until("the environment is published", async || {
            let answer = project.post(path).json(&question).await;
            (answer.status == 200).then(|| answer.json())
        })
        .await;
        assert_eq!(answer["reason"], "DISABLED");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_request_is_refused() {
    on_each_database(async |server| {
        let project = server.project();
        let bad = json!({"key": "Moon", "name": "n".repeat(257), "revision": 9});
        let mut found = project
            .post("/environments")
            .json(&bad)
            .await
            .invalid_paths();
        found.sort();
        assert_eq!(found, ["key", "name", "revision"]);
        let taken = json!({"key": "staging", "name": "Staging"});
        project
            .post("/environments")
            .json(&taken)
            .await
            .problem(409, "already_exists");
    })
    .await;
}
