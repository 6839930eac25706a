//! For programs: the server's report, and in it what this build made of it.
//!
//! **Invariants**
//! - What the server sent stays as it is, fields that this build does not know included; only flags
//!   that a filter leaves out are gone, and what is counted is counted of the rest.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{By, Group, Name, groups};
use crate::command::debt::finding::{Finding, Level};
use crate::command::debt::judgement::Judgement;

/// The judgement as one document.
pub(super) fn document(judgement: &Judgement, by: Option<By>) -> Value {
    let mut document = judgement
        .known
        .document
        .as_object()
        .cloned()
        .unwrap_or_default();
    let sent: BTreeMap<&str, &Value> = judgement.known.document["flags"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|flag| Some((flag["key"].as_str()?, flag)))
        .collect();
    let flags: Vec<Value> = judgement
        .findings
        .iter()
        .map(|finding| flag(finding, sent.get(finding.flag.key.as_str()).copied()))
        .collect();
    document.insert("flags".to_owned(), flags.into());
    document.insert("debt".to_owned(), judgement.debt.into());
    document.insert("summary".to_owned(), json!(judgement.summary()));
    let owners = groups(&judgement.findings, By::Owner);
    let is_flags = |group: &&Group<'_>| group.name != Name::NoFlag;
    let owners: Vec<Value> = owners
        .iter()
        .filter(is_flags)
        .map(|group| json!({"owner": group.name.named(), "flags": group.findings.len(), "debt": group.debt()}))
        .collect();
    document.insert("owners".to_owned(), owners.into());
    if by == Some(By::Tag) {
        let tags = groups(&judgement.findings, By::Tag);
        let tags: Vec<Value> = tags
            .iter()
            .filter(is_flags)
            .map(|group| json!({"tag": group.name.named(), "flags": group.findings.len(), "debt": group.debt()}))
            .collect();
        document.insert("tags".to_owned(), tags.into());
    }
    let verdict = judgement.verdict();
    let names = judgement.gate.names();
    document.insert(
        "gate".to_owned(),
        json!({
            "passes": verdict.passes,
            "why": verdict.why,
            "fail_on": names,
            "max_debt": judgement.gate.max_debt,
            "changed_since": judgement.since,
        }),
    );
    Value::Object(document)
}

/// A flag as it was sent, with the gate's findings.
fn flag(finding: &Finding, sent: Option<&Value>) -> Value {
    let written;
    let sent = if let Some(sent) = sent {
        sent
    } else {
        written = json!(finding.flag);
        &written
    };
    let mut flag: Map<String, Value> = sent.as_object().cloned().unwrap_or_default();
    let level = match finding.level() {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    flag.insert("level".to_owned(), level.into());
    flag.insert("fails".to_owned(), finding.fails.into());
    let places: Vec<Value> = finding
        .places
        .iter()
        .map(|place| {
            let mut written = json!({
                "path": place.path, "line": place.line, "column": place.column, "call": place.call,
            });
            if let Some(added) = place.added {
                written["added"] = added.into();
            }
            written
        })
        .collect();
    flag.insert("places".to_owned(), places.into());
    Value::Object(flag)
}
