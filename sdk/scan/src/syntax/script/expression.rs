//! Expressions of TypeScript and JavaScript.

use tree_sitter::Node;

use super::super::collector::{Collector, children};
use super::super::{DEEPEST, Expression, calls};
use super::modules::unquoted;

/// What an expression is.
pub(super) fn expression(node: Node<'_>, c: &Collector<'_>, depth: usize) -> Expression {
    if depth > DEEPEST {
        return Expression::Unknown;
    }
    let field = |name: &str| node.child_by_field_name(name);
    let below = |node: Node<'_>| expression(node, c, depth + 1);
    match node.kind() {
        "string" | "template_string" => literal(node, c),
        "identifier" | "this" | "super" => Expression::Name(c.text(node).to_owned()),
        "member_expression" => match (field("object"), field("property")) {
            (Some(object), Some(name)) => {
                Expression::Member(Box::new(below(object)), c.text(name).to_owned())
            }
            _ => Expression::Unknown,
        },
        "subscript_expression" => match (field("object"), field("index").map(below)) {
            (Some(object), Some(Expression::Text(name))) => {
                Expression::Member(Box::new(below(object)), name)
            }
            _ => Expression::Unknown,
        },
        "parenthesized_expression"
        | "await_expression"
        | "non_null_expression"
        | "as_expression"
        | "satisfies_expression"
        | "instantiation_expression" => children(node)
            .into_iter()
            .next()
            .map_or(Expression::Unknown, below),
        "type_assertion" => children(node).pop().map_or(Expression::Unknown, below),
        "call_expression" => field("function").map_or(Expression::Unknown, |function| {
            Expression::Call(
                Box::new(below(function)),
                calls::arguments(node, c, depth + 1, expression),
            )
        }),
        "new_expression" => {
            let constructor = field("constructor").map(|it| c.text(it));
            let names = constructor.unwrap_or_default().split('.');
            Expression::New(names.map(|name| name.trim().to_owned()).collect())
        }
        "object" => object(node, c, depth),
        "binary_expression" => match (field("left"), field("right"), field("operator")) {
            (Some(left), Some(right), Some(sign)) if c.text(sign) == "+" => {
                Expression::Joined(vec![below(left), below(right)])
            }
            _ => Expression::Unknown,
        },
        "arrow_function"
        | "function_expression"
        | "number"
        | "true"
        | "false"
        | "null"
        | "undefined"
        | "array"
        | "regex"
        | "class" => Expression::Plain,
        _ => Expression::Unknown,
    }
}

fn object(node: Node<'_>, c: &Collector<'_>, depth: usize) -> Expression {
    let mut parts = Vec::new();
    for part in children(node) {
        match part.kind() {
            "pair" => {
                if let (Some(key), Some(value)) = (
                    part.child_by_field_name("key"),
                    part.child_by_field_name("value"),
                ) && key.kind() != "computed_property_name"
                {
                    parts.push((unquoted(key, c), expression(value, c, depth + 1)));
                }
            }
            "shorthand_property_identifier" => {
                let name = c.text(part).to_owned();
                parts.push((name.clone(), Expression::Name(name)));
            }
            // What is spread into it later may replace anything.
            "spread_element" => parts.clear(),
            _ => {}
        }
    }
    Expression::Object(parts)
}

/// A string's value, where it has no escapes and nothing is put into it.
fn literal(node: Node<'_>, c: &Collector<'_>) -> Expression {
    let parts = children(node);
    if parts
        .iter()
        .any(|part| part.kind() == "template_substitution")
    {
        return Expression::Unknown;
    }
    if parts.iter().any(|part| part.kind() != "string_fragment") {
        return Expression::Plain;
    }
    Expression::Text(parts.iter().map(|part| c.text(*part)).collect())
}
