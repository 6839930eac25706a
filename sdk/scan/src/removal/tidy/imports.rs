//! Imports of what nobody names any more.

use tree_sitter::Node;

use super::super::draft::{Edit, Piece};
use super::super::layout::Page;
use super::{Names, Next, is_public};

pub(super) fn next<'a>(names: &Names<'a>, nodes: &[Node<'a>]) -> Option<Next> {
    let edits = nodes.iter().find_map(|node| match node.kind() {
        "use_declaration" if !is_public(*node, &names.page) => {
            let argument = node.child_by_field_name("argument")?;
            used(names, *node, argument)
        }
        "import_statement" => imported(names, *node),
        _ => None,
    })?;
    Some(Next::Edits(edits))
}

/// Whether the name that an import brings stands nowhere else any more, and nothing can need it
/// without saying it.
fn is_idle(names: &Names<'_>, local: Node<'_>) -> bool {
    let name = names.page.of(local);
    let root = names.page.tree.root_node();
    name != "_"
        && names.is_rarer(name)
        && names.uses(root, name, local) == 0
        && !names.may_be_trait(name)
        && !names.is_taken_by_others(name)
}

/// The edits that take an idle name out of a `use`.
fn used<'a>(names: &Names<'a>, whole: Node<'a>, tree: Node<'a>) -> Option<Vec<Edit>> {
    let page = names.page;
    match tree.kind() {
        "use_list" => {
            let all: Vec<Node<'a>> = tree.named_children(&mut tree.walk()).collect();
            let (index, found) = all
                .iter()
                .enumerate()
                .find_map(|(index, it)| Some((index, used(names, *it, *it)?)))?;
            // The inner found something to take out of a list of its own.
            let takes_all = found.len() == 1
                && found[0].pieces.is_empty()
                && found[0].span.start <= all[index].start_byte()
                && found[0].span.end >= all[index].end_byte();
            if !takes_all {
                return Some(found);
            }
            match &all[..] {
                [_] => Some(vec![whole_gone(&page, whole)]),
                [one, other] => {
                    let left = if index == 0 { other } else { one };
                    let alone = matches!(
                        left.kind(),
                        "identifier" | "scoped_identifier" | "use_as_clause" | "scoped_use_list"
                    );
                    if alone {
                        let kept = vec![Piece::Keep(left.byte_range())];
                        Some(vec![Edit::new(tree.byte_range(), kept)])
                    } else {
                        Some(vec![page.without_item(all[index])])
                    }
                }
                _ => Some(vec![page.without_item(all[index])]),
            }
        }
        "scoped_use_list" => used(names, whole, tree.child_by_field_name("list")?),
        "use_as_clause" => {
            let alias = tree.child_by_field_name("alias")?;
            is_idle(names, alias).then(|| vec![whole_gone(&page, whole)])
        }
        "scoped_identifier" => {
            let name = tree.child_by_field_name("name")?;
            is_idle(names, name).then(|| vec![whole_gone(&page, whole)])
        }
        "identifier" => is_idle(names, tree).then(|| vec![whole_gone(&page, whole)]),
        _ => None,
    }
}

/// The whole of a `use`, or of one of its parts.
fn whole_gone(page: &Page<'_>, whole: Node<'_>) -> Edit {
    if whole.kind() == "use_declaration" {
        page.without(whole.byte_range())
    } else {
        Edit::removal(whole.byte_range())
    }
}

/// The edits that take an idle name out of an `import`.
fn imported<'a>(names: &Names<'a>, whole: Node<'a>) -> Option<Vec<Edit>> {
    let page = names.page;
    let clause = whole
        .named_children(&mut whole.walk())
        .find(|it| it.kind() == "import_clause")?;
    let parts: Vec<Node<'a>> = clause.named_children(&mut clause.walk()).collect();
    for part in &parts {
        let is_only = parts.len() == 1;
        match part.kind() {
            "identifier" if is_idle(names, *part) => {
                return Some(vec![if is_only {
                    page.without(whole.byte_range())
                } else {
                    page.without_item(*part)
                }]);
            }
            "namespace_import" => {
                let name = part.named_child(0)?;
                if is_idle(names, name) {
                    return Some(vec![if is_only {
                        page.without(whole.byte_range())
                    } else {
                        page.without_item(*part)
                    }]);
                }
            }
            "named_imports" => {
                let specifiers: Vec<Node<'a>> = part.named_children(&mut part.walk()).collect();
                let idle = specifiers.iter().find(|it| {
                    let local = it
                        .child_by_field_name("alias")
                        .or_else(|| it.child_by_field_name("name"));
                    local.is_some_and(|local| is_idle(names, local))
                });
                if let Some(idle) = idle {
                    return Some(vec![match (specifiers.len(), is_only) {
                        (1, true) => page.without(whole.byte_range()),
                        (1, false) => page.without_item(*part),
                        _ => page.without_item(*idle),
                    }]);
                }
            }
            _ => {}
        }
    }
    None
}
