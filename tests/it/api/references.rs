//! Code references: what builds tell of where code asks for flags.

use serde_json::{Value, json};
use tenantry_tests::{Caller, TimeDelta, on_each_database};

/// A scan of a repository that asks for these flags, a line each.
fn scan(repository: &str, commit: &str, flags: &[&str]) -> Value {
    let place = |(line, flag): (usize, &&str)| {
        json!({
            "flag": flag, "path": "src/invoice.rs", "line": line + 1, "column": 8,
            "language": "rust", "via": "direct", "call": "is_enabled",
        })
    };
    let places: Vec<Value> = flags.iter().enumerate().map(place).collect();
    json!({"repository": repository, "commit": commit, "branch": "main", "references": places})
}

async fn upload(project: &Caller, scan: &Value) -> Value {
    project.put("/references").json(scan).await.ok(200)
}

#[tokio::test]
async fn a_scan_replaces_the_one_before_and_tells_what_went() {
    on_each_database(async |server| {
        let project = server.project();
        let token = project.create_token("ci").await;
        let ci = project.with_token(&token.secret);
        let first = upload(&ci, &scan("shop/api", "c1", &["a", "a", "b"])).await;
        assert_eq!(
            (&first["references"], &first["appeared"]),
            (&json!(3), &json!(["a", "b"]))
        );
        upload(&ci, &scan("shop/web", "w1", &["a"])).await;
        let of_a = project.get("/flags/a/references").await.ok(200);
        assert_eq!(of_a["references"], 3);
        assert_eq!(
            (&of_a["items"][0]["repository"], &of_a["items"][1]["line"]),
            (&json!("shop/api"), &json!(2))
        );

        server.travel(TimeDelta::days(1));
        let second = upload(&ci, &scan("shop/api", "c2", &["b", "c"])).await;
        assert_eq!(
            (&second["appeared"], &second["gone"]),
            (&json!(["c"]), &json!(["a"]))
        );
        let of_a = project.get("/flags/a/references").await.ok(200);
        assert_eq!(of_a["references"], 1, "shop/web still asks");
        let api = &of_a["repositories"][0];
        assert_eq!(
            (&api["first_commit"], &api["gone_commit"]),
            (&json!("c1"), &json!("c2"))
        );
        let again = upload(&ci, &scan("shop/api", "c3", &["a"])).await;
        assert_eq!(again["appeared"], json!(["a"]));
        let of_a = project.get("/flags/a/references").await.ok(200);
        assert_eq!(of_a["repositories"][0]["gone_commit"], Value::Null);

        let scans = project.get("/references").await.ok(200);
        let api = &scans["items"][0];
        assert_eq!(
            (&api["commit"], &api["references"]),
            (&json!("c3"), &json!(1))
        );
        project
            .delete("/references?repository=shop/api")
            .await
            .expect(204);
        project
            .delete("/references?repository=shop/api")
            .await
            .expect(404);
        assert_eq!(
            project.get("/flags/a/references").await.ok(200)["references"],
            1
        );
    })
    .await;
}

#[tokio::test]
async fn places_weigh_on_debt_and_unknown_keys_are_told() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("late").await;
        upload(
            &project,
            &scan("shop/api", "c1", &["late", "late", "ghost"]),
        )
        .await;
        server.travel(TimeDelta::days(100));
        let report = project.get("/debt").await.ok(200);
        let [ghost, late] = report["flags"].as_array().expect("flags").as_slice() else {
            panic!("not two: {report:#}");
        };
        assert_eq!(
            (&ghost["key"], &ghost["states"]),
            (&json!("ghost"), &json!(["unknown"]))
        );
        assert_eq!(
            ghost["explanation"],
            "There is no such flag, and code asks for it at 1 place: callers get their default. \
            Take it out of the code, or create it."
        );
        assert_eq!(
            (&late["references"], &late["debt"]),
            (&json!(2), &json!(10 * 3))
        );
    })
    .await;
}

#[tokio::test]
async fn a_scan_that_is_wrong_is_refused_whole() {
    on_each_database(async |server| {
        let project = server.project();
        let mut wrong = scan("", "c1", &["a", "not a key"]);
        wrong["references"][0]["path"] = json!("");
        let refused = project.put("/references").json(&wrong).await;
        assert_eq!(
            refused.invalid_paths(),
            ["repository", "references[0].path", "references[1].flag"]
        );
        assert_eq!(project.get("/references").await.ok(200)["items"], json!([]));
    })
    .await;
}
