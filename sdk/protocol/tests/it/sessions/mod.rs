//! Sessions, as tables: what each side makes of every order of frames.

mod client;
mod server;

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
