//! Functions, constants and statics of a file's own that nobody names any more.

use tree_sitter::Node;

use super::super::names::names as said;
use super::{Names, Next, is_public};

pub(super) fn next<'a>(names: &Names<'a>, nodes: &[Node<'a>]) -> Option<Next> {
    let page = names.page;
    nodes.iter().find_map(|node| {
        let is_kind = matches!(
            node.kind(),
            "function_item" | "function_declaration" | "const_item" | "static_item"
        );
        let name = node.child_by_field_name("name").filter(|_| is_kind)?;
        let name = page.of(name);
        if name.starts_with('_')
            || name == "main"
            || !names.is_rarer(name)
            || is_public(*node, &page)
            || is_of_trait(*node)
            || names.is_said_elsewhere(name)
        {
            return None;
        }
        // A function that calls itself is no caller.
        let own = said(*node)
            .iter()
            .filter(|it| page.of(**it) == name)
            .count();
        (names.count(name) == own)
            .then(|| Next::Edits(vec![page.without(page.with_what_is_above(*node))]))
    })
}

/// Whether a trait asks for it.
pub(super) fn is_of_trait(item: Node<'_>) -> bool {
    let around = item.parent().and_then(|list| list.parent());
    around.is_some_and(|it| {
        it.kind() == "trait_item"
            || (it.kind() == "impl_item" && it.child_by_field_name("trait").is_some())
    })
}
