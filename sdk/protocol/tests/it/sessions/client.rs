//! The client's session: what it says, and what it takes.

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
        // The next connection gets a snapshot, so that the same frame does not come again; but not
        // from a server that is behind.
        let hello = session.hello("test").to_text();
        let mut server = ServerSession::default();
        let _ = server.on_frame(&hello).expect("a hello");
        let behind = publication(&world(2));
        assert_eq!(server.next(&behind, 0), Next::Reread, "{text}");
        let answer = sent(server.next(&publication(&world(3)), 0));
        assert_eq!(outline(&answer), ("snapshot", 3), "{text}");
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
    let empty =
        r#"{"type":"snapshot","revision":9,"items":[],"members":[],"checksum":"0000000000000001"}"#;
    let error = session.on_frame(empty).expect_err("another checksum");
    assert_eq!(error.to_string(), "an unusable snapshot");
}

/// The number of the revision that a delta leads to is all of it that no checksum covers: altered on
/// the way, it is found by what comes next, be it a heartbeat or a delta, unless it is no later one.
#[test]
fn a_delta_that_leads_to_another_revision_than_the_servers_is_healed_by_what_comes_next() {
    let server = world(4);
    let next = [heartbeat(4, server.checksum()), delta(4, 5)];
    for to in [0, 2, 3, 5, 7, 40, u64::MAX] {
        for next in &next {
            let mut session = live(&world(3));
            let altered = delta(3, 4).replace(r#""to":4"#, &format!(r#""to":{to}"#));
            let step = session.on_frame(&altered).expect("a delta");
            let step = if to > 3 {
                assert!(step.change.is_some(), "{to}");
                session.on_frame(next).expect(next)
            } else {
                // One that leads to no later revision is refused at once, whole.
                assert_eq!(step.incident, Some(Incident::OutOfOrder), "{to}");
                assert!(step.change.is_none(), "{to}");
                assert_eq!(session.replica().checksum(), world(3).checksum(), "{to}");
                step
            };
            let said = step.reply.map(|frame| frame.to_text());
            assert_eq!(said.as_deref(), RESYNC, "{to}, {next}");
            let healed = session.on_frame(&publication(&server).snapshot());
            assert!(healed.expect("a snapshot").change.is_some());
            assert_eq!(session.replica().revision(), 4);
            assert_eq!(session.replica().checksum(), server.checksum());
        }
    }
}
