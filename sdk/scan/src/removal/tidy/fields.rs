//! Private fields of Rust's structs that held a handle and that nobody reads any more.

use tree_sitter::Node;

use super::super::draft::Edit;
use super::super::keys::words;
use super::super::layout::Page;
use super::super::names::names as said;
use super::{Names, Next, is_public};

pub(super) fn next<'a>(names: &Names<'a>, nodes: &[Node<'a>]) -> Option<Next> {
    let page = names.page;
    nodes.iter().find_map(|node| {
        if node.kind() != "field_declaration" || is_public(*node, &page) {
            return None;
        }
        let own = node.child_by_field_name("name")?;
        let name = page.of(own);
        if !names.is_rarer(name)
            || !names.was_asked_with(name)
            || names.is_said_elsewhere(name)
            || is_told_by_derives(*node, &page)
            || tells_a_type(*node, &page)
        {
            return None;
        }
        let mut edits: Vec<Edit> = vec![page.without_item(*node)];
        for said in said(page.tree.root_node()) {
            if said == own || page.of(said) != name {
                continue;
            }
            let parent = said.parent()?;
            match parent.kind() {
                "shorthand_field_initializer" => edits.push(page.without_item(parent)),
                "field_initializer" if parent.child_by_field_name("field") == Some(said) => {
                    let value = parent.child_by_field_name("value")?;
                    if !page.is_harmless(value) {
                        return None;
                    }
                    names.note_gone(value);
                    edits.push(page.without_item(parent));
                }
                // A variable or parameter of the same name is no field.
                _ if said.kind() == "identifier" && !is_in_macro(said) => {}
                _ => return None,
            }
        }
        Some(Next::Edits(edits))
    })
}

/// Whether what is derived for the struct means its fields: without one it would be read, written
/// or compared otherwise.
fn is_told_by_derives(field: Node<'_>, page: &Page<'_>) -> bool {
    let item = field.parent().and_then(|list| list.parent());
    let mut above = item.and_then(|it| it.prev_named_sibling());
    while let Some(attribute) = above.filter(|it| it.kind() == "attribute_item" || it.is_extra()) {
        let text = page.of(attribute);
        let derived = text.split_once("derive(").map(|(_, rest)| rest);
        let harmless = |name: &str| matches!(name.trim(), "Clone" | "Copy" | "Debug" | "Default");
        if attribute.kind() == "attribute_item"
            && derived.is_none_or(|it| !it.trim_end_matches([')', ']']).split(',').all(harmless))
        {
            return true;
        }
        above = attribute.prev_named_sibling();
    }
    false
}

/// Whether a struct has a type parameter or lifetime that only this field may use.
fn tells_a_type(field: Node<'_>, page: &Page<'_>) -> bool {
    let item = field.parent().and_then(|list| list.parent());
    let generic = item.and_then(|it| it.child_by_field_name("type_parameters"));
    let kind = field.child_by_field_name("type");
    generic.zip(kind).is_some_and(|(generic, kind)| {
        let parts = page
            .of(generic)
            .split(|it: char| !it.is_alphanumeric() && it != '_');
        let mut own = parts.filter(|it| !it.is_empty());
        own.any(|name| words(page.of(kind), name) > 0)
    })
}

fn is_in_macro(node: Node<'_>) -> bool {
    std::iter::successors(Some(node), Node::parent).any(|it| it.kind() == "token_tree")
}
