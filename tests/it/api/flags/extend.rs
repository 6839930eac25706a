//! `POST /api/v1/projects/{project}/flags/{flag}/extend`

use serde_json::json;
use tenantry_tests::on_each_database;

#[tokio::test]
async fn an_extension_is_counted_and_says_why() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("a").await;
        for (count, date) in [(1, "2099-01-01"), (2, "2099-06-01")] {
            let body = json!({"expires_on": date, "reason": "customers ask for more time"});
            let flag = project.post("/flags/a/extend").json(&body).await.ok(200);
            assert_eq!(flag["expires_on"], date);
            assert_eq!(flag["extensions"], count);
        }
        let entries = project.get("/audit?action=flag.extend").await.ok(200);
        assert_eq!(entries["items"].as_array().map(Vec::len), Some(2));
        assert_eq!(entries["items"][0]["reason"], "customers ask for more time");
    })
    .await;
}

#[tokio::test]
async fn an_extension_needs_a_reason_and_a_later_day() {
    on_each_database(async |server| {
        let project = server.project();
        let new = json!({"key": "a", "expires_on": "2099-01-02"});
        project.post("/flags").json(&new).await.expect(201);
        for (body, path) in [
            (json!({"expires_on": "2099-02-01", "reason": ""}), "reason"),
            (
                json!({"expires_on": "2099-02-01", "reason": "  "}),
                "reason",
            ),
            (
                json!({"expires_on": "2099-01-02", "reason": "why"}),
                "expires_on",
            ),
            (
                json!({"expires_on": "2099-01-01", "reason": "why"}),
                "expires_on",
            ),
            (json!({"expires_on": "soon", "reason": "why"}), "expires_on"),
            (
                json!({"expires_on": "2099-02-30", "reason": "why"}),
                "expires_on",
            ),
        ] {
            let refused = project.post("/flags/a/extend").json(&body).await;
            assert_eq!(refused.invalid_paths(), [path], "{body}");
        }
        let missing = project
            .post("/flags/a/extend")
            .json(&json!({"expires_on": "2099-02-01"}))
            .await;
        assert!(
            missing
                .problem(422, "invalid_body")
                .to_string()
                .contains("reason")
        );
        let flag = project.get("/flags/a").await.ok(200);
        assert_eq!(
            (&flag["expires_on"], &flag["extensions"]),
            (&json!("2099-01-02"), &json!(0))
        );
    })
    .await;
}

#[tokio::test]
async fn only_a_flag_in_use_can_be_extended() {
    on_each_database(async |server| {
        let project = server.project();
        let body = json!({"expires_on": "2099-02-01", "reason": "why"});
        project
            .post("/flags/a/extend")
            .json(&body)
            .await
            .problem(404, "not_found");
        project.create_flag("a").await;
        project
            .post("/flags/a/archive")
            .json(&json!({}))
            .await
            .expect(200);
        project
            .post("/flags/a/extend")
            .json(&body)
            .await
            .problem(409, "flag_archived");
    })
    .await;
}
