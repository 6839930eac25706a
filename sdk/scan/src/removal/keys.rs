//! The flag's key itself: constants that held it and that nobody names any more, and texts of which
//! nobody knows what they are for.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::draft::{Draft, Edit};
use super::layout::{Page, parts};
use super::plan::{Plan, Refusal, Remark, What, text_of};
use super::why::Why;
use crate::language::Language;
use crate::source;
use crate::tree::Tree;

/// What a text is that is the flag's key.
enum Stands {
    /// The value of a constant of this name, which is declared by these bytes.
    Constant(String, Edit),
    /// Part of a call that is left.
    InCall,
    /// Anything else.
    Loose,
}

/// Takes out constants that held the key, and tells of the key where it stands else.
pub(super) fn tidy(
    tree: &Tree,
    flag: &str,
    has_unresolved: bool,
    plan: &mut Plan,
    texts: &mut BTreeMap<String, (String, String)>,
) {
    let holding: Vec<usize> = (0..tree.files.len())
        .filter(|file| {
            texts
                .get(&tree.files[*file].path)
                .map(|(_, after)| after.clone())
                .or_else(|| text_of(tree, *file))
                .is_some_and(|text| text.contains(flag))
        })
        .collect();
    for file in holding {
        let path = tree.files[file].path.clone();
        let Some(before) = text_of(tree, file) else {
            continue;
        };
        let after = texts
            .get(&path)
            .map_or_else(|| before.clone(), |it| it.1.clone());
        let remark = |line: u32, what| Remark {
            path: path.clone(),
            line,
            what,
        };
        if tree.files[file].generated {
            plan.remarks.push(remark(1, What::Generated));
            continue;
        }
        let mut text = after;
        let mut left = Vec::new();
        // Each round takes one constant out, or leaves one for good.
        while let Some((at, stands)) = next(tree.language(file), &text, flag, &left) {
            if let Stands::Constant(name, edit) = stands
                && plan.refused.is_empty()
                && mentions(tree, file, &name, texts, &text) == 1
            {
                let mut draft = Draft {
                    language: tree.language(file),
                    text,
                    marks: Vec::new(),
                };
                draft.apply(vec![edit]);
                text = draft.text;
                left.clear();
                continue;
            }
            left.push(at);
        }
        for at in left {
            let (line, column) = position(&text, at);
            let loose = next(tree.language(file), &text, flag, &[]).is_some();
            let is_loose = matches!(
                standing(tree.language(file), &text, at),
                Some(Stands::Loose)
            );
            if is_loose && loose && has_unresolved {
                plan.refused.push(Refusal {
                    path: path.clone(),
                    line,
                    column,
                    why: Why::LooseKey,
                });
            } else if !matches!(
                standing(tree.language(file), &text, at),
                Some(Stands::InCall)
            ) {
                plan.remarks.push(remark(line, What::Key));
            }
        }
        texts.insert(path, (before, text));
    }
}

/// How often a name stands in the files of a family, as they will be.
fn mentions(
    tree: &Tree,
    own: usize,
    name: &str,
    texts: &BTreeMap<String, (String, String)>,
    text: &str,
) -> usize {
    let family = tree.language(own).family();
    // Generated code names constants of its own.
    let files = (0..tree.files.len())
        .filter(|file| tree.language(*file).family() == family && !tree.files[*file].generated);
    files
        .map(|file| {
            if file == own {
                return words(text, name);
            }
            match texts.get(&tree.files[file].path) {
                Some((_, after)) => words(after, name),
                None => text_of(tree, file).map_or(0, |text| words(&text, name)),
            }
        })
        .sum()
}

/// How often a name stands in a text as a whole word.
pub(super) fn words(text: &str, name: &str) -> usize {
    let is_part = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    text.match_indices(name)
        .filter(|(at, _)| {
            !is_part(text[..*at].chars().next_back())
                && !is_part(text[*at + name.len()..].chars().next())
        })
        .count()
}

/// The first text that is the key, but for those that begin at `left`.
fn next(language: Language, text: &str, flag: &str, left: &[usize]) -> Option<(usize, Stands)> {
    let tree = source::parse(language, text.as_bytes())?;
    let page = Page { text, tree: &tree };
    let mut waiting = vec![tree.root_node()];
    while let Some(node) = waiting.pop() {
        if is_text(node) {
            let inner = page.of(node).trim_matches(['"', '\'', '`', 'r', '#']);
            if inner == flag && !left.contains(&node.start_byte()) {
                return Some((node.start_byte(), stands(page, node)));
            }
            continue;
        }
        waiting.extend(parts(node).into_iter().rev());
    }
    None
}

/// What the text that begins at a byte is.
fn standing(language: Language, text: &str, at: usize) -> Option<Stands> {
    let tree = source::parse(language, text.as_bytes())?;
    let page = Page { text, tree: &tree };
    let node = tree.root_node().descendant_for_byte_range(at, at + 1)?;
    let node = std::iter::successors(Some(node), Node::parent).find(|it| is_text(*it))?;
    Some(stands(page, node))
}

fn is_text(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "string_literal"
            | "raw_string_literal"
            | "string"
            | "template_string"
            | "interpreted_string_literal"
    )
}

fn stands(page: Page<'_>, node: Node<'_>) -> Stands {
    let mut child = node;
    while let Some(parent) = child.parent() {
        let is_value = parent.child_by_field_name("value") == Some(child);
        let name = || {
            parent
                .child_by_field_name("name")
                .or_else(|| parent.child_by_field_name("key"))
                .map(|it| page.of(it).trim_matches(['"', '\'']).to_owned())
        };
        match parent.kind() {
            "const_item" | "static_item" if is_value => {
                let Some(name) = name() else { break };
                let edit = page.without(page.with_what_is_above(parent));
                return Stands::Constant(name, edit);
            }
            "variable_declarator" if is_value => {
                let (Some(name), Some(declaration)) = (name(), parent.parent()) else {
                    break;
                };
                if parts(declaration).len() > 1 {
                    return Stands::Constant(name, page.without_item(parent));
                }
                let whole = declaration
                    .parent()
                    .filter(|it| it.kind() == "export_statement")
                    .unwrap_or(declaration);
                let edit = page.without(page.with_what_is_above(whole));
                return Stands::Constant(name, edit);
            }
            "pair" | "enum_assignment" if is_value => {
                let Some(name) = name() else { break };
                return Stands::Constant(name, page.without_item(parent));
            }
            "public_field_definition" if is_value && page.of(parent).contains("static ") => {
                let Some(name) = name() else { break };
                let mut span = page.with_what_is_above(parent);
                if page.text[span.end..].starts_with(';') {
                    span.end += 1;
                }
                return Stands::Constant(name, page.without(span));
            }
            "as_expression"
            | "satisfies_expression"
            | "reference_expression"
            | "parenthesized_expression" => child = parent,
            "arguments" | "argument_list" | "jsx_attribute" | "token_tree" => {
                return Stands::InCall;
            }
            _ => break,
        }
    }
    Stands::Loose
}

/// The line and column of a byte, from 1.
fn position(text: &str, at: usize) -> (u32, u32) {
    let begin = text[..at].rfind('\n').map_or(0, |it| it + 1);
    let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    (
        number(text[..at].matches('\n').count() + 1),
        number(text[begin..at].chars().count() + 1),
    )
}

/// Whether an expression that puts a key together may come to `flag`: its fixed parts are parts of
/// it, in their order. One without fixed parts is told by the texts that it may be made of.
pub(super) fn may_be(expression: &str, flag: &str) -> bool {
    let mut rest = flag;
    let mut fixed = false;
    let mut inside = expression.split(['"', '`', '\'']);
    inside.next();
    while let Some(text) = inside.next() {
        let mut begin = 0;
        let mut depth = 0_usize;
        let mut pieces = Vec::new();
        for (at, letter) in text.char_indices() {
            match letter {
                '{' => {
                    if depth == 0 {
                        pieces.push(text[begin..at].trim_end_matches('$'));
                    }
                    depth += 1;
                }
                '}' => {
                    depth = depth.saturating_sub(1);
                    begin = at + 1;
                }
                _ => {}
            }
        }
        pieces.push(&text[begin.min(text.len())..]);
        for piece in pieces.into_iter().filter(|it| !it.is_empty()) {
            match rest.find(piece) {
                Some(at) => {
                    rest = &rest[at + piece.len()..];
                    fixed = true;
                }
                None => return false,
            }
        }
        inside.next();
    }
    fixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_put_together_may_be_the_flags_if_its_parts_are() {
        assert!(may_be(r#"&format!("new-{part}")"#, "new-billing"));
        assert!(may_be("`${kind}-billing`", "new-billing"));
        assert!(may_be(r#""new-" + part"#, "new-billing"));
        assert!(!may_be(r#"&format!("plan-{part}")"#, "new-billing"));
        assert!(!may_be("key", "new-billing"));
    }

    #[test]
    fn a_name_is_a_word_of_its_own() {
        assert_eq!(words("KEY KEYS MY_KEY (KEY)", "KEY"), 2);
    }
}
