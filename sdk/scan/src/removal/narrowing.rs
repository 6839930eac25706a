//! TypeScript's types where one side of a choice stays: `on ? "new" : "old"` is either, `"new"` alone
//! is never `"old"`, and comparing it with that is an error.
//!
//! **Invariants**
//! - Types are only told by how literals are written; what is not known to be safe with a literal is
//!   refused, and what is no literal is taken to have the type that both sides have.

use std::collections::HashSet;

use tree_sitter::Node;

use super::layout::{Page, parts};
use super::names::names;

/// What an expression is, as far as its type is narrower than what was beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Literal<'a> {
    Text,
    Number,
    Truth,
    /// `null` or `undefined`.
    Nothing,
    /// A list, and whether it is empty.
    List(bool),
    /// An object with these keys.
    Object(HashSet<&'a str>),
}

/// Whether something around a choice may not be typed any more if `kept` alone stood there.
pub(super) fn narrows(page: &Page<'_>, choice: Node<'_>, kept: Node<'_>, other: Node<'_>) -> bool {
    let Some(literal) = literal(page, kept) else {
        return false;
    };
    let beside = self::literal(page, other);
    let is_other_kind = beside
        .as_ref()
        .is_none_or(|it| std::mem::discriminant(it) != std::mem::discriminant(&literal));
    let mut whole = choice;
    while let Some(around) = whole
        .parent()
        .filter(|it| it.kind() == "parenthesized_expression")
    {
        whole = around;
    }
    let Some(around) = whole.parent() else {
        return false;
    };
    match around.kind() {
        "variable_declarator" => {
            in_variable(page, around, &literal, beside.as_ref(), is_other_kind)
        }
        // The types of hooks, collections and instances are told by what they begin with.
        "arguments" => {
            let call = around.parent();
            let name = call.and_then(|it| page.called(it)).unwrap_or_default();
            let begins =
                name.starts_with("use") || call.is_some_and(|it| it.kind() == "new_expression");
            (is_other_kind || literal == Literal::List(true)) && begins
        }
        "array" | "pair" | "public_field_definition" | "return_statement" | "arrow_function" => {
            // A text or number is widened; what is nothing, or of two kinds, is not.
            let is_widened = beside.is_none()
                && matches!(literal, Literal::Text | Literal::Number | Literal::Truth);
            is_other_kind && !is_widened && !is_typed_place(page, whole)
        }
        "required_parameter" | "optional_parameter" => {
            is_other_kind && around.child_by_field_name("type").is_none()
        }
        "assignment_pattern" => is_other_kind,
        "assignment_expression" => literal == Literal::Nothing && is_other_kind,
        "binary_expression" => around
            .child_by_field_name("operator")
            .is_some_and(|it| TESTING.contains(&page.of(it))),
        "member_expression" | "subscript_expression" | "switch_statement" => {
            literal == Literal::Nothing || around.kind() == "switch_statement"
        }
        _ => false,
    }
}

/// Operators that TypeScript refuses where it knows what they come to.
const TESTING: &[&str] = &["??", "||", "&&", "==", "===", "!=", "!=="];

/// Whether an object in place of a choice that is spread certainly hides what stands before it, which
/// TypeScript takes for a mistake.
pub(super) fn hides_a_default(page: &Page<'_>, choice: Node<'_>, kept: Node<'_>) -> bool {
    let mut whole = choice;
    while let Some(around) = whole
        .parent()
        .filter(|it| it.kind() == "parenthesized_expression")
    {
        whole = around;
    }
    let spread = whole.parent().filter(|it| it.kind() == "spread_element");
    let object = literal(page, kept);
    spread.zip(object).is_some_and(
        |(spread, object)| matches!(&object, Literal::Object(keys) if hides(page, spread, keys)),
    )
}

/// Whether what is spread into an object certainly hides what stands before it.
fn hides(page: &Page<'_>, spread: Node<'_>, keys: &HashSet<&str>) -> bool {
    let Some(object) = spread.parent().filter(|it| it.kind() == "object") else {
        return false;
    };
    parts(object)
        .into_iter()
        .take_while(|it| *it != spread)
        .any(|it| {
            let key = it.child_by_field_name("key").unwrap_or(it);
            keys.contains(page.of(key))
        })
}

/// Whether the type of a place is written down, so that what stands there need not tell it.
fn is_typed_place(page: &Page<'_>, node: Node<'_>) -> bool {
    let mut child = node;
    while let Some(parent) = child.parent() {
        match parent.kind() {
            "variable_declarator" | "public_field_definition" => {
                return parent.child_by_field_name("type").is_some();
            }
            "jsx_expression" | "satisfies_expression" | "as_expression" => return true,
            "arguments" => {
                let call = parent.parent();
                let name = call.and_then(|it| page.called(it)).unwrap_or_default();
                return !name.starts_with("use")
                    && call.is_some_and(|it| it.kind() == "call_expression");
            }
            "return_statement" | "arrow_function" => return is_typed_function(parent),
            "object" | "array" | "pair" | "parenthesized_expression" => child = parent,
            _ => return false,
        }
    }
    false
}

/// Whether a branch ends a function that does not say what it gives with nothing, while what goes
/// gave something. A component may: it is only shown.
pub(super) fn gives_nothing_only(page: &Page<'_>, branch: Node<'_>) -> bool {
    let last = match branch.kind() {
        "statement_block" => parts(branch).last().copied(),
        _ => Some(branch),
    };
    let value = last
        .filter(|it| it.kind() == "return_statement")
        .and_then(|it| parts(it).first().copied());
    let is_nothing = value.is_some_and(|it| literal(page, it) == Some(Literal::Nothing));
    let around = std::iter::successors(Some(branch), Node::parent);
    let name = { around }
        .find(|it| it.kind() == "function_declaration" || it.kind() == "variable_declarator")
        .and_then(|it| it.child_by_field_name("name"))
        .map_or("", |it| page.of(it));
    is_nothing && !is_typed_function(branch) && !name.starts_with(char::is_uppercase)
}

fn literal<'a>(page: &Page<'a>, node: Node<'a>) -> Option<Literal<'a>> {
    Some(match node.kind() {
        "parenthesized_expression" => return literal(page, node.named_child(0)?),
        "string" => Literal::Text,
        "template_string"
            if parts(node)
                .iter()
                .all(|it| it.kind() != "template_substitution") =>
        {
            Literal::Text
        }
        "number" => Literal::Number,
        "unary_expression" => return literal(page, parts(node).first().copied()?),
        "true" | "false" => Literal::Truth,
        "null" | "undefined" => Literal::Nothing,
        "array" => Literal::List(parts(node).is_empty()),
        "object" => {
            let keys = parts(node).into_iter().map(|it| {
                let key = it
                    .child_by_field_name("key")
                    .or_else(|| it.child_by_field_name("name"));
                page.of(key.unwrap_or(it))
            });
            Literal::Object(keys.collect())
        }
        _ => return None,
    })
}

fn in_variable(
    page: &Page<'_>,
    declarator: Node<'_>,
    literal: &Literal<'_>,
    beside: Option<&Literal<'_>>,
    is_other_kind: bool,
) -> bool {
    let Some(declaration) = declarator.parent() else {
        return false;
    };
    let is_typed = declarator.child_by_field_name("type").is_some();
    let is_fixed = page.of(declaration).starts_with("const");
    let (Some(name), Some(region)) = (declarator.child_by_field_name("name"), declaration.parent())
    else {
        return false;
    };
    let mut uses = names(region)
        .into_iter()
        .filter(|it| *it != name && page.of(*it) == page.of(name));
    match literal {
        Literal::Text | Literal::Number | Literal::Truth => {
            (!is_fixed && !is_typed && is_other_kind)
                || ((is_fixed || is_typed || is_other_kind) && uses.any(|it| is_compared(page, it)))
                || (is_other_kind && uses.any(|it| !is_passed(it)))
        }
        Literal::Nothing => !is_fixed || uses.any(|it| !is_passed(it)),
        Literal::List(is_empty) => *is_empty && !is_typed,
        Literal::Object(keys) => {
            let is_wider = match beside {
                Some(Literal::Object(others)) => !others.is_subset(keys),
                _ => keys.is_empty(),
            };
            is_wider && !is_typed
        }
    }
}

/// Whether a name is compared with something, or chosen by.
fn is_compared(page: &Page<'_>, name: Node<'_>) -> bool {
    let mut child = name;
    while let Some(parent) = child.parent() {
        match parent.kind() {
            "parenthesized_expression" => child = parent,
            "binary_expression" => {
                let operator = parent.child_by_field_name("operator");
                return operator
                    .is_some_and(|it| matches!(page.of(it), "==" | "===" | "!=" | "!=="));
            }
            "switch_statement" => return true,
            _ => return false,
        }
    }
    false
}

/// Whether a name is only handed on.
fn is_passed(name: Node<'_>) -> bool {
    name.parent().is_some_and(|it| {
        matches!(
            it.kind(),
            "arguments"
                | "return_statement"
                | "pair"
                | "object"
                | "jsx_expression"
                | "template_substitution"
                | "binary_expression"
                | "augmented_assignment_expression"
        )
    })
}

/// Whether the function around a node says what it gives.
fn is_typed_function(node: Node<'_>) -> bool {
    let around = std::iter::successors(Some(node), Node::parent);
    let function = { around }.find(|it| {
        matches!(
            it.kind(),
            "arrow_function" | "function_declaration" | "method_definition" | "function_expression"
        )
    });
    function.is_none_or(|it| it.child_by_field_name("return_type").is_some())
}
