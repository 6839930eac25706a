//! `POST /api/v1/projects/{project}/flags`

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use tenantry_tests::on_each_database;

fn date(value: &Value) -> NaiveDate {
    value.as_str().expect("a date")[..10]
        .parse()
        .expect("a date")
}

#[tokio::test]
async fn a_new_flag_is_off_everywhere_and_expires_in_90_days() {
    on_each_database(async |server| {
        let created = server
            .project()
            .post("/flags")
            .json(&json!({"key": "new-billing"}))
            .await;
        let created = created.expect(201);
        assert_eq!(
            created.header("location"),
            "/api/v1/projects/default/flags/new-billing"
        );
        let flag = created.json();
        assert_eq!(flag["key"], "new-billing");
        assert_eq!(flag["name"], "new-billing");
        assert_eq!(flag["kind"], "release");
        assert_eq!(flag["tags"], json!([]));
        assert_eq!(flag["extensions"], 0);
        assert_eq!(flag["archived_at"], Value::Null);
        assert_eq!(flag["owner"], flag["created_by"]);
        assert!(
            flag["owner"]
                .as_str()
                .is_some_and(|owner| !owner.is_empty()),
            "{flag:#}"
        );
        assert!(
            flag["salt"].as_str().is_some_and(|salt| salt.len() >= 16),
            "{flag:#}"
        );
        let in_90_days = date(&flag["created_at"]).checked_add_days(Days::new(90));
        assert_eq!(Some(date(&flag["expires_on"])), in_90_days);

        let environments = flag["environments"].as_array().expect("environments");
        let keys: Vec<_> = environments
            .iter()
            .map(|each| &each["environment"])
            .collect();
        assert_eq!(keys, ["development", "staging", "production"]);
        for environment in environments {
            assert_eq!(environment["on"], false);
            for count in ["threshold", "rules", "allow", "block", "variants"] {
                assert_eq!(environment[count], 0, "{count} in {environment:#}");
            }
        }

        let read = server.project().get("/flags/new-billing").await.expect(200);
        assert_eq!(read.json(), flag);
        assert_eq!(read.etag(), created.etag());
        assert_eq!(
            server.project().explain("new-billing", "acme").await["reason"],
            "DISABLED"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_given_is_kept() {
    on_each_database(async |server| {
        let given = json!({
            "key": "checkout.v2~beta_1", "name": "Kasse – neu", "description": "Zwei\nZeilen 🧾",
            "kind": "experiment", "owner": "ada@example.com", "tags": ["payments", "eu"],
            "expires_on": "2099-12-31", "salt": "checkout",
        });
        let flag = server.project().post("/flags").json(&given).await.ok(201);
        for (name, value) in given.as_object().expect("an object") {
            if name != "tags" {
                assert_eq!(&flag[name], value, "{name}");
            }
        }
        assert_eq!(flag["tags"], json!(["eu", "payments"]), "sorted");
    })
    .await;
}

#[tokio::test]
async fn salts_are_drawn_anew_for_each_flag() {
    on_each_database(async |server| {
        let one = server.project().create_flag("one").await;
        let two = server.project().create_flag("two").await;
        assert_ne!(one["salt"], two["salt"]);
    })
    .await;
}

#[tokio::test]
async fn permanent_kinds_need_no_expiry_and_temporary_ones_do() {
    on_each_database(async |server| {
        for kind in ["ops", "permission"] {
            let new = json!({"key": kind, "kind": kind});
            let flag = server.project().post("/flags").json(&new).await.ok(201);
            assert_eq!(flag["expires_on"], Value::Null, "{kind}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_flag_whose_day_is_past_is_debt_at_once() {
    on_each_database(async |server| {
        let past = json!({"key": "past", "expires_on": "2020-01-01"});
        let _ = server.project().post("/flags").json(&past).await.ok(201);
        let report = server.project().get("/debt").await.ok(200);
        assert_eq!(report["flags"][0]["key"], "past");
        assert_eq!(report["flags"][0]["states"], json!(["overdue"]));
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_or_given_twice_is_named() {
    on_each_database(async |server| {
        let flags = server.project().below("/flags");
        for body in ["{}", r#"{"key": "a", "key": "b"}"#] {
            let refused = flags.post("").body("application/json", body).await;
            assert_eq!(refused.invalid_paths(), ["key"], "{body}");
        }
        let refused = flags
            .post("")
            .json(&json!({"key": "a", "expires_on": "2026-13-01"}))
            .await;
        let problem = &refused.problem(422, "invalid_body")["problems"][0];
        assert_eq!(problem["path"], "expires_on");
        assert_eq!(problem["message"], "must be a date, written YYYY-MM-DD");
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_is_reported_at_once() {
    on_each_database(async |server| {
        let body = json!({
            "key": "no good", "name": "n".repeat(257), "tags": ["", "ok"], "colour": 1,
            "owner": "o".repeat(257), "salt": "s".repeat(257), "description": "d".repeat(4097),
        });
        let mut found = server
            .project()
            .post("/flags")
            .json(&body)
            .await
            .invalid_paths();
        found.sort();
        let expected = [
            "colour",
            "description",
            "key",
            "name",
            "owner",
            "salt",
            "tags[0]",
        ];
        assert_eq!(found, expected);
        assert_eq!(
            server.project().get("/flags").await.ok(200)["items"],
            json!([])
        );
    })
    .await;
}

#[tokio::test]
async fn fields_that_are_the_servers_cannot_be_set() {
    on_each_database(async |server| {
        for field in [
            "id",
            "project",
            "project_id",
            "created_by",
            "created_at",
            "updated_at",
            "archived_at",
            "extensions",
            "environments",
            "revision",
            "rev",
            "version",
            "is_admin",
        ] {
            let body = json!({"key": "sly", field: "1"});
            let refused = server.project().post("/flags").json(&body).await;
            assert_eq!(refused.invalid_paths(), [field]);
        }
        server
            .project()
            .get("/flags/sly")
            .await
            .problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn keys_keep_to_their_grammar() {
    on_each_database(async |server| {
        let long = "k".repeat(129);
        for bad in [
            "",
            ".",
            "..",
            "a/b",
            "a b",
            "%2f",
            "a%00",
            "a\u{0}b",
            "a\nb",
            "\u{202e}evil",
            "é",
            "é",
            "🚩",
            "<script>",
            "'; drop table flag; --",
            "=1+1",
            &long,
        ] {
            let refused = server
                .project()
                .post("/flags")
                .json(&json!({"key": bad}))
                .await;
            assert_eq!(refused.invalid_paths(), ["key"], "{bad:?}");
        }
        let longest = "k".repeat(128);
        for good in [
            "a",
            "0",
            "~",
            "...",
            "__proto__",
            "constructor",
            "Twin",
            "twin",
            &longest,
        ] {
            server.project().create_flag(good).await;
            let found = server.project().get(format!("/flags/{good}")).await.ok(200);
            assert_eq!(found["key"], *good);
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_is_taken_once_even_by_an_archived_flag() {
    on_each_database(async |server| {
        let project = server.project();
        project.create_flag("new-billing").await;
        let again = json!({"key": "new-billing"});
        let taken = project.post("/flags").json(&again).await;
        let taken = taken.problem(409, "already_exists");
        let detail = taken["detail"].to_string();
        assert!(
            detail.contains("new-billing") && !detail.contains("archived"),
            "{detail}"
        );
        assert_eq!(taken["problems"][0]["path"], "key");
        project
            .post("/flags/new-billing/archive")
            .json(&json!({}))
            .await
            .expect(200);
        let taken = project.post("/flags").json(&again).await;
        let detail = taken.problem(409, "already_exists")["detail"].to_string();
        assert!(detail.contains("restore"), "{detail}");
    })
    .await;
}

#[tokio::test]
async fn a_new_flag_is_a_new_revision_of_every_environment() {
    on_each_database(async |server| {
        let project = server.project();
        let mut before = Vec::new();
        for environment in ["development", "staging", "production"] {
            before.push((environment, project.revision_of(environment).await));
        }
        project.create_flag("new-billing").await;
        for (environment, revision) in before {
            assert_eq!(
                project.revision_of(environment).await,
                revision + 1,
                "{environment}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_json_is_refused() {
    on_each_database(async |server| {
        let post = |media_type: &'static str, body: String| {
            server.project().post("/flags").body(media_type, body)
        };
        let good = r#"{"key": "a"}"#.to_owned();
        for text in [
            "",
            "{",
            "nul",
            r#"{"key": "a"} x"#,
            r#"{"key": "a",}"#,
            "\u{feff}{}",
        ] {
            let refused = post("application/json", text.to_owned()).await;
            refused.problem(400, "invalid_json");
        }
        let deep = format!(
            r#"{{"key": "a", "tags": {}{}}}"#,
            "[".repeat(70),
            "]".repeat(70)
        );
        post("application/json", deep)
            .await
            .problem(400, "invalid_json");
        let huge = format!(r#"{{"key": "a", "name": "{}"}}"#, "n".repeat(3 << 20));
        let refused = post("application/json", huge).await;
        let detail = refused.problem(413, "body_too_large")["detail"].to_string();
        assert!(
            detail.contains(" bytes here"),
            "the limit is told: {detail}"
        );
        for media_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        ] {
            post(media_type, good.clone())
                .await
                .problem(415, "unsupported_media_type");
        }
        assert_eq!(
            post("application/json", "[]".to_owned())
                .await
                .invalid_paths(),
            [""]
        );
        post("application/json; charset=utf-8", good)
            .await
            .expect(201);
    })
    .await;
}
