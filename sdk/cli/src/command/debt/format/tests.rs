//! What each format looks like.

use anstream::adapter::strip_str;
use insta::assert_snapshot;
use serde_json::{Value, json};
use tenantry_protocol::report::{Report, State};

use super::*;
use crate::command::debt::finding::Place;
use crate::command::debt::gate::{FailOn, Gate};
use crate::command::debt::judgement::{Code, Filter, Known};

fn place(path: &str, line: u32, added: Option<bool>) -> Place {
    Place {
        path: path.to_owned(),
        line,
        column: 14,
        call: "is_enabled".to_owned(),
        added,
    }
}

/// Four flags in debt, one of which somebody gave a name that wants to break out, and a key that is
/// no flag.
pub(super) fn known() -> Known {
    let document = json!({
        "generated_at": "2026-11-22T00:00:00Z", "project": "shop", "debt": 900, "novelty": 1,
        "policy": {"notice_days": 14, "grace_days": 14}, "summary": {}, "flags": [
            {"key": "checkout-v2", "kind": "release", "owner": "ada", "states": ["due"], "tags": ["web"],
             "expires_on": "2026-11-25", "days_past_expiry": -3, "explanation": "Expires in 3 days."},
            {"key": "dark-mode", "kind": "release", "states": ["overdue", "ready", "unowned"], "novelty": 2,
             "expires_on": "2026-10-01", "days_past_expiry": 52, "extensions": 2, "debt": 468, "references": 2,
             "explanation": "Expired 52 days ago. Delete it.",
             "removal": {"keep": "on", "evidence": ["production: every tenant has got on for 45 days."]}},
            {"key": "export", "kind": "release", "owner": "grace", "states": ["expired"], "tags": ["web", "api"],
             "expires_on": "2026-11-18", "days_past_expiry": 4, "debt": 4,
             "explanation": "Expired 4 days ago.\n::error::no | @everyone `<b>` https://e.example #1",
             "removal": {"blockers": ["staging serves off."]}},
            {"key": "new-billing", "kind": "release", "owner": "ada", "states": ["over_extended"], "tags": ["api"],
             "expires_on": "2027-01-01", "days_past_expiry": -40, "extensions": 4, "explanation": "Put off 4 times."},
        ],
    });
    Known {
        report: serde_json::from_value::<Report>(document.clone()).expect("a report"),
        document,
        flags: ["checkout-v2", "dark-mode", "export", "new-billing"]
            .map(str::to_owned)
            .into(),
        age: None,
    }
}

pub(super) fn code(since: Option<&str>) -> Code {
    let added = |added| since.is_some().then_some(added);
    let places = [
        (
            "dark-mode",
            vec![
                place("src/a b,c.rs", 12, added(false)),
                place("src/a b,c.rs", 40, added(true)),
            ],
        ),
        ("export", vec![place("web/Export.tsx", 3, added(false))]),
        ("typo", vec![place("src/main.rs", 7, added(false))]),
    ];
    Code {
        places: places
            .map(|(flag, places)| (flag.to_owned(), places))
            .into(),
        since: since.map(str::to_owned),
        home: None,
    }
}

pub(super) fn judgement() -> Judgement {
    let gate = Gate::new(&[FailOn::Overdue, FailOn::Unknown], Some(400)).expect("a gate");
    Judgement::of(known(), code(None), gate, Filter::default())
}

/// The judgement of a change that asks once more for an overdue flag.
pub(super) fn judgement_of_a_change() -> Judgement {
    let gate = Gate::new(&[FailOn::Overdue, FailOn::Unknown], None).expect("a gate");
    Judgement::of(known(), code(Some("main")), gate, Filter::default())
}

pub(super) fn nothing() -> Judgement {
    let mut known = known();
    known.report.flags.clear();
    known.document["flags"] = json!([]);
    let gate = Gate::new(&[FailOn::Overdue], None).expect("a gate");
    Judgement::of(known, Code::default(), gate, Filter::default())
}

pub(super) fn written(format: Output, judgement: &Judgement, by: Option<By>) -> String {
    strip_str(&write(format, judgement, by).expect("it can be written")).to_string()
}

pub(super) fn read(format: Output, judgement: &Judgement) -> Value {
    serde_json::from_str(&written(format, judgement, None)).expect("JSON")
}

#[test]
fn text_is_worst_first_with_evidence() {
    assert_snapshot!(written(Output::Text, &judgement(), None), @r"
    ✗ dark-mode  overdue, ready, unowned
        release · owner nobody · expired 2026-10-01 (52 days ago) · put off 2 times · debt 468
        Expired 52 days ago. Delete it.
        safe to remove: keep what it does when it is on
        evidence: production: every tenant has got on for 45 days.
        src/a b,c.rs:12:14 is_enabled
        src/a b,c.rs:40:14 is_enabled

    ✗ typo  unknown
        no such flag
        The code asks for it at 1 place, and there is no such flag, or it is archived: create it, correct the key, or delete the question.
        src/main.rs:7:14 is_enabled

    ! export  expired
        release · owner grace · expired 2026-11-18 (4 days ago) · tagged web, api · debt 4
        Expired 4 days ago.\n::error::no | @everyone `<b>` https://e.example #1
        kept by: staging serves off.
        web/Export.tsx:3:14 is_enabled

    ! new-billing  over_extended
        release · owner ada · expires 2027-01-01 · put off 4 times · tagged api
        Put off 4 times.

    · checkout-v2  due
        release · owner ada · expires 2026-11-25 · tagged web
        Expires in 3 days.

    ✗ shop fails: 1 flag is overdue, expired for more than 14 days; 1 flag is asked for and does not exist; the debt number is 472, and at most 400 is allowed; delete it from the code and archive it, or extend it with a reason; create what does not exist, or correct its key in the code. Also noted: 1 expired, 1 due, 1 over-extended, 1 ready, 1 unowned.
    ");
}

#[test]
fn text_by_owner_sums_up_what_each_owes() {
    let text = written(Output::Text, &judgement(), Some(By::Owner));
    let headings: Vec<&str> = text
        .lines()
        .filter(|line| line.contains(" failing"))
        .collect();
    assert_snapshot!(headings.join("\n"), @r"
    grace: 1 flag, debt 4, 0 failing
    ada: 2 flags, debt 0, 0 failing
    nobody: 1 flag, debt 468, 1 failing
    asked for, and no flag: 1 key, debt 0, 1 failing
    ");
}

#[test]
fn text_by_tag_shows_a_flag_with_each_of_its_tags() {
    let text = written(Output::Text, &judgement(), Some(By::Tag));
    let headings: Vec<&str> = text
        .lines()
        .filter(|line| line.contains(" failing"))
        .collect();
    assert_snapshot!(headings.join("\n"), @r"
    api: 2 flags, debt 4, 0 failing
    web: 2 flags, debt 4, 0 failing
    without a tag: 1 flag, debt 468, 1 failing
    asked for, and no flag: 1 key, debt 0, 1 failing
    ");
    assert_eq!(text.matches("! export").count(), 2, "{text}");
}

#[test]
fn a_change_answers_for_what_it_adds() {
    let text = written(Output::Text, &judgement_of_a_change(), None);
    assert_snapshot!(text.lines().last().expect("a verdict"), @"✗ shop fails: what changed since main asks for more of these: 1 flag is overdue, expired for more than 14 days; delete it from the code and archive it, or extend it with a reason. Also noted: 1 expired, 1 due, 1 over-extended, 1 ready, 1 unowned. The code asks for 1 key that is no flag; --state unknown shows it.");
    assert!(
        text.contains("✗ dark-mode") && text.contains("src/a b,c.rs:40:14 is_enabled, added"),
        "{text}"
    );
    assert!(
        !text.contains("typo"),
        "it was there before, and nobody asked: {text}"
    );
}

#[test]
fn keys_that_only_the_code_knows_are_shown_to_those_who_ask() {
    let judged = |fail_on: &[FailOn], states: &[State]| {
        let gate = Gate::new(fail_on, None).expect("a gate");
        let filter = Filter {
            states: states.to_vec(),
            ..Filter::default()
        };
        let judgement = Judgement::of(known(), code(None), gate, filter);
        written(Output::Text, &judgement, None)
    };
    let text = judged(&[FailOn::Overdue], &[]);
    assert!(
        !text.contains("typo")
            && text.ends_with("1 key that is no flag; --state unknown shows it."),
        "{text}"
    );
    assert!(judged(&[FailOn::Unknown], &[]).contains("✗ typo  unknown"));
    assert!(judged(&[FailOn::Overdue], &[State::Unknown]).contains("! typo  unknown"));
}

#[test]
fn nothing_owed_passes() {
    assert_snapshot!(written(Output::Text, &nothing(), None), @"✓ shop passes: no flag is overdue.");
}

#[test]
fn json_is_the_servers_document_with_the_gates_findings() {
    let document = read(Output::Json, &judgement());
    assert_eq!(document["novelty"], 1);
    let first = &document["flags"][0];
    assert_eq!(
        (&first["key"], &first["novelty"]),
        (&json!("dark-mode"), &json!(2))
    );
    assert_eq!(
        (&first["level"], &first["fails"]),
        (&json!("error"), &json!(true))
    );
    assert_eq!(first["places"][1]["line"], 40);
    assert_eq!(document["flags"][1]["key"], "typo");
    assert_eq!(document["summary"]["unknown"], 1);
    assert_eq!(document["debt"], 472);
    assert_eq!(
        document["owners"][0],
        json!({"owner": "grace", "flags": 1, "debt": 4})
    );
    assert_eq!(document["gate"]["passes"], false);
    assert_eq!(document["gate"]["fail_on"], json!(["overdue", "unknown"]));
}

#[test]
fn a_filter_narrows_what_is_shown_judged_and_summed() {
    let gate = Gate::new(&[FailOn::Overdue], Some(4)).expect("a gate");
    let filter = Filter {
        tags: vec!["api".to_owned()],
        ..Filter::default()
    };
    let narrowed = Judgement::of(known(), code(None), gate, filter);
    let document = read(Output::Json, &narrowed);
    let flags = document["flags"].as_array().expect("flags");
    let keys: Vec<&str> = flags
        .iter()
        .filter_map(|flag| flag["key"].as_str())
        .collect();
    assert_eq!(keys, ["export", "new-billing"]);
    assert_eq!(document["debt"], 4);
    assert_snapshot!(narrowed.verdict().why, @"no flag is overdue. Also noted: 1 expired, 1 over-extended. Only flags with tag api are looked at.");
}

#[test]
fn markdown_for_a_comment() {
    assert_snapshot!(written(Output::Markdown, &judgement(), Some(By::Owner)), @r"
    <!-- tenantry debt shop -->
    ### ❌ Flag debt: `shop` fails

    1 flag is overdue, expired for more than 14 days; 1 flag is asked for and does not exist; the debt number is 472, and at most 400 is allowed; delete it from the code and archive it, or extend it with a reason; create what does not exist, or correct its key in the code. Also noted: 1 expired, 1 due, 1 over-extended, 1 ready, 1 unowned.

    | | Flag | State | Owner | Debt | What and where |
    | --- | --- | --- | --- | ---: | --- |
    | ❌ | `dark-mode` | overdue, ready, unowned | nobody | 468 | Expired 52 days ago. Delete it.<br>evidence: production: every tenant has got on for 45 days.<br>`src/a b,c.rs:12`<br>`src/a b,c.rs:40` |
    | ❌ | `typo` | unknown | – | 0 | The code asks for it at 1 place, and there is no such flag, or it is archived: create it, correct the key, or delete the question.<br>`src/main.rs:7` |

    <details><summary>3 flags that do not fail</summary>

    | | Flag | State | Owner | Debt | What and where |
    | --- | --- | --- | --- | ---: | --- |
    | ⚠️ | `export` | expired | `grace` | 4 | Expired 4 days ago. ::error::no \| &#64;everyone \`&lt;b&gt;\` https&#58;//e.example &#35;1<br>kept by: staging serves off.<br>`web/Export.tsx:3` |
    | ⚠️ | `new-billing` | over_extended | `ada` | 0 | Put off 4 times. |
    | ℹ️ | `checkout-v2` | due | `ada` | 0 | Expires in 3 days. |

    </details>

    | Owner | Flags | Debt |
    | --- | ---: | ---: |
    | `grace` | 1 | 4 |
    | `ada` | 2 | 0 |
    | nobody | 1 | 468 |
    | asked for, and no flag | 1 | 0 |

    <sub>Debt number 472, as of `2026-11-22T00:00:00Z`.</sub>
    ");
}

#[test]
fn annotations_of_github_are_escaped_as_it_documents() {
    assert_snapshot!(written(Output::Github, &judgement(), None), @r"
    ::error file=src/a b%2Cc.rs,line=12,col=14,title=Overdue flag%3A dark-mode::dark-mode is overdue, ready, unowned. Expired 52 days ago. Delete it.
    ::error file=src/a b%2Cc.rs,line=40,col=14,title=Overdue flag%3A dark-mode::dark-mode is overdue, ready, unowned. Expired 52 days ago. Delete it.
    ::error file=src/main.rs,line=7,col=14,title=Unknown flag%3A typo::typo is unknown. The code asks for it at 1 place, and there is no such flag, or it is archived: create it, correct the key, or delete the question.
    ::warning file=web/Export.tsx,line=3,col=14,title=Expired flag%3A export::export is expired. Expired 4 days ago.%0A::error::no | @everyone `<b>` https://e.example #1 Owner: grace.
    ::warning title=Flag put off too often%3A new-billing::new-billing is over_extended. Put off 4 times. Owner: ada.
    ::notice title=Flag expires soon%3A checkout-v2::checkout-v2 is due. Expires in 3 days. Owner: ada.
    ::error title=Flag debt%3A shop fails::1 flag is overdue, expired for more than 14 days; 1 flag is asked for and does not exist; the debt number is 472, and at most 400 is allowed; delete it from the code and archive it, or extend it with a reason; create what does not exist, or correct its key in the code. Also noted: 1 expired, 1 due, 1 over-extended, 1 ready, 1 unowned.
    ");
    assert_snapshot!(written(Output::Github, &nothing(), None), @"::notice title=Flag debt%3A shop passes::no flag is overdue.");
}

#[test]
fn gitlabs_entries_have_the_documented_shape() {
    for judgement in [judgement(), judgement_of_a_change(), nothing()] {
        let document = read(Output::Gitlab, &judgement);
        let entries = document.as_array().expect("a list");
        let mut fingerprints = std::collections::BTreeSet::new();
        for entry in entries {
            let text = |field: &str| entry[field].as_str().expect(field).to_owned();
            assert!(!text("description").is_empty() && text("check_name").starts_with("flag-"));
            assert!(
                ["info", "minor", "major", "critical", "blocker"]
                    .contains(&text("severity").as_str())
            );
            let path = entry["location"]["path"].as_str().expect("a path");
            assert!(!path.is_empty() && !path.starts_with("./"), "{path}");
            assert!(
                entry["location"]["lines"]["begin"]
                    .as_u64()
                    .expect("a line")
                    >= 1
            );
            assert!(
                fingerprints.insert(text("fingerprint")),
                "two entries are one: {entry}"
            );
        }
        // A place each, and flags without one once.
        let places = |finding: &Finding| finding.places.len().max(1);
        assert_eq!(
            entries.len(),
            judgement.findings.iter().map(places).sum::<usize>()
        );
    }
}

#[test]
fn fingerprints_outlive_lines_and_days() {
    let fingerprints = |judgement: &Judgement| -> Vec<String> {
        let document = read(Output::Gitlab, judgement);
        let entries = document.as_array().expect("a list").clone();
        entries
            .iter()
            .map(|entry| entry["fingerprint"].to_string())
            .collect()
    };
    let (known, mut later) = (known(), known());
    for flag in &mut later.report.flags {
        flag.days_past_expiry = flag.days_past_expiry.map(|days| days + 1);
        flag.explanation.push_str(" Still.");
    }
    let mut moved = code(None);
    for place in moved.places.values_mut().flatten() {
        place.line += 3;
    }
    let judged = |known, code| {
        let gate = Gate::new(&[FailOn::Overdue], None).expect("a gate");
        Judgement::of(known, code, gate, Filter::default())
    };
    let today = fingerprints(&judged(known, code(None)));
    assert_eq!(fingerprints(&judged(later, moved)), today);
    assert_eq!(
        today[0], "\"2734e2d8a54b6a45a0b7ef6ac8905be2\"",
        "they are the same in every version"
    );
}
