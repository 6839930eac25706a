//! For a comment on a pull request, or a page of results: GitHub's and GitLab's Markdown.
//!
//! **Invariants**
//! - What other people wrote stands in code spans or is escaped: it makes no link, mentions nobody
//!   and ends no table.
//! - It is short enough for a comment (GitHub takes 65,536 characters).

use super::{By, Name, groups};
use crate::command::debt::finding::{Finding, Level, Place};
use crate::command::debt::judgement::Judgement;
use crate::render::count;

/// How many flags a table shows, and how many places of a flag.
const FLAGS: usize = 50;
const PLACES: usize = 5;

/// The longest that a sentence of the server's may be, in characters.
const SENTENCE: usize = 400;

/// The judgement as Markdown. Its first line is a comment by which a program that posts it finds
/// what it posted before.
pub(super) fn write(judgement: &Judgement, by: Option<By>) -> String {
    let verdict = judgement.verdict();
    let project = code(judgement.project());
    let sign = if verdict.passes { "✅" } else { "❌" };
    let ends = if verdict.passes { "passes" } else { "fails" };
    let marker = format!(
        "<!-- tenantry debt {} -->",
        judgement.project().replace('>', "")
    );
    let mut parts = vec![
        format!("{marker}\n### {sign} Flag debt: {project} {ends}"),
        sentence(&capitalised(&verdict.why)),
    ];
    let (failing, quiet): (Vec<&Finding>, Vec<&Finding>) =
        judgement.findings.iter().partition(|finding| finding.fails);
    if !failing.is_empty() {
        parts.push(table(&failing));
    }
    if !quiet.is_empty() {
        let flags = count(quiet.len(), "flag", "flags");
        let table = table(&quiet);
        let summary = format!(
            "<summary>{flags} that {} not fail</summary>",
            if quiet.len() == 1 { "does" } else { "do" }
        );
        parts.push(format!("<details>{summary}\n\n{table}\n\n</details>"));
    }
    if let Some(by) = by {
        parts.push(sums(judgement, by));
    }
    let age = judgement
        .known
        .age
        .iter()
        .map(|age| format!(", exported {age}"));
    let age: String = age.collect();
    let made = code(&judgement.known.report.generated_at);
    let debt = judgement.debt;
    parts.push(format!("<sub>Debt number {debt}, as of {made}{age}.</sub>"));
    parts.join("\n\n")
}

fn table(findings: &[&Finding]) -> String {
    let mut lines = vec![
        "| | Flag | State | Owner | Debt | What and where |".to_owned(),
        "| --- | --- | --- | --- | ---: | --- |".to_owned(),
    ];
    for finding in findings.iter().take(FLAGS) {
        let sign = match finding.level() {
            Level::Error => "❌",
            Level::Warning => "⚠️",
            Level::Note => "ℹ️",
        };
        let flag = &finding.flag;
        let owner = match flag.owner.as_deref() {
            Some(owner) => code(owner),
            None if finding.is_no_flag() => "–".to_owned(),
            None => "nobody".to_owned(),
        };
        let mut what = vec![sentence(&flag.explanation)];
        what.extend(
            finding
                .evidence()
                .map(|(about, text)| format!("{about}: {}", sentence(text))),
        );
        what.extend(finding.places_to_show().take(PLACES).map(spot));
        if let Some(more) = finding.places.len().checked_sub(PLACES + 1) {
            what.push(format!(
                "and {}",
                count(more + 1, "more place", "more places")
            ));
        }
        what.retain(|text| !text.is_empty());
        lines.push(format!(
            "| {sign} | {} | {} | {owner} | {} | {} |",
            code(&flag.key),
            finding.states(),
            flag.debt,
            what.join("<br>")
        ));
    }
    if let Some(more) = findings.len().checked_sub(FLAGS + 1) {
        lines.push(format!(
            "\nand {}",
            count(more + 1, "more flag", "more flags")
        ));
    }
    lines.join("\n")
}

fn spot(place: &Place) -> String {
    let added = if place.added == Some(true) {
        " (added)"
    } else {
        ""
    };
    format!("{}{added}", code(&format!("{}:{}", place.path, place.line)))
}

/// What each owner or tag owes.
fn sums(judgement: &Judgement, by: By) -> String {
    let (heading, none) = match by {
        By::Owner => ("Owner", "nobody"),
        By::Tag => ("Tag", "without a tag"),
    };
    let mut lines = vec![
        format!("| {heading} | Flags | Debt |"),
        "| --- | ---: | ---: |".to_owned(),
    ];
    for group in groups(&judgement.findings, by) {
        let name = match group.name {
            Name::Named(name) => code(name),
            Name::None => none.to_owned(),
            Name::NoFlag => "asked for, and no flag".to_owned(),
        };
        let flags = group.findings.len();
        lines.push(format!("| {name} | {flags} | {} |", group.debt()));
    }
    lines.join("\n")
}

/// `text` as a code span of one line, which may stand in a table.
fn code(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| match c {
            // A backtick would end the span, and nothing in a table's cell escapes it.
            '`' => '\'',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    format!("`{}`", text.replace('|', "\\|"))
}

/// A sentence as text and nothing else.
fn sentence(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars().take(SENTENCE) {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // As character references nobody is mentioned, and no issue is linked.
            '@' => escaped.push_str("&#64;"),
            '#' => escaped.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    if text.chars().count() > SENTENCE {
        escaped.push('…');
    }
    // An address would become a link.
    escaped.replace("://", "&#58;//")
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
