//! What was written on several lines and, shorter now, fits on one: a chain of calls, a condition,
//! a row of parameters. A formatter would draw it together, so the removal does.
//!
//! Separate from the rules: only when all is done it is known what is left.
//!
//! **Invariants**
//! - Only what the removal changed is drawn together, and only white space and a last comma change.

use similar::{ChangeTag, TextDiff};
use tree_sitter::Node;

use super::draft::{Draft, Edit, Piece};
use super::layout::Page;
use crate::language::Language;

/// How long a line may be: as rustfmt has it, and as prettier has.
const WIDTH: usize = 100;
const SCRIPT_WIDTH: usize = 80;

/// How long rustfmt lets a chain and a row of arguments be on one line.
const CHAIN: usize = 60;

/// The same of what is in a struct's literal.
const LITERAL: usize = 18;

/// The same of an `if` that chooses one of two values.
const CHOICE: usize = 50;

/// Draws together what fits on one line since `before`.
pub(super) fn reflow(draft: &mut Draft, before: &str) {
    // Each round makes one thing shorter by a line.
    for _ in 0..10_000 {
        let Some(tree) = draft.parse() else { return };
        let page = Page {
            text: &draft.text,
            tree: &tree,
        };
        let seams = seams(before, &draft.text);
        let is_rust = draft.language == Language::Rust;
        let Some(edit) = next(&page, is_rust, &seams) else {
            return;
        };
        draft.apply(vec![edit]);
    }
}

/// The bytes of the new text at which lines have come, gone or changed.
fn seams(before: &str, after: &str) -> Vec<usize> {
    let mut seams = Vec::new();
    let mut at = 0;
    for change in TextDiff::from_lines(before, after).iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => at += change.value().len(),
            ChangeTag::Delete => seams.push(at),
            ChangeTag::Insert => {
                seams.push(at);
                at += change.value().len();
            }
        }
    }
    seams.dedup();
    seams
}

fn next(page: &Page<'_>, is_rust: bool, seams: &[usize]) -> Option<Edit> {
    let mut waiting = vec![page.tree.root_node()];
    while let Some(node) = waiting.pop() {
        let lines = page.line_start(node.start_byte())..=node.end_byte();
        if !seams.iter().any(|seam| lines.contains(seam)) {
            continue;
        }
        if let Some(edit) = joined(page, is_rust, node) {
            return Some(edit);
        }
        let mut cursor = node.walk();
        let inner: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        waiting.extend(inner.into_iter().rev());
    }
    None
}

/// The bytes to draw together for a node, and how long the result may be.
fn joined(page: &Page<'_>, is_rust: bool, node: Node<'_>) -> Option<Edit> {
    if !page.of(node).contains('\n') {
        return None;
    }
    let parent = node.parent()?;
    let (span, most) = match node.kind() {
        "call_expression" if is_rust => {
            let is_link = matches!(
                parent.kind(),
                "field_expression" | "await_expression" | "try_expression"
            );
            if is_link {
                return None;
            }
            (node.byte_range(), CHAIN)
        }
        "binary_expression" if parent.kind() != "binary_expression" => {
            let is_condition = is_rust
                && matches!(parent.kind(), "if_expression" | "while_expression")
                && parent.child_by_field_name("condition") == Some(node);
            let rest = &page.text[node.end_byte()..];
            let space = rest.len() - rest.trim_start().len();
            if is_condition && rest[space..].starts_with('{') {
                // With the bracket, which stood on a line of its own.
                (node.start_byte()..node.end_byte() + space + 1, WIDTH)
            } else {
                (node.byte_range(), WIDTH)
            }
        }
        "if_expression" if is_rust && is_choice_of_values(node, parent) => {
            (node.byte_range(), CHOICE)
        }
        "array_expression" => (node.byte_range(), CHAIN + 2),
        "field_initializer_list" => (node.byte_range(), LITERAL + 4),
        "arguments" if is_rust => (node.byte_range(), CHAIN + 2),
        "parameters" | "formal_parameters" | "arguments" | "use_list" | "named_imports" => {
            (node.byte_range(), WIDTH)
        }
        _ => return None,
    };
    if node.kind() != "if_expression" && has_own_lines(node) {
        return None;
    }
    let mut text = one_line(&page.text[span.clone()]);
    if node.kind() == "use_list" {
        text = text.replacen("{ ", "{", 1);
        text.truncate(text.len().saturating_sub(2));
        text.push('}');
    }
    let start = page.line_start(span.start);
    let whole = page.text[start..span.start].chars().count()
        + text.chars().count()
        + page.text[span.end..page.line_end(span.end)].chars().count();
    let width = if is_rust { WIDTH } else { SCRIPT_WIDTH };
    if whole > width || text.chars().count() > most {
        return None;
    }
    Some(Edit::new(span, vec![Piece::Text(text)]))
}

/// Whether an `if` only chooses one of two plain values, and gives it to what is around it.
fn is_choice_of_values(node: Node<'_>, parent: Node<'_>) -> bool {
    let is_value = match parent.kind() {
        "let_declaration" | "arguments" | "block" => true,
        "expression_statement" => {
            let ends = parent.child_count() == 1 && parent.next_named_sibling().is_none();
            ends && parent.parent().is_some_and(|it| it.kind() == "block")
        }
        _ => false,
    };
    let is_plain = |block: Option<Node<'_>>| {
        block.is_some_and(|block| {
            block.kind() == "block"
                && block.named_child_count() == 1
                && block.named_child(0).is_some_and(|it| {
                    !it.is_extra()
                        && !it.kind().ends_with("_statement")
                        && !it.kind().ends_with("_declaration")
                })
        })
    };
    let otherwise = node.child_by_field_name("alternative");
    is_value
        && is_plain(node.child_by_field_name("consequence"))
        && is_plain(otherwise.and_then(|it| it.named_child(0)))
}

/// Whether something in a node needs lines of its own: a comment, a block, a string over several.
fn has_own_lines(node: Node<'_>) -> bool {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        let is_several = node.start_position().row != node.end_position().row;
        let needs_lines = node.is_extra()
            || matches!(
                node.kind(),
                "block"
                    | "statement_block"
                    | "match_block"
                    | "object"
                    | "jsx_element"
                    | "jsx_self_closing_element"
                    | "let_chain"
            ) && is_several
            || (is_several && node.kind().contains("string"));
        if needs_lines {
            return true;
        }
        let mut cursor = node.walk();
        waiting.extend(node.named_children(&mut cursor));
    }
    false
}

/// A text on one line.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for part in text.lines().map(str::trim) {
        let closes = part.starts_with([')', ']', '}']);
        if closes && line.ends_with(',') {
            line.pop();
        }
        let glued = line.is_empty()
            || line.ends_with(['(', '['])
            || part.starts_with([')', ']', '?'])
            || (part.starts_with('.') && !part.starts_with(".."));
        if !glued {
            line.push(' ');
        }
        line.push_str(part);
    }
    line
}
