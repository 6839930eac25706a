//! Secrets are nowhere but where they were handed out.
//!
//! **Invariants**
//! - Everything that a server leaves behind is searched: its log at its most talkative, its data
//!   directory with the database, its metrics and its audit log.

use std::path::Path;

use serde_json::json;
use tenantry_protocol::Replica;
use tenantry_tests::{ADMIN_TOKEN, Follower, ServerProcess};

/// The files below a folder, with what they hold.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry"));
    let read = |entry: std::fs::DirEntry| {
        let path = entry.path();
        if path.is_dir() {
            return files(&path);
        }
        vec![(
            path.display().to_string(),
            std::fs::read(&path).expect("a file"),
        )]
    };
    entries.flat_map(read).collect()
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|window| window == secret.as_bytes())
}

#[tokio::test]
async fn no_secret_is_left_behind() {
    let mut server = ServerProcess::with_log("trace,hyper=info,sqlx=trace").await;
    let project = server.project();
    let root = server.admin().without_token();
    let mut secrets = vec![ADMIN_TOKEN.to_owned()];
    for token_type in ["adm", "usr", "ci", "sdk", "web"] {
        secrets.push(project.create_token(token_type).await.secret);
    }
    let old = project.create_token("sdk").await;
    let rotate = format!("/tokens/{}/rotate", old.id);
    let new = project
        .post(&rotate)
        .json(&json!({"overlap_seconds": 60}))
        .await
        .ok(200);
    secrets.push(old.secret.clone());
    secrets.push(new["secret"].as_str().expect("a secret").to_owned());

    project.create_targeted("a", &json!({"on": true})).await;
    let newest = project.revision_of("production").await;
    let follower = Follower::connect(&server.address(), &old.secret, Replica::default()).await;
    follower.expect("let in").follow_to(newest).await;
    let opened = root
        .post("/api/v1/session")
        .json(&json!({"token": ADMIN_TOKEN}))
        .await;
    let cookie = opened
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie");
    root.get("/api/v1/session")
        .header("cookie", cookie)
        .await
        .expect(200);
    secrets.push(cookie.split_once('=').expect("name and value").1.to_owned());
    // A token that is nearly right, and one where none belongs.
    let (all_but_last, last) = old.secret.split_at(old.secret.len() - 1);
    let mistyped = format!("{all_but_last}{}", if last == "x" { "y" } else { "x" });
    root.with_token(&mistyped)
        .get("/api/v1/session")
        .await
        .expect(401);
    secrets.push(mistyped);
    root.get(format!("/api/v1/session?token={ADMIN_TOKEN}"))
        .await;
    let metrics = root.get("/metrics").await.expect(200).text;
    let audit = project.get("/audit?limit=200").await.expect(200).text;
    server.stop().await;

    let log = server.log();
    assert!(
        log.contains("TRACE") && log.len() > 10_000,
        "the log says much"
    );
    let mut places = files(&server.data_dir());
    assert!(!places.is_empty(), "the database is a file");
    for (place, text) in [
        ("the log", log),
        ("the metrics", metrics),
        ("the audit log", audit),
    ] {
        places.push((place.to_owned(), text.into_bytes()));
    }
    for secret in &secrets {
        for (place, bytes) in &places {
            assert!(!holds(bytes, secret), "{secret} is in {place}");
        }
    }
}
