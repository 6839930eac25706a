//! What becomes of an answer where it stands: the rules that are the same in all languages.
//!
//! Separate from `rust` and `script`, which know their statements.
//!
//! **Invariants**
//! - A rule keeps what the program does: code is left out only if it cannot run, or has no effect.
//! - Each step leaves the text valid, so that the next one is read from its tree.

use tree_sitter::Node;

use super::draft::{Draft, Edit, Known, Mark, Piece};
use super::layout::Page;
use super::why::Why;
use super::{rust, script};
use crate::language::Language;
use crate::syntax::Span;

/// What a rule says.
#[derive(Debug)]
pub(super) enum Step {
    /// Something takes the place of something.
    Edits(Vec<Edit>),
    /// The literal may stay.
    Settled,
    /// No rule applies.
    Stuck(Why),
}

/// An answer where it stands.
pub(super) struct Place<'a> {
    pub(super) page: Page<'a>,
    pub(super) language: Language,
    pub(super) value: bool,
    pub(super) question: usize,
    /// The literal.
    pub(super) node: Node<'a>,
    pub(super) parent: Node<'a>,
}

/// Applies rules until none is left that applies; says of each question that is left why.
pub(super) fn reduce(draft: &mut Draft) -> Vec<(usize, Why)> {
    loop {
        let Some(tree) = draft.parse() else {
            let whys = draft
                .marks
                .iter()
                .map(|mark| (mark.question, Why::WouldBreak));
            return whys.collect();
        };
        let page = Page {
            text: &draft.text,
            tree: &tree,
        };
        let mut stuck = Vec::new();
        let mut next = None;
        for (index, mark) in draft.marks.iter().enumerate() {
            let Known::Answer(value) = mark.known else {
                continue;
            };
            if mark.settled {
                continue;
            }
            match step(page, draft.language, mark, value) {
                Step::Stuck(why) => stuck.push((mark.question, why)),
                step => {
                    next = Some((index, step));
                    break;
                }
            }
        }
        match next {
            None | Some((_, Step::Stuck(_))) => return stuck,
            Some((index, Step::Settled)) => draft.marks[index].settled = true,
            Some((_, Step::Edits(edits))) => draft.apply(edits),
        }
    }
}

fn step(page: Page<'_>, language: Language, mark: &Mark, value: bool) -> Step {
    let root = page.tree.root_node();
    let node = root.named_descendant_for_byte_range(mark.span.start, mark.span.end);
    let Some((node, parent)) = node.and_then(|node| Some((node, node.parent()?))) else {
        return Step::Stuck(Why::Unknown);
    };
    let place = Place {
        page,
        language,
        value,
        question: mark.question,
        node,
        parent,
    };
    match parent.kind() {
        "parenthesized_expression" if !is_part_of_statement(parent) => place.answer(parent, value),
        "unary_expression" if page.of(parent).starts_with('!') => place.answer(parent, !value),
        "unary_expression" if page.of(parent).starts_with("void ") => {
            let statement = parent
                .parent()
                .filter(|it| it.kind() == "expression_statement");
            statement.map_or(Step::Stuck(Why::Unknown), |it| {
                Step::Edits(vec![page.without(page.with_what_is_above(it))])
            })
        }
        "await_expression" | "as_expression" | "satisfies_expression" | "non_null_expression" => {
            place.answer(parent, value)
        }
        "binary_expression" => place.binary(),
        "expression_statement" => Step::Edits(vec![page.without(page.with_what_is_above(parent))]),
        "token_tree" => Step::Stuck(Why::Macro),
        "assignment_expression" => place.assignment(),
        "compound_assignment_expr" | "augmented_assignment_expression" => place.compound(),
        "return_expression" | "return_statement" | "closure_expression" | "arrow_function"
        | "block" => Step::Stuck(Why::GivenBack),
        "field_initializer"
        | "pair"
        | "array"
        | "array_expression"
        | "tuple_expression"
        | "public_field_definition"
        | "field_definition"
        | "static_item"
        | "const_item" => Step::Stuck(Why::Kept),
        _ if language == Language::Rust => rust::step(&place),
        _ => script::step(&place),
    }
}

/// Whether parentheses are a statement's own, as in `if (a)`.
pub(super) fn is_part_of_statement(parentheses: Node<'_>) -> bool {
    parentheses.parent().is_some_and(|parent| {
        matches!(
            parent.kind(),
            "if_statement"
                | "while_statement"
                | "do_statement"
                | "switch_statement"
                | "with_statement"
        )
    })
}

impl<'a> Place<'a> {
    /// The answer in place of a node.
    pub(super) fn answer(&self, node: Node<'_>, value: bool) -> Step {
        let answer = Piece::Answer(value, self.question);
        Step::Edits(vec![Edit::new(node.byte_range(), vec![answer])])
    }

    /// To whom an answer is passed that is an argument.
    pub(super) fn passed(&self) -> Step {
        let call = self.parent.parent();
        let name = call.and_then(|call| self.page.called(call));
        let name = name.map_or_else(|| "a call".to_owned(), str::to_owned);
        Step::Stuck(Why::Passed(name))
    }

    fn binary(&self) -> Step {
        let field = |name: &str| self.parent.child_by_field_name(name);
        let (Some(left), Some(right), Some(operator)) =
            (field("left"), field("right"), field("operator"))
        else {
            return Step::Stuck(Why::Unknown);
        };
        let is_left = left == self.node;
        let other = if is_left { right } else { left };
        let value = self.value;
        if matches!(self.page.of(other), "true" | "false") {
            return self.both_known(operator, other);
        }
        if !self.stays_boolean(self.page.of(operator), other, is_left) {
            return Step::Stuck(Why::no_boolean(self.page.of(other)));
        }
        match (self.page.of(operator), value) {
            ("&&" | "&" | "==" | "===", true) | ("||" | "|" | "!=" | "!==" | "^", false) => {
                self.keep(self.parent, other)
            }
            ("==" | "===", false) | ("!=" | "!==" | "^", true) => self.negate(self.parent, other),
            ("&&", false) | ("||", true) | ("??", _) if is_left => self.answer(self.parent, value),
            ("&&" | "&", false) | ("||" | "|", true) => self.answer_instead_of(other),
            _ => Step::Stuck(Why::Unknown),
        }
    }

    /// Whether what is left means the same where a script may have anything for a boolean.
    fn stays_boolean(&self, operator: &str, other: Node<'_>, is_left: bool) -> bool {
        if self.language == Language::Rust || self.page.is_boolean(other) {
            return true;
        }
        match operator {
            // What comes after the answer is what comes out, whatever it is.
            "&&" | "||" => is_left || self.page.is_only_tested(self.parent),
            "==" | "===" | "!=" | "!==" => false,
            _ => true,
        }
    }

    /// The answer beside a literal that somebody wrote.
    fn both_known(&self, operator: Node<'_>, other: Node<'_>) -> Step {
        let (one, other) = (self.value, self.page.of(other) == "true");
        let value = match self.page.of(operator) {
            "&&" | "&" => one && other,
            "||" | "|" => one || other,
            "==" | "===" => one == other,
            "!=" | "!==" | "^" => one != other,
            _ => return Step::Stuck(Why::Unknown),
        };
        self.answer(self.parent, value)
    }

    /// The answer in place of what it stands in, if nothing happens where the rest is worked out.
    pub(super) fn answer_instead_of(&self, other: Node<'_>) -> Step {
        if self.page.only_looks(other) {
            self.answer(self.parent, self.value)
        } else {
            Step::Stuck(Why::effect(self.page.of(other)))
        }
    }

    fn assignment(&self) -> Step {
        let left = self.parent.child_by_field_name("left");
        match left.map(|it| it.kind()) {
            // A variable that has other values too.
            Some("identifier") => Step::Settled,
            _ => Step::Stuck(Why::Kept),
        }
    }

    /// `a &= flag`, `a ||= flag`: nothing where the answer changes nothing, else the answer.
    fn compound(&self) -> Step {
        let left = self.parent.child_by_field_name("left");
        let operator = self.parent.child_by_field_name("operator");
        let (Some(left), Some(operator)) = (left, operator) else {
            return Step::Stuck(Why::Unknown);
        };
        if left.kind() != "identifier" {
            return Step::Stuck(Why::Kept);
        }
        let is_statement = |it: &Node<'_>| it.kind() == "expression_statement";
        let statement = self.parent.parent().filter(is_statement);
        match (self.page.of(operator), self.value, statement) {
            ("&=" | "&&=", true, Some(it)) | ("|=" | "||=", false, Some(it)) => {
                Step::Edits(vec![self.page.without(self.page.with_what_is_above(it))])
            }
            ("&=", false, _) | ("|=", true, _) => {
                let edit = Edit::new(operator.byte_range(), vec![Piece::Text("=".to_owned())]);
                Step::Edits(vec![edit])
            }
            _ => Step::Stuck(Why::Unknown),
        }
    }

    /// One of its parts in place of an expression.
    pub(super) fn keep(&self, whole: Node<'a>, part: Node<'a>) -> Step {
        let unbraced = script::unbraced(self, whole, part);
        let edit = unbraced.unwrap_or_else(|| self.page.in_place(whole, part));
        Step::Edits(vec![edit])
    }

    /// The contrary of one of its parts in place of an expression.
    pub(super) fn negate(&self, whole: Node<'a>, part: Node<'a>) -> Step {
        let page = self.page;
        let operator = part.child_by_field_name("operator");
        let contrary = operator.and_then(|it| match page.of(it) {
            "==" => Some("!="),
            "!=" => Some("=="),
            "===" => Some("!=="),
            "!==" => Some("==="),
            _ => None,
        });
        let edit = if let (Some(operator), Some(contrary)) = (operator, contrary) {
            let pieces = vec![
                Piece::Keep(part.start_byte()..operator.start_byte()),
                Piece::Text(contrary.to_owned()),
                Piece::Keep(operator.end_byte()..part.end_byte()),
            ];
            Edit::new(whole.byte_range(), pieces)
        } else if page.of(part).starts_with('!') {
            match part.named_child(0) {
                Some(inner) => page.in_place(whole, inner),
                None => return Step::Stuck(Why::Unknown),
            }
        } else if is_atom(part) || part.kind() == "parenthesized_expression" {
            let pieces = vec![Piece::Text("!".to_owned()), Piece::Keep(part.byte_range())];
            Edit::new(whole.byte_range(), pieces)
        } else {
            let pieces = vec![
                Piece::Text("!(".to_owned()),
                Piece::Keep(part.byte_range()),
                Piece::Text(")".to_owned()),
            ];
            Edit::new(whole.byte_range(), pieces)
        };
        Step::Edits(vec![edit])
    }
}

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
            if !(is_atom(part)
                || part.kind() == "parenthesized_expression"
                || fits(around, part, self))
            {
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
            && (is_atom(inner) || fits(whole, inner, self))
        {
            part = inner;
        }
        let mut pieces = self.moved(part.byte_range(), from, to);
        if part.kind() != "parenthesized_expression" && !is_atom(part) && !fits(whole, part, self) {
            pieces.insert(0, Piece::Text("(".to_owned()));
            pieces.push(Piece::Text(")".to_owned()));
        }
        // A condition that was written on several lines and now needs one.
        if !self.of(part).contains('\n') && is_condition(whole) {
            span = self.with_space_around(whole, span, &mut pieces);
        }
        Edit::new(span, pieces)
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
fn is_condition(node: Node<'_>) -> bool {
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
    match parent.kind() {
        "binary_expression" => {
            // Languages disagree about how these bind.
            let operator = parent.child_by_field_name("operator").map(|it| page.of(it));
            !matches!(operator, Some("&" | "|" | "^" | "??"))
                && binds(part, page) > binds(parent, page)
        }
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
        | "spread_element" => false,
        "call_expression" => parent.child_by_field_name("function") != Some(whole),
        "ternary_expression" => binds(part, page) > TERNARY,
        "arrow_function" => part.kind() != "object",
        _ => part.kind() != "sequence_expression",
    }
}

const TERNARY: u8 = 1;
const AND: u8 = 4;
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
            "==" | "!=" | "===" | "!==" => 8,
            "<" | ">" | "<=" | ">=" | "in" | "instanceof" => 9,
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
