//! The roster, listed: how many there are, what programs tell of each, and what is known of all.

use serde_json::{Value, json};
use tenantry_tests::{Caller, on_each_database};

use super::learned::tell_usage;

async fn import(project: &Caller, count: usize) {
    let lines = (0..count).map(|number| {
        let plan = if number % 3 == 0 { "pro" } else { "free" };
        json!({"key": format!("t{number:04}"), "name": format!("Tenant {number}"), "weight": number,
            "attributes": {"plan": plan, "seats": number % 2}})
        .to_string()
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    let import = project.post("/tenants/import");
    import.body("application/x-ndjson", lines).await.expect(200);
}

#[tokio::test]
async fn a_list_says_how_many_there_are_of_those_that_were_asked_for() {
    on_each_database(async |server| {
        let project = server.project();
        let none = project.get("/tenants").await.ok(200);
        assert_eq!(none, json!({"items": [], "total": 0, "next_cursor": null}));
        import(&project, 1_200).await;
        let list = async |query: &str| project.get(format!("/tenants?{query}")).await.ok(200);
        for (query, total) in [
            ("", 1_200),
            ("q=TENANT%2011", 111),
            ("q=t000", 10),
            ("attribute=plan", 1_200),
            ("attribute=plan&value=pro", 400),
            ("attribute=seats&value=1&q=t000", 5),
            ("q=nobody", 0),
        ] {
            assert_eq!(list(query).await["total"], total, "{query}");
            // What is counted is what is listed.
            let (mut listed, mut cursor) = (0, String::new());
            loop {
                let page = list(&format!("{query}&limit=1000{cursor}")).await;
                listed += page["items"].as_array().map_or(0, Vec::len);
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(listed, total, "{query}");
        }
        let first = list("limit=1000&sort=-weight").await;
        assert_eq!(first["items"].as_array().map(Vec::len), Some(1_000));
        assert_eq!(
            (&first["items"][0]["key"], &first["total"]),
            (&json!("t1199"), &json!(1_200))
        );
        project
            .get("/tenants?limit=1001")
            .await
            .problem(400, "invalid_parameter");
        project
            .delete("/tenants/t0000")
            .if_match("*")
            .await
            .expect(204);
        assert_eq!(list("").await["total"], 1_199);
    })
    .await;
}

#[tokio::test]
async fn a_list_says_what_programs_tell_of_each_tenant() {
    on_each_database(async |server| {
        let project = server.project();
        let file = "key\nacme\nglobex\ninitech\n";
        let import = project.post("/tenants/import").body("text/csv", file);
        import.await.expect(200);
        tell_usage(&server).await;
        let plain = project.get("/tenants").await.ok(200);
        let items = plain["items"].as_array().expect("tenants").iter();
        assert!(items.clone().all(|it| it["usage"].is_null()), "{plain:#}");
        let list = project.get("/tenants?environment=production").await.ok(200);
        let usage = |place: usize| list["items"][place]["usage"].clone();
        assert_eq!(usage(0)["requests_per_day"], json!(90.0 / 7.0));
        assert_eq!(usage(1)["requests_per_day"], json!(1.0));
        assert_eq!(usage(2), Value::Null, "nobody has asked for it");
        let shown = project.get("/tenants/acme").await.ok(200)["usage"][0].clone();
        for field in ["first_seen", "last_seen", "requests_per_day"] {
            assert_eq!(usage(0)[field], shown[field], "{field}");
        }
        let elsewhere = project.get("/tenants?environment=staging").await.ok(200);
        assert_eq!(elsewhere["items"][0]["usage"], Value::Null);
        let nowhere = project.get("/tenants?environment=nowhere").await;
        nowhere.problem(400, "invalid_parameter");
    })
    .await;
}

#[tokio::test]
async fn the_attributes_that_tenants_have_are_listed_with_their_commonest_values() {
    on_each_database(async |server| {
        let project = server.project();
        let none = project.get("/tenant-attributes").await.ok(200);
        assert_eq!(none, json!({"items": []}));
        import(&project, 30).await;
        let new = json!({"key": "x", "attributes": {"regions": ["eu", "us"]}});
        project.post("/tenants").json(&new).await.expect(201);
        let found = project.get("/tenant-attributes").await.ok(200);
        assert_eq!(
            found["items"],
            json!([
                {"name": "plan", "type": "text", "list": false, "tenants": 30, "distinct": 2,
                    "values": [{"value": "free", "tenants": 20}, {"value": "pro", "tenants": 10}]},
                {"name": "regions", "type": "text", "list": true, "tenants": 1, "distinct": 2,
                    "values": [{"value": "eu", "tenants": 1}, {"value": "us", "tenants": 1}]},
                {"name": "seats", "type": "number", "list": false, "tenants": 30, "distinct": 2,
                    "values": [{"value": 0, "tenants": 15}, {"value": 1, "tenants": 15}]},
            ])
        );
        project.delete("/tenants/x").if_match("*").await.expect(204);
        let found = project.get("/tenant-attributes").await.ok(200);
        assert_eq!(found["items"].as_array().map(Vec::len), Some(2));
    })
    .await;
}
