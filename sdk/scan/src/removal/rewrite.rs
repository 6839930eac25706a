//! One file: from its text, the questions in it and the answer to keep, to the text without them.
//!
//! **Invariants**
//! - Pure: the same text, questions and answer give the same text.
//! - A question goes wholly or not at all. Where one cannot go the file is begun anew without
//!   touching it, so that nothing half-done is left.
//! - A text without syntax errors has none afterwards.

use std::collections::{BTreeMap, HashSet};

use tree_sitter::Tree;

use super::Question;
use super::draft::{Draft, Known, Mark};
use super::layout::Page;
use super::reflow::reflow;
use super::rules::reduce;
use super::sites::{First, first};
use super::tidy::{Before, tidy};
use super::why::Why;
use crate::language::Language;
use crate::source;

/// A file without the questions that could go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewriting {
    /// The new text.
    pub text: String,
    /// Which questions stay, by their number, and why.
    pub refused: BTreeMap<usize, Why>,
    /// Lines of the new text, from 1, with a variable that nobody reads any more and that stays,
    /// because making it may do something.
    pub idle: Vec<(usize, String)>,
}

/// Takes questions out of a file, keeping what the program does when each is answered with `keep`.
#[must_use]
pub fn rewrite(language: Language, text: &str, questions: &[Question], keep: bool) -> Rewriting {
    let mut refused: BTreeMap<usize, Why> = BTreeMap::new();
    let unchanged = |refused| Rewriting {
        text: text.to_owned(),
        refused,
        idle: Vec::new(),
    };
    let all = |why: &Why| (0..questions.len()).map(|it| (it, why.clone())).collect();
    if let Some(name) = only_searched(language) {
        return unchanged(all(&Why::Language(name)));
    }
    let tree = source::parse(language, text.as_bytes());
    let Some(tree) = tree.filter(|tree| !tree.root_node().has_error()) else {
        return unchanged(all(&Why::Broken));
    };
    // Each round refuses one question more, or is the last.
    for _ in 0..=questions.len() {
        let (draft, whys, idle) = attempt(language, text, &tree, questions, keep, &mut refused);
        if whys.is_empty() {
            let is_whole = draft
                .parse()
                .is_some_and(|tree| !tree.root_node().has_error());
            if !is_whole {
                return unchanged(all(&Why::WouldBreak));
            }
            return Rewriting {
                text: draft.text,
                refused,
                idle,
            };
        }
        for (question, why) in whys {
            refused.entry(question).or_insert(why);
        }
    }
    unchanged(refused)
}

/// The name of a language that is searched and not rewritten.
fn only_searched(language: Language) -> Option<&'static str> {
    match language {
        Language::Rust | Language::TypeScript | Language::Tsx | Language::JavaScript => None,
        Language::Python => Some("Python"),
        Language::Go => Some("Go"),
        Language::Java => Some("Java"),
    }
}

type Idle = Vec<(usize, String)>;

/// One go without the questions that are refused already; says which more must be.
fn attempt(
    language: Language,
    text: &str,
    tree: &Tree,
    questions: &[Question],
    keep: bool,
    refused: &mut BTreeMap<usize, Why>,
) -> (Draft, Vec<(usize, Why)>, Idle) {
    let page = Page { text, tree };
    let mut draft = Draft {
        language,
        text: text.to_owned(),
        marks: Vec::new(),
    };
    let mut edits = Vec::new();
    let mut asked_with = HashSet::new();
    for (index, question) in questions.iter().enumerate() {
        if refused.contains_key(&index) {
            continue;
        }
        match first(page, language, (index, question), keep, &mut asked_with) {
            Ok(First::Edits(more)) => edits.extend(more),
            Ok(First::Handle(mark)) => draft.marks.push(mark),
            Err(why) => {
                refused.insert(index, why);
            }
        }
    }
    if edits.is_empty() && draft.marks.is_empty() {
        return (draft, Vec::new(), Vec::new());
    }
    draft.apply(edits);
    let stuck = reduce(&mut draft);
    if !stuck.is_empty() {
        return (draft, stuck, Vec::new());
    }
    let idle = tidy(&mut draft, &Before::of(&page), &asked_with);
    let handles = draft.marks.iter().filter(|it| it.known == Known::Handle);
    let left = handles.map(|Mark { question, .. }| (*question, Why::Handle));
    let left: Vec<_> = left.collect();
    if left.is_empty() {
        reflow(&mut draft, text);
    }
    (draft, left, idle)
}
