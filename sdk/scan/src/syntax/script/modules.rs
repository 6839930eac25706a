//! What a module of TypeScript or JavaScript imports and exports.

use tree_sitter::Node;

use super::super::collector::{Collector, Reach, children};
use super::super::{Expression, Kind};
use super::expression::expression;
use super::named;

pub(super) fn import(node: Node<'_>, c: &mut Collector<'_>) {
    let Some(module) = node.child_by_field_name("source").map(|it| unquoted(it, c)) else {
        return;
    };
    let clause = children(node)
        .into_iter()
        .find(|it| it.kind() == "import_clause");
    for part in clause.map(children).unwrap_or_default() {
        match part.kind() {
            "identifier" => c.import(c.text(part), vec![module.clone()], Some("default")),
            "namespace_import" => {
                if let Some(name) = children(part).first() {
                    c.import(c.text(*name), vec![module.clone()], None);
                }
            }
            _ => {
                for part in children(part) {
                    let name = named(part, c);
                    let alias = part.child_by_field_name("alias").map(|it| c.text(it));
                    c.import(alias.unwrap_or(name), vec![module.clone()], Some(name));
                }
            }
        }
    }
}

/// What is exported from elsewhere is imported; what is exported under another name is declared.
pub(super) fn export(node: Node<'_>, c: &mut Collector<'_>) {
    let module = node.child_by_field_name("source").map(|it| unquoted(it, c));
    let parts = children(node);
    if let Some(value) = node.child_by_field_name("value") {
        let value = expression(value, c, 0);
        c.declare(node, Kind::Value, Reach::Block, "default", value);
    }
    if let Some(module) = &module
        && c.text(node).contains('*')
    {
        let name = parts.iter().find(|it| it.kind() == "namespace_export");
        let name = name.and_then(|it| children(*it).first().map(|it| c.text(*it)));
        c.import(name.unwrap_or_default(), vec![module.clone()], None);
    }
    let clause = parts.into_iter().find(|it| it.kind() == "export_clause");
    for part in clause.map(children).unwrap_or_default() {
        let name = named(part, c);
        let alias = part.child_by_field_name("alias").map(|it| c.text(it));
        match (&module, alias) {
            (Some(module), alias) => {
                c.import(alias.unwrap_or(name), vec![module.clone()], Some(name));
            }
            (None, Some(alias)) => {
                let value = Expression::Name(name.to_owned());
                c.declare(part, Kind::Value, Reach::Block, alias, value);
            }
            (None, None) => {}
        }
    }
}

pub(super) fn unquoted(node: Node<'_>, c: &Collector<'_>) -> String {
    c.text(node).trim_matches(['"', '\'', '`']).to_owned()
}
