//! The server's session: what it hears, and what it says next.

use super::*;

/// What the server answers a hello with, if it remembers the whole history of revision 5.
fn check(revision: u64, checksum: Checksum, expected: (&'static str, u64)) {
    let publication = publication(&world(5));
    let mut session = ServerSession::default();
    let received = session
        .on_frame(&hello(revision, checksum))
        .expect("a hello");
    assert!(matches!(received, Received::Hello(_)));
    let text = sent(session.next(&publication, 7));
    assert_eq!(outline(&text), expected, "{revision} {checksum}");
    assert_eq!(session.next(&publication, 7), Next::Idle);
    assert_eq!(session.sent_revision(), Some(5));
}

#[test]
fn answers_a_hello_by_what_the_client_has() {
    check(5, world(5).checksum(), ("current", 5));
    check(4, world(4).checksum(), ("delta", 5));
    check(1, world(1).checksum(), ("delta", 5));
    check(0, Checksum::ZERO, ("snapshot", 5));
    // The same number, another history: from another environment, or from before a restore.
    check(5, world(4).checksum(), ("snapshot", 5));
    check(3, world(4).checksum(), ("snapshot", 5));
    check(0, world(4).checksum(), ("snapshot", 5));
}

#[test]
fn an_empty_environment_is_current_for_who_has_nothing() {
    let mut session = ServerSession::default();
    session.on_frame(HELLO).expect("a hello");
    let text = sent(session.next(&Publication::new(Replica::default()), 7));
    assert_eq!(outline(&text), ("current", 0));
}

#[test]
fn who_says_it_has_nothing_gets_the_snapshot_even_if_the_log_begins_there() {
    let mut world = World::default();
    let empty = publication(&world);
    world.put(&world::id("flag/a"), Some(world::flag("a", 1)));
    let (first, _) = empty
        .advance(world.changes_since(0))
        .expect("the next state");
    let mut session = ServerSession::default();
    session.on_frame(HELLO).expect("a hello");
    assert_eq!(outline(&sent(session.next(&first, 7))), ("snapshot", 1));
}

#[test]
fn remembers_no_further_than_its_log() {
    let world = world(5);
    let mut session = ServerSession::default();
    session
        .on_frame(&hello(2, super::world(2).checksum()))
        .expect("a hello");
    let from_three = world.log[2..].to_vec();
    let text = sent(session.next(&Publication::with_history(world.replica(), from_three), 7));
    assert_eq!(outline(&text), ("snapshot", 5));
    // A history that does not lead here is no history.
    let mut gap = world.log.clone();
    gap.remove(2);
    for history in [gap, world.log[..3].to_vec(), Vec::new()] {
        let publication = Publication::with_history(world.replica(), history);
        let mut session = ServerSession::default();
        session
            .on_frame(&hello(4, super::world(4).checksum()))
            .expect("a hello");
        assert_eq!(
            outline(&sent(session.next(&publication, 7))),
            ("snapshot", 5)
        );
    }
}

#[test]
fn reads_the_database_again_for_a_client_that_is_ahead() {
    let (stale, newest) = (publication(&world(5)), publication(&world(6)));
    let ahead = hello(6, world(6).checksum());

    // This node was late.
    let mut session = ServerSession::default();
    session.on_frame(&ahead).expect("a hello");
    assert_eq!(session.next(&stale, 7), Next::Reread);
    assert_eq!(session.next(&stale, 7), Next::Reread, "until it is done");
    session.reread(&newest);
    assert_eq!(outline(&sent(session.next(&newest, 7))), ("current", 6));

    // The database was restored.
    let mut session = ServerSession::default();
    session.on_frame(&ahead).expect("a hello");
    assert_eq!(session.next(&stale, 7), Next::Reread);
    session.reread(&stale);
    assert_eq!(outline(&sent(session.next(&stale, 7))), ("snapshot", 5));
}

#[test]
fn keeps_no_queue() {
    let mut session = ServerSession::default();
    let first = publication(&world(1));
    session.on_frame(HELLO).expect("a hello");
    assert_eq!(outline(&sent(session.next(&first, 7))), ("snapshot", 1));
    // Eight revisions while the socket was full: one delta.
    let ninth = publication(&world(9));
    assert_eq!(outline(&sent(session.next(&ninth, 7))), ("delta", 9));
    assert_eq!(session.next(&ninth, 7), Next::Idle);
}

#[test]
fn a_resync_is_answered_by_a_snapshot_once() {
    let publication = publication(&world(5));
    let mut session = ServerSession::default();
    session
        .on_frame(&hello(4, world(4).checksum()))
        .expect("a hello");
    session.on_frame(r#"{"type":"resync"}"#).expect("a resync");
    session.on_frame(r#"{"type":"resync"}"#).expect("a resync");
    assert_eq!(
        outline(&sent(session.next(&publication, 7))),
        ("snapshot", 5)
    );
    assert_eq!(session.next(&publication, 7), Next::Idle);
}

#[test]
fn a_publication_that_goes_back_sends_its_clients_away() {
    let mut session = ServerSession::default();
    session.on_frame(HELLO).expect("a hello");
    let _ = session.next(&publication(&world(9)), 7);
    let restored = publication(&world(4));
    assert_eq!(session.next(&restored, 7), Next::Close(CloseCode::Restart));
}

#[test]
fn heartbeats_say_where_the_client_was_brought() {
    let first = publication(&world(3));
    let mut session = ServerSession::default();
    assert_eq!(session.heartbeat(7), None);
    session.on_frame(HELLO).expect("a hello");
    assert_eq!(session.heartbeat(7), None, "the hello is not answered yet");
    let _ = session.next(&first, 7);
    let checksum = first.checksum();
    let expected =
        format!(r#"{{"type":"heartbeat","revision":3,"checksum":"{checksum}","server_time":7}}"#);
    assert_eq!(session.heartbeat(7), Some(expected));
}

#[test]
fn acknowledgements_only_rise_and_only_to_what_was_sent() {
    let mut session = ServerSession::default();
    session.on_frame(HELLO).expect("a hello");
    for (sent, applied, acknowledged) in [(3, 2, 2), (3, 3, 3), (3, 1, 3), (3, 99, 3), (4, 99, 4)] {
        let _ = session.next(&publication(&world(sent)), 7);
        let applied = format!(r#"{{"type":"applied","revision":{applied}}}"#);
        let received = session.on_frame(&applied).expect("an acknowledgement");
        assert_eq!(received, Received::Applied(acknowledged));
        assert_eq!(session.acknowledged_revision(), acknowledged);
    }
}

#[test]
fn violations_close_the_stream() {
    let applied = r#"{"type":"applied","revision":3}"#;
    let subscribe = r#"{"type":"subscribe","environments":[]}"#;
    for (before, text, code) in [
        (None, applied, CloseCode::ProtocolError),
        (None, r#"{"type":"resync"}"#, CloseCode::ProtocolError),
        (None, subscribe, CloseCode::ProtocolError),
        (Some(HELLO), subscribe, CloseCode::ProtocolError),
        (Some(HELLO), HELLO, CloseCode::ProtocolError),
        (None, "nonsense", CloseCode::Malformed),
        (None, "", CloseCode::Malformed),
        (None, "[]", CloseCode::Malformed),
        (None, r#"{"type":null}"#, CloseCode::Malformed),
        (None, r#"{"type":"hello"}"#, CloseCode::ProtocolError),
        (
            None,
            r#"{"type":"hello","revision":-1,"checksum":"0000000000000000","schema":1}"#,
            CloseCode::ProtocolError,
        ),
        (
            None,
            r#"{"type":"hello","revision":"0","checksum":"0000000000000000","schema":1}"#,
            CloseCode::ProtocolError,
        ),
        (
            None,
            r#"{"type":"hello","revision":1e400,"checksum":"0000000000000000","schema":1}"#,
            CloseCode::ProtocolError,
        ),
        (
            None,
            r#"{"type":"hello","revision":0,"checksum":"00","schema":1}"#,
            CloseCode::ProtocolError,
        ),
        (
            Some(HELLO),
            r#"{"type":"applied","revision":3.5}"#,
            CloseCode::ProtocolError,
        ),
    ] {
        let mut session = ServerSession::default();
        if let Some(before) = before {
            session.on_frame(before).expect("a frame");
        }
        let violation = session.on_frame(text).expect_err(text);
        assert_eq!(violation.code(), code, "{text}: {violation}");
    }
}

#[test]
fn what_is_unknown_is_ignored_even_before_the_hello() {
    let mut session = ServerSession::default();
    for text in [
        r#"{"type":"mood","minute":7}"#,
        r#"{"counts":[],"type":"weather"}"#,
    ] {
        assert_eq!(session.on_frame(text).expect(text), Received::Ignored);
    }
    session.on_frame(HELLO).expect("a hello");
}

#[test]
fn windows_are_heard_after_the_hello_and_change_nothing_that_is_sent() {
    let usage = r#"{"type":"usage","age":5,"length":60000,"flags":[]}"#;
    let outcomes = r#"{"type":"outcomes","age":5,"length":60000,"flags":[]}"#;
    for text in [usage, outcomes] {
        let mut session = ServerSession::default();
        let violation = session.on_frame(text).expect_err("it said no hello");
        assert_eq!(violation.code(), CloseCode::ProtocolError);
    }
    let publication = publication(&world(5));
    let mut session = ServerSession::default();
    session.on_frame(HELLO).expect("a hello");
    let _ = session.next(&publication, 7);
    match session.on_frame(usage).expect("a window") {
        Received::Usage(frame) => assert_eq!((frame.age, frame.length), (5, 60_000)),
        other => panic!("{other:?}"),
    }
    let received = session.on_frame(outcomes).expect("a window");
    assert!(matches!(received, Received::Outcomes(_)));
    assert_eq!(session.next(&publication, 7), Next::Idle);
}

#[test]
fn frames_are_serialised_once() {
    let publication = publication(&world(5));
    for _ in 0..100 {
        for revision in 0..5 {
            let checksum = world(revision).checksum();
            let mut session = ServerSession::default();
            session
                .on_frame(&hello(u64::from(revision), checksum))
                .expect("a hello");
            let _ = session.next(&publication, 7);
        }
    }
    assert_eq!(publication.frames_serialized(), 5);
}
