//! Names in a text: where they are given, and where they are used.
//!
//! Separate from what the scan follows (`meaning`): here a name that might mean something else is
//! a reason to leave it alone.

use std::collections::{HashMap, HashSet};

use tree_sitter::Node;

use super::layout::Page;
use crate::syntax::Span;

/// Whether a node is a name.
pub(super) fn is_name(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "identifier"
            | "type_identifier"
            | "field_identifier"
            | "shorthand_field_identifier"
            | "property_identifier"
            | "private_property_identifier"
            | "shorthand_property_identifier"
            | "shorthand_property_identifier_pattern"
    )
}

/// Every name below a node, in the order of the text.
pub(super) fn names(node: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut cursor = node.walk();
    loop {
        if is_name(cursor.node()) {
            found.push(cursor.node());
        }
        if cursor.goto_first_child() {
            continue;
        }
        loop {
            if cursor.node() == node {
                return found;
            }
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// How often each name stands in a text, those included that a macro's text captures.
pub(super) fn counts(page: &Page<'_>) -> HashMap<String, usize> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let root = page.tree.root_node();
    for node in names(root) {
        *counts.entry(page.of(node).to_owned()).or_default() += 1;
    }
    for (name, _) in captured(page, root) {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

/// Names in the texts of Rust's macros: `println!("{total}")`.
pub(super) fn captured(page: &Page<'_>, node: Node<'_>) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let mut waiting = vec![(node, false)];
    while let Some((node, in_macro)) = waiting.pop() {
        let in_macro = in_macro || node.kind() == "token_tree";
        if in_macro && node.kind() == "string_literal" {
            let text = page.of(node);
            for (at, _) in text.match_indices('{') {
                let inside = &text[at + 1..];
                let inside = &inside[..inside.find('}').unwrap_or(0)];
                let is_part = |it: char| it.is_alphanumeric() || it == '_';
                // The name before the colon, and widths that end in a dollar sign.
                let mut begin = at + 1;
                for part in inside.split(|it| !is_part(it)) {
                    let end = begin + part.len();
                    let is_width = text[end..].starts_with('$');
                    if !part.is_empty() && (begin == at + 1 || is_width) {
                        let start = node.start_byte();
                        found.push((part.to_owned(), start + begin..start + end));
                    }
                    begin = end + text[end..].chars().next().map_or(0, char::len_utf8);
                }
            }
        }
        let mut cursor = node.walk();
        waiting.extend(node.named_children(&mut cursor).map(|it| (it, in_macro)));
    }
    found
}

/// Whether one of some names stands below a node.
pub(super) fn mentions(page: &Page<'_>, node: Node<'_>, wanted: &HashSet<&str>) -> bool {
    names(node).iter().any(|it| {
        !matches!(it.kind(), "field_identifier" | "property_identifier")
            && wanted.contains(page.of(*it))
    }) || captured(page, node)
        .iter()
        .any(|(name, _)| wanted.contains(name.as_str()))
}

/// The names that a block's own statements declare.
pub(super) fn declared_in<'a>(page: &Page<'a>, block: Node<'_>) -> Vec<&'a str> {
    let mut cursor = block.walk();
    let statements = block.named_children(&mut cursor);
    statements.flat_map(|it| declared_by(page, it)).collect()
}

/// The names that a statement declares.
pub(super) fn declared_by<'a>(page: &Page<'a>, statement: Node<'_>) -> Vec<&'a str> {
    let all = |node: Node<'_>| -> Vec<&'a str> {
        names(node).into_iter().map(|it| page.of(it)).collect()
    };
    match statement.kind() {
        "let_declaration" => statement
            .child_by_field_name("pattern")
            .map(all)
            .unwrap_or_default(),
        "lexical_declaration" | "variable_declaration" => {
            let mut cursor = statement.walk();
            let declarators = statement.named_children(&mut cursor);
            declarators
                .filter_map(|it| it.child_by_field_name("name"))
                .flat_map(all)
                .collect()
        }
        "use_declaration" => all(statement),
        _ => {
            let name = statement.child_by_field_name("name");
            name.filter(|it| is_name(*it))
                .map(|it| page.of(it))
                .into_iter()
                .collect()
        }
    }
}
