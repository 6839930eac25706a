//! Golden frames: the protocol as bytes. They stay for ever: a change that breaks one breaks every
//! client in the field.
//!
//! `tests/golden/*.json` are the frames as this crate writes them; `*.foreign.json` are frames as
//! another writer might send them, with other white space, another order and fields unknown here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tenantry_protocol::{ClientFrame, ClientSession, Replica, ServerFrame};

fn golden() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut frames: Vec<_> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path
                .file_stem()
                .and_then(|name| name.to_str())
                .expect("a name");
            let text = fs::read_to_string(&path).expect("a frame");
            (name.to_owned(), text.trim_end().to_owned())
        })
        .collect();
    frames.sort();
    frames
}

fn frame(name: &str) -> String {
    let found = golden().into_iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no golden frame {name}")).1
}

/// Reads a frame of either side and writes it again.
fn rewritten(name: &str, text: &str) -> String {
    if name.starts_with("client-") {
        ClientFrame::parse(text).expect(name).expect(name).to_text()
    } else {
        ServerFrame::parse(text).expect(name).expect(name).to_text()
    }
}

#[test]
fn every_kind_is_read_and_written_byte_for_byte() {
    let mut kinds = BTreeSet::new();
    for (name, text) in golden() {
        let rewritten = rewritten(&name, &text);
        if !name.ends_with(".foreign") {
            assert_eq!(rewritten, text, "{name}");
        }
        let frame: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        kinds.insert(frame["type"].as_str().expect("a kind").to_owned());
    }
    let expected = [
        "applied",
        "changed",
        "current",
        "delta",
        "heartbeat",
        "hello",
        "logged",
        "outcomes",
        "resync",
        "snapshot",
        "subscribe",
        "usage",
    ];
    assert!(kinds.iter().map(String::as_str).eq(expected), "{kinds:?}");
}

#[test]
fn frames_of_other_writers_mean_the_same() {
    let heartbeat = frame("server-heartbeat.foreign");
    assert_eq!(
        rewritten("server-heartbeat", &heartbeat),
        frame("server-heartbeat")
    );
    let hello = frame("client-hello.foreign");
    let expected = frame("client-hello")
        .replace("tenantry-rust/0.1.0", "tenantry-go/2.0.0")
        .replace("\"schema\":1", "\"schema\":7");
    assert_eq!(rewritten("client-hello", &hello), expected);
}

#[test]
fn windows_of_other_writers_mean_the_same() {
    for kind in ["usage", "outcomes"] {
        let foreign = frame(&format!("client-{kind}.foreign"));
        let ours = frame(&format!("client-{kind}"));
        assert_eq!(rewritten(&format!("client-{kind}"), &foreign), ours);
    }
}

#[test]
fn the_frames_tell_one_story() {
    let mut session = ClientSession::new(Replica::default());
    assert_eq!(
        session.hello("tenantry-rust/0.1.0").to_text(),
        frame("client-hello-empty")
    );
    let step = session
        .on_frame(&frame("server-snapshot"))
        .expect("a snapshot");
    assert_eq!(step.change.map(|change| change.flags.len()), Some(2));
    let rules = session.replica().ruleset();
    assert_eq!(rules.is_enabled("new-billing", "acme"), Some(true));
    assert_eq!(rules.is_enabled("new-billing", "initech"), Some(false));
    assert_eq!(rules.is_enabled("dark-mode", "globex"), Some(true));

    // The connection breaks; the next one begins where this one was.
    assert_eq!(
        session.hello("tenantry-rust/0.1.0").to_text(),
        frame("client-hello")
    );
    let step = session.on_frame(&frame("server-delta")).expect("a delta");
    assert!(step.change.is_some());
    let rules = session.replica().ruleset();
    assert_eq!(rules.is_enabled("new-billing", "acme"), Some(false));
    assert_eq!(rules.is_enabled("new-billing", "hooli"), Some(true));
    assert_eq!(rules.is_enabled("dark-mode", "globex"), None);

    let step = session
        .on_frame(&frame("server-heartbeat"))
        .expect("a heartbeat");
    assert_eq!(step.incident, None);
    assert_eq!(
        step.reply.map(|reply| reply.to_text()),
        Some(frame("client-applied"))
    );
    session.hello("tenantry-rust/0.1.0");
    let step = session
        .on_frame(&frame("server-current"))
        .expect("an answer");
    assert!(session.is_live() && step.incident.is_none());
}

#[test]
fn a_snapshot_is_the_document_of_the_disk_cache_and_of_a_bootstrap_file() {
    let replica = Replica::from_snapshot_bytes(frame("server-snapshot").as_bytes());
    let replica = replica.expect("a snapshot");
    assert_eq!(replica.revision(), 12);
    let again = Replica::from_snapshot_bytes(&replica.to_snapshot_bytes()).expect("a snapshot");
    assert_eq!(again.checksum(), replica.checksum());
    assert_eq!(
        again.ruleset().is_enabled("new-billing", "acme"),
        Some(true)
    );
}
