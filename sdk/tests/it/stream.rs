//! The stream: changes, breaks, and everything that a server, a network or a restore can do to it.

use tenantry::{Client, Source};
use tenantry_protocol::{Publication, Replica};
use tokio_tungstenite::tungstenite::Message;

use crate::peer::{Peer, flag};
use crate::{at_revision, connected, within};

/// A peer with a flag that is on, and a client that knows it.
async fn pair() -> (Peer, Client) {
    let peer = Peer::start().await;
    peer.put_flag("new-billing", 100_000);
    let client = connected(&peer).await;
    assert!(client.is_enabled("new-billing", "acme"));
    (peer, client)
}

/// Waits until the client has said hello this many times, and is connected again.
async fn reconnected(peer: &Peer, client: &Client, hellos: usize) {
    within(peer.until(|seen| seen.handshakes.len() >= hellos)).await;
    within(client.connected()).await;
}

#[tokio::test]
async fn changes_arrive_one_by_one() {
    let (peer, client) = pair().await;
    peer.put_flag("new-billing", 0);
    at_revision(&client, 2).await;
    assert!(!client.is_enabled("new-billing", "acme"));
    peer.add("flag/new-billing", "allow", "acme");
    at_revision(&client, 3).await;
    assert!(client.is_enabled("new-billing", "acme"));
    assert!(!client.is_enabled("new-billing", "globex"));
    peer.put("flag/new-billing", None);
    at_revision(&client, 4).await;
    assert!(
        client.is_enabled_or("new-billing", "acme", true),
        "it is gone: the default"
    );
    assert!(!client.is_enabled("new-billing", "acme"));
    assert_eq!(client.counters().incidents, 0);
}

#[tokio::test]
async fn a_thousand_changes_during_a_break_are_one_delta() {
    let (peer, client) = pair().await;
    peer.break_connections();
    within(client.watch_status().wait_for(|status| !status.connected))
        .await
        .expect("a client");
    assert!(
        client.is_enabled("new-billing", "acme"),
        "the server's absence changes nothing"
    );
    for number in 0..1_000 {
        peer.put_flag(&format!("flag-{number}"), 100_000);
    }
    let said = peer.seen().said.len();
    at_revision(&client, 1_001).await;
    assert!(client.is_enabled("flag-999", "acme"));
    let seen = peer.seen();
    assert_eq!(seen.said.len(), said + 1);
    assert!(seen.said[said].starts_with(r#"{"type":"delta","from":1,"to":1001,"#));
}

#[tokio::test]
async fn a_segment_that_is_removed_has_nobody_in_it() {
    let (peer, client) = pair().await;
    peer.put("segment/friends", Some(r#"{"segment":{"key":"friends"}}"#));
    peer.add("segment/friends", "members", "acme");
    let rule = r#"{"flag":{"key":"for-friends","salt":"s","targeting":{"on":true,"rules":[{"conditions":[{"operator":"in_segment","segment":"friends"}],"effect":"on"}]}}}"#;
    peer.put("flag/for-friends", Some(rule));
    at_revision(&client, 4).await;
    assert!(client.is_enabled("for-friends", "acme"));
    assert!(!client.is_enabled("for-friends", "globex"));
    peer.put("segment/friends", None);
    at_revision(&client, 5).await;
    assert!(
        !client.is_enabled_or("for-friends", "acme", true),
        "an answer, not the default"
    );
    peer.put("segment/friends", Some(r#"{"segment":{"key":"friends"}}"#));
    at_revision(&client, 6).await;
    assert!(
        !client.is_enabled("for-friends", "acme"),
        "its members went with it"
    );
    assert_eq!(client.counters().incidents, 0);
    assert_eq!(client.counters().refused_flags, 0);
}

#[tokio::test]
async fn heartbeats_are_answered_with_what_is_applied() {
    let (peer, client) = pair().await;
    peer.heartbeat();
    let seen = within(peer.until(|seen| seen.heard.len() == 2)).await;
    assert_eq!(seen.heard[1], r#"{"type":"applied","revision":1}"#);
    drop(client);
}

#[tokio::test]
async fn a_malformed_frame_ends_the_connection_and_changes_nothing() {
    let (peer, client) = pair().await;
    let half = peer.publication().snapshot();
    peer.say(&half[..half.len() / 2]);
    let seen = within(peer.until(|seen| !seen.closes.is_empty())).await;
    assert_eq!(seen.closes, [1002]);
    assert!(client.is_enabled("new-billing", "acme"));
    assert_eq!(client.status().source, Source::Stream);
    reconnected(&peer, &client, 2).await;
    let snapshot = peer.seen().said.pop().expect("an answer to the hello");
    assert!(snapshot.starts_with(r#"{"type":"snapshot""#), "{snapshot}");
    assert_eq!(client.counters().incidents, 1);
}

#[tokio::test]
async fn what_is_unknown_is_ignored() {
    let (peer, client) = pair().await;
    peer.say(r#"{"type":"confetti","colour":"red"}"#);
    peer.say(r#"{"type":"confetti" not even JSON"#);
    peer.say(r#"{"type":"changed","environment":"production","revision":9,"keys":["a"]}"#);
    peer.say_message(Message::binary(vec![0, 1, 2]));
    peer.say_message(Message::Ping("are you there".into()));
    peer.put_flag("new-billing", 0);
    at_revision(&client, 2).await;
    assert_eq!(peer.seen().handshakes.len(), 1);
    assert_eq!(client.counters().incidents, 0);
}

#[tokio::test]
async fn deltas_that_do_not_fit_are_healed_by_a_snapshot_on_the_same_connection() {
    let (peer, client) = pair().await;
    let off = flag("new-billing", 0);
    let checksum = peer.publication().checksum();
    let deltas = [
        format!(
            r#"{{"type":"delta","from":7,"to":8,"upserts":[{off}],"removals":[],"members":[],"checksum":"{checksum}"}}"#
        ),
        format!(
            r#"{{"type":"delta","from":0,"to":1,"upserts":[{off}],"removals":[],"members":[],"checksum":"{checksum}"}}"#
        ),
        format!(
            r#"{{"type":"delta","from":1,"to":2,"upserts":[{off}],"removals":[],"members":[],"checksum":"{checksum}"}}"#
        ),
    ];
    for (number, delta) in deltas.iter().enumerate() {
        let snapshots = |said: &[String]| {
            said.iter()
                .filter(|text| text.starts_with(r#"{"type":"snapshot""#))
                .count()
        };
        let before = snapshots(&peer.seen().said);
        peer.say(delta);
        within(peer.until(|seen| snapshots(&seen.said) > before)).await;
        let incidents = u64::try_from(number + 1).expect("a small number");
        assert_eq!(client.counters().incidents, incidents);
        assert!(client.is_enabled("new-billing", "acme"), "{delta}");
    }
    peer.put_flag("new-billing", 0);
    at_revision(&client, 2).await;
    assert!(!client.is_enabled("new-billing", "acme"));
    assert_eq!(peer.seen().handshakes.len(), 1);
}

#[tokio::test]
async fn a_state_that_went_astray_is_found_by_the_next_heartbeat() {
    let (peer, client) = pair().await;
    // A delta that is consistent in itself, and never happened.
    let bytes = flag("phantom", 100_000);
    let checksum =
        peer.publication().checksum() ^ tenantry_core::Checksum::of_item(bytes.as_bytes());
    let astray = format!(
        r#"{{"type":"delta","from":1,"to":2,"upserts":[{bytes}],"removals":[],"members":[],"checksum":"{checksum}"}}"#
    );
    peer.say(&astray);
    at_revision(&client, 2).await;
    assert!(client.is_enabled("phantom", "acme"));
    peer.heartbeat();
    at_revision(&client, 1).await;
    assert!(!client.is_enabled("phantom", "acme") && client.is_enabled("new-billing", "acme"));
    assert_eq!(client.counters().incidents, 1);
    assert_eq!(peer.seen().handshakes.len(), 1);
}

#[tokio::test]
async fn a_restored_server_is_followed_back() {
    let (peer, client) = pair().await;
    let backup = peer.publication().replica().clone();
    peer.put_flag("new-billing", 0);
    peer.put_flag("new-billing", 1);
    at_revision(&client, 3).await;
    peer.publish(Publication::new(backup));
    at_revision(&client, 1).await;
    assert!(client.is_enabled("new-billing", "acme"));
    assert!(
        peer.seen()
            .heard
            .last()
            .expect("a hello")
            .contains(r#""revision":3,"#)
    );
}

#[tokio::test]
async fn an_older_snapshot_that_nobody_asked_for_is_ignored() {
    let (peer, client) = pair().await;
    let older = peer.publication().snapshot();
    peer.put_flag("new-billing", 0);
    at_revision(&client, 2).await;
    peer.say(&older);
    peer.heartbeat();
    within(peer.until(|seen| seen.heard.iter().any(|text| text.contains("applied")))).await;
    assert_eq!(client.status().revision, 2);
    assert!(!client.is_enabled("new-billing", "acme"));
    assert_eq!(client.counters().incidents, 1);
}

#[tokio::test]
async fn a_large_snapshot_is_heard_beside_everything_else() {
    let peer = Peer::start().await;
    let rows = (0..5_000).map(|number| {
        let key = format!("flag-{number}");
        (
            format!("flag/{key}").parse().expect("an id"),
            flag(&key, 100_000),
        )
    });
    let mut replica = Replica::default();
    replica.fill(7, rows, []);
    peer.publish(Publication::new(replica));
    assert!(peer.publication().snapshot().len() > 256 << 10);
    let client = connected(&peer).await;
    at_revision(&client, 7).await;
    assert!(client.is_enabled("flag-4999", "acme"));
    peer.put_flag("flag-0", 0);
    at_revision(&client, 8).await;
    assert!(!client.is_enabled("flag-0", "acme"));
}

#[tokio::test]
async fn a_flag_that_does_not_compile_keeps_its_last_good_version() {
    let (peer, client) = pair().await;
    peer.put_flag("new-billing", 7_000_000);
    peer.put_flag("other", 100_000);
    at_revision(&client, 3).await;
    assert!(client.is_enabled("new-billing", "acme"));
    assert!(client.is_enabled("other", "acme"), "the others go on");
    assert_eq!(client.counters().refused_flags, 1);
    assert_eq!(client.counters().incidents, 0);
}
