//! Tenants of the roster, one by one.

use serde_json::json;
use tenantry_tests::on_each_database;

#[tokio::test]
async fn a_tenant_is_created_read_changed_and_deleted() {
    on_each_database(async |server| {
        let project = server.project();
        let revision = project.revision_of("production").await;
        let new = json!({"key": "Müller & Söhne/2", "name": "Müller", "attributes":
            {"plan": "pro", "seats": 250, "beta": false, "regions": ["eu"]}});
        let created = project.post("/tenants").json(&new).await.expect(201);
        let location = created.header("location").to_owned();
        let address = location
            .strip_prefix("/api/v1/projects/default")
            .expect("below the project");
        assert_eq!(created.json()["weight"], 1);
        project
            .post("/tenants")
            .json(&new)
            .await
            .problem(409, "already_exists");
        let shown = project.get(address).await.expect(200);
        let mut with_usage = created.json();
        with_usage["usage"] = json!([]);
        assert_eq!(shown.json(), with_usage);
        assert_eq!(shown.etag(), created.etag());

        let patch = json!({"weight": 1200, "attributes": {"beta": null, "plan": "free"}});
        project
            .patch(address)
            .json(&patch)
            .await
            .problem(428, "precondition_required");
        let patched = project
            .patch(address)
            .if_match(&shown.etag())
            .json(&patch)
            .await
            .expect(200);
        let wanted = json!({"plan": "free", "seats": 250, "regions": ["eu"]});
        assert_eq!(patched.json()["attributes"], wanted);
        assert_eq!(patched.json()["name"], "Müller");
        project
            .delete(address)
            .if_match(&shown.etag())
            .await
            .problem(412, "precondition_failed");

        let whole = json!({"attributes": {"plan": "team"}});
        let put = project.put(address).if_match("*").json(&whole).await;
        let put = put.ok(200);
        assert_eq!(
            (&put["name"], &put["weight"], &put["attributes"]),
            (
                &json!("Müller & Söhne/2"),
                &json!(1),
                &json!({"plan": "team"})
            )
        );
        project.delete(address).if_match("*").await.expect(204);
        project.get(address).await.problem(404, "not_found");
        let actions: Vec<_> = project.get("/audit?limit=4").await.ok(200)["items"]
            .as_array()
            .expect("entries")
            .iter()
            .map(|entry| entry["action"].as_str().expect("an action").to_owned())
            .collect();
        assert_eq!(
            actions,
            [
                "tenant.delete",
                "tenant.update",
                "tenant.update",
                "tenant.create"
            ]
        );
        assert_eq!(project.revision_of("production").await, revision);
    })
    .await;
}

#[tokio::test]
async fn the_roster_is_searched_and_paged() {
    on_each_database(async |server| {
        let project = server.project();
        for number in 0..5_u32 {
            let plan = if number % 2 == 0 { "pro" } else { "free" };
            let new = json!({"key": format!("t{number}"), "weight": number,
                "attributes": {"plan": plan}});
            project.post("/tenants").json(&new).await.expect(201);
        }
        let keys = async |query: &str| {
            let list = project.get(format!("/tenants{query}")).await.ok(200);
            let items = list["items"].as_array().expect("items").iter();
            let keys = items.map(|it| it["key"].as_str().expect("a key").to_owned());
            (keys.collect::<Vec<_>>(), list["next_cursor"].clone())
        };
        let (page, cursor) = keys("?attribute=plan&value=pro&sort=-weight&limit=2").await;
        assert_eq!(page, ["t4", "t2"]);
        let cursor = cursor.as_str().expect("a cursor").to_owned();
        let query = format!("?attribute=plan&value=pro&sort=-weight&limit=2&cursor={cursor}");
        let (page, cursor) = keys(&query).await;
        assert_eq!((page, cursor), (vec!["t0".to_owned()], json!(null)));
        assert_eq!(keys("?q=T3").await.0, ["t3"]);
        for query in ["?value=pro", "?limit=0", "?plan=pro", "?cursor=00"] {
            let refused = project.get(format!("/tenants{query}")).await;
            refused.problem(400, "invalid_parameter");
        }
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_is_reported_at_once() {
    on_each_database(async |server| {
        let project = server.project();
        let body = json!({"key": "a\0b", "name": "", "weight": 2_000_000_000_000_u64, "plan": "x",
            "attributes": {"a": null, "b": [1], "c": {"d": 1}}});
        let mut found = project.post("/tenants").json(&body).await.invalid_paths();
        found.sort();
        // A null attribute is one that is not there.
        assert_eq!(
            found,
            [
                "attributes.b[0]",
                "attributes.c",
                "key",
                "name",
                "plan",
                "weight"
            ]
        );
        for key in [".", "..", ""] {
            let refused = project.post("/tenants").json(&json!({"key": key})).await;
            assert_eq!(refused.invalid_paths(), ["key"], "{key}");
        }
    })
    .await;
}
