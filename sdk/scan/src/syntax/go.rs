//! Go: what its grammar's nodes say.

use tree_sitter::Node;

use super::collector::{Collector, Reach, children, fields, first, paths};
use super::{DEEPEST, Expression, Kind, calls};

/// Takes note of a node; says whether to go into it.
pub(super) fn enter(node: Node<'_>, c: &mut Collector<'_>) -> bool {
    match node.kind() {
        "comment" | "interpreted_string_literal" | "raw_string_literal" => return false,
        "block"
        | "if_statement"
        | "for_statement"
        | "expression_switch_statement"
        | "type_switch_statement"
        | "select_statement"
        | "expression_case"
        | "default_case"
        | "type_case"
        | "communication_case" => c.block(node),
        "function_declaration" | "method_declaration" | "func_literal" => function(node, c),
        "type_spec" => {
            let name = named(node, c);
            c.declare(node, Kind::Type, Reach::Block, name, Expression::Unknown);
            c.container(node, name);
        }
        "field_declaration" => {
            let types = types(node.child_by_field_name("type"), c);
            for name in fields(node, "name") {
                let name = c.text(name);
                c.declare(node, Kind::Member, Reach::Block, name, Expression::Unknown)
                    .types
                    .clone_from(&types);
            }
        }
        "const_spec" | "var_spec" => specification(node, c),
        "short_var_declaration" => {
            for (name, value) in pairs(node, c) {
                if let Bound::Name(name) = name {
                    c.declare(node, Kind::Value, Reach::Block, &name, value);
                }
            }
        }
        "assignment_statement" => {
            for (name, value) in pairs(node, c) {
                match name {
                    Bound::Name(name) => c.assign(node, Reach::Block, &name, value),
                    Bound::Field(name) => {
                        c.field(node, Some(String::new()), &name, value);
                    }
                    Bound::Other => {}
                }
            }
        }
        "range_clause" => {
            for name in node
                .child_by_field_name("left")
                .map(children)
                .unwrap_or_default()
            {
                let name = c.text(name);
                c.declare(node, Kind::Value, Reach::Block, name, Expression::Unknown);
            }
        }
        "keyed_element" => keyed(node, c),
        "import_spec" => import(node, c),
        "call_expression" => call(node, c),
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
            |kind| kind == "qualified_type",
            |kind| kind == "type_identifier",
        )
    })
    .unwrap_or_default()
}

fn function(node: Node<'_>, c: &mut Collector<'_>) {
    let name = named(node, c);
    let returned = types(node.child_by_field_name("result"), c);
    let kind = match node.kind() {
        "function_declaration" => Some(Kind::Function),
        "method_declaration" => Some(Kind::Member),
        _ => None,
    };
    if let Some(kind) = kind {
        c.declare(node, kind, Reach::Block, name, Expression::Plain)
            .types = returned;
    }
    let mut parameters = Vec::new();
    for list in ["receiver", "parameters"] {
        let list = node.child_by_field_name(list);
        for parameter in list.map(children).unwrap_or_default() {
            let types = types(parameter.child_by_field_name("type"), c);
            for name in fields(parameter, "name") {
                parameters.push((list, parameter, c.text(name), types.clone()));
            }
        }
    }
    let receiver = node.child_by_field_name("receiver");
    let names = parameters
        .iter()
        .filter(|(list, ..)| receiver.is_none() || *list != receiver)
        .map(|(_, _, name, _)| (*name).to_owned())
        .collect();
    c.function(node, name, names);
    for (_, parameter, name, types) in parameters {
        c.declare(
            parameter,
            Kind::Parameter,
            Reach::Function,
            name,
            Expression::Unknown,
        )
        .types = types;
    }
}

fn specification(node: Node<'_>, c: &mut Collector<'_>) {
    let types = types(node.child_by_field_name("type"), c);
    let values = node
        .child_by_field_name("value")
        .map(children)
        .unwrap_or_default();
    for (index, name) in fields(node, "name").into_iter().enumerate() {
        let value = values
            .get(index)
            .map_or(Expression::Unknown, |it| expression(*it, c, 0));
        c.declare(node, Kind::Value, Reach::Block, c.text(name), value)
            .types
            .clone_from(&types);
    }
}

/// The left side of an assignment.
enum Bound {
    Name(String),
    Field(String),
    Other,
}

/// What is on the left, with what is on the right of it.
fn pairs(node: Node<'_>, c: &Collector<'_>) -> Vec<(Bound, Expression)> {
    let side = |name: &str| {
        node.child_by_field_name(name)
            .map(children)
            .unwrap_or_default()
    };
    let (left, right) = (side("left"), side("right"));
    left.iter()
        .enumerate()
        .map(|(index, target)| {
            let value = match right.get(index) {
                Some(value) => expression(*value, c, 0),
                // `client, err := connect()`: the first of what one call gives is it.
                None => Expression::Unknown,
            };
            let bound = match target.kind() {
                "identifier" => Bound::Name(c.text(*target).to_owned()),
                "selector_expression" => target
                    .child_by_field_name("field")
                    .map_or(Bound::Other, |it| Bound::Field(c.text(it).to_owned())),
                _ => Bound::Other,
            };
            (bound, value)
        })
        .collect()
}

/// `Server{flags: client}` gives a field a value.
fn keyed(node: Node<'_>, c: &mut Collector<'_>) {
    let key = node.child_by_field_name("key").and_then(first);
    let value = node.child_by_field_name("value").and_then(first);
    if let (Some(key), Some(value)) = (key, value)
        && key.kind() == "identifier"
    {
        let value = expression(value, c, 0);
        c.field(node, Some(String::new()), c.text(key), value);
    }
}

fn import(node: Node<'_>, c: &mut Collector<'_>) {
    let Some(path) = node.child_by_field_name("path") else {
        return;
    };
    let path = c.text(path).trim_matches(['"', '`']);
    let alias = node.child_by_field_name("name").map(|it| c.text(it));
    match alias {
        Some("." | "_") => c.import("", vec![path.to_owned()], None),
        Some(alias) => c.import(alias, vec![path.to_owned()], None),
        None => c.import(package(path), vec![path.to_owned()], None),
    }
}

/// What a package is most likely called: the last part of its path that is no version.
fn package(path: &str) -> &str {
    let is_version = |part: &&str| {
        part.strip_prefix('v')
            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if path.to_ascii_lowercase().contains("/unleash-client-go")
        || path.to_ascii_lowercase().contains("/unleash-go-sdk")
    {
        return "unleash";
    }
    path.rsplit('/')
        .find(|part| !is_version(part))
        .unwrap_or(path)
}

fn call(node: Node<'_>, c: &mut Collector<'_>) {
    let Some(mut function) = node.child_by_field_name("function") else {
        return;
    };
    if matches!(
        function.kind(),
        "index_expression" | "type_instantiation_expression"
    ) && let Some(inner) = children(function).into_iter().next()
    {
        function = inner;
    }
    let callees = [("selector_expression", "field", "operand")];
    calls::call(node, function, &callees, expression, c);
}

/// What an expression is.
fn expression(node: Node<'_>, c: &Collector<'_>, depth: usize) -> Expression {
    if depth > DEEPEST {
        return Expression::Unknown;
    }
    let field = |name: &str| node.child_by_field_name(name);
    let below = |node: Node<'_>| expression(node, c, depth + 1);
    match node.kind() {
        "interpreted_string_literal" | "raw_string_literal" => literal(node, c),
        "identifier" | "package_identifier" | "type_identifier" => {
            Expression::Name(c.text(node).to_owned())
        }
        "selector_expression" => match (field("operand"), field("field")) {
            (Some(operand), Some(name)) => {
                Expression::Member(Box::new(below(operand)), c.text(name).to_owned())
            }
            _ => Expression::Unknown,
        },
        "index_expression" => match (field("operand"), field("index").map(below)) {
            (Some(operand), Some(Expression::Text(name))) => {
                Expression::Member(Box::new(below(operand)), name)
            }
            _ => Expression::Unknown,
        },
        "parenthesized_expression" => children(node)
            .into_iter()
            .next()
            .map_or(Expression::Unknown, below),
        "call_expression" => field("function").map_or(Expression::Unknown, |function| {
            Expression::Call(
                Box::new(below(function)),
                calls::arguments(node, c, depth + 1, expression),
            )
        }),
        "unary_expression" | "type_conversion_expression" => {
            field("operand").map_or(Expression::Unknown, below)
        }
        "composite_literal" => composite(node, c, depth),
        "binary_expression" => match (field("left"), field("right"), field("operator")) {
            (Some(left), Some(right), Some(sign)) if c.text(sign) == "+" => {
                Expression::Joined(vec![below(left), below(right)])
            }
            _ => Expression::Unknown,
        },
        "int_literal" | "float_literal" | "true" | "false" | "nil" | "func_literal"
        | "rune_literal" => Expression::Plain,
        _ => Expression::Unknown,
    }
}

/// A struct of a type that has a name is that type's; else its parts are what it is.
fn composite(node: Node<'_>, c: &Collector<'_>, depth: usize) -> Expression {
    let mut parts = Vec::new();
    let body = node.child_by_field_name("body");
    for element in body.map(children).unwrap_or_default() {
        let inner = |name: &str| {
            let part = element.child_by_field_name(name)?;
            children(part).into_iter().next()
        };
        if let (Some(key), Some(value)) = (inner("key"), inner("value")) {
            let (Expression::Text(name) | Expression::Name(name)) = expression(key, c, depth + 1)
            else {
                continue;
            };
            parts.push((name, expression(value, c, depth + 1)));
        }
    }
    let kind = node.child_by_field_name("type");
    let path = types(kind, c).into_iter().next();
    match (kind.map(|it| it.kind()), path) {
        // Of the parts of a struct only texts are of use.
        (Some("type_identifier" | "qualified_type"), Some(path))
            if parts.is_empty()
                || !parts
                    .iter()
                    .any(|(_, value)| matches!(value, Expression::Text(_))) =>
        {
            Expression::New(path)
        }
        _ => Expression::Object(parts),
    }
}

/// A string's value, where it has no escapes.
fn literal(node: Node<'_>, c: &Collector<'_>) -> Expression {
    let parts = children(node);
    if parts.iter().any(|part| part.kind() == "escape_sequence") {
        return Expression::Plain;
    }
    Expression::Text(parts.iter().map(|part| c.text(*part)).collect())
}
