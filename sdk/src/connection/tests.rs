//! Tests of what takes minutes: by a paused clock, over streams in memory, against the same peer as
//! the tests over sockets.

#[path = "../../tests/it/peer.rs"]
mod peer;
mod usage;

use std::fs;
use std::io;
use std::time::Duration;

use tenantry_protocol::{Outgoing, Publication};
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::tungstenite::http::StatusCode;

use self::peer::{Peer, Seen};
use super::dial::Dial;
use crate::{Builder, Client, Source};

/// More than anything takes. A paused clock runs through it at once if everybody waits.
const LONG: Duration = Duration::from_hours(48);

/// Streams in memory; a full or closed queue is a server that is away.
struct Memory(mpsc::Sender<DuplexStream>);

impl Dial for Memory {
    type Stream = DuplexStream;

    async fn dial(&self, _host: &str, _port: u16) -> io::Result<DuplexStream> {
        let (ours, theirs) = tokio::io::duplex(64 << 10);
        let sent = self.0.try_send(theirs);
        sent.map_err(|_| io::Error::from(io::ErrorKind::ConnectionRefused))?;
        Ok(ours)
    }
}

fn builder(peer: &Peer) -> Builder {
    Client::builder(peer.url(), "tnry_sdk_secret")
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(LONG, future).await.expect("it never came")
}

/// A peer with a flag that is on, and a client that knows it.
async fn pair() -> (Peer, Client) {
    let (peer, streams) = Peer::in_memory();
    peer.put_flag("new-billing", 100_000);
    let client = builder(&peer)
        .build_with(Memory(streams))
        .await
        .expect("a client");
    within(client.connected()).await;
    assert!(client.is_enabled("new-billing", "acme"));
    (peer, client)
}

async fn disconnected(client: &Client) {
    let mut status = client.watch_status();
    let lost = status.wait_for(|status| !status.connected);
    within(lost).await.expect("the client is there");
}

async fn at_revision(client: &Client, revision: u64) {
    let mut status = client.watch_status();
    let reached = status.wait_for(|status| status.revision == revision);
    within(reached).await.expect("the client is there");
}

/// The time between attempts, from the `first` on.
fn gaps(seen: &Seen, first: usize) -> Vec<Duration> {
    seen.handshakes[first..]
        .windows(2)
        .map(|pair| pair[1].at - pair[0].at)
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_tried_again_every_two_and_a_half_to_five_minutes_for_ever() {
    for status in [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN] {
        let (peer, streams) = Peer::in_memory();
        peer.put_flag("new-billing", 100_000);
        peer.refuse(Some(status));
        let client = builder(&peer)
            .build_with(Memory(streams))
            .await
            .expect("a client");
        assert_eq!(client.status().source, Source::None);
        let seen = within(peer.until(|seen| seen.handshakes.len() == 100)).await;
        for gap in gaps(&seen, 0) {
            assert!((150..=300).contains(&gap.as_secs()), "{status}: {gap:?}");
        }
        // The token is given its right back.
        peer.refuse(None);
        within(client.connected()).await;
        assert!(client.is_enabled("new-billing", "acme"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_revoked_during_a_stream_leaves_the_last_answers() {
    let (peer, client) = pair().await;
    peer.refuse(Some(StatusCode::UNAUTHORIZED));
    let revoked = Instant::now();
    peer.close(4401, "the token was revoked");
    let seen = within(peer.until(|seen| seen.handshakes.len() == 4)).await;
    let first = seen.handshakes[1].at - revoked;
    assert!((150..=301).contains(&first.as_secs()), "{first:?}");
    for gap in gaps(&seen, 1) {
        assert!((150..=300).contains(&gap.as_secs()), "{gap:?}");
    }
    assert!(client.is_enabled("new-billing", "acme"));
    let status = client.status();
    assert_eq!((status.source, status.connected), (Source::Stream, false));
    assert!(
        status.age().expect("data") >= Duration::from_secs(450),
        "they are known to be old"
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_with_heartbeats_lives_for_hours_and_its_answers_are_fresh() {
    let (peer, client) = pair().await;
    sleep(Duration::from_hours(10)).await;
    let seen = peer.seen();
    assert_eq!(seen.handshakes.len(), 1);
    let answered = seen
        .heard
        .iter()
        .filter(|text| text.contains("applied"))
        .count();
    assert!(answered >= 2_399, "each of 2,400 heartbeats: {answered}");
    let age = client.status().age().expect("data");
    assert!(age <= Duration::from_secs(15), "{age:?}");
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up_after_45_seconds() {
    let (peer, client) = pair().await;
    peer.mute();
    let start = Instant::now();
    disconnected(&client).await;
    let silent = start.elapsed();
    assert!((45..46).contains(&silent.as_secs()), "{silent:?}");
    assert!(client.is_enabled("new-billing", "acme"));
    within(client.connected()).await;
    assert_eq!(peer.seen().handshakes.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_accepts_and_says_nothing_costs_no_more_than_the_time_out() {
    let (streams, mut accepted) = mpsc::channel(1);
    let start = Instant::now();
    let client = Client::builder("http://a", "secret")
        .build_with(Memory(streams))
        .await;
    let client = client.expect("a client");
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    // The attempt itself is given up later, so that the next one finds a better server.
    let first = accepted.recv().await.expect("a connection");
    let _second = within(accepted.recv()).await.expect("another connection");
    let waited = start.elapsed();
    assert!((10..=11).contains(&waited.as_secs()), "{waited:?}");
    drop((first, client));
}

#[tokio::test(start_paused = true)]
async fn a_restart_is_waited_out_for_as_long_as_the_server_says() {
    let (peer, client) = pair().await;
    let start = Instant::now();
    peer.close(1012, r#"{"retry_in_ms":123456}"#);
    within(peer.until(|seen| seen.handshakes.len() == 2)).await;
    let waited = start.elapsed();
    assert!(
        (123_456..124_500).contains(&waited.as_millis()),
        "{waited:?}"
    );

    // A reason that says nothing, an overloaded server, a slow client: the usual schedule.
    let rest = [(1012, "bye"), (1013, ""), (4408, ""), (1001, "")];
    for (index, (code, reason)) in rest.into_iter().enumerate() {
        within(client.connected()).await;
        let start = Instant::now();
        peer.close(code, reason);
        within(peer.until(|seen| seen.handshakes.len() == index + 3)).await;
        assert!(
            start.elapsed() <= Duration::from_secs(31),
            "{code}: {:?}",
            start.elapsed()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_are_spread_and_go_on_for_ever() {
    let (peer, client) = pair().await;
    peer.refuse(Some(StatusCode::SERVICE_UNAVAILABLE));
    peer.break_connections();
    let seen = within(peer.until(|seen| seen.handshakes.len() == 501)).await;
    let gaps = &gaps(&seen, 10);
    let longest = gaps.iter().max().expect("hundreds");
    assert!(*longest <= Duration::from_secs(30), "{longest:?}");
    let mean = gaps.iter().sum::<Duration>() / u32::try_from(gaps.len()).expect("hundreds");
    assert!(
        (12..18).contains(&mean.as_secs()),
        "half of 30 seconds on average: {mean:?}"
    );
    assert!(client.is_enabled("new-billing", "acme"));
    peer.refuse(None);
    within(client.connected()).await;
}

#[tokio::test(start_paused = true)]
async fn whatever_is_malformed_ends_the_connection_and_changes_nothing() {
    let (peer, client) = pair().await;
    let whole = peer.publication().snapshot();
    let half = &whole[..whole.len() / 2];
    let frames = [
        ("nonsense", 1007),
        ("[]", 1007),
        (r#"{"type":7}"#, 1007),
        (r#"{"type":"delta","from":1,"to":2}"#, 1002),
        (
            r#"{"type":"delta","from":1,"to":2,"upserts":[{"flag":{}}],"removals":[],"members":[],"checksum":"0000000000000000"}"#,
            1002,
        ),
        (
            r#"{"type":"snapshot","revision":9,"items":[],"members":[],"checksum":"0123456789abcdef"}"#,
            1002,
        ),
        (half, 1002),
    ];
    for (number, (text, code)) in frames.into_iter().enumerate() {
        peer.say(text);
        let seen = within(peer.until(|seen| seen.handshakes.len() == number + 2)).await;
        assert_eq!(seen.closes.last(), Some(&code), "{text}");
        assert!(client.is_enabled("new-billing", "acme"), "{text}");
        within(client.connected()).await;
        let snapshot = peer.seen().said.pop().expect("an answer to the hello");
        assert!(snapshot.starts_with(r#"{"type":"snapshot""#), "{snapshot}");
        let incidents = u64::try_from(number + 1).expect("a small number");
        assert_eq!(client.counters().incidents, incidents);
    }
}

/// Hears what a peer says outside of its session, and where that leaves the client: connected, and
/// with what the server really has.
async fn hear(peer: &Peer, client: &Client, texts: &[&str]) {
    let settled = |seen: &Seen| {
        let applied = |text: &&String| text.starts_with(r#"{"type":"applied""#);
        seen.closes.len() + seen.heard.iter().filter(applied).count()
    };
    let before = settled(&peer.seen());
    for text in texts {
        peer.say(text);
    }
    // Answered once all of that is heard, or never, because it ended the connection.
    peer.heartbeat();
    within(peer.until(|seen| settled(seen) > before)).await;
    within(client.connected()).await;
}

#[tokio::test(start_paused = true)]
async fn a_delta_that_is_cut_off_or_altered_anywhere_is_never_applied() {
    let (peer, client) = pair().await;
    let before = peer.publication();
    let after = peer::after_put(
        &before,
        "flag/new-billing",
        Some(&peer::flag("new-billing", 0)),
    );
    let delta = match after.frame_for(before.revision(), before.checksum()) {
        Outgoing::Delta(text) => text,
        other => panic!("{other:?}"),
    };
    for length in 0..delta.len() {
        hear(&peer, &client, &[&delta[..length]]).await;
        assert!(client.is_enabled("new-billing", "acme"), "{length}");
    }
    assert_eq!(client.counters().incidents, delta.len() as u64);
    // Only the number of the revision that it leads to can be altered without a trace, and the next
    // heartbeat tells.
    let to = delta.find(r#""to":"#).expect("a field") + 5;
    for position in (0..delta.len()).filter(|position| *position != to) {
        let mut altered = delta.as_bytes().to_vec();
        altered[position] = if altered[position] == b'7' {
            b'8'
        } else {
            b'7'
        };
        let altered = String::from_utf8(altered).expect("text");
        hear(&peer, &client, &[&altered]).await;
        assert!(client.is_enabled("new-billing", "acme"), "{altered}");
        assert_eq!(client.status().revision, before.revision(), "{altered}");
    }
    // As it was, it fits.
    peer.publish(after);
    at_revision(&client, 2).await;
    assert!(!client.is_enabled("new-billing", "acme"));
}

#[tokio::test(start_paused = true)]
async fn deltas_out_of_order_or_twice_are_never_applied() {
    let (peer, client) = pair().await;
    let first = peer.publication();
    let second = peer::after_put(&first, "flag/other", Some(&peer::flag("other", 100_000)));
    let third = peer::after_put(&second, "flag/new-billing", None);
    let delta = |from: &Publication, to: &Publication| match to
        .frame_for(from.revision(), from.checksum())
    {
        Outgoing::Delta(text) => text,
        other => panic!("{other:?}"),
    };
    let (one, two) = (delta(&first, &second), delta(&second, &third));
    let state = |client: &Client| {
        let other = client.is_enabled("other", "acme");
        (
            client.is_enabled("new-billing", "acme"),
            other,
            client.status().revision,
        )
    };
    hear(&peer, &client, &[&two, &one]).await;
    within(peer.until(|seen| seen.said.len() == 2)).await;
    hear(&peer, &client, &[]).await;
    assert_eq!(state(&client), (true, false, 1), "the later one first");
    assert_eq!(client.counters().incidents, 1, "one request for a snapshot");

    peer.publish(second);
    at_revision(&client, 2).await;
    hear(&peer, &client, &[&one]).await;
    within(peer.until(|seen| seen.said.len() == 4)).await;
    hear(&peer, &client, &[]).await;
    assert_eq!(state(&client), (true, true, 2), "one of them twice");
    assert_eq!(client.counters().incidents, 2);

    peer.publish(third);
    at_revision(&client, 3).await;
    assert_eq!(state(&client), (false, true, 3));
    assert_eq!(peer.seen().handshakes.len(), 1, "all on one connection");
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_retried_soon_and_what_does_not_rarely_until_a_stream_was_good() {
    for status in [400, 408, 429, 500, 502, 503, 504] {
        let (peer, client) = pair().await;
        peer.refuse(Some(StatusCode::from_u16(status).expect("a status")));
        peer.break_connections();
        let seen = within(peer.until(|seen| seen.handshakes.len() == 50)).await;
        let longest = gaps(&seen, 1).into_iter().max().expect("many");
        assert!(longest <= Duration::from_secs(30), "{status}: {longest:?}");
        assert!(client.is_enabled("new-billing", "acme"));
        // Once it is let in that is all: it comes back no more.
        peer.refuse(None);
        within(client.connected()).await;
        let handshakes = peer.seen().handshakes.len();
        sleep(Duration::from_hours(1)).await;
        assert_eq!(peer.seen().handshakes.len(), handshakes, "{status}");
        assert!(client.status().connected);
    }
    for status in [404, 405, 410, 426] {
        let (peer, client) = pair().await;
        peer.refuse(Some(StatusCode::from_u16(status).expect("a status")));
        peer.break_connections();
        let seen = within(peer.until(|seen| seen.handshakes.len() == 50)).await;
        let gaps = gaps(&seen, 1);
        for (number, gap) in gaps.into_iter().enumerate() {
            let is_slow = (150..=300).contains(&gap.as_secs());
            assert_eq!(is_slow, number >= 3, "{status}: {number}: {gap:?}");
        }
        // A stream that has been good for a while makes up for all of it.
        peer.refuse(None);
        within(client.connected()).await;
        sleep(Duration::from_secs(61)).await;
        let start = Instant::now();
        let handshakes = peer.seen().handshakes.len();
        peer.break_connections();
        within(peer.until(|seen| seen.handshakes.len() > handshakes)).await;
        assert!(start.elapsed() <= Duration::from_secs(1), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_shut_down_never_comes_back() {
    let (peer, client) = pair().await;
    peer.refuse(Some(StatusCode::SERVICE_UNAVAILABLE));
    peer.break_connections();
    within(peer.until(|seen| seen.handshakes.len() == 5)).await;
    let start = Instant::now();
    client.shutdown().await;
    assert_eq!(
        start.elapsed(),
        Duration::ZERO,
        "it does not wait for its next attempt"
    );
    sleep(Duration::from_hours(1)).await;
    assert_eq!(peer.seen().handshakes.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn the_disk_cache_is_whole_at_every_moment_and_written_now_and_then() {
    let folder = tempfile::tempdir().expect("a folder");
    let (peer, streams) = Peer::in_memory();
    let client = builder(&peer)
        .cache_dir(folder.path())
        .build_with(Memory(streams))
        .await;
    let client = client.expect("a client");
    let mut seen = std::collections::BTreeSet::new();
    for revision in 1..=40 {
        peer.put_flag("new-billing", 100_000);
        at_revision(&client, revision).await;
        sleep(Duration::from_millis(500)).await;
        for entry in fs::read_dir(folder.path()).expect("a folder") {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("a file");
            if path
                .extension()
                .is_some_and(|extension| extension == "cache")
            {
                let (header, body) = text.split_once('\n').expect("a header");
                assert!(header.contains(&format!(" {} ", body.len())), "{header}");
                seen.insert(header.to_owned());
            }
        }
    }
    // Forty changes in 20 seconds: one write at once, then one every 5 seconds.
    assert!((3..=6).contains(&seen.len()), "{seen:#?}");
    client.shutdown().await;
    let files: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .flatten()
        .collect();
    assert_eq!(files.len(), 1, "nothing else is left: {files:?}");
    let text = fs::read_to_string(files[0].path()).expect("a file");
    assert!(
        text.contains(r#""revision":40,"#),
        "the last state is written at the end"
    );
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_cannot_be_written_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let in_the_way = folder.path().join("file");
    fs::write(&in_the_way, "in the way").expect("a file");
    let (peer, streams) = Peer::in_memory();
    let client = builder(&peer)
        .cache_dir(&in_the_way)
        .build_with(Memory(streams))
        .await;
    let client = client.expect("a client");
    for revision in 1..=5 {
        peer.put_flag("new-billing", 100_000);
        at_revision(&client, revision).await;
        sleep(Duration::from_secs(10)).await;
    }
    assert!(client.is_enabled("new-billing", "acme"));
    client.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_cache_that_could_not_be_written_is_tried_again_without_a_further_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cache");
    // Where the folder is to be there is a file.
    fs::write(&path, "in the way").expect("a file");
    let (peer, streams) = Peer::in_memory();
    peer.put_flag("new-billing", 100_000);
    let client = builder(&peer).cache_dir(&path);
    let client = client.build_with(Memory(streams)).await.expect("a client");
    within(client.connected()).await;
    sleep(Duration::from_hours(1)).await;
    fs::remove_file(&path).expect("the file");
    let freed = Instant::now();
    let is_written = || {
        let mut files = fs::read_dir(&path).into_iter().flatten().flatten();
        files.any(|file| file.path().extension().is_some_and(|it| it == "cache"))
    };
    within(async {
        while !is_written() {
            sleep(Duration::from_secs(1)).await;
        }
    })
    .await;
    assert!(
        freed.elapsed() <= Duration::from_secs(62),
        "{:?}",
        freed.elapsed()
    );
    client.shutdown().await;
}
