//! An expression in the place of another: with the parentheses that it needs there, and without
//! those that have become idle.
//!
//! **Invariants**
//! - Parentheses go only where what is in them is known to be read in the same way without.

use tree_sitter::Node;

use super::blocks::is_block_like;
use super::draft::{Edit, Piece};
use super::layout::Page;
use super::rules::is_part_of_statement;
use crate::syntax::Span;

impl<'a> Page<'a> {
    /// A part in place of an expression: with the parentheses that it needs there, and without
    /// those that have become idle.
    pub(super) fn in_place(&self, whole: Node<'a>, part: Node<'a>) -> Edit {
        let (from, to) = (
            self.indentation(part.start_byte()),
            self.indentation(whole.start_byte()),
        );
        // Parentheses around the whole were there for what it was.
        let mut whole = whole;
        while let Some(around) = whole
            .parent()
            .filter(|it| it.kind() == "parenthesized_expression" && !is_part_of_statement(*it))
        {
            if part.kind() != "parenthesized_expression" && !fits(around, part, self) {
                break;
            }
            whole = around;
        }
        let mut span = whole.byte_range();
        let mut part = part;
        while part.kind() == "parenthesized_expression"
            && !self.of(part).contains('\n')
            && let Some(inner) = part.named_child(0)
            && part.named_child_count() == 1
            && fits(whole, inner, self)
        {
            part = inner;
        }
        let mut pieces = self.moved(self.with_remarks(whole, part), from, to);
        if part.kind() != "parenthesized_expression" && !fits(whole, part, self) {
            pieces.insert(0, Piece::Text("(".to_owned()));
            pieces.push(Piece::Text(")".to_owned()));
        }
        // A condition that was written on several lines and now needs one.
        if !self.of(part).contains('\n') && is_condition(whole) {
            span = self.with_space_around(whole, span, &mut pieces);
        }
        Edit::new(span, pieces)
    }

    /// A part with the comments directly beside it, as far as they can move with it.
    fn with_remarks(&self, whole: Node<'_>, part: Node<'_>) -> Span {
        let mut span = part.byte_range();
        if part
            .parent()
            .is_none_or(|it| it.byte_range() != whole.byte_range())
        {
            return span;
        }
        // A comment to the end of the line would part what is given back from its keyword, and
        // take in what comes behind the part.
        let is_given_back = whole.parent().is_some_and(|it| {
            matches!(
                it.kind(),
                "return_statement" | "throw_statement" | "yield_expression"
            )
        });
        let is_closed = |it: Node<'_>| self.of(it).starts_with("/*");
        let mut before = part.prev_sibling();
        while let Some(it) = before.filter(Node::is_extra) {
            if is_given_back && (!is_closed(it) || self.of(it).contains('\n')) {
                break;
            }
            span.start = it.start_byte();
            before = it.prev_sibling();
        }
        let mut behind = part.next_sibling();
        while let Some(it) = behind.filter(|it| it.is_extra() && is_closed(*it)) {
            span.end = it.end_byte();
            behind = it.next_sibling();
        }
        span
    }

    /// Draws a condition together with what is around it.
    fn with_space_around(&self, whole: Node<'_>, span: Span, pieces: &mut Vec<Piece>) -> Span {
        let start = self.text[..span.start].trim_end().len();
        let end =
            span.end + (self.text[span.end..].len() - self.text[span.end..].trim_start().len());
        if whole
            .parent()
            .is_some_and(|it| it.kind() == "parenthesized_expression")
        {
            return start..end;
        }
        if self.text[span.end..end].contains('\n') && self.text[end..].starts_with('{') {
            pieces.push(Piece::Text(" ".to_owned()));
            return span.start..end;
        }
        span
    }
}

/// Whether an expression is the whole condition of a statement.
pub(super) fn is_condition(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| match parent.kind() {
        "parenthesized_expression" => is_part_of_statement(parent),
        "if_expression" | "while_expression" => {
            parent.child_by_field_name("condition") == Some(node)
        }
        _ => false,
    })
}

/// Whether an expression is one wherever it stands.
pub(super) fn is_atom(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "identifier"
            | "self"
            | "this"
            | "true"
            | "false"
            | "null"
            | "undefined"
            | "number"
            | "string"
            | "template_string"
            | "array"
            | "regex"
            | "member_expression"
            | "subscript_expression"
            | "call_expression"
            | "jsx_element"
            | "jsx_self_closing_element"
            | "jsx_fragment"
            | "field_expression"
            | "index_expression"
            | "scoped_identifier"
            | "macro_invocation"
            | "try_expression"
            | "boolean_literal"
            | "integer_literal"
            | "float_literal"
            | "string_literal"
            | "raw_string_literal"
            | "char_literal"
            | "array_expression"
            | "tuple_expression"
            | "unit_expression"
    )
}

/// Whether `part` can stand without parentheses where `whole` stands.
fn fits(whole: Node<'_>, part: Node<'_>, page: &Page<'_>) -> bool {
    let Some(parent) = whole.parent() else {
        return true;
    };
    if begins_a_statement(whole, parent, part, page) || opens_a_body(whole, part) {
        return false;
    }
    if is_atom(part) {
        return atom_fits(whole, parent, part);
    }
    match parent.kind() {
        "binary_expression" => {
            // Languages disagree about how these bind.
            let operator = parent.child_by_field_name("operator").map(|it| page.of(it));
            let compares = |it| matches!(binds(it, page), EQUAL | LESS);
            let is_unclear = matches!(operator, Some("&" | "|" | "^" | "??" | "**"))
                || (compares(part) && compares(parent));
            !is_unclear && binds(part, page) > binds(parent, page)
        }
        // `-(-a)`
        "unary_expression" if page.of(parent).get(..1) == page.of(part).get(..1) => false,
        "let_chain" => {
            binds(part, page) > AND
                || (binds(part, page) == AND && part.kind() == "binary_expression")
        }
        "unary_expression" | "await_expression" => binds(part, page) >= UNARY,
        "field_expression"
        | "member_expression"
        | "subscript_expression"
        | "index_expression"
        | "try_expression"
        | "non_null_expression"
        | "as_expression"
        | "type_cast_expression"
        | "satisfies_expression"
        | "class_heritage"
        | "extends_clause"
        | "new_expression"
        | "spread_element" => false,
        "call_expression" => parent.child_by_field_name("function") != Some(whole),
        "ternary_expression" => binds(part, page) > TERNARY,
        _ => part.kind() != "sequence_expression",
    }
}

/// Whether something that is one wherever it stands is still the same there.
fn atom_fits(whole: Node<'_>, parent: Node<'_>, part: Node<'_>) -> bool {
    let is = |field: &str| parent.child_by_field_name(field) == Some(whole);
    match parent.kind() {
        // `(self.check)(x)` calls what the field holds.
        "call_expression" if is("function") => {
            !matches!(part.kind(), "field_expression" | "number" | "regex")
        }
        // `new (make())()` makes what `make` gives.
        "new_expression" if is("constructor") => !has_below(part, &|it| {
            it.kind() == "call_expression" || it.kind() == "template_string"
        }),
        // `1.toFixed()` is none, and `a?.b.c` asks less often for `c` than `(a?.b).c`.
        "member_expression" | "subscript_expression" | "non_null_expression" if !is("index") => {
            part.kind() != "number" && !has_below(part, &|it| it.kind() == "optional_chain")
        }
        _ => true,
    }
}

fn has_below(node: Node<'_>, wanted: &dyn Fn(Node<'_>) -> bool) -> bool {
    wanted(node)
        || node
            .children(&mut node.walk())
            .any(|it| has_below(it, wanted))
}

/// Whether a part would be taken for something else because a statement, or an arrow's body, would
/// begin with it: `{` for a block, `function` for a declaration, `if` for a whole statement.
fn begins_a_statement(whole: Node<'_>, parent: Node<'_>, part: Node<'_>, page: &Page<'_>) -> bool {
    let text = page.of(part);
    let word = |word: &str| {
        text.strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(|it: char| it.is_alphanumeric() || it == '_'))
    };
    let is_script = !matches!(part.kind(), "macro_invocation" | "struct_expression");
    let is_odd = text.starts_with('{')
        || (is_script && ["function", "class", "async", "let"].into_iter().any(word))
        || (is_block_like(part) && parent.kind() != "expression_statement");
    let start = whole.start_byte();
    let mut around = Some(parent);
    while let Some(it) = around.filter(|_| is_odd) {
        match it.kind() {
            "expression_statement" => return it.start_byte() == start,
            "export_statement" => return true,
            "arrow_function" => {
                return it.child_by_field_name("body").map(|it| it.start_byte()) == Some(start);
            }
            _ if it.start_byte() != start && it.kind() != "parenthesized_expression" => {
                return false;
            }
            _ => around = it.parent(),
        }
    }
    false
}

/// Whether a struct's literal would open the body of the `if`, `while`, `match` or `for` that it
/// would stand before.
fn opens_a_body(whole: Node<'_>, part: Node<'_>) -> bool {
    if !has_below(part, &|it| it.kind() == "struct_expression") {
        return false;
    }
    let mut child = whole;
    while let Some(parent) = child.parent() {
        let is = |field: &str| parent.child_by_field_name(field) == Some(child);
        match parent.kind() {
            "if_expression" | "while_expression" => return is("condition"),
            "match_expression" | "for_expression" => return is("value"),
            "arguments"
            | "parenthesized_expression"
            | "block"
            | "array_expression"
            | "tuple_expression"
            | "let_declaration"
            | "expression_statement"
            | "match_arm" => {
                return false;
            }
            _ => child = parent,
        }
    }
    false
}

const TERNARY: u8 = 1;
const AND: u8 = 4;
const EQUAL: u8 = 8;
const LESS: u8 = 9;
const UNARY: u8 = 14;

/// How strongly an expression's operator binds, the strongest highest.
fn binds(node: Node<'_>, page: &Page<'_>) -> u8 {
    let operator = node.child_by_field_name("operator").map(|it| page.of(it));
    match (node.kind(), operator) {
        ("binary_expression", Some(operator)) => match operator {
            "??" => 2,
            "||" => 3,
            "&&" => AND,
            "|" => 5,
            "^" => 6,
            "&" => 7,
            "==" | "!=" | "===" | "!==" => EQUAL,
            "<" | ">" | "<=" | ">=" | "in" | "instanceof" => LESS,
            "<<" | ">>" | ">>>" => 10,
            "+" | "-" => 11,
            "*" | "/" | "%" => 12,
            _ => 13,
        },
        ("let_chain", _) => AND,
        ("unary_expression" | "await_expression" | "reference_expression", _) => UNARY,
        (
            "assignment_expression"
            | "arrow_function"
            | "closure_expression"
            | "sequence_expression"
            | "yield_expression"
            | "range_expression"
            | "return_expression"
            | "let_condition"
            | "augmented_assignment_expression"
            | "compound_assignment_expr",
            _,
        ) => 0,
        (
            "ternary_expression"
            | "if_expression"
            | "match_expression"
            | "block"
            | "type_cast_expression"
            | "as_expression",
            _,
        ) => TERNARY,
        _ => u8::MAX,
    }
}
