//! One file: from its text, the questions in it and the answer to keep, to the text without them.
//!
//! **Invariants**
//! - Pure: the same text, questions and answer give the same text.
//! - A question goes wholly or not at all. Where one cannot go the file is begun anew without
//!   touching it, so that nothing half-done is left.
//! - A text without syntax errors has none afterwards.

use std::collections::BTreeMap;

use tree_sitter::Tree;

use super::Question;
use super::around::Around;
use super::draft::{Draft, Known, Mark};
use super::inference::untold;
use super::layout::Page;
use super::names::counts;
use super::plan::What;
use super::reflow::reflow;
use super::rules::reduce;
use super::sites::{Asked, First, first};
use super::tidy::{Before, tidy};
use super::why::{Why, in_one_line};
use crate::language::Language;
use crate::source;

/// A file without the questions that could go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rewriting {
    /// The new text.
    pub(super) text: String,
    /// Which questions stay, by their number, and why.
    pub(super) refused: BTreeMap<usize, Why>,
    /// What a person should look at, by its line from 1.
    pub(super) remarks: Vec<(usize, What)>,
}

/// Takes questions out of a file, keeping what the program does when each is answered with `keep`.
pub(super) fn rewrite(
    around: &Around<'_>,
    text: &str,
    questions: &[Question],
    keep: bool,
) -> Rewriting {
    let language = around.language();
    let mut refused: BTreeMap<usize, Why> = BTreeMap::new();
    let unchanged = |refused| Rewriting {
        text: text.to_owned(),
        refused,
        remarks: Vec::new(),
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
        let Attempt {
            draft,
            stuck: whys,
            remarks,
        } = attempt(around, text, &tree, questions, keep, &mut refused);
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
                remarks,
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

/// What came of one go.
struct Attempt {
    draft: Draft,
    /// Questions that must be refused as well.
    stuck: Vec<(usize, Why)>,
    remarks: Vec<(usize, What)>,
}

/// One go without the questions that are refused already; says which more must be.
fn attempt(
    around: &Around<'_>,
    text: &str,
    tree: &Tree,
    questions: &[Question],
    keep: bool,
    refused: &mut BTreeMap<usize, Why>,
) -> Attempt {
    let page = Page { text, tree };
    let attempted = |draft, stuck| Attempt {
        draft,
        stuck,
        remarks: Vec::new(),
    };
    let language = around.language();
    let mut draft = Draft {
        language,
        text: text.to_owned(),
        marks: Vec::new(),
    };
    let mut edits = Vec::new();
    let mut asked = Asked::default();
    for (index, question) in questions.iter().enumerate() {
        if refused.contains_key(&index) {
            continue;
        }
        match first(page, language, (index, question), keep, &mut asked) {
            Ok(First::Edits(more)) => edits.extend(more),
            Ok(First::Handle(mark)) => draft.marks.push(mark),
            Err(why) => {
                refused.insert(index, why);
            }
        }
    }
    if edits.is_empty() && draft.marks.is_empty() {
        return attempted(draft, Vec::new());
    }
    draft.apply(edits);
    let stuck = reduce(&mut draft, around);
    if !stuck.is_empty() {
        return attempted(draft, stuck);
    }
    let before = Before::of(&page);
    let mut remarks = tidy(&mut draft, &before, &mut asked, around);
    if let Some(name) = untold_type(&draft, &before) {
        let open = (0..questions.len()).filter(|it| !refused.contains_key(it));
        let whys = open.map(|it| (it, Why::TypeUntold(name.clone())));
        let stuck = whys.collect();
        return attempted(draft, stuck);
    }
    remarks.extend(asked.gone.into_iter().map(|code| {
        let at = text.find(&code).unwrap_or_default();
        let line = text[..at].matches('\n').count() + 1;
        (line, What::Gone(in_one_line(&code)))
    }));
    let handles = draft.marks.iter().filter(|it| it.known == Known::Handle);
    let left = handles.map(|Mark { question, .. }| (*question, Why::Handle));
    let left: Vec<_> = left.collect();
    if left.is_empty() {
        reflow(&mut draft, text);
        stay_module(&mut draft, &page);
    }
    Attempt {
        draft,
        stuck: left,
        remarks,
    }
}

/// A script that imports or exports nothing any more would be none that is a module.
fn stay_module(draft: &mut Draft, before: &Page<'_>) {
    let is_module = |tree: &Tree| {
        let root = tree.root_node();
        let mut cursor = root.walk();
        root.named_children(&mut cursor)
            .any(|it| matches!(it.kind(), "import_statement" | "export_statement"))
    };
    let is_none_now = draft.parse().is_some_and(|tree| !is_module(&tree));
    if draft.language.is_script() && is_module(before.tree) && is_none_now {
        draft.text.push_str("\nexport {};\n");
    }
}

/// The name of a variable whose type nothing tells any more.
fn untold_type(draft: &Draft, before: &Before) -> Option<String> {
    if draft.language.is_script() {
        return None;
    }
    let tree = draft.parse()?;
    let page = Page {
        text: &draft.text,
        tree: &tree,
    };
    let now = counts(&page);
    let is_rarer = |name: &str| now.get(name).copied().unwrap_or_default() < before.count(name);
    untold(&page, &is_rarer)
}
