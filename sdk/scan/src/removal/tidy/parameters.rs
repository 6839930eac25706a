//! Parameters that a function does not read any more.
//!
//! **Invariants**
//! - A parameter goes only with what every caller passes, and only where all callers are seen: the
//!   function is the file's own and is only called. Else it stays, marked as idle by an underscore.

use tree_sitter::Node;

use super::super::draft::{Edit, Piece};
use super::super::names::names as said;
use super::functions::is_of_trait;
use super::{Names, Next, is_public};
use crate::language::Language;

pub(super) fn next<'a>(names: &Names<'a>, nodes: &[Node<'a>]) -> Option<Next> {
    nodes.iter().find_map(|node| match node.kind() {
        "parameter" | "required_parameter" | "optional_parameter" => {
            parameter(names, *node, node.child_by_field_name("pattern")?)
        }
        // JavaScript's parameters are bare names.
        "identifier" if node.parent()?.kind() == "formal_parameters" => {
            parameter(names, *node, *node)
        }
        "shorthand_property_identifier_pattern" => taken_out(names, *node),
        _ => None,
    })
}

fn parameter<'a>(names: &Names<'a>, parameter: Node<'a>, pattern: Node<'a>) -> Option<Next> {
    let page = names.page;
    let name = page.of(pattern);
    if pattern.kind() != "identifier" || name.starts_with('_') || !names.is_rarer(name) {
        return None;
    }
    let list = parameter.parent()?;
    let function = list.parent()?;
    let body = function.child_by_field_name("body")?;
    if !names.was_read(function, name)
        || names.uses(body, name, pattern) > 0
        || names.uses(list, name, pattern) > 0
        // A parameter that is a field as well.
        || page.of(parameter).contains("private ")
        || page.of(parameter).contains("readonly ")
        || page.of(parameter).contains("public ")
    {
        return None;
    }
    let edits = calls(names, function, parameter).unwrap_or_else(|| {
        names.note_marked(name);
        let marked = vec![Piece::Text("_".to_owned())];
        let at = pattern.start_byte();
        vec![Edit::new(at..at, marked)]
    });
    Some(Next::Edits(edits))
}

/// The edits that take a parameter out everywhere; `None` if not every caller is seen.
fn calls<'a>(names: &Names<'a>, function: Node<'a>, parameter: Node<'a>) -> Option<Vec<Edit>> {
    let page = names.page;
    let is_own = matches!(function.kind(), "function_item" | "function_declaration")
        && !is_public(function, &page)
        && !is_of_trait(function);
    let name = function.child_by_field_name("name").filter(|_| is_own)?;
    if names.is_said_elsewhere(page.of(name)) {
        return None;
    }
    let list = parameter.parent()?;
    let all: Vec<Node<'a>> = list
        .named_children(&mut list.walk())
        .filter(|it| !it.is_extra())
        .collect();
    let index = all.iter().position(|it| *it == parameter)?;
    let has_self = all.first().is_some_and(|it| it.kind() == "self_parameter");
    let mut edits = vec![page.without_item(parameter)];
    for node in said(page.tree.root_node()) {
        if page.of(node) != page.of(name) || node == name {
            continue;
        }
        let parent = node.parent()?;
        let (callee, is_method) = match parent.kind() {
            "field_expression" => (parent, true),
            "scoped_identifier" => (parent, false),
            _ => (node, false),
        };
        let call = callee.parent().filter(|it| {
            it.kind() == "call_expression" && it.child_by_field_name("function") == Some(callee)
        })?;
        // Another function may have the same name.
        if has_self != is_method {
            return None;
        }
        let list = call.child_by_field_name("arguments")?;
        let passed: Vec<Node<'a>> = list
            .named_children(&mut list.walk())
            .filter(|it| !it.is_extra())
            .collect();
        let index = if has_self { index - 1 } else { index };
        if passed.iter().any(|it| it.kind() == "spread_element") {
            return None;
        }
        match passed.get(index) {
            Some(argument) if page.only_looks(*argument) || page.only_makes(*argument) => {
                edits.push(page.without_item(*argument));
            }
            // One that may be left out.
            None if names.around.language() != Language::Rust => {}
            _ => return None,
        }
    }
    Some(edits)
}

/// A property that a component takes out of its only parameter.
fn taken_out<'a>(names: &Names<'a>, part: Node<'a>) -> Option<Next> {
    let page = names.page;
    let name = page.of(part);
    let pattern = part.parent().filter(|it| it.kind() == "object_pattern")?;
    let parameter = pattern
        .parent()
        .filter(|it| it.kind() == "required_parameter")?;
    let function = parameter.parent()?.parent()?;
    let body = function.child_by_field_name("body")?;
    let parts: Vec<Node<'a>> = pattern.named_children(&mut pattern.walk()).collect();
    let has_rest = parts.iter().any(|it| it.kind() == "rest_pattern");
    if has_rest || parts.len() < 2 || !names.is_rarer(name) || names.uses(body, name, part) > 0 {
        return None;
    }
    Some(Next::Edits(vec![page.without_item(part)]))
}
