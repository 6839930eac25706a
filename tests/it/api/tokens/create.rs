//! `POST /api/v1/projects/{project}/tokens`

use serde_json::{Value, json};
use tenantry_tests::{TimeDelta, on_each_database, until};

#[tokio::test]
async fn a_person_cannot_become_an_administrator() {
    on_each_database(async |server| {
        let project = server.project();
        let admins = project.create_token("adm").await;
        let person = project.create_token("usr").await;
        let person = project.with_token(&person.secret);
        let new = json!({"type": "adm", "name": "more than I am"});
        let refused = person
            .post("/tokens")
            .json(&new)
            .await
            .problem(403, "forbidden");
        assert!(
            refused["detail"]
                .as_str()
                .is_some_and(|it| it.contains("adm")),
            "{refused:#}"
        );
        let path = format!("/tokens/{}", admins.id);
        person
            .post(format!("{path}/rotate"))
            .await
            .problem(403, "forbidden");
        person.delete(&path).await.problem(403, "forbidden");
        let caller = server.root().with_token(&admins.secret);
        caller.get("/api/v1/session").await.expect(200);

        for token_type in ["usr", "sdk", "web", "ci"] {
            let token = person.create_token(token_type).await;
            let path = format!("/tokens/{}", token.id);
            person.post(format!("{path}/rotate")).await.expect(200);
            person.delete(&path).await.expect(204);
        }
        let admin = project.with_token(&admins.secret);
        let other = admin.create_token("adm").await;
        admin
            .delete(format!("/tokens/{}", other.id))
            .await
            .expect(204);
    })
    .await;
}

#[tokio::test]
async fn a_secret_is_shown_once_and_works() {
    on_each_database(async |server| {
        let project = server.project();
        for (token_type, environment) in [
            ("adm", None),
            ("usr", None),
            ("ci", None),
            ("sdk", Some("staging")),
            ("web", Some("staging")),
        ] {
            let mut new = json!({"type": token_type, "name": "mine"});
            if let Some(environment) = environment {
                new["environment"] = json!(environment);
            }
            let token = project.post("/tokens").json(&new).await.ok(201);
            assert_eq!(
                (&token["type"], &token["name"]),
                (&json!(token_type), &json!("mine"))
            );
            assert_eq!(token["environment"], json!(environment));
            let secret = token["secret"].as_str().expect("a secret");
            let form = format!("tnry_{token_type}_");
            let rest = secret
                .strip_prefix(&form)
                .unwrap_or_else(|| panic!("{secret} is no {form}"));
            assert!(
                rest.len() == 36 && rest.bytes().all(|it| it.is_ascii_alphanumeric()),
                "{secret}"
            );

            let me = server
                .root()
                .with_token(secret)
                .get("/api/v1/session")
                .await
                .ok(200);
            assert_eq!(
                (&me["type"], &me["name"]),
                (&json!(token_type), &json!("mine")),
                "{me:#}"
            );
            assert_eq!(
                (&me["project"], &me["environment"]),
                (&json!("default"), &json!(environment))
            );
            let list = project.get("/tokens").await.expect(200);
            assert!(!list.text.contains(rest), "the secret is not shown again");
        }
        let audit = project.get("/audit").await.expect(200);
        assert!(
            !audit.text.contains("tnry_"),
            "no secret is in the audit log"
        );
    })
    .await;
}

#[tokio::test]
async fn the_key_may_be_sent_in_either_header() {
    on_each_database(async |server| {
        let token = server.project().create_token("ci").await;
        let session = server.root().get("/api/v1/session");
        session.header("x-api-key", &token.secret).await.expect(200);
        for header in [
            token.secret.clone(),
            format!("Basic {}", token.secret),
            "Bearer".to_owned(),
        ] {
            let refused = server
                .root()
                .get("/api/v1/session")
                .header("authorization", &header)
                .await;
            refused.problem(401, "unauthenticated");
        }
        let lower = server.root().get("/api/v1/session");
        lower
            .header("authorization", format!("bearer {}", token.secret))
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_is_reported_at_once() {
    on_each_database(async |server| {
        let tokens = server.project().below("/tokens");
        for (body, expected) in [
            (json!({"type": "sdk", "name": "x"}), vec!["environment"]),
            (
                json!({"type": "sdk", "name": "x", "environment": "moon"}),
                vec!["environment"],
            ),
            (
                json!({"type": "adm", "name": "x", "environment": "staging"}),
                vec!["environment"],
            ),
            (json!({"type": "ci", "name": ""}), vec!["name"]),
            (
                json!({"type": "ci", "name": "n".repeat(129), "secret": "s"}),
                vec!["name", "secret"],
            ),
            (
                json!({"type": "ci", "name": "x", "expires_at": "2020-01-01T00:00:00Z"}),
                vec!["expires_at"],
            ),
            (
                json!({"type": "ci", "name": "x", "expires_at": "tomorrow"}),
                vec!["expires_at"],
            ),
            (json!({"type": "root", "name": "x"}), vec!["type"]),
        ] {
            let mut found = tokens.post("").json(&body).await.invalid_paths();
            found.sort();
            assert_eq!(found, expected, "{body}");
        }
        assert_eq!(tokens.get("").await.ok(200)["items"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_token_ends_when_it_expires() {
    on_each_database(async |server| {
        let expires_at = (server.now() + TimeDelta::hours(1)).to_rfc3339();
        let new = json!({"type": "ci", "name": "short", "expires_at": expires_at});
        let token = server.project().post("/tokens").json(&new).await.ok(201);
        let caller = server
            .root()
            .with_token(token["secret"].as_str().expect("a secret"));
        server.travel(TimeDelta::minutes(59));
        caller.get("/api/v1/session").await.expect(200);
        server.travel(TimeDelta::minutes(2));
        until("the token has expired", async || {
            let answer = caller.get("/api/v1/session").await;
            (answer.status == 401).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn only_writers_make_tokens() {
    on_each_database(async |server| {
        for token_type in ["ci", "sdk", "web"] {
            let token = server.project().create_token(token_type).await;
            let caller = server.project().with_token(&token.secret);
            let new = json!({"type": "adm", "name": "more"});
            caller
                .post("/tokens")
                .json(&new)
                .await
                .problem(403, "forbidden");
        }
        let tokens = server.project().get("/tokens").await.ok(200);
        let types: Vec<&Value> = tokens["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|it| &it["type"])
            .collect();
        assert!(!types.contains(&&json!("adm")), "{types:?}");
    })
    .await;
}
