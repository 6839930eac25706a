//! Java: what its grammar's nodes say.

use tree_sitter::Node;

use super::collector::{Collector, Reach, children, fields, paths};
use super::{DEEPEST, Expression, Kind, calls};

/// Takes note of a node; says whether to go into it.
pub(super) fn enter(node: Node<'_>, c: &mut Collector<'_>) -> bool {
    match node.kind() {
        "line_comment" | "block_comment" | "string_literal" | "annotation" => return false,
        "block"
        | "constructor_body"
        | "for_statement"
        | "try_with_resources_statement"
        | "switch_block" => c.block(node),
        "enhanced_for_statement" | "catch_clause" => {
            c.block(node);
            if node.kind() == "enhanced_for_statement" {
                declare(node, Kind::Value, c);
            }
        }
        "catch_formal_parameter" | "resource" => declare(node, Kind::Value, c),
        "method_declaration" | "constructor_declaration" | "lambda_expression" => {
            function(node, c);
        }
        "class_declaration"
        | "enum_declaration"
        | "interface_declaration"
        | "record_declaration"
        | "annotation_type_declaration" => {
            let name = named(node, c);
            c.declare(node, Kind::Type, Reach::Block, name, Expression::Unknown);
            c.container(node, name);
            let parts = node.child_by_field_name("parameters");
            for part in parts.map(children).unwrap_or_default() {
                declare(part, Kind::Value, c);
            }
        }
        // Fields are known by their plain names in the whole class, like variables in a block.
        "field_declaration" | "constant_declaration" | "local_variable_declaration" => {
            let types = types(node.child_by_field_name("type"), c);
            for declarator in fields(node, "declarator") {
                let value = value(declarator, c);
                let name = named(declarator, c);
                let declaration = c.declare(node, Kind::Value, Reach::Block, name, value);
                declaration.types.clone_from(&types);
            }
        }
        "enum_constant" => enum_constant(node, c),
        "assignment_expression" => assignment(node, c),
        "import_declaration" => {
            import(node, c);
            return false;
        }
        "method_invocation" => call(node, c),
        _ => {}
    }
    true
}

fn named<'a>(node: Node<'_>, c: &Collector<'a>) -> &'a str {
    node.child_by_field_name("name")
        .map(|name| c.text(name))
        .unwrap_or_default()
}

fn value(node: Node<'_>, c: &Collector<'_>) -> Expression {
    node.child_by_field_name("value")
        .map_or(Expression::Unknown, |value| expression(value, c, 0))
}

fn types(node: Option<Node<'_>>, c: &Collector<'_>) -> Vec<Vec<String>> {
    let found = node.map(|node| {
        paths(
            node,
            c,
            |kind| kind == "scoped_type_identifier",
            |kind| kind == "type_identifier",
        )
    });
    let is_inferred = |path: &Vec<String>| path.len() == 1 && path[0] == "var";
    let found = found.unwrap_or_default().into_iter();
    found.filter(|path| !is_inferred(path)).collect()
}

/// Declares what a node names, with the type that it says.
fn declare(node: Node<'_>, kind: Kind, c: &mut Collector<'_>) {
    let types = types(node.child_by_field_name("type"), c);
    let value = match node.kind() {
        "resource" => value(node, c),
        _ => Expression::Unknown,
    };
    let name = named(node, c);
    c.declare(node, kind, Reach::Block, name, value).types = types;
}

fn function(node: Node<'_>, c: &mut Collector<'_>) {
    let name = named(node, c);
    if node.kind() == "method_declaration" {
        let returned = types(node.child_by_field_name("type"), c);
        c.declare(node, Kind::Member, Reach::Block, name, Expression::Plain)
            .types = returned;
    }
    let list = node.child_by_field_name("parameters");
    let parameters = match list {
        Some(list) if list.kind() == "identifier" => vec![list],
        Some(list) => children(list),
        None => Vec::new(),
    };
    let names = parameters
        .iter()
        .map(|it| c.text(parameter_name(*it)).to_owned())
        .collect();
    c.function(node, name, names);
    for parameter in parameters {
        let types = types(parameter.child_by_field_name("type"), c);
        let name = c.text(parameter_name(parameter));
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

/// The name of a parameter, which may be all that there is of it.
fn parameter_name(parameter: Node<'_>) -> Node<'_> {
    parameter.child_by_field_name("name").unwrap_or(parameter)
}

/// `NEW_BILLING("new-billing")` is its only text, whatever the accessor is called.
fn enum_constant(node: Node<'_>, c: &mut Collector<'_>) {
    let mut texts = calls::arguments(node, c, 0, expression)
        .into_iter()
        .map(|argument| argument.value);
    let value = match (texts.next(), texts.next()) {
        (Some(value), None) => value,
        _ => Expression::Plain,
    };
    let name = named(node, c);
    c.declare(node, Kind::EnumConstant, Reach::Block, name, value);
}

fn assignment(node: Node<'_>, c: &mut Collector<'_>) {
    let (Some(left), Some(right)) = (
        node.child_by_field_name("left"),
        node.child_by_field_name("right"),
    ) else {
        return;
    };
    let value = expression(right, c, 0);
    match left.kind() {
        "identifier" => c.assign(node, Reach::Block, c.text(left), value),
        "field_access" => {
            let name = left.child_by_field_name("field").map(|it| c.text(it));
            c.field(node, None, name.unwrap_or_default(), value);
        }
        _ => {}
    }
}

fn import(node: Node<'_>, c: &mut Collector<'_>) {
    let parts = children(node);
    let Some(path) = parts.first() else { return };
    let mut names: Vec<String> = c
        .text(*path)
        .split('.')
        .map(|name| name.trim().to_owned())
        .collect();
    if parts.iter().any(|part| part.kind() == "asterisk") {
        c.import("", names, None);
    } else if let Some(item) = names.pop() {
        c.import(&item, names, Some(&item));
    }
}

fn call(node: Node<'_>, c: &mut Collector<'_>) {
    let field = |name: &str| node.child_by_field_name(name);
    calls::named(node, field("name"), field("object"), expression, c);
}

/// What an expression is.
fn expression(node: Node<'_>, c: &Collector<'_>, depth: usize) -> Expression {
    if depth > DEEPEST {
        return Expression::Unknown;
    }
    let field = |name: &str| node.child_by_field_name(name);
    let below = |node: Node<'_>| expression(node, c, depth + 1);
    match node.kind() {
        "string_literal" => literal(node, c),
        "identifier" | "this" | "super" | "type_identifier" => {
            Expression::Name(c.text(node).to_owned())
        }
        "scoped_identifier" | "scoped_type_identifier" => {
            Expression::of_path(c.text(node).split('.').map(str::trim))
        }
        "field_access" => match (field("object"), field("field")) {
            (Some(object), Some(name)) => {
                Expression::Member(Box::new(below(object)), c.text(name).to_owned())
            }
            _ => Expression::Unknown,
        },
        "parenthesized_expression" => children(node)
            .into_iter()
            .next()
            .map_or(Expression::Unknown, below),
        "cast_expression" => field("value").map_or(Expression::Unknown, below),
        "method_invocation" => {
            let name = field("name").map(|it| c.text(it)).unwrap_or_default();
            let function = match field("object") {
                Some(object) => Expression::Member(Box::new(below(object)), name.to_owned()),
                None => Expression::Name(name.to_owned()),
            };
            Expression::Call(
                Box::new(function),
                calls::arguments(node, c, depth + 1, expression),
            )
        }
        "object_creation_expression" => {
            let path = types(field("type"), c).into_iter().next();
            path.map_or(Expression::Unknown, Expression::New)
        }
        "binary_expression" => match (field("left"), field("right"), field("operator")) {
            (Some(left), Some(right), Some(sign)) if c.text(sign) == "+" => {
                Expression::Joined(vec![below(left), below(right)])
            }
            _ => Expression::Unknown,
        },
        "decimal_integer_literal"
        | "decimal_floating_point_literal"
        | "true"
        | "false"
        | "null_literal"
        | "character_literal"
        | "lambda_expression"
        | "class_literal" => Expression::Plain,
        _ => Expression::Unknown,
    }
}

/// A string's value, where it has no escapes.
fn literal(node: Node<'_>, c: &Collector<'_>) -> Expression {
    let parts = children(node);
    if parts.iter().any(|part| part.kind() != "string_fragment") {
        return Expression::Plain;
    }
    Expression::Text(parts.iter().map(|part| c.text(*part)).collect())
}
