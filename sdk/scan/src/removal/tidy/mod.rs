//! What nothing needs any more once a question is gone: variables, parameters, functions,
//! constants, fields, imports.
//!
//! Separate from the rules, which remove what cannot run; here goes what still could, and whose
//! name nobody says any more.
//!
//! **Invariants**
//! - Only what was used before the removal and is not used after it goes; what was idle already is
//!   somebody else's.
//! - What others may use (`pub`, `export`) stays.

mod fields;
mod functions;
mod imports;
mod locals;
mod parameters;

use std::collections::{HashMap, HashSet};

use tree_sitter::Node;

use super::draft::{Draft, Edit};
use super::layout::Page;
use super::names::{captured, counts, names};
use crate::language::Language;

/// What is known of names before and after.
pub(super) struct Names<'a> {
    pub(super) page: Page<'a>,
    pub(super) language: Language,
    before: &'a Before,
    /// How often it does now.
    now: HashMap<String, usize>,
    /// The names that were part of questions.
    asked_with: &'a HashSet<String>,
    /// What is idle and stays, because making it may do something.
    pub(super) left: &'a HashSet<usize>,
}

/// What was so before anything was done to the text.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// How often each name stood in it.
    counts: HashMap<String, usize>,
    /// Which names stood in the functions of a name.
    read: HashMap<String, HashSet<String>>,
}

impl Before {
    pub(super) fn of(page: &Page<'_>) -> Self {
        let mut read: HashMap<String, HashSet<String>> = HashMap::new();
        let mut waiting = vec![page.tree.root_node()];
        while let Some(node) = waiting.pop() {
            if let Some(body) = node.child_by_field_name("body")
                && node.child_by_field_name("parameters").is_some()
            {
                let of_function = read.entry(called(page, node)).or_default();
                of_function.extend(names(body).iter().map(|it| page.of(*it).to_owned()));
                of_function.extend(captured(page, body).into_iter().map(|(name, _)| name));
            }
            waiting.extend(node.named_children(&mut node.walk()));
        }
        Self {
            counts: counts(page),
            read,
        }
    }
}

/// What a function is called; nothing if it has no name.
fn called(page: &Page<'_>, function: Node<'_>) -> String {
    let name = function.child_by_field_name("name");
    name.map_or_else(String::new, |it| page.of(it).to_owned())
}

/// What to do next.
enum Next {
    Edits(Vec<Edit>),
    /// The declaration at this byte stays.
    Leave(usize),
}

/// Takes out what is idle now; says which lines, from 1, hold a variable that is idle and stays.
pub(super) fn tidy(
    draft: &mut Draft,
    before: &Before,
    asked_with: &HashSet<String>,
) -> Vec<(usize, String)> {
    let mut left = HashSet::new();
    let mut told = Vec::new();
    // Each round takes something out or leaves something for good; a file has fewer things.
    for _ in 0..10_000 {
        let Some(tree) = draft.parse() else { break };
        let page = Page {
            text: &draft.text,
            tree: &tree,
        };
        let names = Names {
            page,
            language: draft.language,
            before,
            now: counts(&page),
            asked_with,
            left: &left,
        };
        match names.next() {
            Some(Next::Edits(edits)) => {
                draft.apply(edits);
                // Places have moved.
                left.clear();
                told.clear();
            }
            Some(Next::Leave(at)) => {
                let line = draft.text[..at].matches('\n').count() + 1;
                let name: String = draft.text[at..]
                    .chars()
                    .take_while(|it| it.is_alphanumeric() || *it == '_')
                    .collect();
                told.push((line, name));
                left.insert(at);
            }
            None => break,
        }
    }
    told
}

impl<'a> Names<'a> {
    fn next(&self) -> Option<Next> {
        let all = nodes(self.page.tree.root_node());
        locals::next(self, &all)
            .or_else(|| parameters::next(self, &all))
            .or_else(|| functions::next(self, &all))
            .or_else(|| fields::next(self, &all))
            .or_else(|| imports::next(self, &all))
    }

    /// Whether a name stands at fewer places than before.
    pub(super) fn is_rarer(&self, name: &str) -> bool {
        self.now.get(name).copied().unwrap_or_default()
            < self.before.counts.get(name).copied().unwrap_or_default()
    }

    /// Whether a function read a name before.
    pub(super) fn was_read(&self, function: Node<'_>, name: &str) -> bool {
        let read = self.before.read.get(&called(&self.page, function));
        read.is_some_and(|read| read.contains(name))
    }

    /// How often a name stands in the text.
    pub(super) fn count(&self, name: &str) -> usize {
        self.now.get(name).copied().unwrap_or_default()
    }

    /// Whether a name was part of a question.
    pub(super) fn was_asked_with(&self, name: &str) -> bool {
        self.asked_with.contains(name)
    }

    /// The nodes below `region` that say a name, but for `own`; fields of that name do not count.
    pub(super) fn uses(&self, region: Node<'a>, name: &str, own: Node<'_>) -> usize {
        let said = names(region).into_iter().filter(|it| {
            self.page.of(*it) == name
                && *it != own
                && !matches!(
                    it.kind(),
                    "field_identifier" | "property_identifier" | "private_property_identifier"
                )
        });
        let in_texts = captured(&self.page, region);
        said.count()
            + in_texts
                .iter()
                .filter(|(captured, _)| captured == name)
                .count()
    }
}

/// All nodes that may declare something, in the order of the text.
fn nodes(root: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let is_kind = matches!(
            node.kind(),
            "let_declaration"
                | "variable_declarator"
                | "parameter"
                | "required_parameter"
                | "optional_parameter"
                | "identifier"
                | "shorthand_property_identifier_pattern"
                | "function_item"
                | "function_declaration"
                | "const_item"
                | "static_item"
                | "field_declaration"
                | "use_declaration"
                | "import_statement"
        );
        if is_kind {
            found.push(node);
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// Whether an item may be used from elsewhere, or is used by what nobody sees.
fn is_public(item: Node<'_>, page: &Page<'_>) -> bool {
    let visible = item
        .children(&mut item.walk())
        .any(|it| it.kind() == "visibility_modifier");
    let is_exported = item.parent().is_some_and(|it| {
        it.kind() == "export_statement"
            || it
                .parent()
                .is_some_and(|it| it.kind() == "export_statement")
    });
    let above = item.prev_named_sibling();
    let is_marked = above.is_some_and(|it| {
        it.kind() == "attribute_item"
            && !page.of(it).starts_with("#[must_use")
            && !page.of(it).starts_with("#[inline")
            && !page.of(it).starts_with("#[doc")
            && !page.of(it).starts_with("#[expect")
            && !page.of(it).starts_with("#[allow")
    });
    visible || is_exported || is_marked
}
