//! What a client tells of its usage, and when.

use std::time::Duration;

use tenantry_protocol::usage::{Calls, MAX_FRAMES, Tally, WindowFrame, latency_bounds};
use tenantry_protocol::{ClientFrame, Publication, Replica};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::http::StatusCode;

use super::peer::{Peer, Seen};
use super::{Memory, at_revision, builder, disconnected, pair, within};
use crate::{Context, Outcome};

/// The windows of usage that the peer was told.
fn told(seen: &Seen) -> Vec<WindowFrame<Calls>> {
    let frames = seen.heard.iter();
    frames
        .filter_map(|text| match ClientFrame::parse(text) {
            Ok(Some(ClientFrame::Usage(frame))) => Some(frame),
            _ => None,
        })
        .collect()
}

/// How often the peer was told that a tenant had the flag.
fn told_of(seen: &Seen, tenant: &str) -> u64 {
    let mut tally = Tally::new(10_000);
    for frame in told(seen) {
        tally.add_frame(&frame);
    }
    let answer = tally.answer("new-billing", true);
    let calls = answer.and_then(|answer| answer.tenants.get(tenant));
    calls.map_or(0, |calls| calls.0)
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_is_told_every_minute() {
    // The question that made sure of the pair.
    let (peer, client) = pair().await;
    for minute in 1..=3 {
        assert!(client.is_enabled("new-billing", "globex"));
        assert!(client.flag("new-billing").is_enabled("globex"));
        let seen = within(peer.until(|seen| told_of(seen, "globex") == 2 * minute)).await;
        assert_eq!(told_of(&seen, "acme"), 1);
        let frames = told(&seen);
        let last = frames.last().expect("a window");
        assert!(last.length <= 60_001 && last.age < 1_000, "{last:?}");
    }
    sleep(Duration::from_mins(10)).await;
    assert_eq!(told(&peer.seen()).len(), 3, "nothing is nothing to tell");
    client.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn all_ways_to_ask_are_counted_and_an_explanation_is_not() {
    let (peer, client) = pair().await;
    let context = Context::tenant("acme");
    let handle = client.flag("new-billing");
    let bound = client.for_tenant("acme").expect("a tenant");
    assert!(client.is_enabled_or("new-billing", "acme", false));
    assert!(client.is_enabled_for("new-billing", &context));
    assert!(client.evaluate("new-billing", &context).on);
    assert_eq!(client.value("new-billing", "acme", 7), 7);
    assert!(handle.is_enabled_for(&context) && handle.evaluate(&context).on);
    assert_eq!(handle.value("acme", 7), 7);
    assert!(bound.is_enabled("new-billing") && bound.is_enabled(&handle));
    assert_eq!(bound.value("new-billing", 7), 7);
    assert!(client.explain("new-billing", &context).on);
    assert!(!client.is_enabled("new-billing", ""));
    assert!(!client.is_enabled("old-flag", "acme") && !client.flag("old-flag").is_enabled("acme"));
    client.shutdown().await;
    let seen = within(peer.until(|seen| !seen.closes.is_empty())).await;
    assert_eq!(told_of(&seen, "acme"), 1 + 10);
    let frames = told(&seen);
    assert_eq!(frames.len(), 1);
    let rest = frames[0].flags[0]
        .off_rest
        .as_ref()
        .expect("nobody's question");
    assert_eq!((rest.key, rest.measure), (0, Calls(1)));
    assert_eq!(frames[0].unknown[0].key, "old-flag");
    assert_eq!(frames[0].unknown[0].measure, Calls(2));
}

#[tokio::test(start_paused = true)]
async fn while_the_server_is_away_windows_are_merged_and_told_when_it_is_back() {
    let (peer, client) = pair().await;
    peer.refuse(Some(StatusCode::SERVICE_UNAVAILABLE));
    peer.break_connections();
    disconnected(&client).await;
    for _ in 0..10 {
        assert!(client.is_enabled("new-billing", "globex"));
        sleep(Duration::from_mins(1)).await;
    }
    peer.refuse(None);
    let seen = within(peer.until(|seen| told_of(seen, "globex") == 10)).await;
    let frames = told(&seen);
    assert_eq!(frames.len(), 1, "they are one by now");
    assert!(
        (9 * 60_000..=11 * 60_000).contains(&frames[0].length),
        "{frames:?}"
    );
    assert!(frames[0].age <= 120_000, "{frames:?}");
    assert_eq!(client.counters().untold, 0);
    client.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_too_old_to_tell_is_dropped_and_said_to_be() {
    let (peer, client) = pair().await;
    peer.refuse(Some(StatusCode::SERVICE_UNAVAILABLE));
    peer.break_connections();
    disconnected(&client).await;
    for _ in 0..5 {
        assert!(client.is_enabled("new-billing", "globex"));
    }
    sleep(Duration::from_mins(90)).await;
    assert_eq!(client.counters().untold, 6);
    peer.refuse(None);
    within(client.connected()).await;
    assert!(client.is_enabled("new-billing", "globex"));
    let seen = within(peer.until(|seen| told_of(seen, "globex") > 0)).await;
    assert_eq!(told_of(&seen, "globex"), 1);
    assert_eq!(told(&seen)[0].lost, 6);
    client.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_count_tells_nothing_but_outcomes() {
    let (peer, streams) = Peer::in_memory();
    peer.put_flag("new-billing", 100_000);
    let building = builder(&peer)
        .count_usage(false)
        .build_with(Memory(streams));
    let client = building.await.expect("a client");
    within(client.connected()).await;
    assert!(client.is_enabled("new-billing", "acme"));
    client.record("new-billing", "acme", Outcome::failure());
    client.shutdown().await;
    let seen = within(peer.until(|seen| !seen.closes.is_empty())).await;
    assert!(told(&seen).is_empty());
    assert!(
        seen.heard
            .iter()
            .any(|text| text.contains(r#""type":"outcomes""#))
    );
}

#[tokio::test(start_paused = true)]
async fn outcomes_are_told_by_tenant_and_answer() {
    let (peer, client) = pair().await;
    peer.put_flag("off", 0);
    at_revision(&client, 2).await;
    let tenth = Outcome::success().with_latency(Duration::from_millis(100));
    client.record("new-billing", "acme", tenth);
    client
        .flag("new-billing")
        .record("acme", Outcome::failure());
    client.record("off", "acme", Outcome::success());
    client.record("no-such-flag", "acme", Outcome::success());
    client.record("new-billing", "", Outcome::success());
    let call = client.watch("new-billing", "globex");
    sleep(Duration::from_secs(2)).await;
    assert_eq!(call.elapsed(), Duration::from_secs(2));
    assert_eq!(call.result(Ok::<_, ()>(7)), Ok(7));
    drop(client.watch("new-billing", "globex"));
    let panicking = client.watch("new-billing", "globex");
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _call = panicking;
        panic!("the work is broken");
    }));
    assert!(panicked.is_err());
    client.shutdown().await;
    let seen = within(peer.until(|seen| !seen.closes.is_empty())).await;
    let mut tally = Tally::new(100);
    for text in &seen.heard {
        if let Ok(Some(ClientFrame::Outcomes(frame))) = ClientFrame::parse(text) {
            tally.add_frame(&frame);
        }
    }
    let of = |flag, on, tenant: &str| {
        let answer = tally.answer(flag, on).expect("it was recorded");
        let outcomes = &answer.tenants[tenant];
        let latency = outcomes
            .latency
            .iter()
            .map(|(bucket, count)| (latency_bounds(*bucket).0.as_millis(), *count));
        (
            outcomes.requests,
            outcomes.failures,
            latency.collect::<Vec<_>>(),
        )
    };
    assert_eq!(of("new-billing", true, "acme"), (2, 1, vec![(98, 1)]));
    assert_eq!(of("off", false, "acme"), (1, 0, vec![]));
    assert_eq!(
        of("new-billing", true, "globex"),
        (2, 1, vec![(0, 1), (1_835, 1)])
    );
    assert_eq!(tally.answers().count(), 2);
}

#[tokio::test(start_paused = true)]
async fn of_very_many_flags_no_more_is_told_at_once_than_a_server_reads() {
    let (peer, streams) = Peer::in_memory();
    let keys: Vec<String> = (0..6_000).map(|number| format!("{number:f>128}")).collect();
    let mut replica = Replica::default();
    let rows = keys.iter().map(|key| {
        let id = format!("flag/{key}").parse().expect("an id");
        (id, super::peer::flag(key, 100_000))
    });
    replica.fill(7, rows, []);
    peer.publish(Publication::new(replica));
    let client = builder(&peer).build_with(Memory(streams)).await;
    let client = client.expect("a client");
    within(client.connected()).await;
    for key in &keys {
        client.record(key, "acme", Outcome::failure());
    }
    let told = |seen: &Seen| {
        let outcomes = r#"{"type":"outcomes""#;
        let frames = seen.heard.iter();
        frames.filter(|text| text.starts_with(outcomes)).count()
    };
    within(peer.until(|seen| told(seen) > 0)).await;
    sleep(Duration::from_secs(5)).await;
    assert_eq!(told(&peer.seen()), MAX_FRAMES);
    let seen = within(peer.until(|seen| told(seen) > MAX_FRAMES)).await;
    client.shutdown().await;
    let seen_at_last = within(peer.until(|seen| !seen.closes.is_empty())).await;
    assert!(told(&seen_at_last) <= 2 * MAX_FRAMES && seen.handshakes.len() == 1);
    let mut tally = Tally::new(10_000);
    for text in &seen_at_last.heard {
        if let Ok(Some(ClientFrame::Outcomes(frame))) = ClientFrame::parse(text) {
            tally.add_frame(&frame);
        }
    }
    assert_eq!((tally.answers().count(), tally.weight()), (6_000, 6_000));
}
