//! Variables that nobody reads any more.

use tree_sitter::Node;

use super::{Names, Next, is_public};

pub(super) fn next<'a>(names: &Names<'a>, nodes: &[Node<'a>]) -> Option<Next> {
    nodes.iter().find_map(|node| match node.kind() {
        "let_declaration" => {
            let pattern = node.child_by_field_name("pattern")?;
            variable(names, *node, *node, pattern)
        }
        "variable_declarator" => {
            let declaration = node.parent()?;
            let name = node.child_by_field_name("name")?;
            if is_public(declaration, &names.page) {
                return None;
            }
            match name.kind() {
                "identifier" => variable(names, declaration, *node, name),
                "object_pattern" => taken_out(names, declaration, name),
                _ => None,
            }
        }
        _ => None,
    })
}

/// A variable that is declared by itself.
fn variable<'a>(
    names: &Names<'a>,
    declaration: Node<'a>,
    declarator: Node<'a>,
    pattern: Node<'a>,
) -> Option<Next> {
    let page = names.page;
    let name = page.of(pattern);
    if pattern.kind() != "identifier"
        || name.starts_with('_')
        || !names.is_rarer(name)
        || names.left.contains(&pattern.start_byte())
    {
        return None;
    }
    let block = declaration.parent()?;
    if names.uses(block, name, pattern) > 0 {
        return None;
    }
    if let Some(value) = declarator.child_by_field_name("value")
        && !page.only_looks(value)
        && !page.only_makes(value)
    {
        if !names.was_asked_with(name) || !page.is_harmless(value) {
            return Some(Next::Leave(pattern.start_byte()));
        }
        names.note_gone(value);
    }
    let declarators = declaration
        .named_children(&mut declaration.walk())
        .filter(|it| it.kind() == "variable_declarator")
        .count();
    Some(Next::Edits(vec![if declarators > 1 {
        page.without_item(declarator)
    } else {
        page.without(page.with_what_is_above(declaration))
    }]))
}

/// A variable that is taken out of an object: `const { a, b } = …`.
fn taken_out<'a>(names: &Names<'a>, declaration: Node<'a>, pattern: Node<'a>) -> Option<Next> {
    let page = names.page;
    let block = declaration.parent()?;
    let parts: Vec<Node<'a>> = pattern.named_children(&mut pattern.walk()).collect();
    // What is left over would be one more.
    if parts.iter().any(|it| it.kind() == "rest_pattern") {
        return None;
    }
    let idle = parts.iter().find(|it| {
        let name = page.of(**it);
        it.kind() == "shorthand_property_identifier_pattern"
            && names.is_rarer(name)
            && names.uses(block, name, **it) == 0
    })?;
    if parts.len() > 1 {
        return Some(Next::Edits(vec![page.without_item(*idle)]));
    }
    let value = pattern.parent()?.child_by_field_name("value")?;
    let goes =
        page.only_makes(value) || (names.was_asked_with(page.of(*idle)) && page.is_harmless(value));
    if goes {
        names.note_gone(value);
    }
    goes.then(|| Next::Edits(vec![page.without(page.with_what_is_above(declaration))]))
}
