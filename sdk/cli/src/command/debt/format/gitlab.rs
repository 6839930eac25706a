//! GitLab's code quality report: a list of what is wrong, as GitLab documents it under "Code
//! Quality", which merge requests compare with the target branch's.

use serde_json::{Value, json};

use super::rules;
use crate::command::debt::finding::{Finding, Level};
use crate::command::debt::judgement::Judgement;

/// Where a flag is that no code asks for, without a file for that. Every entry must name one.
const NOWHERE: &str = ".";

/// The judgement as a list of entries.
pub(super) fn document(judgement: &Judgement) -> Value {
    let mut entries = Vec::new();
    for finding in &judgement.findings {
        if finding.places.is_empty() {
            entries.push(entry(judgement, finding, None));
        }
        let places = 0..finding.places.len();
        entries.extend(places.map(|index| entry(judgement, finding, Some(index))));
    }
    entries.into()
}

fn entry(judgement: &Judgement, finding: &Finding, index: Option<usize>) -> Value {
    let place = index.map(|index| &finding.places[index]);
    let home = judgement.home.as_deref().unwrap_or(NOWHERE);
    let severity = match finding.level_at(place) {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Note => "info",
    };
    json!({
        "description": finding.message(),
        "check_name": rules::of(finding.worst).id,
        "fingerprint": finding.fingerprint(judgement.project(), index),
        "severity": severity,
        "location": {
            "path": place.map_or(home, |place| &place.path),
            "lines": {"begin": place.map_or(1, |place| place.line)},
        },
    })
}
