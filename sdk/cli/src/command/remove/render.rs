//! What a removal looks like: a unified diff for people, `git apply` and `patch`, and a document for
//! programs.
//!
//! **Invariants**
//! - Pure. The diff is exact: what changes it for a terminal is done by whoever prints it.

use std::collections::BTreeSet;
use std::path::Path;

use owo_colors::OwoColorize as _;
use serde::Serialize;
use similar::TextDiff;
use tenantry_protocol::report::Keep;
use tenantry_scan::Language;
use tenantry_scan::removal::{Change, Plan, Refusal, Remark, What};

use crate::render::plain;

/// What was done, or would be.
#[derive(Debug, Serialize)]
pub(super) struct Printed<'a> {
    pub(super) flag: &'a str,
    /// The answer that stays.
    pub(super) keep: Option<Keep>,
    /// Why the flag may not go.
    pub(super) blockers: Vec<String>,
    /// At how many places code asks for it.
    pub(super) references: usize,
    /// The files that change.
    pub(super) files: Vec<PrintedFile>,
    /// The places that cannot be rewritten safely.
    pub(super) refused: Vec<PrintedPlace>,
    /// What a person should look at.
    pub(super) remarks: Vec<PrintedPlace>,
    /// Whether the files are written.
    pub(super) applied: bool,
    /// Whether the flag is archived.
    pub(super) archived: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct PrintedFile {
    path: String,
    diff: String,
}

#[derive(Debug, Serialize)]
pub(super) struct PrintedPlace {
    path: String,
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    why: String,
}

/// The files of a plan, with paths from the repository's outermost folder.
pub(super) fn files(plan: &Plan, below: &str) -> Vec<PrintedFile> {
    let changes = plan.changes.iter();
    changes
        .map(|change| PrintedFile {
            path: format!("{below}{}", change.path),
            diff: diff(change, below),
        })
        .collect()
}

/// The refused places of a plan, in the same way.
pub(super) fn refused(plan: &Plan, below: &str) -> Vec<PrintedPlace> {
    let refused = plan.refused.iter();
    refused
        .map(|it| PrintedPlace {
            path: format!("{below}{}", it.path),
            line: it.line,
            column: Some(it.column),
            why: it.why.to_string(),
        })
        .collect()
}

/// What a person should look at, in the same way.
pub(super) fn remarks(plan: &Plan, below: &str) -> Vec<PrintedPlace> {
    let remarks = plan.remarks.iter();
    remarks
        .map(|it| PrintedPlace {
            path: format!("{below}{}", it.path),
            line: it.line,
            column: None,
            why: sentence(&it.what),
        })
        .collect()
}

/// A file's change as a unified diff.
pub(super) fn diff(change: &Change, below: &str) -> String {
    let path = format!("{below}{}", change.path);
    TextDiff::from_lines(&change.before, &change.after)
        .unified_diff()
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

/// A diff for a terminal.
pub(super) fn coloured(diff: &str) -> String {
    let lines = diff.lines().map(|line| {
        let parts: Vec<_> = line.split('\t').map(plain).collect();
        let line = parts.join("\t");
        match line.as_bytes().first() {
            _ if line.starts_with("--- ") || line.starts_with("+++ ") => line.bold().to_string(),
            Some(b'+') => line.green().to_string(),
            Some(b'-') => line.red().to_string(),
            Some(b'@') => line.cyan().to_string(),
            _ => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A place that is refused, for a person.
pub(super) fn refusal(it: &Refusal, prefix: &str) -> String {
    let place = format!("{prefix}{}:{}:{}", it.path, it.line, it.column);
    format!(
        "{} {} {}",
        "✗".red(),
        plain(&place),
        plain(&it.why.to_string())
    )
}

/// Something to look at, for a person.
pub(super) fn remark(it: &Remark, prefix: &str) -> String {
    let place = format!("{prefix}{}:{}", it.path, it.line);
    format!(
        "{} {} {}",
        "!".yellow(),
        plain(&place),
        plain(&sentence(&it.what))
    )
}

fn sentence(what: &What) -> String {
    match what {
        What::Idle(name) => {
            format!("nobody reads `{name}` any more, but making it may do something")
        }
        What::Parameter(name) => {
            format!("nobody reads the parameter `{name}` any more, but others pass it")
        }
        What::Gone(code) => {
            format!(
                "`{code}` was only there to ask for the flag and is gone: see that it did nothing else"
            )
        }
        What::Key => "the flag's key stands here".to_owned(),
        What::Generated => {
            "written by tenantry codegen: run that again once the flag is archived".to_owned()
        }
        _ => "look at this".to_owned(),
    }
}

/// What to run to see that all is well, by the languages of what was changed.
pub(super) fn next_steps(plan: &Plan) -> Vec<&'static str> {
    let languages: BTreeSet<Language> = plan
        .changes
        .iter()
        .filter_map(|change| Language::of(Path::new(&change.path)))
        .collect();
    let mut steps = vec!["git diff"];
    if languages.contains(&Language::Rust) {
        steps.push("cargo test");
    }
    if languages
        .iter()
        .any(|it| matches!(it, Language::TypeScript | Language::Tsx))
    {
        steps.push("npx tsc --noEmit");
    }
    if languages.iter().any(|it| *it != Language::Rust) {
        steps.push("npm test");
    }
    steps
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use tenantry_scan::removal::Why;

    use super::*;

    fn plan() -> Plan {
        Plan {
            changes: vec![Change {
                path: "src/a.rs".to_owned(),
                before: "fn a() {\n    if on() {\n        b();\n    }\n}\n".to_owned(),
                after: "fn a() {\n    b();\n}\n".to_owned(),
            }],
            refused: vec![Refusal {
                path: "src/c.rs".to_owned(),
                line: 3,
                column: 9,
                why: Why::Macro,
            }],
            remarks: vec![Remark {
                path: "src/a.rs".to_owned(),
                line: 1,
                what: What::Idle("rate".to_owned()),
            }],
            questions: 2,
        }
    }

    #[test]
    fn a_change_is_a_diff_that_git_applies() {
        assert_snapshot!(diff(&plan().changes[0], "api/"), @r"
        --- a/api/src/a.rs
        +++ b/api/src/a.rs
        @@ -1,5 +1,3 @@
         fn a() {
        -    if on() {
        -        b();
        -    }
        +    b();
         }
        ");
    }

    #[test]
    fn places_are_told_with_their_lines() {
        let plan = plan();
        let bare = |text: String| anstream::adapter::strip_str(&text).to_string();
        assert_snapshot!(
            bare(refusal(&plan.refused[0], "")),
            @"✗ src/c.rs:3:9 it stands inside of a macro"
        );
        assert_snapshot!(
            bare(remark(&plan.remarks[0], "")),
            @"! src/a.rs:1 nobody reads `rate` any more, but making it may do something"
        );
        assert_eq!(next_steps(&plan), ["git diff", "cargo test"]);
    }
}
