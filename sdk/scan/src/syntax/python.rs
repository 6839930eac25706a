//! Python: what its grammar's nodes say.

use tree_sitter::Node;

use super::collector::{Collector, Reach, children, paths};
use super::{DEEPEST, Expression, Kind, calls};

/// Takes note of a node; says whether to go into it.
pub(super) fn enter(node: Node<'_>, c: &mut Collector<'_>) -> bool {
    match node.kind() {
        "comment" | "string_content" => return false,
        "function_definition" | "lambda" => function(node, c),
        "class_definition" => {
            let name = named(node, c);
            c.declare(node, Kind::Type, Reach::Function, name, Expression::Unknown);
            c.container(node, name);
        }
        "assignment" => assignment(node, c),
        "named_expression" => {
            let name = named(node, c);
            let value = value(node, "value", c);
            c.assign(node, Reach::Function, name, value);
        }
        "for_statement" | "for_in_clause" => bind(node.child_by_field_name("left"), node, c),
        "as_pattern" => {
            let value = children(node).first().map(|it| expression(*it, c, 0));
            let name = node.child_by_field_name("alias").map(|it| c.text(it));
            c.assign(
                node,
                Reach::Function,
                name.unwrap_or_default(),
                value.unwrap_or(Expression::Unknown),
            );
        }
        "import_statement" | "import_from_statement" => {
            import(node, c);
            return false;
        }
        "call" => call(node, c),
        _ => {}
    }
    true
}

fn named<'a>(node: Node<'_>, c: &Collector<'a>) -> &'a str {
    node.child_by_field_name("name")
        .map(|name| c.text(name))
        .unwrap_or_default()
}

fn value(node: Node<'_>, name: &str, c: &Collector<'_>) -> Expression {
    node.child_by_field_name(name)
        .map_or(Expression::Unknown, |value| expression(value, c, 0))
}

fn types(node: Option<Node<'_>>, c: &Collector<'_>) -> Vec<Vec<String>> {
    node.map(|node| {
        paths(
            node,
            c,
            |kind| kind == "attribute",
            |kind| kind == "identifier",
        )
    })
    .unwrap_or_default()
    .into_iter()
    // What wraps a type or only says that it does not change says nothing about it.
    .filter(|path| {
        path.last().is_none_or(|name| {
            !matches!(
                name.as_str(),
                "Final" | "Optional" | "ClassVar" | "Annotated"
            )
        })
    })
    .collect()
}

fn function(node: Node<'_>, c: &mut Collector<'_>) {
    let name = named(node, c);
    if node.kind() == "function_definition" {
        let returned = types(node.child_by_field_name("return_type"), c);
        let kind = if c.is_in_type() {
            Kind::Member
        } else {
            Kind::Function
        };
        c.declare(node, kind, Reach::Function, name, Expression::Plain)
            .types = returned;
    }
    let parameters: Vec<(Node<'_>, &str)> = node
        .child_by_field_name("parameters")
        .map(children)
        .unwrap_or_default()
        .into_iter()
        .map(|parameter| {
            let name = parameter.child_by_field_name("name");
            let name = name.or_else(|| children(parameter).into_iter().next());
            (parameter, c.text(name.unwrap_or(parameter)))
        })
        .collect();
    let names = parameters
        .iter()
        .map(|(_, name)| (*name).to_owned())
        .filter(|name| name != "self" && name != "cls")
        .collect();
    c.function(node, name, names);
    for (parameter, name) in parameters {
        let types = types(parameter.child_by_field_name("type"), c);
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

fn assignment(node: Node<'_>, c: &mut Collector<'_>) {
    let Some(left) = node.child_by_field_name("left") else {
        return;
    };
    let value = value(node, "right", c);
    let types = types(node.child_by_field_name("type"), c);
    match left.kind() {
        "identifier" if c.is_in_type() => {
            c.declare(node, Kind::Member, Reach::Block, c.text(left), value)
                .types = types;
        }
        "identifier" => {
            c.assign(node, Reach::Function, c.text(left), value);
            if let Some(declaration) = c.facts.declarations.last_mut() {
                declaration.types = types;
            }
        }
        "attribute" => {
            let name = left.child_by_field_name("attribute").map(|it| c.text(it));
            let is_own = c.text(left).starts_with("self.");
            if is_own {
                c.field(node, None, name.unwrap_or_default(), value);
            }
            if let Some(declaration) = c.facts.declarations.last_mut().filter(|_| is_own) {
                declaration.types = types;
            }
        }
        _ => bind(Some(left), node, c),
    }
}

/// Declares what a pattern binds, as something that nothing is known of.
fn bind(pattern: Option<Node<'_>>, node: Node<'_>, c: &mut Collector<'_>) {
    let mut waiting: Vec<Node<'_>> = pattern.into_iter().collect();
    for _ in 0..256 {
        let Some(pattern) = waiting.pop() else { break };
        match pattern.kind() {
            "identifier" => {
                c.assign(node, Reach::Function, c.text(pattern), Expression::Unknown);
            }
            "attribute" | "subscript" => {}
            _ => waiting.extend(children(pattern)),
        }
    }
}

fn import(node: Node<'_>, c: &mut Collector<'_>) {
    let module = node.child_by_field_name("module_name");
    let dotted = |text: &str| -> Vec<String> {
        // Dots at the front say from where; each is a name of its own.
        let dots = text.len() - text.trim_start_matches('.').len();
        let names = text[dots..].split('.').map(str::trim);
        let names = names.filter(|name| !name.is_empty()).map(str::to_owned);
        std::iter::repeat_n(".".to_owned(), dots)
            .chain(names)
            .collect()
    };
    let before = module.map(|it| dotted(c.text(it)));
    for part in children(node) {
        if Some(part) == module {
            continue;
        }
        let (path, alias) = match part.kind() {
            "aliased_import" => (
                part.child_by_field_name("name"),
                part.child_by_field_name("alias").map(|it| c.text(it)),
            ),
            "dotted_name" => (Some(part), None),
            "wildcard_import" => {
                c.import("", before.clone().unwrap_or_default(), None);
                continue;
            }
            _ => continue,
        };
        let name = path.map(|it| c.text(it)).unwrap_or_default();
        match (&before, alias) {
            (Some(before), alias) => c.import(alias.unwrap_or(name), before.clone(), Some(name)),
            (None, Some(alias)) => c.import(alias, dotted(name), None),
            // `import a.b` brings `a`.
            (None, None) => {
                let first = dotted(name).into_iter().next().unwrap_or_default();
                c.import(&first.clone(), vec![first], None);
            }
        }
    }
}

fn call(node: Node<'_>, c: &mut Collector<'_>) {
    if let Some(function) = node.child_by_field_name("function") {
        let callees = [("attribute", "attribute", "object")];
        calls::call(node, function, &callees, expression, c);
    }
}

/// What an expression is.
fn expression(node: Node<'_>, c: &Collector<'_>, depth: usize) -> Expression {
    if depth > DEEPEST {
        return Expression::Unknown;
    }
    let field = |name: &str| node.child_by_field_name(name);
    let below = |node: Node<'_>| expression(node, c, depth + 1);
    match node.kind() {
        "string" => literal(node, c),
        "concatenated_string" => {
            Expression::Joined(children(node).into_iter().map(below).collect())
        }
        "identifier" => Expression::Name(c.text(node).to_owned()),
        "attribute" => match (field("object"), field("attribute")) {
            (Some(object), Some(name)) => {
                Expression::Member(Box::new(below(object)), c.text(name).to_owned())
            }
            _ => Expression::Unknown,
        },
        "subscript" => match (field("value"), field("subscript").map(below)) {
            (Some(object), Some(Expression::Text(name))) => {
                Expression::Member(Box::new(below(object)), name)
            }
            _ => Expression::Unknown,
        },
        "parenthesized_expression" | "await" => children(node)
            .into_iter()
            .next()
            .map_or(Expression::Unknown, below),
        "assignment" => field("right").map_or(Expression::Unknown, below),
        "call" => field("function").map_or(Expression::Unknown, |function| {
            Expression::Call(
                Box::new(below(function)),
                calls::arguments(node, c, depth + 1, expression),
            )
        }),
        "dictionary" => {
            let mut parts = Vec::new();
            for part in children(node) {
                match part.kind() {
                    "pair" => {
                        let key = part.child_by_field_name("key").map(below);
                        let value = part.child_by_field_name("value").map(below);
                        if let (Some(Expression::Text(key)), Some(value)) = (key, value) {
                            parts.push((key, value));
                        }
                    }
                    "dictionary_splat" => parts.clear(),
                    _ => {}
                }
            }
            Expression::Object(parts)
        }
        "binary_operator" => match (field("left"), field("right"), field("operator")) {
            (Some(left), Some(right), Some(sign)) if c.text(sign) == "+" => {
                Expression::Joined(vec![below(left), below(right)])
            }
            _ => Expression::Unknown,
        },
        "integer" | "float" | "true" | "false" | "none" | "lambda" | "list" | "tuple" | "set" => {
            Expression::Plain
        }
        _ => Expression::Unknown,
    }
}

/// A string's value, where it has no escapes and nothing is put into it.
fn literal(node: Node<'_>, c: &Collector<'_>) -> Expression {
    let mut text = String::new();
    for part in children(node) {
        match part.kind() {
            "string_start" => {
                if c.text(part).contains(['b', 'B']) {
                    return Expression::Plain;
                }
            }
            "string_content" if part.named_child_count() == 0 => text += c.text(part),
            "interpolation" => return Expression::Unknown,
            "string_end" => {}
            _ => return Expression::Plain,
        }
    }
    Expression::Text(text)
}
