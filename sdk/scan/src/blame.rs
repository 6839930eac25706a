//! Who last changed a line, and when: asked of git, one question for a file.
//!
//! **Invariants**
//! - A tree without git, or a file that it does not know, has no answer and is no error.
//! - What is not committed has no author.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use chrono::DateTime;
use rayon::prelude::*;

use crate::git::git;

/// Who last changed a line, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The author's name.
    pub author: String,
    /// When it was written, RFC 3339 in UTC.
    pub at: String,
}

/// Who last changed these lines of a file, by line; `folder` is where the file lies.
#[must_use]
pub fn blame(folder: &Path, file: &str, lines: &[u32]) -> HashMap<u32, Change> {
    let mut arguments = vec!["blame".to_owned(), "--line-porcelain".to_owned()];
    for line in lines {
        arguments.push(format!("-L{line},{line}"));
    }
    arguments.push("--".to_owned());
    arguments.push(file.to_owned());
    match git(folder, &arguments).output() {
        Ok(output) if output.status.success() => read(&String::from_utf8_lossy(&output.stdout)),
        _ => HashMap::new(),
    }
}

/// The same of several files at once, on all cores.
#[must_use]
pub fn blame_all(
    folder: &Path,
    lines: &BTreeMap<String, Vec<u32>>,
) -> HashMap<String, HashMap<u32, Change>> {
    lines
        .par_iter()
        .map(|(file, lines)| (file.clone(), blame(folder, file, lines)))
        .collect()
}

/// Reads git's answer: a header for each line, then the line itself behind a tab.
fn read(text: &str) -> HashMap<u32, Change> {
    let mut changes = HashMap::new();
    let (mut line, mut author, mut at, mut is_committed) = (None, "", None, false);
    for row in text.lines() {
        if row.starts_with('\t') {
            if let (Some(line), Some(at), true) = (line.take(), at.take(), is_committed) {
                let author = author.to_owned();
                changes.insert(line, Change { author, at });
            }
        } else if let Some(name) = row.strip_prefix("author ") {
            author = name;
        } else if let Some(seconds) = row.strip_prefix("author-time ") {
            let moment = seconds
                .parse()
                .ok()
                .and_then(|seconds| DateTime::from_timestamp(seconds, 0));
            at = moment.map(|it| it.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        } else if line.is_none() {
            let mut words = row.split(' ');
            let commit = words.next().unwrap_or_default();
            is_committed = commit.bytes().any(|byte| byte != b'0');
            line = words.nth(1).and_then(|number| number.parse().ok());
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "\
1111111111111111111111111111111111111111 3 3 1
author Ada Lovelace
author-mail <ada@example.com>
author-time 1767225600
author-tz +0000
summary flags: begin
filename a.rs
\tauthor of nothing
0000000000000000000000000000000000000000 7 9 1
author Not Committed Yet
author-time 1767225601
filename a.rs
\t    on()
";

    #[test]
    fn an_answer_of_git_is_read() {
        let changes = read(ANSWER);
        let expected = Change {
            author: "Ada Lovelace".to_owned(),
            at: "2026-01-01T00:00:00Z".to_owned(),
        };
        assert_eq!(changes, HashMap::from([(3, expected)]));
        assert_eq!(read("fatal: no such path"), HashMap::new());
    }
}
