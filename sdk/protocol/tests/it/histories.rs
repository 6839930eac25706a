//! Histories: however a history is cut into deltas, and whatever happens to them on the way, a
//! client ends where the server is, or asks for a snapshot.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use tenantry_core::{Checksum, ItemId};
use tenantry_protocol::{
    Changes, ClientFrame, ClientSession, LOGGED_NAMES, LoggedRevision, MemberRef, Next, Outgoing,
    Publication, Replica, ServerFrame, ServerSession,
};

use crate::world::{self, World};

/// Something that happens in an environment.
#[derive(Debug, Clone)]
enum Event {
    Put(usize, u32),
    Remove(usize),
    Member {
        owner: usize,
        list: usize,
        tenant: u8,
        present: bool,
    },
}

/// Four flags and two segments; one flag asks one of them.
fn item(index: usize) -> ItemId {
    let names = [
        "flag/a",
        "flag/b",
        "flag/c",
        "flag/asks",
        "segment/friends",
        "segment/others",
    ];
    world::id(names[index])
}

fn bytes(id: &ItemId, number: u32) -> String {
    match id {
        ItemId::Flag(key) if key.as_str() == "asks" => world::flag_for("asks", "friends"),
        // Every seventh document does not compile anywhere: a threshold beyond the limit.
        ItemId::Flag(key) if number.is_multiple_of(7) => {
            world::flag(key.as_str(), 100_001 + number)
        }
        ItemId::Flag(key) => world::flag(key.as_str(), number),
        ItemId::Segment(key) => world::segment(key.as_str()),
    }
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (0..6_usize, 0..100_000_u32).prop_map(|(item, number)| Event::Put(item, number)),
        1 => (0..6_usize).prop_map(Event::Remove),
        4 => (0..6_usize, 0..2_usize, 0..6_u8, any::<bool>()).prop_map(
            |(owner, list, tenant, present)| Event::Member { owner, list, tenant, present }
        ),
    ]
}

fn happen(world: &mut World, event: &Event) {
    match event {
        Event::Put(index, number) => {
            let id = item(*index);
            let bytes = bytes(&id, *number);
            world.put(&id, Some(bytes));
        }
        Event::Remove(index) => world.put(&item(*index), None),
        Event::Member {
            owner,
            list,
            tenant,
            present,
        } => {
            let owner = item(*owner);
            let list = match owner {
                ItemId::Flag(_) => ["allow", "block"][*list],
                ItemId::Segment(_) => "members",
            };
            world.set_member(&owner, list, &format!("tenant-{tenant}"), *present);
        }
    }
}

/// Whether two replicas hold and answer the same.
fn check_same(client: &Replica, server: &Replica) {
    assert_eq!(client.revision(), server.revision());
    assert_eq!(client.checksum(), server.checksum());
    let items = |replica: &Replica| -> Vec<_> {
        let items = replica.items();
        items
            .map(|(name, bytes)| (name.clone(), bytes.get().to_owned()))
            .collect()
    };
    assert_eq!(items(client), items(server));
    for flag in ["a", "b", "c", "asks"] {
        // A flag that does not compile answers as it last did, and the two may have seen another
        // version last.
        let name = format!("flag/{flag}").parse().expect("a name");
        let poisoned = server.item(&name).is_some_and(|bytes| {
            let definition = serde_json::from_str(bytes.get());
            let tenantry_core::model::Item::Flag(definition) = definition.expect("an item") else {
                panic!("{name} is no flag");
            };
            tenantry_core::compile(&definition).is_err()
        });
        if poisoned {
            continue;
        }
        for tenant in 0..6 {
            let tenant = format!("tenant-{tenant}");
            assert_eq!(
                client.ruleset().is_enabled(flag, &tenant),
                server.ruleset().is_enabled(flag, &tenant),
                "{flag} for {tenant}"
            );
        }
    }
}

fn delta(publication: &Publication, from: (u64, Checksum)) -> Option<Arc<str>> {
    match publication.frame_for(from.0, from.1) {
        Outgoing::Delta(text) => Some(text),
        _ => None,
    }
}

proptest! {
    /// Deltas from cut to cut, with drops, repeats and reorderings.
    #[test]
    fn any_cut_ends_in_the_servers_state_or_asks_for_a_snapshot(
        before in vec(event(), 0..40),
        after in vec((event(), any::<bool>()), 1..60),
        mishaps in vec((0..4_u8, any::<prop::sample::Index>()), 0..6),
    ) {
        let mut world = World::default();
        // Before the first revision there is nothing, and that is answered by a snapshot.
        happen(&mut world, &Event::Put(0, 1));
        for event in &before {
            happen(&mut world, event);
        }
        let mut publication = Publication::new(world.replica());
        let mut session = ClientSession::new(Replica::default());
        session.hello("test");
        let _ = session.on_frame(&publication.snapshot()).expect("a snapshot");

        let mut deltas = Vec::new();
        let mut from = (publication.revision(), publication.checksum());
        for (event, cut) in &after {
            happen(&mut world, event);
            if *cut && world.revision > from.0 {
                publication = world.advance(&publication);
                deltas.extend(delta(&publication, from));
                from = (publication.revision(), publication.checksum());
            }
        }
        let clean = mishaps.is_empty();
        for (kind, index) in mishaps {
            if deltas.is_empty() {
                break;
            }
            let index = index.index(deltas.len());
            match kind {
                0 => { deltas.remove(index); }
                1 => deltas.insert(index, Arc::clone(&deltas[index])),
                2 => deltas.swap(0, index),
                _ => deltas.rotate_left(index),
            }
        }

        let mut resynced = false;
        for text in &deltas {
            let before = session.replica().clone();
            let step = session.on_frame(text).expect("a well-formed delta");
            if step.change.is_none() {
                check_same(session.replica(), &before);
            }
            resynced |= matches!(step.reply, Some(ClientFrame::Resync));
        }
        prop_assert!(!(clean && resynced), "a history without a mishap needs no snapshot");
        if !resynced {
            // Nothing was noticed: then a heartbeat either agrees or asks.
            let heartbeat = format!(
                r#"{{"type":"heartbeat","revision":{},"checksum":"{}","server_time":0}}"#,
                from.0, from.1
            );
            let step = session.on_frame(&heartbeat).expect("a heartbeat");
            resynced = matches!(step.reply, Some(ClientFrame::Resync));
        }
        if resynced {
            let _ = session.on_frame(&publication.snapshot()).expect("a snapshot");
        }
        check_same(session.replica(), publication.replica());
        prop_assert!(session.is_live());
    }

    /// The same for one jump: from any revision to any later one, in one delta.
    #[test]
    fn one_delta_leads_from_any_revision_to_the_newest(
        events in vec(event(), 1..60),
        start in any::<prop::sample::Index>(),
    ) {
        let mut world = World::default();
        let start = start.index(events.len());
        for event in &events[..start] {
            happen(&mut world, event);
        }
        let first = Publication::new(world.replica());
        let mut followed = Publication::new(world.replica());
        for event in &events[start..] {
            happen(&mut world, event);
            let mut changes = world.changes_since(followed.revision());
            // A log need not say what was removed, if each removal is seen by itself.
            for logged in &mut changes.revisions {
                logged.removed.clear();
            }
            if !changes.revisions.is_empty() {
                followed = followed.advance(changes).expect("the next state").0;
            }
        }
        prop_assume!(world.revision > first.revision());
        // Read at once, one by one, and after a restart of the server: all know the way.
        let at_once = world.advance(&first);
        let restarted = Publication::with_history(world.replica(), world.log.clone());
        for publication in [at_once, followed, restarted] {
            prop_assert_eq!(publication.checksum(), world.checksum());
            let mut replica = first.replica().clone();
            let from = (first.revision(), first.checksum());
            let Some(text) = delta(&publication, from) else {
                // Only from before the oldest that a restarted server remembers.
                prop_assert!(first.revision() == 0);
                continue;
            };
            let Ok(Some(ServerFrame::Delta(delta))) = ServerFrame::parse(&text) else {
                panic!("{text}");
            };
            replica.apply(&delta).expect("a delta that fits");
            check_same(&replica, publication.replica());
        }
    }

    /// Both sessions against each other, over connections that break anywhere.
    #[test]
    fn sessions_that_meet_again_and_again_agree_in_the_end(
        rounds in vec((vec(event(), 0..12), 0..5_usize, any::<bool>()), 1..12),
    ) {
        let mut world = World::default();
        let mut publication = Publication::new(world.replica());
        let mut client = ClientSession::new(Replica::default());
        for (events, heard, restart) in rounds {
            let mut server = ServerSession::default();
            server.on_frame(&client.hello("test").to_text()).expect("a hello");
            for event in &events {
                happen(&mut world, event);
                publication = world.advance(&publication);
                converse(&mut server, &mut client, &publication, heard);
            }
            if restart {
                publication = Publication::with_history(world.replica(), world.log.clone());
            }
        }
        let mut server = ServerSession::default();
        server.on_frame(&client.hello("test").to_text()).expect("a hello");
        converse(&mut server, &mut client, &publication, usize::MAX);
        check_same(client.replica(), publication.replica());
        let heartbeat = server.heartbeat(0).expect("the hello is answered");
        let reply = client.on_frame(&heartbeat).expect("a heartbeat").reply.expect("an answer");
        server.on_frame(&reply.to_text()).expect("an answer");
        prop_assert_eq!(server.acknowledged_revision(), publication.revision());
    }
}

/// Sends what is due; the client hears at most `heard` frames, then the connection is dead to it.
fn converse(
    server: &mut ServerSession,
    client: &mut ClientSession,
    publication: &Publication,
    heard: usize,
) {
    for _ in 0..heard {
        let Next::Send(text) = server.next(publication, 0) else {
            return;
        };
        let step = client.on_frame(&text).expect("a frame");
        assert_eq!(step.incident, None, "nothing was lost between the two");
        if let Some(reply) = step.reply {
            server.on_frame(&reply.to_text()).expect("a reply");
        }
    }
}

#[test]
fn one_tenant_in_a_list_of_a_hundred_thousand_is_a_small_delta() {
    let mut world = World::default();
    let id = world::id("flag/new-billing");
    world
        .items
        .insert(id.clone(), world::flag("new-billing", 0));
    let mut replica = Replica::default();
    let tenants = (0..100_000)
        .map(|number| format!("tenant-{number:08}"))
        .collect();
    replica.fill(
        1,
        world.items.clone(),
        [(id.clone(), "allow".to_owned(), tenants)],
    );
    let before = Publication::new(replica);
    let added = Checksum::of_member(&id, "allow", "acme");
    let member = MemberRef {
        owner: id,
        list: "allow".into(),
        tenant: "acme".into(),
    };
    let logged = LoggedRevision {
        revision: 2,
        checksum: before.checksum() ^ added,
        items: Vec::new(),
        removed: Vec::new(),
        members: vec![member.clone()],
    };
    let changes = Changes {
        revisions: vec![logged],
        items: Vec::new(),
        members: vec![(member, true)],
    };
    let (after, change) = before.advance(changes).expect("the next state");
    let text = delta(&after, (1, before.checksum())).expect("a delta");
    assert!(text.len() < 1_024, "{} bytes: {text}", text.len());
    assert_eq!(change.flags.len(), 1);

    let mut client = before.replica().clone();
    let Ok(Some(ServerFrame::Delta(delta))) = ServerFrame::parse(&text) else {
        panic!("{text}");
    };
    client.apply(&delta).expect("a delta that fits");
    assert_eq!(
        client.ruleset().is_enabled("new-billing", "acme"),
        Some(true)
    );
    assert_eq!(
        client
            .ruleset()
            .is_enabled("new-billing", "tenant-00000007"),
        Some(true)
    );
    assert_eq!(
        client.ruleset().is_enabled("new-billing", "globex"),
        Some(false)
    );
}

/// The oldest revision of a history from which its publication makes a delta.
fn oldest_delta(world: &World, history: &[LoggedRevision]) -> Option<u64> {
    let publication = Publication::with_history(world.replica(), history.to_vec());
    let mut revisions = history.iter();
    let first = revisions.find(|logged| {
        let way = publication.frame_for(logged.revision, logged.checksum);
        matches!(way, Outgoing::Delta(_))
    });
    first.map(|logged| logged.revision)
}

#[test]
fn a_log_of_enormous_revisions_is_a_short_one() {
    let mut world = World::default();
    for number in 0..5 {
        world.put(&world::id("flag/a"), Some(world::flag("a", number)));
    }
    let mut history = world.log.clone();
    assert_eq!(oldest_delta(&world, &history), Some(1));
    for logged in &mut history {
        logged.items = vec![world::id("flag/a"); LOGGED_NAMES / 3];
    }
    assert_eq!(oldest_delta(&world, &history), Some(3));
    // The newest revision is remembered, whatever it costs.
    history[4].items = vec![world::id("flag/a"); LOGGED_NAMES + 1];
    assert_eq!(oldest_delta(&world, &history), None);
    let publication = Publication::with_history(world.replica(), history);
    let newest = (publication.revision(), publication.checksum());
    assert_eq!(publication.frame_for(newest.0, newest.1), Outgoing::Current);
    world.put(&world::id("flag/a"), Some(world::flag("a", 9)));
    let changes = world.changes_since(5);
    let (publication, _) = publication.advance(changes).expect("the next");
    assert!(matches!(
        publication.frame_for(newest.0, newest.1),
        Outgoing::Snapshot(_)
    ));
}
