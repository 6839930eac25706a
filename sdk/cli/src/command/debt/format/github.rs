//! Annotations of a workflow of GitHub Actions: lines that the runner shows beside the code.
//!
//! Documented under "Workflow commands for GitHub Actions". A runner shows ten of each level and
//! step, so the worst come first.
//!
//! **Invariants**
//! - A line begins with `::` only where this file says so: what other people wrote is escaped.

use crate::command::debt::finding::{Finding, Level, Place};
use crate::command::debt::judgement::Judgement;

use super::rules;

/// The judgement as workflow commands, and the verdict as one of them.
pub(super) fn write(judgement: &Judgement) -> String {
    let mut lines = Vec::new();
    for finding in &judgement.findings {
        if finding.places.is_empty() {
            lines.push(annotation(finding, None));
        }
        lines.extend(
            finding
                .places
                .iter()
                .map(|place| annotation(finding, Some(place))),
        );
    }
    let verdict = judgement.verdict();
    let command = if verdict.passes { "notice" } else { "error" };
    let ends = if verdict.passes { "passes" } else { "fails" };
    let age = judgement
        .known
        .age
        .iter()
        .map(|age| format!(" (as exported {age})"));
    let age: String = age.collect();
    let title = property(&format!("Flag debt: {}{age} {ends}", judgement.project()));
    lines.push(format!("::{command} title={title}::{}", data(&verdict.why)));
    lines.join("\n")
}

fn annotation(finding: &Finding, place: Option<&Place>) -> String {
    let command = match finding.level_at(place) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let at = place.map_or(String::new(), |place| {
        let path = property(&place.path);
        format!("file={path},line={},col={},", place.line, place.column)
    });
    let title = property(&format!(
        "{}: {}",
        rules::of(finding.worst).title,
        finding.flag.key
    ));
    format!(
        "::{command} {at}title={title}::{}",
        data(&finding.message())
    )
}

/// A command's text. Nothing in it steers the terminal that shows the log.
fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            c if c.is_control() => escaped.extend(c.escape_default()),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_its_part_of_a_command() {
        assert_eq!(data("50%\r\n::x::\u{1b}[2J"), "50%25%0D%0A::x::\\u{1b}[2J");
        assert_eq!(property("a:b,c\n"), "a%3Ab%2Cc%0A");
    }
}
