//! Statements: a branch in place of what chose it, and what can no longer be reached behind it.
//!
//! **Invariants**
//! - Names that a block keeps to itself stay with it: where they would mean something else outside,
//!   the block stays a block.
//! - What is declared for the whole block (functions, types) stays, wherever it stands.

use std::collections::HashSet;

use tree_sitter::Node;

use super::around::Around;
use super::draft::{Edit, Piece};
use super::layout::{Page, parts, with_holes};
use super::names::{declared_by, declared_in, mentions};
use crate::language::Language;
use crate::syntax::Span;

/// Statements of a list: where one of them can be replaced by several.
pub(super) fn is_list(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "block" | "statement_block" | "program" | "source_file" | "switch_case" | "switch_default"
    )
}

impl<'a> Page<'a> {
    /// A branch in place of the statement that chose it; nothing if there is none.
    pub(super) fn branch(
        &self,
        around: &Around<'_>,
        statement: Node<'a>,
        chosen: Option<Node<'a>>,
    ) -> Vec<Edit> {
        // `if … {};`: what ends the statement is one of its own.
        if let Some(end) = statement
            .next_sibling()
            .filter(|it| it.kind() == "empty_statement" && it.start_byte() == statement.end_byte())
        {
            let mut edits = self.branch_of(around, statement, chosen);
            edits.push(Edit::removal(end.byte_range()));
            return edits;
        }
        self.branch_of(around, statement, chosen)
    }

    fn branch_of(
        &self,
        around: &Around<'_>,
        statement: Node<'a>,
        chosen: Option<Node<'a>>,
    ) -> Vec<Edit> {
        let Some(chosen) = chosen else {
            let is_listed = statement.parent().is_some_and(is_list);
            return vec![if is_listed {
                self.without(self.with_what_is_above(statement))
            } else {
                // The only statement of a loop, say.
                Edit::new(statement.byte_range(), vec![Piece::Text("{}".to_owned())])
            }];
        };
        let listed = statement.parent().filter(|parent| is_list(*parent));
        let Some(parent) = listed else {
            return vec![self.only_statement(statement, chosen)];
        };
        let ends = diverges(chosen, self);
        let dead: Vec<Node<'a>> = if ends { behind(statement) } else { Vec::new() };
        let is_block = matches!(chosen.kind(), "block" | "statement_block");
        let is_last =
            dead.len() == behind(statement).len() && !dead.iter().any(|it| is_declaration(*it));
        let edit = if is_block && self.may_open(around, statement, chosen, &dead) {
            self.opened(parent, statement, chosen, is_last)
        } else {
            Some(self.as_it_is(statement, chosen))
        };
        let mut edits = Vec::new();
        if let Some(edit) = edit {
            edits.extend(self.without_dead(edit.span.end, &dead));
            edits.push(edit);
        } else {
            let gone = self.with_what_is_above(statement);
            // Behind an empty `return` nothing runs either.
            edits.extend(self.without_dead(gone.end, &dead));
            edits.push(self.without(gone));
        }
        edits
    }

    /// A branch in place of the only statement of a loop, say: a block begins on the loop's line.
    fn only_statement(&self, statement: Node<'a>, chosen: Node<'a>) -> Edit {
        let around = statement.parent().map_or(0, |it| it.start_byte());
        if chosen.kind() != "statement_block" || !self.is_first_on_line(statement.start_byte()) {
            return self.as_it_is(statement, chosen);
        }
        let before = self.text[..statement.start_byte()].trim_end().len();
        let from = self.indentation(chosen.start_byte());
        let mut pieces = vec![Piece::Text(" ".to_owned())];
        pieces.extend(self.moved(chosen.byte_range(), from, self.indentation(around)));
        Edit::new(before..statement.end_byte(), pieces)
    }

    /// A branch in place of the rest of a chain of branches; what is behind the chain goes if
    /// nothing comes out of it any more.
    pub(super) fn last_branch(&self, rest: Node<'a>, chosen: Node<'a>) -> Vec<Edit> {
        let kept = vec![Piece::Keep(chosen.byte_range())];
        let mut edits = vec![Edit::new(rest.byte_range(), kept)];
        let (chain, ends) = self.chain_around(rest, chosen);
        let statement = match chain.parent() {
            Some(around) if around.kind() == "expression_statement" => around,
            _ => chain,
        };
        if ends && statement.parent().is_some_and(is_list) {
            edits.extend(self.without_dead(statement.end_byte(), &behind(statement)));
        }
        edits
    }

    /// The whole chain of branches that ends in `rest`, and whether nothing comes out of it if `chosen`
    /// stands there.
    pub(super) fn chain_around<'n>(&self, rest: Node<'n>, chosen: Node<'_>) -> (Node<'n>, bool) {
        let mut ends = diverges(chosen, self);
        let mut chain = rest;
        while let Some(earlier) = chain
            .parent()
            .filter(|it| it.kind() == "else_clause")
            .and_then(|it| it.parent())
        {
            chain = earlier;
            let consequence = chain.child_by_field_name("consequence");
            ends &= consequence.is_some_and(|it| diverges(it, self));
        }
        (chain, ends)
    }

    /// The chosen text in place of the statement, with the statement's indentation.
    fn as_it_is(&self, statement: Node<'a>, chosen: Node<'a>) -> Edit {
        let from = self.indentation(chosen.start_byte());
        let to = self.indentation(statement.start_byte());
        Edit::new(
            statement.byte_range(),
            self.moved(chosen.byte_range(), from, to),
        )
    }

    /// Takes out statements that cannot be reached behind what ends at `end`.
    pub(super) fn without_dead(&self, end: usize, dead: &[Node<'a>]) -> Vec<Edit> {
        let Some(last) = dead.last() else {
            return Vec::new();
        };
        if dead.iter().any(|it| is_declaration(*it)) {
            let kept: Vec<_> = dead.iter().filter(|it| is_declaration(**it)).collect();
            // What a declaration names stays, though nothing gives it a value any more.
            let gone = dead.iter().filter(|it| {
                let own: HashSet<&str> = declared_by(self, **it).into_iter().collect();
                !is_declaration(**it) && !kept.iter().any(|it| mentions(self, **it, &own))
            });
            return gone
                .map(|it| self.without(self.with_what_is_above(*it)))
                .collect();
        }
        // All of it, with the comments in between.
        vec![Edit::removal(end..last.end_byte())]
    }

    /// Whether a block's statements can stand where the block's statement stands.
    fn may_open(
        &self,
        around: &Around<'_>,
        statement: Node<'a>,
        block: Node<'a>,
        dead: &[Node<'a>],
    ) -> bool {
        let is_marked = |it: Node<'_>| matches!(it.kind(), "label" | "inner_attribute_item");
        if block.children(&mut block.walk()).any(is_marked) {
            return false;
        }
        let own: HashSet<&str> = declared_in(self, block).into_iter().collect();
        if own.is_empty() {
            return true;
        }
        let Some(parent) = statement.parent() else {
            return false;
        };
        let others: Vec<Node<'a>> = parent
            .named_children(&mut parent.walk())
            .filter(|it| *it != statement && !dead.contains(it) && !it.is_extra())
            .collect();
        if around.language() == Language::Rust {
            // An item counts for the whole of its block, and a glob brings names that nobody sees.
            let has_items = parts(block).into_iter().any(is_declaration);
            let later: Vec<_> = others
                .iter()
                .filter(|it| it.start_byte() > statement.start_byte())
                .collect();
            let is_taken = later.iter().any(|it| mentions(self, **it, &own));
            let ends_later = !later.is_empty() && self.ends_later(block, around);
            return !is_taken && !ends_later && (!has_items || others.is_empty());
        }
        let is_taken = others.iter().any(|it| mentions(self, *it, &own))
            || self.is_parameter_named(parent, &own);
        let is_case = matches!(parent.kind(), "switch_case" | "switch_default");
        !is_taken && !is_case
    }

    /// Whether a function's parameters have one of some names.
    fn is_parameter_named(&self, body: Node<'a>, names: &HashSet<&str>) -> bool {
        let function = body.parent();
        let list = function.and_then(|it| {
            it.child_by_field_name("parameters")
                .or_else(|| it.child_by_field_name("parameter"))
        });
        list.is_some_and(|it| mentions(self, it, names))
    }

    /// What is in a block in place of the statement; `None` if there is nothing in it.
    fn opened(
        &self,
        parent: Node<'a>,
        statement: Node<'a>,
        block: Node<'a>,
        is_last: bool,
    ) -> Option<Edit> {
        let inner = self.inside(block)?;
        let mut holes: Vec<(Span, &str)> = Vec::new();
        let last = last_statement(block);
        if let Some(last) = last {
            let is_value = is_value(self, last);
            if is_value && block.kind() == "block" && !is_last {
                holes.push((last.end_byte()..last.end_byte(), ";"));
            }
            if is_last
                && is_body(parent)
                && is_value
                && block.kind() == "block"
                && given_back(last).is_none()
                && !self.may_be_last(last, &[parent, block])
            {
                holes.push((last.start_byte()..last.start_byte(), "return "));
                holes.push((last.end_byte()..last.end_byte(), ";"));
            } else if is_last && is_body(parent) {
                match given_back(last) {
                    Some(Some(value)) if !self.may_be_last(value, &[parent, block]) => {}
                    Some(Some(value)) => {
                        let (front, back) = around_value(last, value);
                        holes.push((front, ""));
                        holes.push((back, ""));
                    }
                    // A bare `return` at the end.
                    Some(None) if block.named_child_count() > 1 => {
                        holes.push((self.gap(last.byte_range()), ""));
                    }
                    Some(None) => return None,
                    None => {}
                }
            }
        }
        let from = self.indentation(inner.start);
        let to = self.indentation(statement.start_byte());
        let pieces = with_holes(self.moved(inner, from, to), &holes);
        Some(Edit::new(statement.byte_range(), pieces))
    }

    /// The bytes inside of a block, from its first to its last text.
    pub(super) fn inside(&self, block: Node<'_>) -> Option<Span> {
        let (start, end) = (block.start_byte() + 1, block.end_byte().checked_sub(1)?);
        let text = self.text.get(start..end)?;
        let start = start + (text.len() - text.trim_start().len());
        let end = start + text.trim().len();
        (start < end).then_some(start..end)
    }
}

/// What a last statement gives back by `return`. The inner is `None` where that is nothing.
#[expect(
    clippy::option_option,
    reason = "no return, one without and one with a value are three things"
)]
fn given_back(last: Node<'_>) -> Option<Option<Node<'_>>> {
    let expression = returned(last)?;
    match expression.kind() {
        "return_expression" => Some(parts(expression).first().copied()),
        "return_statement" if expression.named_child_count() == 0 => Some(None),
        _ => None,
    }
}

/// Whether a statement of Rust would need a semicolon if anything came behind it.
fn is_value(page: &Page<'_>, last: Node<'_>) -> bool {
    let expression = returned(last).unwrap_or(last);
    let has_end = page.of(last).ends_with(';');
    let is_item = last.kind().ends_with("_item")
        || matches!(last.kind(), "macro_definition" | "empty_statement");
    let is_macro = expression.kind() == "macro_invocation" && page.of(last).ends_with('}');
    !(has_end || is_item || is_macro || is_block_like(expression))
}

/// The expression that a statement consists of, or the statement itself.
fn returned(last: Node<'_>) -> Option<Node<'_>> {
    match last.kind() {
        "expression_statement" => last.named_child(0),
        _ => Some(last),
    }
}

/// What stands around a value that is given back: `return ` and `;`.
fn around_value(last: Node<'_>, value: Node<'_>) -> (Span, Span) {
    (
        last.start_byte()..value.start_byte(),
        value.end_byte()..last.end_byte(),
    )
}

/// Whether an expression ends a statement without a semicolon.
pub(super) fn is_block_like(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "if_expression"
            | "match_expression"
            | "block"
            | "unsafe_block"
            | "async_block"
            | "const_block"
            | "loop_expression"
            | "while_expression"
            | "for_expression"
    )
}

/// The last statement of a block, passing comments over.
pub(super) fn last_statement(block: Node<'_>) -> Option<Node<'_>> {
    parts(block).last().copied()
}

/// The statements behind one in its list.
pub(super) fn behind(statement: Node<'_>) -> Vec<Node<'_>> {
    let mut all = Vec::new();
    let mut next = statement.next_named_sibling();
    while let Some(it) = next {
        if !it.is_extra() {
            all.push(it);
        }
        next = it.next_named_sibling();
    }
    all
}

/// Whether a statement is there only on a condition of the compiler's, or is otherwise marked.
pub(super) fn is_marked(statement: Node<'_>) -> bool {
    let above = statement.prev_named_sibling();
    above.is_some_and(|it| it.kind() == "attribute_item")
}

/// Whether a block is a function's.
pub(super) fn is_body(block: Node<'_>) -> bool {
    block.parent().is_some_and(|it| {
        matches!(
            it.kind(),
            "function_item"
                | "function_declaration"
                | "method_definition"
                | "function_expression"
                | "arrow_function"
        )
    })
}

/// Whether a statement counts for the whole of its list.
fn is_declaration(node: Node<'_>) -> bool {
    hoists(node)
        || (node.kind().ends_with("_item") && !node.kind().ends_with("attribute_item"))
        || matches!(
            node.kind(),
            "macro_definition"
                | "function_declaration"
                | "generator_function_declaration"
                | "class_declaration"
                | "interface_declaration"
                | "type_alias_declaration"
                | "use_declaration"
        )
}

/// Whether a script's statement declares a variable of the whole function.
pub(super) fn hoists(node: Node<'_>) -> bool {
    match node.kind() {
        "variable_declaration" => true,
        "function_declaration"
        | "function_expression"
        | "arrow_function"
        | "class_declaration"
        | "class"
        | "method_definition"
        | "generator_function" => false,
        _ => parts(node).into_iter().any(hoists),
    }
}

/// Whether nothing behind a statement can be reached.
pub(super) fn diverges(node: Node<'_>, page: &Page<'_>) -> bool {
    match node.kind() {
        "return_expression"
        | "break_expression"
        | "continue_expression"
        | "return_statement"
        | "throw_statement"
        | "break_statement"
        | "continue_statement" => true,
        "expression_statement" => node.named_child(0).is_some_and(|it| diverges(it, page)),
        "macro_invocation" => {
            let name = node.child_by_field_name("macro").map(|it| page.of(it));
            matches!(
                name,
                Some("panic" | "unreachable" | "todo" | "unimplemented" | "bail")
            )
        }
        "block" | "statement_block" => {
            last_statement(node).is_some_and(|it| !is_marked(it) && diverges(it, page))
        }
        "if_expression" | "if_statement" => {
            let branch = |name: &str| {
                node.child_by_field_name(name)
                    .is_some_and(|it| diverges(it, page))
            };
            branch("consequence") && branch("alternative")
        }
        "else_clause" => node.named_child(0).is_some_and(|it| diverges(it, page)),
        _ => false,
    }
}
