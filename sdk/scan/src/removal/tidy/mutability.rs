//! `mut` of Rust's variables that nothing changes any more.
//!
//! **Invariants**
//! - What may change a variable does: only uses that are known to look leave it unchanged.

use tree_sitter::Node;

use super::super::draft::Edit;
use super::super::layout::Page;
use super::super::names::names as said;
use super::{Names, Next};

/// Methods that only look at what they are asked of, or take all of it.
const LOOKING: &[&str] = &[
    "as_bytes",
    "as_str",
    "chars",
    "clone",
    "contains",
    "contains_key",
    "ends_with",
    "first",
    "get",
    "into_iter",
    "is_empty",
    "is_none",
    "is_some",
    "iter",
    "join",
    "keys",
    "last",
    "len",
    "lines",
    "starts_with",
    "to_owned",
    "to_string",
    "trim",
    "values",
];

/// Macros that only look at what they are given.
const LOOKING_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "eprint",
    "eprintln",
    "format",
    "panic",
    "print",
    "println",
    "vec",
];

pub(super) fn next<'a>(names: &Names<'a>, nodes: &[Node<'a>]) -> Option<Next> {
    let page = names.page;
    nodes.iter().find_map(|node| {
        if node.kind() != "let_declaration" {
            return None;
        }
        let word = node
            .children(&mut node.walk())
            .find(|it| it.kind() == "mutable_specifier")?;
        let pattern = node.child_by_field_name("pattern")?;
        let name = page.of(pattern);
        let block = node.parent()?;
        let is_candidate = pattern.kind() == "identifier" && names.is_rarer(name);
        if !is_candidate || node.child_by_field_name("value").is_none() {
            return None;
        }
        let is_changed = said(block)
            .into_iter()
            .filter(|it| *it != pattern && page.of(*it) == name)
            .any(|it| may_change(&page, it));
        let span = word.start_byte()..pattern.start_byte();
        (!is_changed).then(|| Next::Edits(vec![Edit::removal(span)]))
    })
}

/// Whether a variable may be changed where its name stands.
fn may_change(page: &Page<'_>, name: Node<'_>) -> bool {
    let Some(parent) = name.parent() else {
        return true;
    };
    match parent.kind() {
        "field_expression" => {
            let called = parent
                .parent()
                .filter(|it| it.kind() == "call_expression")
                .and_then(|it| page.called(it));
            !called.is_some_and(|it| LOOKING.contains(&it))
        }
        "token_tree" => {
            let before = name.prev_sibling().map_or("", |it| page.of(it));
            let behind = name.next_sibling().map_or("", |it| page.of(it));
            if before == "mut" || behind == "." || behind.ends_with('=') {
                return true;
            }
            let mut tree = parent;
            while let Some(around) = tree.parent().filter(|_| tree.kind() == "token_tree") {
                tree = around;
            }
            let name = tree.child_by_field_name("macro").map(|it| page.of(it));
            !name.is_some_and(|it| LOOKING_MACROS.contains(&it))
        }
        // A value that is copied, compared, passed or given back.
        "arguments"
        | "binary_expression"
        | "block"
        | "return_expression"
        | "type_cast_expression"
        | "array_expression"
        | "tuple_expression"
        | "field_initializer" => false,
        _ => true,
    }
}
