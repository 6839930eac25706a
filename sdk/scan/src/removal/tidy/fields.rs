//! Private fields of Rust's structs that held a handle and that nobody reads any more.

use tree_sitter::Node;

use super::super::draft::Edit;
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
        if !names.is_rarer(name) || !names.was_asked_with(name) {
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
                    edits.push(page.without_item(parent));
                }
                // A variable or parameter of the same name is no field.
                _ if said.kind() == "identifier" => {}
                _ => return None,
            }
        }
        Some(Next::Edits(edits))
    })
}
