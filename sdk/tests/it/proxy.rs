//! HTTP proxies: through them, past them, and what they may do wrong.
//!
//! Which one the environment names is a table inside the crate; here is what is said to it.

use std::time::Duration;

use tenantry::{BuildError, Client, InvalidProxy, Source};

use crate::peer::Peer;
use crate::relay::{Proxy, Relay, Spoken};
use crate::{TOKEN, at_revision, logs, within};

/// A server whose name only the proxy knows.
const URL: &str = "http://flags.invalid:8080";

async fn proxy(peer: &Peer, proxy: Proxy) -> Relay {
    let spoken = Spoken {
        #[cfg(feature = "tls")]
        tls: None,
        proxy: Some(proxy),
    };
    Relay::to(peer.address(), spoken).await
}

#[tokio::test]
async fn a_stream_goes_through_a_proxy_and_comes_back_through_it() {
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let relay = proxy(&peer, Proxy::Open).await;
    let builder = Client::builder(URL, TOKEN).proxy(format!("http://{}", relay.address));
    let client = builder.build().await.expect("a client");
    within(client.connected()).await;
    assert!(client.is_enabled("new-billing", "acme"));
    let requests = relay.requests();
    assert!(
        requests[0]
            .starts_with("CONNECT flags.invalid:8080 HTTP/1.1\r\nHost: flags.invalid:8080\r\n"),
        "{requests:?}"
    );
    // The token is the server's, not the proxy's.
    assert!(!requests[0].contains(TOKEN) && !requests[0].contains("Authorization"));
    assert_eq!(
        peer.seen().handshakes[0].headers["Host"],
        "flags.invalid:8080"
    );

    peer.break_connections();
    peer.put_flag("new-billing", 0);
    at_revision(&client, 2).await;
    assert_eq!(relay.requests().len(), 2);
}

#[tokio::test]
async fn a_proxy_may_want_a_user_and_a_password() {
    logs::collect();
    let peer = Peer::start().await;
    for (credentials, is_right) in [("me:p%40ss@", true), ("me:guess@", false), ("", false)] {
        // "me:p@ss"
        let relay = proxy(&peer, Proxy::Closed("Basic bWU6cEBzcw==")).await;
        let client = Client::builder(URL, TOKEN)
            .proxy(format!("http://{credentials}{}", relay.address))
            .timeout(Duration::ZERO)
            .build()
            .await
            .expect("a client");
        if is_right {
            within(client.connected()).await;
            continue;
        }
        let line = logged(
            &format!("through http://{}", relay.address),
            "not connected",
        )
        .await;
        assert!(
            line.contains("there is no way through the proxy: the proxy answered 407"),
            "{line}"
        );
        assert_eq!(client.status().source, Source::None);
    }
    for secret in ["p%40ss", "p@ss", "guess", "bWU6"] {
        let lines = logs::lines_with(secret);
        assert!(lines.is_empty(), "{lines:#?}");
    }
}

/// The first line that holds both.
async fn logged(one: &str, other: &str) -> String {
    let found = async {
        loop {
            let lines = logs::lines_with(one);
            if let Some(line) = lines.into_iter().find(|line| line.contains(other)) {
                return line;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    within(found).await
}

#[tokio::test]
async fn a_broken_proxy_is_named_in_the_log_and_the_answers_stay() {
    logs::collect();
    let folder = tempfile::tempdir().expect("a folder");
    let bootstrap = folder.path().join("flags.json");
    std::fs::write(
        &bootstrap,
        r#"{"items":[{"flag":{"key":"new-billing","salt":"s","targeting":{"on":true,"allow":["acme"]}}}]}"#,
    )
    .expect("a file");
    let peer = Peer::start().await;
    for (answer, problem) in [
        (
            "HTTP/1.1 502 Bad Gateway\r\n\r\n",
            "the proxy answered 502 Bad Gateway",
        ),
        ("SSH-2.0-OpenSSH_9.6\r\n", "its answer is no HTTP"),
        (
            "",
            "the connection to the proxy failed: unexpected end of file",
        ),
        (
            "HTTP/1.1 200 OK\r\n\r\nWelcome",
            "the proxy spoke before the server did",
        ),
    ] {
        let relay = proxy(&peer, Proxy::Broken(answer)).await;
        let client = Client::builder(URL, TOKEN)
            .proxy(relay.address.to_string())
            .bootstrap(&bootstrap)
            .build()
            .await
            .expect("a client");
        let line = logged(&relay.address.to_string(), "not connected").await;
        assert!(line.contains(problem), "{line}");
        assert!(client.is_enabled("new-billing", "acme"));
        assert!(!client.status().connected);
    }
    assert!(peer.seen().handshakes.is_empty());
}

#[tokio::test]
async fn a_proxy_can_be_left_out_and_must_be_one() {
    let peer = Peer::start().await;
    let builder = Client::builder(peer.url(), TOKEN).no_proxy();
    let client = builder.build().await.expect("a client");
    within(client.connected()).await;
    for (url, expected) in [
        ("socks5://127.0.0.1:1080", InvalidProxy::Scheme),
        ("http://", InvalidProxy::NotAUrl),
    ] {
        match Client::builder(peer.url(), TOKEN).proxy(url).build().await {
            Err(BuildError::Proxy(problem)) => assert_eq!(problem, expected, "{url}"),
            other => panic!("{url}: {other:?}"),
        }
    }
}
