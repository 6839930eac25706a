//! Rust: what its grammar's nodes say. Macros are read as tokens, in `tokens`.

use tree_sitter::Node;

use super::collector::{Collector, Reach, children, paths};
use super::{DEEPEST, Expression, Kind, ROOT, calls, tokens};

/// Takes note of a node; says whether to go into it.
pub(super) fn enter(node: Node<'_>, c: &mut Collector<'_>) -> bool {
    match node.kind() {
        "line_comment"
        | "block_comment"
        | "attribute_item"
        | "inner_attribute_item"
        | "string_literal"
        | "raw_string_literal"
        | "macro_definition" => return false,
        "block" | "match_block" | "if_expression" | "while_expression" => c.block(node),
        "for_expression" | "match_arm" => {
            c.block(node);
            bind(node.child_by_field_name("pattern"), node, c);
        }
        "let_condition" => bind(node.child_by_field_name("pattern"), node, c),
        "closure_expression" => {
            c.block(node);
            bind(node.child_by_field_name("parameters"), node, c);
        }
        "function_item" | "function_signature_item" => function(node, c),
        "impl_item" | "trait_item" | "mod_item" | "struct_item" | "enum_item" => container(node, c),
        "field_declaration" => {
            let types = types(node.child_by_field_name("type"), c);
            let name = named(node, c);
            c.declare(node, Kind::Member, Reach::Block, name, Expression::Unknown)
                .types = types;
        }
        "const_item" | "static_item" => constant(node, c),
        "let_declaration" => variable(node, c),
        "field_initializer" => field(node, c),
        "assignment_expression" => assignment(node, c),
        "use_declaration" => {
            if let Some(tree) = node.child_by_field_name("argument") {
                import(tree, &[], c, 0);
            }
            return false;
        }
        "scoped_identifier" | "scoped_type_identifier" => {
            if let Some(path) = node.child_by_field_name("path")
                && path.kind() == "identifier"
            {
                let root = c.text(path);
                if !c.facts.roots.iter().any(|known| known == root) && c.facts.roots.len() < 256 {
                    c.facts.roots.push(root.to_owned());
                }
            }
        }
        "call_expression" => call(node, c),
        "macro_invocation" => {
            if let Some(tree) = children(node)
                .into_iter()
                .find(|it| it.kind() == "token_tree")
            {
                tokens::read(tree, c);
            }
            return false;
        }
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
            |kind| kind == "scoped_type_identifier",
            |kind| matches!(kind, "type_identifier" | "primitive_type"),
        )
    })
    .unwrap_or_default()
}

fn function(node: Node<'_>, c: &mut Collector<'_>) {
    let name = named(node, c);
    let returned = types(node.child_by_field_name("return_type"), c);
    let kind = if c.is_in_type() {
        Kind::Member
    } else {
        Kind::Function
    };
    c.declare(node, kind, Reach::Block, name, Expression::Plain)
        .types = returned;
    let parameters: Vec<Node<'_>> = node
        .child_by_field_name("parameters")
        .map(children)
        .unwrap_or_default()
        .into_iter()
        .filter(|it| it.kind() == "parameter")
        .collect();
    let names = parameters
        .iter()
        .map(|it| it.child_by_field_name("pattern"))
        .map(|it| it.map(|it| c.text(it).to_owned()).unwrap_or_default())
        .collect();
    c.function(node, name, names);
    for parameter in parameters {
        let mut types = types(parameter.child_by_field_name("type"), c);
        let pattern = parameter.child_by_field_name("pattern");
        // `State(app): State<App>`: what is taken out is what the holder holds.
        if pattern.is_some_and(|it| it.kind() == "tuple_struct_pattern") && types.len() > 1 {
            types.remove(0);
        }
        for name in pattern.map(|it| bindings(it, c)).unwrap_or_default() {
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

fn container(node: Node<'_>, c: &mut Collector<'_>) {
    let name = if node.kind() == "impl_item" {
        let path = types(node.child_by_field_name("type"), c);
        path.first().and_then(|path| path.last()).cloned()
    } else {
        let name = named(node, c);
        let body = node.child_by_field_name("body");
        if node.kind() == "mod_item" && body.is_none() {
            return;
        }
        c.declare(node, Kind::Type, Reach::Block, name, Expression::Unknown);
        Some(name.to_owned())
    };
    c.container(node, &name.unwrap_or_default());
}

fn constant(node: Node<'_>, c: &mut Collector<'_>) {
    let value = value(node, c);
    let types = types(node.child_by_field_name("type"), c);
    // A module's constants are visible by their plain names, a type's are not.
    let in_type = node
        .parent()
        .and_then(|list| list.parent())
        .is_some_and(|it| matches!(it.kind(), "impl_item" | "trait_item"));
    let kind = if in_type { Kind::Member } else { Kind::Value };
    let name = named(node, c);
    c.declare(node, kind, Reach::Block, name, value).types = types;
}

fn variable(node: Node<'_>, c: &mut Collector<'_>) {
    let Some(pattern) = node.child_by_field_name("pattern") else {
        return;
    };
    let types = types(node.child_by_field_name("type"), c);
    if pattern.kind() == "identifier" {
        let value = value(node, c);
        let name = c.text(pattern);
        c.declare(node, Kind::Value, Reach::Block, name, value)
            .types = types;
    } else {
        bind(Some(pattern), node, c);
    }
}

fn field(node: Node<'_>, c: &mut Collector<'_>) {
    let name = node.child_by_field_name("field").map(|it| c.text(it));
    let owner = node
        .parent()
        .and_then(|list| list.parent())
        .and_then(|literal| literal.child_by_field_name("name"))
        .and_then(|name| types(Some(name), c).pop())
        .and_then(|mut path| path.pop())
        .filter(|name| name != "Self");
    let value = value(node, c);
    c.field(node, owner, name.unwrap_or_default(), value);
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
        "field_expression" => {
            let name = left.child_by_field_name("field").map(|it| c.text(it));
            c.field(node, None, name.unwrap_or_default(), value);
        }
        _ => {}
    }
}

fn value(node: Node<'_>, c: &Collector<'_>) -> Expression {
    node.child_by_field_name("value")
        .map_or(Expression::Unknown, |value| expression(value, c, 0))
}

/// Declares what a pattern binds, as something that nothing is known of.
fn bind(pattern: Option<Node<'_>>, node: Node<'_>, c: &mut Collector<'_>) {
    for name in pattern.map(|it| bindings(it, c)).unwrap_or_default() {
        c.declare(node, Kind::Value, Reach::Block, &name, Expression::Unknown);
    }
}

/// The names that a pattern binds. A name in capitals is a constant that is compared with.
fn bindings(pattern: Node<'_>, c: &Collector<'_>) -> Vec<String> {
    let mut names = Vec::new();
    let mut waiting = vec![pattern];
    for _ in 0..256 {
        let Some(node) = waiting.pop() else { break };
        match node.kind() {
            "identifier" | "shorthand_field_identifier" => {
                let name = c.text(node);
                if name.starts_with(|first: char| first.is_lowercase() || first == '_') {
                    names.push(name.to_owned());
                }
            }
            "type_identifier" | "scoped_identifier" | "scoped_type_identifier" => {}
            "parameter" => waiting.extend(node.child_by_field_name("pattern")),
            _ => {
                let kind = node.child_by_field_name("type");
                waiting.extend(children(node).into_iter().filter(|it| Some(*it) != kind));
            }
        }
    }
    names
}

fn import(tree: Node<'_>, before: &[String], c: &mut Collector<'_>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    let path = |node: Node<'_>, c: &Collector<'_>| -> Vec<String> {
        let names = c.text(node).split("::").map(str::trim);
        let names = names.filter(|name| !name.is_empty()).map(str::to_owned);
        before.iter().cloned().chain(names).collect()
    };
    match tree.kind() {
        "use_list" => {
            for child in children(tree) {
                import(child, before, c, depth + 1);
            }
        }
        "scoped_use_list" => {
            let before = tree
                .child_by_field_name("path")
                .map_or_else(|| before.to_vec(), |it| path(it, c));
            if let Some(list) = tree.child_by_field_name("list") {
                import(list, &before, c, depth + 1);
            }
        }
        "use_as_clause" => {
            let alias = tree.child_by_field_name("alias").map(|it| c.text(it));
            if let Some(whole) = tree.child_by_field_name("path") {
                bring(path(whole, c), alias, c);
            }
        }
        "use_wildcard" => {
            let module = children(tree).first().map(|it| path(*it, c));
            c.import("", module.unwrap_or_else(|| before.to_vec()), None);
        }
        _ => bring(path(tree, c), None, c),
    }
}

/// Imports the last name of a path, under an alias if it has one.
fn bring(mut path: Vec<String>, alias: Option<&str>, c: &mut Collector<'_>) {
    if path.last().is_some_and(|name| name == "self") {
        path.pop();
    }
    let Some(item) = path.pop() else { return };
    c.import(alias.unwrap_or(&item), path, Some(&item));
}

fn call(node: Node<'_>, c: &mut Collector<'_>) {
    let Some(mut function) = node.child_by_field_name("function") else {
        return;
    };
    if function.kind() == "generic_function"
        && let Some(inner) = function.child_by_field_name("function")
    {
        function = inner;
    }
    let callees = [
        ("field_expression", "field", "value"),
        ("scoped_identifier", "name", "path"),
    ];
    calls::call(node, function, &callees, expression, c);
}

/// What an expression is.
pub(super) fn expression(node: Node<'_>, c: &Collector<'_>, depth: usize) -> Expression {
    if depth > DEEPEST {
        return Expression::Unknown;
    }
    let field = |name: &str| node.child_by_field_name(name);
    let below = |node: Node<'_>| expression(node, c, depth + 1);
    match node.kind() {
        "string_literal" | "raw_string_literal" => literal(node, c),
        "identifier" | "self" | "crate" | "super" | "type_identifier" => {
            Expression::Name(c.text(node).to_owned())
        }
        "scoped_identifier" | "scoped_type_identifier" => {
            let names = c.text(node).split("::").map(str::trim);
            let names = names.filter(|name| !name.is_empty());
            rooted(Expression::of_path(names))
        }
        "field_expression" => match (field("value"), field("field")) {
            (Some(value), Some(name)) => {
                Expression::Member(Box::new(below(value)), c.text(name).to_owned())
            }
            _ => Expression::Unknown,
        },
        "reference_expression"
        | "parenthesized_expression"
        | "try_expression"
        | "await_expression"
        | "unary_expression"
        | "type_cast_expression" => field("value")
            .or_else(|| children(node).into_iter().next())
            .map_or(Expression::Unknown, below),
        "generic_function" => field("function").map_or(Expression::Unknown, below),
        "call_expression" => field("function").map_or(Expression::Unknown, |function| {
            Expression::Call(
                Box::new(below(function)),
                calls::arguments(node, c, depth + 1, expression),
            )
        }),
        "struct_expression" => {
            let path = types(field("name"), c).pop();
            path.map_or(Expression::Unknown, Expression::New)
        }
        "macro_invocation" => match field("macro").map(|it| c.text(it)) {
            Some("vec" | "matches") => Expression::Plain,
            _ => Expression::Unknown,
        },
        "closure_expression" | "integer_literal" | "float_literal" | "boolean_literal"
        | "char_literal" | "array_expression" | "tuple_expression" | "binary_expression"
        | "unit_expression" => Expression::Plain,
        _ => Expression::Unknown,
    }
}

/// A path of modules and types: a variable of the same name is not meant by its first name.
pub(super) fn rooted(path: Expression) -> Expression {
    match path {
        Expression::Member(base, name) => Expression::Member(Box::new(rooted(*base)), name),
        Expression::Name(name) if !matches!(name.as_str(), "self" | "Self" | "crate" | "super") => {
            Expression::Name(format!("{ROOT}{name}"))
        }
        other => other,
    }
}

/// A string's value, where it has no escapes: no key needs one.
pub(super) fn literal(node: Node<'_>, c: &Collector<'_>) -> Expression {
    let text = c.text(node);
    if text.starts_with(['b', 'c']) {
        return Expression::Plain;
    }
    let parts = children(node);
    if parts.iter().any(|part| part.kind() != "string_content") {
        return Expression::Plain;
    }
    Expression::Text(parts.iter().map(|part| c.text(*part)).collect())
}
