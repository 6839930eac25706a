//! Importing tenants.

use std::fmt::Write as _;

use serde_json::json;
use tenantry_tests::{Caller, on_each_database, on_each_database_with};

const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv";

async fn import(project: &Caller, media_type: &str, file: &str) -> tenantry_tests::Answer {
    let request = project.post("/tenants/import");
    request.body(media_type, file.to_owned()).await
}

#[tokio::test]
async fn a_file_is_taken_and_taken_again() {
    on_each_database(async |server| {
        let project = server.project();
        let csv = "key,name,weight,attributes.plan,attributes.seats:number\n\
            acme,\"Acme, Inc.\",1200,pro,250\nglobex,,,free,\n";
        let done = import(&project, CSV, csv).await.ok(200);
        assert_eq!(done, json!({"added": 2, "changed": 0, "unchanged": 0}));
        let acme = project.get("/tenants/acme").await.ok(200);
        assert_eq!(acme["attributes"], json!({"plan": "pro", "seats": 250}));
        let again = import(&project, CSV, csv).await.ok(200);
        assert_eq!(again, json!({"added": 0, "changed": 0, "unchanged": 2}));

        let ndjson = "{\"key\": \"acme\", \"attributes\": {\"seats\": null}}\n\
            {\"key\": \"initech\"}\n";
        let done = import(&project, NDJSON, ndjson).await.ok(200);
        assert_eq!(done, json!({"added": 1, "changed": 1, "unchanged": 0}));
        let acme = project.get("/tenants/acme").await.ok(200);
        assert_eq!(acme["attributes"], json!({"plan": "pro"}));
        assert_eq!(
            acme["name"], "Acme, Inc.",
            "what a line does not name stays"
        );

        let audit = project.get("/audit?limit=2").await.ok(200);
        let entry = &audit["items"][0];
        assert_eq!(entry["action"], "tenants.import");
        assert_eq!(entry["target"], "tenants");
        let counts = &entry["changes"][0]["after"];
        assert_eq!(counts, &json!({"added": 1, "changed": 1}), "{entry}");
    })
    .await;
}

#[tokio::test]
async fn a_file_with_a_wrong_line_is_refused_whole() {
    on_each_database(async |server| {
        let project = server.project();
        let csv = "key,weight\nacme,1\n,2\nglobex,x\n";
        let refused = import(&project, CSV, csv).await;
        assert_eq!(refused.invalid_paths(), ["lines[3].key", "lines[4].weight"]);
        let mut ndjson = String::new();
        for number in 0..1_100 {
            writeln!(ndjson, "{{\"key\": \"t{number}\", \"weight\": \"x\"}}").expect("a line");
        }
        let refused = import(&project, NDJSON, &ndjson).await;
        let problems = refused.problem(422, "invalid_body");
        let problems = problems["problems"].as_array().expect("problems");
        assert_eq!(problems.len(), 1_001);
        assert_eq!(problems[999]["path"], "lines[1000].weight");
        assert_eq!(
            problems[1_000]["message"],
            "100 further problems are not listed"
        );
        let list = project.get("/tenants").await.ok(200);
        assert_eq!(list["items"], json!([]));
        import(&project, "application/json", "{}")
            .await
            .problem(415, "unsupported_media_type");
    })
    .await;
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_refused() {
    on_each_database_with(
        |config| config.limits.max_import_body_bytes = 1_000,
        async |server| {
            let project = server.project();
            let line = format!("{{\"key\": \"acme\", \"name\": \"{}\"}}\n", "x".repeat(200));
            import(&project, NDJSON, &line).await.expect(200);
            let too_long = " ".repeat(800) + &line;
            import(&project, NDJSON, &too_long)
                .await
                .problem(413, "body_too_large");
        },
    )
    .await;
}

/// More than one statement takes. The benchmark of previews imports a hundred thousand.
#[tokio::test]
async fn thousands_of_tenants_are_one_call() {
    on_each_database(async |server| {
        let project = server.project();
        let mut file = String::new();
        for number in 0..20_000 {
            writeln!(
                file,
                "{{\"key\":\"tenant-{number}\",\"name\":\"Tenant {number}\",\"weight\":{number},\
                 \"attributes\":{{\"plan\":\"plan-{}\",\"seats\":{number}}}}}",
                number % 4
            )
            .expect("a line");
        }
        let done = import(&project, NDJSON, &file).await.ok(200);
        assert_eq!(done, json!({"added": 20_000, "changed": 0, "unchanged": 0}));
        let list = project.get("/tenants?sort=-weight&limit=1").await.ok(200);
        assert_eq!(list["items"][0]["key"], "tenant-19999");
    })
    .await;
}
