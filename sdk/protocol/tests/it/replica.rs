//! Replicas: what they keep when something is wrong, and what they say has changed.

use tenantry_core::{Checksum, Context, Reason};
use tenantry_protocol::{ApplyError, Change, Publication, Replica, ServerFrame};

use crate::world::{self, World};

fn apply(replica: &mut Replica, text: &str) -> Result<Change, ApplyError> {
    match ServerFrame::parse(text)
        .expect("a frame")
        .expect("a known kind")
    {
        ServerFrame::Delta(delta) => replica.apply(&delta),
        ServerFrame::Snapshot(snapshot) => replica.load(&snapshot),
        other => panic!("{other:?}"),
    }
}

/// A world with a flag `a` that is on for everybody and allows acme, blocks initech.
fn world() -> World {
    let mut world = World::default();
    let a = world::id("flag/a");
    world.put(&a, Some(world::flag("a", 100_000)));
    world.set_member(&a, "block", "initech", true);
    world
}

#[test]
fn a_flag_that_does_not_compile_keeps_its_last_good_version_and_its_new_lists() {
    let mut world = world();
    let (a, b) = (world::id("flag/a"), world::id("flag/b"));
    let mut replica = world.replica();
    world.put(&a, Some(world::flag("a", 7_000_000)));
    world.set_member(&a, "block", "hooli", true);
    world.put(&b, Some(world::flag("b", 7_000_000)));
    let change = replica.clone();
    let publication = Publication::new(change).advance(world.changes_since(replica.revision()));
    let (publication, change) = publication.expect("the next state");

    // The server holds on to it, names it, and streams its bytes as they are.
    assert_eq!(change.refused.len(), 2);
    assert_eq!(change.refused[0].name.to_string(), "flag/a");
    assert!(
        change.refused[0].problem.contains("threshold"),
        "{}",
        change.refused[0].problem
    );
    let from = replica.checksum();
    let delta = match publication.frame_for(replica.revision(), from) {
        tenantry_protocol::Outgoing::Delta(text) => text,
        other => panic!("{other:?}"),
    };
    let change = apply(&mut replica, &delta).expect("a delta that fits");
    assert_eq!(change.refused.len(), 2);
    assert_eq!(replica.checksum(), world.checksum());
    for ruleset in [replica.ruleset(), publication.replica().ruleset()] {
        assert_eq!(ruleset.is_enabled("a", "acme"), Some(true));
        assert_eq!(ruleset.is_enabled("a", "initech"), Some(false));
        assert_eq!(
            ruleset.is_enabled("a", "hooli"),
            Some(false),
            "the lists are the new ones"
        );
        assert_eq!(
            ruleset.evaluate("b", &Context::tenant("acme")).reason,
            Reason::ParseError
        );
    }

    // A snapshot keeps the last good version as well, and a later good version takes over.
    apply(&mut replica, &publication.snapshot()).expect("a snapshot that fits");
    assert_eq!(replica.ruleset().is_enabled("a", "acme"), Some(true));
    world.put(&a, Some(world::flag("a", 0)));
    let newer = world.advance(&publication);
    apply(&mut replica, &newer.snapshot()).expect("a snapshot that fits");
    assert_eq!(replica.ruleset().is_enabled("a", "acme"), Some(false));
}

#[test]
fn what_was_removed_and_made_anew_has_no_last_good_version() {
    let mut world = world();
    let a = world::id("flag/a");
    let mut replica = world.replica();
    let publication = Publication::new(replica.clone());
    world.put(&a, None);
    world.put(&a, Some(world::flag("a", 7_000_000)));
    let publication = world.advance(&publication);
    let delta = match publication.frame_for(replica.revision(), replica.checksum()) {
        tenantry_protocol::Outgoing::Delta(text) => text,
        other => panic!("{other:?}"),
    };
    apply(&mut replica, &delta).expect("a delta that fits");
    let evaluation = replica.ruleset().evaluate("a", &Context::tenant("acme"));
    assert_eq!(evaluation.reason, Reason::ParseError);
}

#[test]
fn rows_that_are_no_json_are_left_out_and_named() {
    let mut replica = Replica::default();
    let rows = [
        (world::id("flag/a"), "{".to_owned()),
        (world::id("flag/b"), world::flag("another", 1)),
        (world::id("flag/c"), world::flag("c", 100_000)),
    ];
    let change = replica.fill(7, rows, []);
    let refused: Vec<_> = change
        .refused
        .iter()
        .map(|refused| refused.name.to_string())
        .collect();
    assert_eq!(refused, ["flag/a", "flag/b"]);
    assert_eq!(replica.ruleset().is_enabled("c", "acme"), Some(true));
    assert_eq!(replica.ruleset().is_enabled("another", "acme"), None);

    // Read again with another broken row, it keeps what it had.
    let change = replica.fill(8, [(world::id("flag/c"), "nonsense".to_owned())], []);
    assert_eq!(change.refused.len(), 1);
    assert_eq!(replica.ruleset().is_enabled("c", "acme"), Some(true));
}

#[test]
fn nothing_of_a_frame_that_does_not_fit_is_applied() {
    let world = world();
    let replica = world.replica();
    let good = world::flag("a", 0);
    let (revision, zeros) = (replica.revision(), Checksum::ZERO);
    let item_less = r#"{"flag":{}}"#;
    let deltas = [
        format!(
            r#"{{"type":"delta","from":{revision},"to":9,"upserts":[{good}],"removals":[],"members":[],"checksum":"{zeros}"}}"#
        ),
        format!(
            r#"{{"type":"delta","from":0,"to":9,"upserts":[{good}],"removals":[],"members":[],"checksum":"{zeros}"}}"#
        ),
        format!(
            r#"{{"type":"delta","from":{revision},"to":9,"upserts":[{good},{item_less}],"removals":["flag/a"],"members":[],"checksum":"{zeros}"}}"#
        ),
        format!(
            r#"{{"type":"snapshot","revision":9,"items":[{good}],"members":[],"checksum":"{zeros}"}}"#
        ),
    ];
    for text in deltas {
        let mut tried = replica.clone();
        apply(&mut tried, &text).expect_err(&text);
        assert_eq!(
            (tried.revision(), tried.checksum()),
            (revision, replica.checksum())
        );
        assert_eq!(
            tried.ruleset().is_enabled("a", "acme"),
            Some(true),
            "{text}"
        );
    }
}

#[test]
fn a_change_names_what_is_different_and_no_more() {
    let mut world = world();
    world.put(
        &world::id("segment/friends"),
        Some(world::segment("friends")),
    );
    world.put(
        &world::id("flag/asks"),
        Some(world::flag_for("asks", "friends")),
    );
    let waits = r#"{"flag":{"key":"waits","salt":"s","targeting":{"on":true,"prerequisites":[{"flag":"asks"}],"rollout":{"threshold":100000}}}}"#;
    world.put(&world::id("flag/waits"), Some(waits.to_owned()));
    let mut replica = world.replica();
    let publication = Publication::new(replica.clone());

    world.set_member(&world::id("segment/friends"), "members", "acme", true);
    let publication = world.advance(&publication);
    let change = apply(&mut replica, &publication.snapshot()).expect("a snapshot that fits");
    assert!(change.flags.is_empty(), "{:?}", change.flags);
    assert!(change.segments.iter().map(AsRef::as_ref).eq(["friends"]));
    let affected = change.affected_flags();
    assert!(
        affected.iter().map(AsRef::as_ref).eq(["asks", "waits"]),
        "{affected:?}"
    );
    assert_eq!(replica.ruleset().is_enabled("waits", "acme"), Some(true));
    assert_eq!(replica.ruleset().is_enabled("waits", "globex"), Some(false));

    let change = apply(&mut replica, &publication.snapshot()).expect("a snapshot that fits");
    assert!(
        change.affected_flags().is_empty(),
        "the same again changes nothing"
    );

    world.put(&world::id("flag/a"), None);
    let publication = world.advance(&publication);
    let change = apply(&mut replica, &publication.snapshot()).expect("a snapshot that fits");
    assert!(change.flags.iter().map(AsRef::as_ref).eq(["a"]));
    assert_eq!(replica.ruleset().is_enabled("a", "acme"), None);
}

#[test]
fn slots_outlive_every_load() {
    let world = world();
    let mut replica = world.replica();
    let slot = replica.ruleset().slot("a").expect("a slot");
    let other = format!(r#"{{"items":[{}]}}"#, world::flag("b", 100_000));
    replica
        .load_snapshot_bytes(other.as_bytes())
        .expect("a document");
    assert_eq!(replica.ruleset().is_enabled_slot(slot, "acme"), None);
    let text = Publication::new(world.replica()).snapshot();
    apply(&mut replica, &text).expect("a snapshot that fits");
    assert_eq!(replica.ruleset().is_enabled_slot(slot, "acme"), Some(true));
}

#[test]
fn a_document_written_by_hand_needs_no_checksum_and_may_hold_its_lists() {
    let document = r#"{
        "items": [
            {"flag": {"key": "a", "salt": "s", "targeting": {"on": true, "allow": ["acme"]}}},
            {"segment": {"key": "friends"}}
        ],
        "members": [{"owner": "segment/friends", "list": "members", "add": ["globex"]}]
    }"#;
    let mut replica = Replica::from_snapshot_bytes(document.as_bytes()).expect("a document");
    assert_eq!(replica.revision(), 0);
    assert_eq!(replica.ruleset().is_enabled("a", "acme"), Some(true));
    assert_eq!(replica.ruleset().is_enabled("a", "globex"), Some(false));
    for broken in [
        "",
        "[]",
        "{}",
        r#"{"items":[7]}"#,
        r#"{"items":[],"checksum":"0000000000000001"}"#,
    ] {
        replica
            .load_snapshot_bytes(broken.as_bytes())
            .expect_err(broken);
        assert_eq!(replica.ruleset().is_enabled("a", "acme"), Some(true));
    }
}

#[test]
fn hostile_documents_are_refused_like_any_other_broken_one() {
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    let item = format!(r#"{{"flag":{{"key":"a","salt":"s","targeting":{{"x":{deep}}}}}}}"#);
    let mut replica = Replica::default();
    let change = replica.fill(1, [(world::id("flag/a"), item)], []);
    // Whether depth in a field that nobody reads is refused is serde's business; it is no panic,
    // and what comes out of it is streamed and loaded alike.
    let text = Publication::new(replica).snapshot();
    let mut other = Replica::default();
    let again = apply(&mut other, &text).expect("a snapshot that fits");
    assert_eq!(again.refused, change.refused);
}
