//! Who may listen: decided before the server switches protocols.

use tenantry_tests::{ADMIN_TOKEN, RawStream, TestServer, on_each_database};

/// The status of a refused handshake.
async fn refusal(server: &TestServer, query: &str, headers: &[(&str, &str)]) -> u16 {
    match RawStream::handshake(&server.address(), query, headers).await {
        Ok(stream) => panic!("{query} {headers:?} was let in: {stream:?}"),
        Err(refused) => refused.status.as_u16(),
    }
}

#[tokio::test]
async fn nobody_listens_without_a_credential() {
    on_each_database(async |server| {
        assert_eq!(refusal(&server, "", &[]).await, 401);
        assert_eq!(
            refusal(&server, "", &[("authorization", "Bearer nonsense")]).await,
            401
        );
        let query = format!("?token={ADMIN_TOKEN}&environment=production");
        assert!(
            matches!(refusal(&server, &query, &[]).await, 400 | 401),
            "not in the query"
        );
        let query = format!("?access_token={ADMIN_TOKEN}");
        assert!(
            matches!(refusal(&server, &query, &[]).await, 400 | 401),
            "not in the query"
        );
    })
    .await;
}

#[tokio::test]
async fn programs_listen_to_their_own_environment() {
    on_each_database(async |server| {
        let sdk = server.project().create_token("sdk").await;
        let mut stream = RawStream::connect(&server.address(), &sdk.secret)
            .await
            .expect("let in");
        assert_eq!(stream.subprotocol.as_deref(), Some("tenantry.v1"));
        stream.hello(0, tenantry_tests::ZERO).await;
        stream.frame().await;
        for token_type in ["web", "ci"] {
            let token = server.project().create_token(token_type).await;
            let credential = format!("Bearer {}", token.secret);
            assert_eq!(
                refusal(&server, "", &[("authorization", &credential)]).await,
                403
            );
        }
    })
    .await;
}

#[tokio::test]
async fn admins_name_an_environment_of_theirs() {
    on_each_database(async |server| {
        let admin = format!("Bearer {ADMIN_TOKEN}");
        let headers = [("authorization", admin.as_str())];
        for query in [
            "?environment=staging",
            "?project=default&environment=production",
        ] {
            let stream = RawStream::handshake(&server.address(), query, &headers).await;
            stream.unwrap_or_else(|refused| panic!("{query}: {refused:?}"));
        }
        for (query, status) in [
            ("", 400),
            ("?project=default", 400),
            ("?environment=moon", 404),
            ("?project=nowhere&environment=production", 404),
            ("?environment=production&colour=1", 400),
        ] {
            assert_eq!(refusal(&server, query, &headers).await, status, "{query:?}");
        }
        let theirs = server.admin().create_project("theirs").await;
        let stranger = format!("Bearer {}", theirs.create_token("adm").await.secret);
        let query = "?project=default&environment=production";
        assert_eq!(
            refusal(&server, query, &[("authorization", &stranger)]).await,
            404
        );
    })
    .await;
}

#[tokio::test]
async fn pages_of_other_sites_are_refused_whatever_they_hold() {
    on_each_database(async |server| {
        let sdk = server.project().create_token("sdk").await;
        let credential = format!("Bearer {}", sdk.secret);
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
            let headers = [("authorization", credential.as_str()), ("origin", origin)];
            assert_eq!(refusal(&server, "", &headers).await, 403, "{origin}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_handshake_is_told_so() {
    on_each_database(async |server| {
        let sdk = server.project().create_token("sdk").await;
        let answer = server
            .root()
            .with_token(&sdk.secret)
            .get("/api/v1/stream")
            .await;
        answer.problem(426, "upgrade_required");
    })
    .await;
}

#[tokio::test]
async fn a_stream_is_opened_in_a_common_protocol_or_not_at_all() {
    on_each_database(async |server| {
        let sdk = server.project().create_token("sdk").await;
        let credential = format!("Bearer {}", sdk.secret);
        for (offered, is_let_in) in [
            ("tenantry.v1", true),
            ("tenantry.v9, tenantry.v1", true),
            ("tenantry.v9", false),
            ("", false),
        ] {
            let headers = [
                ("authorization", credential.as_str()),
                ("sec-websocket-protocol", offered),
            ];
            let outcome = RawStream::handshake(&server.address(), "", &headers).await;
            let status = outcome
                .as_ref()
                .err()
                .map(|refused| refused.status.as_u16());
            assert_eq!(
                status,
                (!is_let_in).then_some(400),
                "{offered:?}: {outcome:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_bound_token_listens_to_nothing_else() {
    on_each_database(async |server| {
        let sdk = server.project().create_token("sdk").await;
        let credential = format!("Bearer {}", sdk.secret);
        let headers = [("authorization", credential.as_str())];
        let own = "?project=default&environment=production";
        let stream = RawStream::handshake(&server.address(), own, &headers).await;
        stream.expect("its own environment may be named");
        for other in ["?environment=staging", "?project=other"] {
            assert_eq!(refusal(&server, other, &headers).await, 400, "{other}");
        }
    })
    .await;
}

#[tokio::test]
async fn compression_is_declined() {
    on_each_database(async |server| {
        let sdk = server.project().create_token("sdk").await;
        let credential = format!("Bearer {}", sdk.secret);
        let headers = [
            ("authorization", credential.as_str()),
            (
                "sec-websocket-extensions",
                "permessage-deflate; client_max_window_bits",
            ),
        ];
        let stream = RawStream::handshake(&server.address(), "", &headers).await;
        let mut stream = stream.expect("let in");
        stream.hello(0, tenantry_tests::ZERO).await;
        stream.frame().await;
    })
    .await;
}
