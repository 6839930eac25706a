//! Texts that are no tokens.

use tenantry_tests::{ADMIN_TOKEN, Caller, on_each_database};

async fn refuse(root: &Caller, credential: &[u8], what: &str) {
    let request = root.get("/api/v1/session");
    let answer = request
        .header("authorization", [b"Bearer ", credential].concat())
        .await;
    answer.problem(401, "unauthenticated");
    assert_eq!(answer.header("www-authenticate"), "Bearer", "{what}");
}

#[tokio::test]
async fn every_deviation_is_refused_alike() {
    on_each_database(async |server| {
        let root = server.root();
        let (head, last) = ADMIN_TOKEN.split_at(ADMIN_TOKEN.len() - 1);
        let other = if last == "0" { "1" } else { "0" };
        for (what, text) in [
            ("nothing", String::new()),
            ("truncated", head.to_owned()),
            ("a wrong checksum", format!("{head}{other}")),
            ("another type", ADMIN_TOKEN.replace("_adm_", "_sdk_")),
            ("an unknown type", ADMIN_TOKEN.replace("_adm_", "_god_")),
            ("longer", format!("{ADMIN_TOKEN}0")),
            ("in capitals", ADMIN_TOKEN.to_uppercase()),
            ("twice", format!("{ADMIN_TOKEN} {ADMIN_TOKEN}")),
            ("a look-alike", ADMIN_TOKEN.replacen('T', "Τ", 1)),
            ("long", "x".repeat(16_000)),
        ] {
            refuse(&root, text.as_bytes(), what).await;
        }
        refuse(&root, b"\xff\xfe\xfd", "no text at all").await;
    })
    .await;
}

#[tokio::test]
async fn a_token_counts_in_no_other_place() {
    on_each_database(async |server| {
        let root = server.root();
        for query in ["token", "access_token", "api_key", "authorization"] {
            let refused = root
                .get(format!("/api/v1/session?{query}={ADMIN_TOKEN}"))
                .await;
            assert!(
                matches!(refused.status.as_u16(), 400 | 401),
                "{query}: {refused:#?}"
            );
        }
        for name in [
            "tenantry_session",
            "__Host-tenantry_session",
            "session",
            "token",
        ] {
            let cookie = format!("{name}={ADMIN_TOKEN}");
            let refused = root.get("/api/v1/session").header("cookie", cookie).await;
            refused.problem(401, "unauthenticated");
        }
    })
    .await;
}
