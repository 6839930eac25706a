//! Parameters that a function does not read any more.
//!
//! **Invariants**
//! - A parameter goes only with what every caller passes, and only where all callers are seen: the
//!   function is the file's own and is only called. Else it stays, marked as idle by an underscore.

use tree_sitter::Node;

use super::super::draft::{Edit, Piece};
use super::super::layout::Page;
use super::super::names::{mentions, names as said};
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
        // `v is User`
        || function
            .child_by_field_name("return_type")
            .is_some_and(|it| names.uses(it, name, pattern) > 0)
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
        && !is_of_trait(function)
        && !tells_a_type(&page, function, parameter);
    let name = function.child_by_field_name("name").filter(|_| is_own)?;
    if names.is_said_elsewhere(page.of(name)) {
        return None;
    }
    let list = parameter.parent()?;
    let all: Vec<Node<'a>> = list
        .named_children(&mut list.walk())
        .filter(|it| !it.is_extra() && !is_this(*it))
        .collect();
    let index = all.iter().position(|it| *it == parameter)?;
    let has_self = all.first().is_some_and(|it| it.kind() == "self_parameter");
    let mut edits = vec![page.without_item(parameter)];
    for node in said(page.tree.root_node()) {
        if page.of(node) != page.of(name) || node == name {
            continue;
        }
        let list = arguments(&page, function, node, has_self)?;
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

/// The arguments of a call where the function's name stands; `None` if it is no call, or may be one
/// of another function of the same name.
fn arguments<'a>(
    page: &Page<'a>,
    function: Node<'a>,
    said: Node<'a>,
    has_self: bool,
) -> Option<Node<'a>> {
    let parent = said.parent()?;
    let owner = function
        .parent()
        .and_then(|list| list.parent())
        .filter(|it| it.kind() == "impl_item");
    let callee = match (parent.kind(), owner) {
        ("field_expression", Some(_)) if has_self => {
            let receiver = parent.child_by_field_name("value")?;
            (receiver.kind() == "self").then_some(parent)?
        }
        ("scoped_identifier", Some(owner)) if !has_self => {
            let path = page.of(parent.child_by_field_name("path")?);
            let kind = page.of(owner.child_by_field_name("type")?);
            let kind = kind.split('<').next().unwrap_or(kind);
            (path == "Self" || path == kind).then_some(parent)?
        }
        ("call_expression", None) => said,
        _ => return None,
    };
    let call = callee.parent().filter(|it| {
        it.kind() == "call_expression" && it.child_by_field_name("function") == Some(callee)
    })?;
    call.child_by_field_name("arguments")
}

/// TypeScript's `this`, which nobody passes.
fn is_this(parameter: Node<'_>) -> bool {
    parameter
        .child_by_field_name("pattern")
        .is_some_and(|it| it.kind() == "this")
}

/// Whether a caller may tell the function's type parameters by this parameter alone.
fn tells_a_type(page: &Page<'_>, function: Node<'_>, parameter: Node<'_>) -> bool {
    let kind = parameter.child_by_field_name("type");
    let generic = function.child_by_field_name("type_parameters");
    kind.is_some_and(|kind| {
        page.of(kind).contains("impl ")
            || generic.is_some_and(|it| {
                let own = said(it).into_iter().map(|it| page.of(it)).collect();
                mentions(page, kind, &own)
            })
    })
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
