//! Whether something in a script is a boolean, or only as good as one: `name && flag` is `false` or the
//! flag's answer, but `name` alone is a text.
//!
//! **Invariants**
//! - What is not known to be a boolean is none.

use tree_sitter::Node;

use super::layout::{Page, parts};

/// Functions that answer with a boolean, beside those that are named as a question.
const YES_OR_NO: &[&str] = &[
    "Boolean",
    "includes",
    "startsWith",
    "endsWith",
    "some",
    "every",
    "test",
    "equals",
    "getBooleanValue",
];

impl Page<'_> {
    /// Whether an expression is a boolean, whatever is in it.
    pub(super) fn is_boolean(&self, node: Node<'_>) -> bool {
        match node.kind() {
            "true" | "false" => true,
            "parenthesized_expression" | "await_expression" => {
                node.named_child(0).is_some_and(|it| self.is_boolean(it))
            }
            "unary_expression" => self.of(node).starts_with('!'),
            "binary_expression" => {
                let field = |name: &str| node.child_by_field_name(name);
                let operator = field("operator").map(|it| self.of(it)).unwrap_or_default();
                match operator {
                    "<" | ">" | "<=" | ">=" | "==" | "===" | "!=" | "!==" | "in" | "instanceof" => {
                        true
                    }
                    "&&" | "||" => [field("left"), field("right")]
                        .into_iter()
                        .all(|side| side.is_some_and(|it| self.is_boolean(it))),
                    _ => false,
                }
            }
            "call_expression" => self.called(node).is_some_and(|name| {
                let asks = |prefix: &str| {
                    name.strip_prefix(prefix)
                        .is_some_and(|rest| rest.starts_with(char::is_uppercase))
                };
                YES_OR_NO.contains(&name) || asks("is") || asks("has") || asks("can")
            }),
            _ => false,
        }
    }

    /// Whether a variable is declared as a boolean, as far as its nearest declaration tells.
    pub(super) fn is_declared_boolean(&self, variable: Node<'_>) -> bool {
        let name = self.of(variable);
        let mut around = variable.parent();
        while let Some(scope) = around {
            for declarator in scope
                .named_children(&mut scope.walk())
                .filter(|it| matches!(it.kind(), "lexical_declaration" | "variable_declaration"))
                .flat_map(parts)
            {
                let field = |name: &str| declarator.child_by_field_name(name);
                if field("name").is_none_or(|it| self.of(it) != name) {
                    continue;
                }
                return match field("type") {
                    Some(kind) => self.of(kind).trim_start_matches(':').trim() == "boolean",
                    None => field("value").is_some_and(|it| self.is_boolean(it)),
                };
            }
            around = scope.parent();
        }
        false
    }

    /// Whether all that matters of an expression is whether it is as good as true.
    pub(super) fn is_only_tested(&self, node: Node<'_>) -> bool {
        let Some(parent) = node.parent() else {
            return false;
        };
        match parent.kind() {
            "parenthesized_expression" => self.is_only_tested(parent),
            "unary_expression" => self.of(parent).starts_with('!'),
            "binary_expression" => {
                let operator = parent.child_by_field_name("operator");
                let joins = operator.is_some_and(|it| matches!(self.of(it), "&&" | "||"));
                joins && self.is_only_tested(parent)
            }
            "if_statement" | "while_statement" | "do_statement" | "for_statement"
            | "ternary_expression" => parent
                .child_by_field_name("condition")
                .is_some_and(|it| it.byte_range() == node.byte_range()),
            _ => false,
        }
    }
}
