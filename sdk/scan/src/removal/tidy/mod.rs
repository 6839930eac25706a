//! What nothing needs any more once a question is gone: variables and their `mut`, parameters,
//! functions, constants, fields, imports.
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
mod mutability;
mod parameters;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use tree_sitter::Node;

use super::around::Around;
use super::draft::{Draft, Edit};
use super::keys::words;
use super::layout::Page;
use super::names::{captured, counts, names};
use super::plan::What;
use super::sites::Asked;

/// Traits of the language whose methods are called without saying them.
const TRAITS: &[&str] = &[
    "Any",
    "BufRead",
    "Error",
    "FromIterator",
    "FromStr",
    "Future",
    "Hash",
    "Hasher",
    "Read",
    "Seek",
    "ToSocketAddrs",
    "Write",
];

/// What is known of names before and after.
pub(super) struct Names<'a> {
    pub(super) page: Page<'a>,
    pub(super) around: &'a Around<'a>,
    before: &'a Before,
    /// How often it does now.
    now: HashMap<String, usize>,
    /// The names that were part of questions.
    asked_with: &'a HashSet<String>,
    /// What is idle and stays, because making it may do something.
    pub(super) left: &'a HashSet<usize>,
    told: &'a RefCell<Told>,
}

/// What a person should be told of.
#[derive(Debug, Default)]
struct Told {
    /// Code that went and may have done something.
    gone: Vec<String>,
    /// Parameters that are idle and stay.
    marked: Vec<String>,
}

/// What was so before anything was done to the text.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// How often each name stood in it.
    counts: HashMap<String, usize>,
    /// Which names stood in the functions of a name.
    read: HashMap<String, HashSet<String>>,
    /// Names that stood where only types stand.
    types: HashSet<String>,
    /// Names that stood where only traits stand.
    traits: HashSet<String>,
}

impl Before {
    /// How often a name stood in the text.
    pub(super) fn count(&self, name: &str) -> usize {
        self.counts.get(name).copied().unwrap_or_default()
    }

    pub(super) fn of(page: &Page<'_>) -> Self {
        let mut read: HashMap<String, HashSet<String>> = HashMap::new();
        let (mut types, mut traits) = (HashSet::new(), HashSet::new());
        let mut waiting = vec![page.tree.root_node()];
        while let Some(node) = waiting.pop() {
            match is_trait(node) {
                Some(true) => traits.insert(page.of(node).to_owned()),
                Some(false) => types.insert(page.of(node).to_owned()),
                None => false,
            };
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
            types,
            traits,
        }
    }
}

/// Whether a name of Rust stands where only traits stand, or where only types do; `None` where
/// either may.
fn is_trait(name: Node<'_>) -> Option<bool> {
    if name.kind() != "type_identifier" {
        return None;
    }
    let mut node = name;
    while let Some(parent) = node.parent() {
        let is = |field: &str| parent.child_by_field_name(field) == Some(node);
        match parent.kind() {
            "generic_type" if is("type") => node = parent,
            "trait_bounds" | "higher_ranked_trait_bound" => return Some(true),
            "dynamic_type" | "abstract_type" | "impl_item" if is("trait") => return Some(true),
            "qualified_type" if is("alias") => return Some(true),
            "use_declaration"
            | "use_list"
            | "use_as_clause"
            | "scoped_identifier"
            | "scoped_type_identifier"
            | "scoped_use_list" => return None,
            _ => return Some(false),
        }
    }
    None
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

/// Takes out what is idle now; says which lines, from 1, hold what is idle and stays.
pub(super) fn tidy(
    draft: &mut Draft,
    before: &Before,
    asked: &mut Asked,
    around: &Around<'_>,
) -> Vec<(usize, What)> {
    let mut left = HashSet::new();
    let mut idle = Vec::new();
    let told = RefCell::default();
    // Each round takes something out or leaves something for good; a file has fewer things.
    for _ in 0..10_000 {
        let Some(tree) = draft.parse() else { break };
        let page = Page {
            text: &draft.text,
            tree: &tree,
        };
        let names = Names {
            page,
            around,
            before,
            now: counts(&page),
            asked_with: &asked.names,
            left: &left,
            told: &told,
        };
        match names.next() {
            Some(Next::Edits(edits)) => {
                draft.apply(edits);
                // Places have moved.
                left.clear();
                idle.clear();
            }
            Some(Next::Leave(at)) => {
                let line = draft.text[..at].matches('\n').count() + 1;
                let name: String = draft.text[at..]
                    .chars()
                    .take_while(|it| it.is_alphanumeric() || *it == '_')
                    .collect();
                idle.push((line, What::Idle(name)));
                left.insert(at);
            }
            None => break,
        }
    }
    let Told { gone, mut marked } = told.into_inner();
    asked.gone.extend(gone);
    marked.sort();
    marked.dedup();
    for name in marked {
        let lines = draft.text.lines().enumerate();
        let lines = lines.filter(|(_, line)| words(line, &format!("_{name}")) > 0);
        idle.extend(lines.map(|(line, _)| (line + 1, What::Parameter(name.clone()))));
    }
    idle
}

impl<'a> Names<'a> {
    fn next(&self) -> Option<Next> {
        let all = nodes(self.page.tree.root_node());
        locals::next(self, &all)
            .or_else(|| mutability::next(self, &all))
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

    /// Notes code that goes, if it may have done something.
    pub(super) fn note_gone(&self, code: Node<'_>) {
        if !self.page.is_surely_harmless(code) {
            let code = self.page.of(code).to_owned();
            self.told.borrow_mut().gone.push(code);
        }
    }

    /// Notes a parameter that is idle and stays.
    pub(super) fn note_marked(&self, name: &str) {
        self.told.borrow_mut().marked.push(name.to_owned());
    }

    /// Whether other files may use an item of this name that is the file's own.
    pub(super) fn is_said_elsewhere(&self, name: &str) -> bool {
        self.around.says(&self.page, name)
    }

    /// Whether a name may be a trait's, whose methods are called without saying it.
    pub(super) fn may_be_trait(&self, name: &str) -> bool {
        let begins_large = name.starts_with(char::is_uppercase);
        let has_small = name.contains(|it: char| it.is_lowercase());
        begins_large
            && has_small
            && !self.before.types.contains(name)
            && (self.before.traits.contains(name)
                || name.ends_with("Ext")
                || TRAITS.contains(&name)
                || self.around.has_trait(name))
    }

    /// Whether a module below may have a name of the file's imports by `use super::*`.
    pub(super) fn is_taken_by_others(&self, name: &str) -> bool {
        self.around.says(&self.page, name) && self.around.names_above(name)
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
