//! Sessions, as tables: what each side makes of every order of frames.

use tenantry_core::Checksum;
use tenantry_protocol::{
    ClientFrame, ClientSession, CloseCode, Incident, Next, Publication, Received, Replica,
    ServerFrame, ServerSession, SessionError,
};

use crate::world::{self, World};

const HELLO: &str =
    r#"{"type":"hello","revision":0,"checksum":"0000000000000000","schema":1,"sdk":"test"}"#;

/// An environment after `changes` changes of one flag; the last odd one turns it on.
fn world(changes: u32) -> World {
    let mut world = World::default();
    for number in 1..=changes {
        world.put(
            &world::id("flag/a"),
            Some(world::flag("a", number % 2 * 100_000)),
        );
    }
    world
}

fn publication(world: &World) -> Publication {
    Publication::with_history(world.replica(), world.log.clone())
}

fn hello(revision: u64, checksum: Checksum) -> String {
    format!(r#"{{"type":"hello","revision":{revision},"checksum":"{checksum}","schema":1}}"#)
}

/// A client that has the state of `world`, live.
fn live(world: &World) -> ClientSession {
    let mut session = ClientSession::new(Replica::default());
    session.hello("test");
    let _ = session
        .on_frame(&publication(world).snapshot())
        .expect("a snapshot");
    assert!(session.is_live());
    session
}

fn sent(next: Next) -> String {
    match next {
        Next::Send(text) => text.to_string(),
        other => panic!("{other:?}"),
    }
}

/// The kind of a frame and where it leads.
fn outline(text: &str) -> (&'static str, u64) {
    match ServerFrame::parse(text)
        .expect("a frame")
        .expect("a known kind")
    {
        ServerFrame::Current(current) => ("current", current.revision),
        ServerFrame::Delta(delta) => ("delta", delta.to),
        ServerFrame::Snapshot(snapshot) => ("snapshot", snapshot.revision),
        other => panic!("{other:?}"),
    }
}

mod client {
    use super::*;

    /// What a live client at revision 3 makes of a frame: what it says, the revision it is at then,
    /// and what it notes.
    fn check(text: &str, reply: Option<&str>, revision: u64, incident: Option<Incident>) {
        let mut session = live(&world(3));
        let step = session.on_frame(text).expect(text);
        let said = step.reply.map(|frame| frame.to_text());
        assert_eq!(said.as_deref(), reply, "{text}");
        assert_eq!(session.replica().revision(), revision, "{text}");
        assert_eq!(step.incident, incident, "{text}");
        assert_eq!(step.change.is_some(), revision != 3, "{text}");
    }

    const RESYNC: Option<&str> = Some(r#"{"type":"resync"}"#);

    fn delta(from: u32, to: u32) -> String {
        let (from, to) = (world(from), world(to));
        match publication(&to).frame_for(from.revision, from.checksum()) {
            tenantry_protocol::Outgoing::Delta(text) => text.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn heartbeat(revision: u64, checksum: Checksum) -> String {
        format!(
            r#"{{"type":"heartbeat","revision":{revision},"checksum":"{checksum}","server_time":7}}"#
        )
    }

    #[test]
    fn hears_every_frame_in_any_order() {
        let now = world(3);
        check(&delta(3, 4), None, 4, None);
        check(&delta(3, 9), None, 9, None);
        check(&delta(2, 3), RESYNC, 3, Some(Incident::OutOfOrder));
        check(&delta(4, 5), RESYNC, 3, Some(Incident::OutOfOrder));
        let lying = delta(3, 4).replace(&world(4).checksum().to_string(), "0123456789abcdef");
        check(&lying, RESYNC, 3, Some(Incident::DeltaMismatch));

        let applied = Some(r#"{"type":"applied","revision":3}"#);
        check(&heartbeat(3, now.checksum()), applied, 3, None);
        check(
            &heartbeat(3, Checksum::ZERO),
            RESYNC,
            3,
            Some(Incident::StateMismatch),
        );
        check(
            &heartbeat(4, now.checksum()),
            RESYNC,
            3,
            Some(Incident::StateMismatch),
        );
        check(
            &heartbeat(2, now.checksum()),
            RESYNC,
            3,
            Some(Incident::StateMismatch),
        );

        check(&publication(&world(5)).snapshot(), None, 5, None);
        check(
            &publication(&world(2)).snapshot(),
            None,
            3,
            Some(Incident::OlderSnapshot),
        );

        check(
            r#"{"type":"changed","environment":"e","revision":9,"keys":[]}"#,
            None,
            3,
            None,
        );
        check(r#"{"type":"confetti","colour":"red"}"#, None, 3, None);
        check(r#"{"type":"confetti" this is not even JSON"#, None, 3, None);
    }

    #[test]
    fn keeps_everything_and_asks_for_all_after_a_malformed_frame() {
        let whole = publication(&world(3)).snapshot();
        let broken_snapshot = whole
            .replace("\"revision\":3", "\"revision\":4")
            .replace("100000", "5");
        for text in [
            "",
            "nonsense",
            "[]",
            "{}",
            r#"{"type":7}"#,
            r#"["heartbeat",3]"#,
            r#"{"type":"heartbeat"}"#,
            r#"{"type":"heartbeat","revision":"3","checksum":"0000000000000000","server_time":7}"#,
            r#"{"type":"heartbeat","revision":-1,"checksum":"0000000000000000","server_time":7}"#,
            r#"{"type":"heartbeat","revision":3,"checksum":"0","server_time":7}"#,
            r#"{"type":"current","revision":3,"revision":3,"checksum":"0000000000000000","server_time":7}"#,
            r#"{"type":"delta","from":3,"to":4}"#,
            r#"{"type":"delta","from":3,"to":4,"upserts":[{}],"removals":[],"members":[],"checksum":"0000000000000000"}"#,
            r#"{"type":"delta","from":3,"to":4,"upserts":[],"removals":["a"],"members":[],"checksum":"0000000000000000"}"#,
            &whole[..whole.len() - 2],
            &broken_snapshot,
        ] {
            let mut session = live(&world(3));
            session.on_frame(text).expect_err(text);
            assert_eq!(session.replica().revision(), 3);
            assert_eq!(
                session.replica().ruleset().is_enabled("a", "acme"),
                Some(true)
            );
            // The next connection asks for a snapshot, so that the same frame does not come again.
            assert_eq!(session.hello("test").to_text(), HELLO, "{text}");
            // And the one after that, if nothing was heard, trusts its state again.
            let ClientFrame::Hello(hello) = session.hello("test") else {
                panic!("no hello")
            };
            assert_eq!(hello.revision, 3);
        }
    }

    #[test]
    fn asks_once_and_waits_for_the_snapshot() {
        let mut session = live(&world(3));
        let step = session.on_frame(&delta(5, 6)).expect("a delta");
        assert_eq!(step.reply, Some(ClientFrame::Resync));
        assert!(!session.is_live());
        for ignored in [delta(3, 4), delta(6, 7), heartbeat(7, Checksum::ZERO)] {
            let step = session.on_frame(&ignored).expect("a frame");
            assert_ne!(step.reply, Some(ClientFrame::Resync), "{ignored}");
            assert!(step.change.is_none(), "{ignored}");
        }
        let step = session
            .on_frame(&publication(&world(7)).snapshot())
            .expect("a snapshot");
        assert!(step.change.is_some() && session.is_live());
        assert_eq!(session.replica().revision(), 7);
    }

    #[test]
    fn follows_a_restored_server_back() {
        let mut session = live(&world(9));
        let frame = session.hello("test");
        assert!(frame.to_text().contains("\"revision\":9"));
        let step = session
            .on_frame(&publication(&world(4)).snapshot())
            .expect("a snapshot");
        assert_eq!(step.change.map(|change| change.revision), Some(4));

        // While it is live as well: the heartbeat disagrees, and the answer to the resync counts.
        let mut session = live(&world(9));
        let restored = world(4);
        let step = session
            .on_frame(&heartbeat(4, restored.checksum()))
            .expect("a heartbeat");
        assert_eq!(step.reply, Some(ClientFrame::Resync));
        let step = session
            .on_frame(&publication(&restored).snapshot())
            .expect("a snapshot");
        assert_eq!(step.change.map(|change| change.revision), Some(4));
    }

    #[test]
    fn is_current_only_if_the_server_says_what_it_has() {
        let now = world(3);
        let current = |revision: u64, checksum: Checksum| {
            format!(
                r#"{{"type":"current","revision":{revision},"checksum":"{checksum}","server_time":7}}"#
            )
        };
        let mut session = live(&now);
        session.hello("test");
        assert!(!session.is_live());
        let step = session
            .on_frame(&current(3, now.checksum()))
            .expect("an answer");
        assert!(session.is_live() && step.reply.is_none());

        session.hello("test");
        let step = session
            .on_frame(&current(3, Checksum::ZERO))
            .expect("an answer");
        assert_eq!(step.incident, Some(Incident::StateMismatch));
        assert!(!session.is_live());
    }

    #[test]
    fn tells_malformed_frames_from_unusable_ones() {
        let mut session = live(&world(3));
        let error = session.on_frame("nonsense").expect_err("no frame");
        assert!(matches!(error, SessionError::Frame(_)), "{error:?}");
        let empty = r#"{"type":"snapshot","revision":9,"items":[],"members":[],"checksum":"0000000000000001"}"#;
        let error = session.on_frame(empty).expect_err("another checksum");
        assert_eq!(error.to_string(), "an unusable snapshot");
    }
}

mod server {
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
        let expected = format!(
            r#"{{"type":"heartbeat","revision":3,"checksum":"{checksum}","server_time":7}}"#
        );
        assert_eq!(session.heartbeat(7), Some(expected));
    }

    #[test]
    fn acknowledgements_only_rise_and_only_to_what_was_sent() {
        let mut session = ServerSession::default();
        session.on_frame(HELLO).expect("a hello");
        for (sent, applied, acknowledged) in
            [(3, 2, 2), (3, 3, 3), (3, 1, 3), (3, 99, 3), (4, 99, 4)]
        {
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
            r#"{"type":"usage","minute":7}"#,
            r#"{"counts":[],"type":"outcomes"}"#,
        ] {
            assert_eq!(session.on_frame(text).expect(text), Received::Ignored);
        }
        session.on_frame(HELLO).expect("a hello");
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
}
