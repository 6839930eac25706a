//! Entries: what happened to one flag or segment between two states of an environment.
//!
//! Pure, and separate from the following: comparing is tested without a socket.
//!
//! **Invariants**
//! - Every flag and segment that differs has one entry, in the order of their keys, flags first.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, SecondsFormat};
use owo_colors::OwoColorize as _;
use serde::Serialize;
use tenantry_core::TenantSet;
use tenantry_core::model::{FlagDefinition, FlagKey, Item, ItemId, SegmentKey, Targeting};
use tenantry_protocol::{Change as Arrival, ItemName, Replica};

use crate::render::{Change, changes, plain};

/// What happened to one flag or segment; serialises to one line of `tail -o json`.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    /// When it arrived here, RFC 3339.
    at: String,
    environment: String,
    /// The environment's revision after it.
    revision: u64,
    #[serde(flatten)]
    subject: Subject,
    event: Event,
    changes: Vec<Change>,
    #[serde(skip)]
    clock: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Subject {
    Flag(FlagKey),
    Segment(SegmentKey),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    Added,
    Changed,
    Removed,
}

/// What `arrival` made of the state `before`, which is `after` now.
pub(super) fn entries(
    before: &Replica,
    after: &Replica,
    arrival: &Arrival,
    environment: &str,
    now: DateTime<FixedOffset>,
) -> Vec<Entry> {
    let entry = |subject, event, changes| Entry {
        at: now.to_rfc3339_opts(SecondsFormat::Millis, true),
        environment: environment.to_owned(),
        revision: arrival.revision,
        subject,
        event,
        changes,
        clock: now.format("%H:%M:%S").to_string(),
    };
    let mut found = Vec::new();
    for key in &arrival.flags {
        let name = ItemName::of_flag(key);
        let (old, new) = (flag(before, &name), flag(after, &name));
        let event = match (&old, &new) {
            (None, None) => continue,
            (None, Some(_)) => Event::Added,
            (Some(_), None) => Event::Removed,
            (Some(_), Some(_)) => Event::Changed,
        };
        let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
        let mut what = if event == Event::Removed {
            Vec::new()
        } else {
            changes(&old, &new)
        };
        if event != Event::Removed {
            for list in ["block", "allow"] {
                what.extend(members(before, after, &name, list));
            }
        }
        found.push(entry(Subject::Flag(key.clone()), event, what));
    }
    for key in &arrival.segments {
        let name = ItemName::from(&ItemId::Segment(key.clone()));
        let event = match (before.item(&name), after.item(&name)) {
            (None, None) => continue,
            (None, Some(_)) => Event::Added,
            (Some(_), None) => Event::Removed,
            (Some(_), Some(_)) => Event::Changed,
        };
        let what = if event == Event::Removed {
            None
        } else {
            members(before, after, &name, "members")
        };
        found.push(entry(
            Subject::Segment(key.clone()),
            event,
            what.into_iter().collect(),
        ));
    }
    found
}

impl Entry {
    /// The entry as a person reads it: `14:03:22 r18 new-billing  rollout 5% → 25%`.
    pub(super) fn line(&self) -> String {
        let key = match &self.subject {
            Subject::Flag(key) => plain(key.as_str()).bold().to_string(),
            Subject::Segment(key) => format!("segment {}", plain(key.as_str()).bold()),
        };
        let mut what: Vec<&str> = self.changes.iter().map(Change::text).collect();
        match self.event {
            Event::Added => what.insert(0, "added"),
            Event::Removed => what.push("removed: its callers get their default"),
            Event::Changed if what.is_empty() => {
                what.push("changed in a way this version cannot name");
            }
            Event::Changed => {}
        }
        format!(
            "{} {} {key}  {}",
            self.clock.dimmed(),
            format!("r{}", self.revision).cyan(),
            what.join(", ")
        )
    }
}

/// A flag's targeting, without its key lists. One that this build cannot read is taken for empty.
fn flag(replica: &Replica, name: &ItemName) -> Option<Targeting> {
    let bytes = replica.item(name)?;
    match serde_json::from_str(bytes.get()) {
        Ok(Item::Flag(FlagDefinition { targeting, .. })) => Some(targeting),
        Ok(Item::Segment(_)) | Err(_) => Some(Targeting::default()),
    }
}

/// How a key list changed.
fn members(
    before: &Replica,
    after: &Replica,
    owner: &ItemName,
    list: &'static str,
) -> Option<Change> {
    let (old, new) = (before.list(owner, list), after.list(owner, list));
    Change::of_members(list, beyond(new, old), beyond(old, new))
}

/// The members of `set` that are not in `base`, sorted.
fn beyond(
    set: Option<&std::sync::Arc<TenantSet>>,
    base: Option<&std::sync::Arc<TenantSet>>,
) -> Vec<String> {
    let Some(set) = set else { return Vec::new() };
    let new: BTreeSet<&str> = set
        .iter()
        .filter(|tenant| !base.is_some_and(|base| base.contains(tenant)))
        .collect();
    new.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;
    use serde_json::{Value, json};

    use super::*;

    /// A state as a server fills it: `{"flag/a": {"item": …, "allow": […]}}`.
    fn fill(replica: &mut Replica, revision: u64, state: Value) -> Arrival {
        let state: serde_json::Map<String, Value> = serde_json::from_value(state).expect("a map");
        let id = |name: &str| name.parse::<ItemId>().expect(name);
        let items: Vec<_> = state
            .iter()
            .map(|(name, entry)| (id(name), entry["item"].to_string()))
            .collect();
        let mut lists = Vec::new();
        for (name, entry) in &state {
            for list in ["allow", "block", "members"] {
                if let Ok(tenants) = serde_json::from_value(entry[list].clone()) {
                    lists.push((id(name), list.to_owned(), tenants));
                }
            }
        }
        replica.fill(revision, items, lists)
    }

    fn check(before: Value, after: Value) -> (String, Vec<Entry>) {
        let mut replica = Replica::default();
        fill(&mut replica, 17, before);
        let old = replica.clone();
        let arrival = fill(&mut replica, 18, after);
        let now = DateTime::parse_from_rfc3339("2026-11-22T14:03:22+01:00").expect("a moment");
        let found = entries(&old, &replica, &arrival, "production", now);
        let lines: Vec<String> = found
            .iter()
            .map(|entry| strip_str(&entry.line()).to_string())
            .collect();
        (lines.join("\n"), found)
    }

    fn flag(key: &str, targeting: &Value) -> Value {
        json!({"flag": {"key": key, "salt": "s", "targeting": targeting}})
    }

    #[test]
    fn one_line_for_each_flag_that_differs() {
        let (lines, _) = check(
            json!({
                "flag/gone": {"item": flag("gone", &json!({"on": true}))},
                "flag/new-billing": {"item": flag("new-billing", &json!({"on": true, "rollout": {"threshold": 5_000}}))},
                "flag/same": {"item": flag("same", &json!({"on": true})), "allow": ["acme-corp"]},
            }),
            json!({
                "flag/fresh": {"item": flag("fresh", &json!({"on": true})), "allow": ["acme-corp"]},
                "flag/new-billing": {"item": flag("new-billing", &json!({"on": true, "rollout": {"threshold": 25_000}})), "allow": ["acme-corp", "globex"]},
                "flag/same": {"item": flag("same", &json!({"on": true})), "allow": ["acme-corp"]},
            }),
        );
        assert_snapshot!(lines, @r"
        14:03:22 r18 fresh  added, switched on, allow +acme-corp
        14:03:22 r18 gone  removed: its callers get their default
        14:03:22 r18 new-billing  rollout 5% → 25%, allow +acme-corp, globex
        ");
    }

    #[test]
    fn segments_are_named_as_such() {
        let beta = json!({"segment": {"key": "beta"}});
        let (lines, _) = check(
            json!({"segment/beta": {"item": beta, "members": ["globex", "initech"]}}),
            json!({"segment/beta": {"item": beta, "members": ["acme-corp", "initech"]}}),
        );
        assert_snapshot!(lines, @"14:03:22 r18 segment beta  members +acme-corp −globex");
    }

    #[test]
    fn a_program_gets_one_document_for_each() {
        let off = json!({"flag/a": {"item": flag("a", &json!({}))}});
        let on = json!({"flag/a": {"item": flag("a", &json!({"on": true}))}});
        let (_, found) = check(off, on);
        assert_snapshot!(serde_json::to_string(&found[0]).expect("JSON"), @r#"{"at":"2026-11-22T14:03:22.000+01:00","environment":"production","revision":18,"flag":"a","event":"changed","changes":[{"path":"on","before":false,"after":true}]}"#);
    }
}
