//! TypeScript and JavaScript, with or without JSX: what their grammars' nodes say.

mod expression;
mod modules;

use tree_sitter::Node;

use self::expression::expression;
use self::modules::{export, import};
use super::collector::{Collector, Reach, children, paths};
use super::{Argument, Call, DEEPEST, Expression, Kind, calls};

/// Takes note of a node; says whether to go into it.
pub(super) fn enter(node: Node<'_>, c: &mut Collector<'_>) -> bool {
    match node.kind() {
        "comment" | "string" | "regex" => return false,
        "statement_block" | "for_statement" | "switch_body" => c.block(node),
        "for_in_statement" => {
            c.block(node);
            bind(
                node.child_by_field_name("left"),
                node,
                c,
                &Expression::Unknown,
            );
        }
        "catch_clause" => {
            c.block(node);
            bind(
                node.child_by_field_name("parameter"),
                node,
                c,
                &Expression::Unknown,
            );
        }
        "function_declaration"
        | "generator_function_declaration"
        | "function_expression"
        | "generator_function"
        | "arrow_function"
        | "method_definition" => function(node, c),
        "class_declaration"
        | "abstract_class_declaration"
        | "class"
        | "enum_declaration"
        | "internal_module" => {
            let name = named(node, c);
            c.declare(node, Kind::Type, Reach::Block, name, Expression::Unknown);
            c.container(node, name);
        }
        "public_field_definition" | "field_definition" => {
            let name = node
                .child_by_field_name("name")
                .or_else(|| node.child_by_field_name("property"))
                .map(|it| c.text(it));
            let types = types(node.child_by_field_name("type"), c);
            let value = value(node, c);
            c.declare(
                node,
                Kind::Member,
                Reach::Block,
                name.unwrap_or_default(),
                value,
            )
            .types = types;
        }
        "enum_assignment" => {
            let name = named(node, c).trim_matches(['"', '\'']);
            let value = value(node, c);
            c.declare(node, Kind::Member, Reach::Block, name, value);
        }
        "variable_declarator" => variable(node, c),
        "assignment_expression" => assignment(node, c),
        "import_statement" => {
            import(node, c);
            return false;
        }
        "export_statement" => export(node, c),
        "call_expression" => call(node, c),
        "jsx_opening_element" | "jsx_self_closing_element" => element(node, c),
        _ => {}
    }
    true
}

fn named<'a>(node: Node<'_>, c: &Collector<'a>) -> &'a str {
    node.child_by_field_name("name")
        .map(|name| c.text(name))
        .unwrap_or_default()
}

fn types(node: Option<Node<'_>>, c: &Collector<'_>) -> Vec<Vec<String>> {
    node.map(|node| {
        paths(
            node,
            c,
            |kind| kind == "nested_type_identifier",
            |kind| matches!(kind, "type_identifier" | "predefined_type"),
        )
    })
    .unwrap_or_default()
}

fn value(node: Node<'_>, c: &Collector<'_>) -> Expression {
    node.child_by_field_name("value")
        .map_or(Expression::Unknown, |value| expression(value, c, 0))
}

fn function(node: Node<'_>, c: &mut Collector<'_>) {
    let name = named(node, c);
    let returned = types(node.child_by_field_name("return_type"), c);
    let kind = match node.kind() {
        "method_definition" => Some(Kind::Member),
        "function_declaration" | "generator_function_declaration" => Some(Kind::Function),
        _ => None,
    };
    if let Some(kind) = kind {
        c.declare(node, kind, Reach::Block, name, Expression::Plain)
            .types = returned;
    }
    // A function that is kept in a variable is known by the variable's name.
    let name = match node.parent() {
        Some(parent) if name.is_empty() => named(parent, c),
        _ => name,
    };
    let owner = (node.kind() == "method_definition").then(|| node.parent()?.parent());
    let owner = owner.flatten().map(|class| named(class, c).to_owned());
    let parameters = match node.child_by_field_name("parameters") {
        Some(list) => children(list),
        None => node.child_by_field_name("parameter").into_iter().collect(),
    };
    let names = parameters
        .iter()
        .map(|it| c.text(target(*it)).to_owned())
        .collect();
    c.function(node, name, names);
    for parameter in parameters {
        let types = types(parameter.child_by_field_name("type"), c);
        let target = target(parameter);
        let is_field = children(parameter)
            .iter()
            .any(|it| it.kind() == "accessibility_modifier")
            || c.text(parameter).starts_with("readonly ");
        if is_field {
            let name = c.text(target);
            c.field(parameter, owner.clone(), name, Expression::Unknown);
            if let Some(field) = c.facts.declarations.last_mut() {
                field.types.clone_from(&types);
            }
        }
        // The type is of the whole, not of what is taken out of it.
        let types = if target.kind() == "identifier" {
            types
        } else {
            Vec::new()
        };
        for (name, _) in bindings(target, c, &Expression::Unknown) {
            c.declare(
                parameter,
                Kind::Parameter,
                Reach::Function,
                &name,
                Expression::Unknown,
            )
            .types
            .clone_from(&types);
        }
    }
}

/// What a parameter is called, without its type and default.
fn target(parameter: Node<'_>) -> Node<'_> {
    parameter
        .child_by_field_name("pattern")
        .or_else(|| parameter.child_by_field_name("left"))
        .unwrap_or(parameter)
}

fn variable(node: Node<'_>, c: &mut Collector<'_>) {
    let Some(name) = node.child_by_field_name("name") else {
        return;
    };
    if let Some(module) = required(node.child_by_field_name("value"), c) {
        if name.kind() == "identifier" {
            c.import(c.text(name), vec![module], None);
        }
        for (local, value) in bindings(name, c, &Expression::Name(String::new())) {
            if let Expression::Member(_, item) = value {
                c.import(&local, vec![module_of(node, c)], Some(&item));
            }
        }
        return;
    }
    let value = value(node, c);
    if name.kind() == "identifier" {
        let types = types(node.child_by_field_name("type"), c);
        c.declare(node, Kind::Value, Reach::Block, c.text(name), value)
            .types = types;
    } else {
        bind(Some(name), node, c, &value);
    }
}

fn module_of(node: Node<'_>, c: &Collector<'_>) -> String {
    required(node.child_by_field_name("value"), c).unwrap_or_default()
}

/// The module of `require("module")`.
fn required(node: Option<Node<'_>>, c: &Collector<'_>) -> Option<String> {
    let Expression::Call(function, arguments) = expression(node?, c, DEEPEST - 2) else {
        return None;
    };
    match (*function, arguments.first().map(|it| &it.value)) {
        (Expression::Name(name), Some(Expression::Text(module))) if name == "require" => {
            Some(module.clone())
        }
        _ => None,
    }
}

/// Declares what a pattern binds of `value`.
fn bind(pattern: Option<Node<'_>>, node: Node<'_>, c: &mut Collector<'_>, value: &Expression) {
    let bound = pattern.map(|it| bindings(it, c, value)).unwrap_or_default();
    for (name, value) in bound {
        c.declare(node, Kind::Value, Reach::Block, &name, value);
    }
}

/// The names that a pattern binds, and what they are of `value`.
fn bindings(pattern: Node<'_>, c: &Collector<'_>, value: &Expression) -> Vec<(String, Expression)> {
    let mut names = Vec::new();
    let mut waiting = vec![(pattern, value.clone())];
    for _ in 0..256 {
        let Some((node, value)) = waiting.pop() else {
            break;
        };
        match node.kind() {
            "identifier" => names.push((c.text(node).to_owned(), value)),
            "shorthand_property_identifier_pattern" => {
                let name = c.text(node).to_owned();
                names.push((name.clone(), Expression::Member(Box::new(value), name)));
            }
            "pair_pattern" => {
                if let (Some(key), Some(to)) = (
                    node.child_by_field_name("key"),
                    node.child_by_field_name("value"),
                ) {
                    let key = c.text(key).to_owned();
                    let deeper = names.len() + waiting.len() > 128;
                    let value = if deeper { Expression::Unknown } else { value };
                    waiting.push((to, Expression::Member(Box::new(value), key)));
                }
            }
            "object_assignment_pattern" | "assignment_pattern" => {
                waiting.extend(node.child_by_field_name("left").map(|left| (left, value)));
            }
            "object_pattern" => {
                let parts = children(node).into_iter();
                waiting.extend(parts.map(|part| (part, value.clone())));
            }
            "array_pattern" | "rest_pattern" => {
                let parts = children(node).into_iter();
                waiting.extend(parts.map(|part| (part, Expression::Unknown)));
            }
            _ => {}
        }
    }
    names
}

fn assignment(node: Node<'_>, c: &mut Collector<'_>) {
    let (Some(left), Some(right)) = (
        node.child_by_field_name("left"),
        node.child_by_field_name("right"),
    ) else {
        return;
    };
    match left.kind() {
        "identifier" => {
            let value = expression(right, c, 0);
            c.assign(node, Reach::Block, c.text(left), value);
        }
        "member_expression" => {
            let value = expression(right, c, 0);
            let whole = c.text(left);
            let name = left.child_by_field_name("property").map(|it| c.text(it));
            if whole == "module.exports" {
                if let Expression::Object(parts) = value {
                    for (name, value) in parts {
                        c.declare(node, Kind::Value, Reach::Block, &name, value);
                    }
                }
            } else if whole.starts_with("exports.") || whole.starts_with("module.exports.") {
                c.declare(
                    node,
                    Kind::Value,
                    Reach::Block,
                    name.unwrap_or_default(),
                    value,
                );
            } else if whole.starts_with("this.") {
                c.field(node, None, name.unwrap_or_default(), value);
            }
        }
        _ => {}
    }
}

fn call(node: Node<'_>, c: &mut Collector<'_>) {
    if let Some(function) = node.child_by_field_name("function").map(bare) {
        let callees = [("member_expression", "property", "object")];
        calls::call(node, function, &callees, expression, c);
    }
}

/// Without what stands around an expression. Of `await a.b<C>(d)` the grammar takes `await a.b` for
/// what is called.
fn bare(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    for _ in 0..DEEPEST {
        let inner = match node.kind() {
            "non_null_expression"
            | "parenthesized_expression"
            | "instantiation_expression"
            | "await_expression" => children(node).into_iter().next(),
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// An element whose attributes are read as named arguments.
fn element(node: Node<'_>, c: &mut Collector<'_>) {
    let Some(name) = node.child_by_field_name("name") else {
        return;
    };
    if !c.wants(c.text(name)) {
        return;
    }
    let attributes = children(node)
        .into_iter()
        .filter(|it| it.kind() == "jsx_attribute")
        .filter_map(|attribute| {
            let parts = children(attribute);
            let value = parts.get(1).copied()?;
            let inner = match value.kind() {
                "jsx_expression" => children(value).into_iter().next()?,
                _ => value,
            };
            Some(Argument {
                name: Some(c.text(*parts.first()?).to_owned()),
                value: expression(inner, c, 0),
                span: inner.byte_range(),
            })
        })
        .collect();
    let (line, column) = c.position(name.start_byte());
    c.facts.calls.push(Call {
        name: c.text(name).to_owned(),
        name_span: name.byte_range(),
        line,
        column,
        span: node.byte_range(),
        receiver: None,
        arguments: attributes,
        element: true,
    });
}
