//! The start: with a server, without, with files, and with what the caller got wrong.

use std::time::Duration;

use tenantry::{BuildError, Client, Context, Reason, Source};
use tokio::time::Instant;

use crate::peer::Peer;
use crate::{TOKEN, at_revision, builder, connected, logs, within};

#[tokio::test]
async fn a_client_says_who_it_is_and_has_the_servers_flags_when_it_is_built() {
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let client = builder(&peer).build().await.expect("a client");
    assert!(client.is_enabled("new-billing", "acme"));
    assert_eq!(client.status().source, Source::Stream);

    let seen = peer.seen();
    let handshake = &seen.handshakes[0];
    assert_eq!(handshake.target, "/api/v1/stream");
    let header = |name: &str| handshake.headers[name].to_str().expect("text");
    assert_eq!(header("Authorization"), format!("Bearer {TOKEN}"));
    assert_eq!(header("Sec-WebSocket-Protocol"), "tenantry.v1");
    assert_eq!(
        header("User-Agent"),
        concat!("tenantry-rust/", env!("CARGO_PKG_VERSION"))
    );
    assert!(
        seen.heard[0].starts_with(r#"{"type":"hello","revision":0,"#),
        "{}",
        seen.heard[0]
    );

    // The same client says the same number each time; another one says another.
    peer.break_connections();
    let other = connected(&peer).await;
    let seen = within(peer.until(|seen| seen.handshakes.len() == 3)).await;
    let mut instances: Vec<_> = seen
        .handshakes
        .iter()
        .map(|handshake| handshake.headers["Tenantry-Instance"].clone())
        .collect();
    assert!(instances[0].len() == 32);
    instances.sort_by_key(|instance| instance.as_bytes().to_vec());
    instances.dedup();
    assert_eq!(instances.len(), 2, "{instances:?}");
    drop(other);
}

#[tokio::test]
async fn a_token_of_wider_reach_names_project_and_environment() {
    let peer = Peer::start().await;
    let url = peer.url().replace("http", "ws") + "/";
    let client = Client::builder(url, TOKEN)
        .project("billing")
        .environment("staging");
    let client = client.build().await.expect("a client");
    within(client.connected()).await;
    let expected = "/api/v1/stream?project=billing&environment=staging";
    assert_eq!(peer.seen().handshakes[0].target, expected);
}

#[tokio::test]
async fn an_environment_without_flags_is_data_too() {
    let peer = Peer::start().await;
    let client = builder(&peer).build().await.expect("a client");
    let evaluation = client.evaluate("new-billing", &Context::tenant("acme"));
    assert_eq!(evaluation.reason, Reason::FlagNotFound);
    assert_eq!(client.status().source, Source::Stream);
}

#[tokio::test]
async fn without_a_server_the_code_decides_until_there_is_one() {
    logs::collect();
    let address = Peer::nowhere().await;
    let start = Instant::now();
    let client = Client::builder(format!("http://{address}"), TOKEN)
        .timeout(Duration::from_millis(100))
        .default_on("kill-switch", true)
        .build()
        .await
        .expect("a client");
    assert!(start.elapsed() >= Duration::from_millis(100));
    assert!(!client.is_enabled("new-billing", "acme"));
    assert!(client.is_enabled("kill-switch", "acme"));
    let evaluation = client.evaluate("kill-switch", &Context::tenant("acme"));
    assert_eq!((evaluation.on, evaluation.reason), (true, Reason::NotReady));
    assert_eq!(client.status().source, Source::None);
    assert_eq!(client.status().age(), None);

    let handle = client.flag("new-billing");
    let peer = Peer::start_at(address).await;
    peer.put_flag("new-billing", 100_000);
    within(client.connected()).await;
    at_revision(&client, 1).await;
    assert!(client.is_enabled("new-billing", "acme") && handle.is_enabled("acme"));
    assert!(
        client.is_enabled("kill-switch", "acme"),
        "the server does not have it"
    );

    // One line for the whole outage, and none of all lines shows the token.
    let warnings = logs::lines_with(&address.to_string());
    let warnings: Vec<_> = warnings
        .iter()
        .filter(|line| line.starts_with("WARN"))
        .collect();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert!(logs::lines_with(TOKEN).is_empty());
}

#[tokio::test]
async fn a_time_out_of_zero_waits_for_nothing() {
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let client = builder(&peer)
        .timeout(Duration::ZERO)
        .build()
        .await
        .expect("a client");
    assert_eq!(
        client.status().source,
        Source::None,
        "the task has not even run"
    );
    within(client.ready()).await;
    assert!(client.is_enabled("new-billing", "acme"));
}

#[tokio::test]
async fn the_disk_cache_serves_at_once_until_the_server_is_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let client = builder(&peer)
        .cache_dir(folder.path())
        .build()
        .await
        .expect("a client");
    client.shutdown().await;
    let url = peer.url();
    let publication = peer.publication();
    let address = peer.stop().await;

    // With a time-out that a test would not survive: it does not wait for a server.
    let client = Client::builder(url, TOKEN)
        .cache_dir(folder.path())
        .timeout(crate::LONG * 2)
        .build()
        .await;
    let client = client.expect("a client");
    let status = client.status();
    assert_eq!(
        (status.source, status.revision, status.connected),
        (Source::Disk, 1, false)
    );
    assert!(status.age().is_some());
    assert!(client.is_enabled("new-billing", "acme"));
    let handle = client.flag("new-billing");

    let peer = Peer::start_at(address).await;
    peer.publish(tenantry_protocol::Publication::new(
        publication.replica().clone(),
    ));
    peer.put_flag("new-billing", 0);
    at_revision(&client, 2).await;
    assert_eq!(client.status().source, Source::Stream);
    assert!(!client.is_enabled("new-billing", "acme") && !handle.is_enabled("acme"));
    assert!(
        peer.seen().heard[0].contains(r#""revision":1,"#),
        "it resumes from the disk"
    );
}

#[tokio::test]
async fn the_bootstrap_file_serves_where_there_is_neither_server_nor_cache() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("flags.json");
    let document = r#"{"items": [
        {"flag": {"key": "new-billing", "salt": "s", "targeting": {"on": true, "allow": ["acme"]}}}
    ]}"#;
    std::fs::write(&file, document).expect("a file");
    let address = Peer::nowhere().await;
    let builder = || Client::builder(format!("http://{address}"), TOKEN).bootstrap(&file);
    let client = builder().build().await.expect("a client");
    assert_eq!(client.status().source, Source::Bootstrap);
    assert!(client.is_enabled("new-billing", "acme"));
    assert!(!client.is_enabled("new-billing", "globex"));

    // The server's word counts more, whatever revision it is at.
    let peer = Peer::start_at(address).await;
    peer.put_flag("new-billing", 100_000);
    at_revision(&client, 1).await;
    assert!(client.is_enabled("new-billing", "globex"));

    for broken in ["", "{}", "[]", r#"{"items":[{"flag":{}}]}"#] {
        std::fs::write(&file, broken).expect("a file");
        let client = builder()
            .timeout(Duration::ZERO)
            .build()
            .await
            .expect("a client");
        within(client.connected()).await;
        assert_eq!(client.status().source, Source::Stream, "{broken}");
    }
}

#[tokio::test]
async fn only_what_the_caller_got_wrong_is_an_error() {
    async fn check(url: &str, token: &str) -> BuildError {
        let builder = Client::builder(url, token).environment("staging");
        builder.build().await.expect_err("a mistake")
    }
    let address = check("localhost:8080", TOKEN).await;
    assert_eq!(
        address.to_string(),
        "the address \"localhost:8080\" is of no use"
    );
    let address = check("http://user:hunter2@a", TOKEN).await;
    assert!(
        !format!("{address:?} {address}").contains("hunter2"),
        "{address:?}"
    );
    assert!(matches!(
        check("http://a", "two words").await,
        BuildError::Token
    ));
    let environment = Client::builder("http://a", TOKEN)
        .environment("No Such Key")
        .build();
    assert!(matches!(environment.await, Err(BuildError::Key(_))));
}

#[test]
fn without_a_runtime_there_is_no_client_and_no_panic() {
    let mut building = std::pin::pin!(Client::builder("http://a", TOKEN).build());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match building.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Err(BuildError::NoRuntime(_))) => {}
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn clones_share_everything() {
    let peer = Peer::start().await;
    let one = connected(&peer).await;
    let two = one.clone();
    drop(one);
    peer.put_flag("new-billing", 100_000);
    at_revision(&two, 1).await;
    assert!(two.is_enabled("new-billing", "acme"));
    assert_eq!(peer.seen().handshakes.len(), 1);
}
