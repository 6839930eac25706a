//! A whole tree: every file with the flag's questions, and the constants that held its key.
//!
//! Separate from `rewrite`, which sees one file: whether a constant is named elsewhere only the
//! tree can say.
//!
//! **Invariants**
//! - Nothing is written here.
//! - The same tree gives the same plan, in the same order.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::Question;
use super::around::Around;
use super::keys;
use super::rewrite::rewrite;
use super::why::Why;
use crate::settings::Settings;
use crate::tree::Tree;
use crate::{Found, Progress, Scan, ScanError, files, read};

/// A file before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it lies, relative to the scanned folder.
    pub path: String,
    /// Its text.
    pub before: String,
    /// Its text without the flag.
    pub after: String,
}

/// A place that is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The file, relative to the scanned folder.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// Where on the line, from 1, in characters.
    pub column: u32,
    /// Why.
    pub why: Why,
}

/// Something for a person to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The file, relative to the scanned folder.
    pub path: String,
    /// The line, from 1, in the file as it will be; for what is gone, in the file as it was.
    pub line: u32,
    /// What is there.
    pub what: What,
}

/// What is left for a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum What {
    /// A variable that nobody reads any more, and whose making may do something.
    Idle(String),
    /// A parameter that nobody reads any more, and that others pass: it is marked by an underscore.
    Parameter(String),
    /// Calls that were made only to ask for the flag, and are not made any more.
    Gone(String),
    /// The flag's key in text.
    Key,
    /// Generated code that knows the flag.
    Generated,
}

/// What removing a flag from a tree comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files that change, sorted by path.
    pub changes: Vec<Change>,
    /// The places that cannot be rewritten safely, sorted by path and line.
    pub refused: Vec<Refusal>,
    /// What a person should look at, sorted.
    pub remarks: Vec<Remark>,
    /// At how many places the flag is asked for.
    pub questions: usize,
}

/// Plans how `flag` leaves the code below `root`, keeping the answer `keep`. Patterns of the
/// settings are taken from the folder `base`.
///
/// # Errors
/// As [`crate::scan`].
pub fn plan(
    root: &Path,
    base: &Path,
    settings: Settings,
    (flag, keep): (&str, bool),
    progress: &Progress,
) -> Result<Plan, ScanError> {
    let (tree, scan) = read(root, base, settings, progress)?;
    let mut plan = Plan::default();
    let mut texts: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut by_file: BTreeMap<&str, Vec<&Found>> = BTreeMap::new();
    for found in scan.found.iter().filter(|it| it.reference.flag == flag) {
        by_file
            .entry(&found.reference.path)
            .or_default()
            .push(found);
        plan.questions += 1;
    }
    let places: HashMap<&str, usize> = tree
        .files
        .iter()
        .enumerate()
        .map(|(index, file)| (file.path.as_str(), index))
        .collect();
    for (path, found) in by_file {
        let Some(file) = places.get(path) else {
            continue;
        };
        file_without(&tree, *file, &found, keep, &mut plan, &mut texts);
    }
    may_be_asked(&tree, &places, &scan, flag, &mut plan);
    keys::tidy(
        &tree,
        flag,
        !scan.unresolved.is_empty(),
        &mut plan,
        &mut texts,
    );
    plan.changes = texts
        .into_iter()
        .filter(|(_, (before, after))| before != after)
        .map(|(path, (before, after))| Change {
            path,
            before,
            after,
        })
        .collect();
    plan.refused
        .sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    plan.remarks.sort();
    plan.remarks.dedup();
    Ok(plan)
}

/// The text of a file of the tree; `None` if it is no UTF-8 or cannot be read.
pub(super) fn text_of(tree: &Tree, file: usize) -> Option<String> {
    std::fs::read_to_string(files::path_of(tree.root(), &tree.files[file])).ok()
}

fn file_without(
    tree: &Tree,
    file: usize,
    found: &[&Found],
    keep: bool,
    plan: &mut Plan,
    texts: &mut BTreeMap<String, (String, String)>,
) {
    let path = &tree.files[file].path;
    let refusal = |found: &Found, why: Why| Refusal {
        path: path.clone(),
        line: found.reference.line,
        column: found.reference.column,
        why,
    };
    let Some(text) = text_of(tree, file) else {
        let all = found.iter().map(|it| refusal(it, Why::Unreadable));
        plan.refused.extend(all);
        return;
    };
    let questions: Vec<Question> = found
        .iter()
        .map(|it| Question {
            span: it.call.clone(),
            call: it.reference.call.clone(),
            answer: it.answer,
        })
        .collect();
    let rewriting = rewrite(&Around::of(tree, file), &text, &questions, keep);
    for (index, why) in rewriting.refused {
        plan.refused.push(refusal(found[index], why));
    }
    let remarks = rewriting.remarks.into_iter().map(|(line, what)| Remark {
        path: path.clone(),
        line: u32::try_from(line).unwrap_or(u32::MAX),
        what,
    });
    plan.remarks.extend(remarks);
    texts.insert(path.clone(), (text, rewriting.text));
}

/// Refuses where a key that is put together may be the flag's.
fn may_be_asked(
    tree: &Tree,
    places: &HashMap<&str, usize>,
    scan: &Scan,
    flag: &str,
    plan: &mut Plan,
) {
    for it in &scan.unresolved {
        let text = places
            .get(it.call.path.as_str())
            .and_then(|file| text_of(tree, *file));
        let (Some(text), Some(key)) = (text, &it.key) else {
            continue;
        };
        let fits = text
            .get(key.clone())
            .is_some_and(|key| keys::may_be(key, flag));
        if fits {
            plan.refused.push(Refusal {
                path: it.call.path.clone(),
                line: it.call.line,
                column: it.call.column,
                why: Why::DynamicKey,
            });
        }
    }
}
