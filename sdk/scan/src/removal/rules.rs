//! What becomes of an answer where it stands: the rules that are the same in all languages.
//!
//! Separate from `rust` and `script`, which know their statements.
//!
//! **Invariants**
//! - A rule keeps what the program does: code is left out only if it cannot run, or has no effect.
//! - Each step leaves the text valid, so that the next one is read from its tree.

use tree_sitter::Node;

use super::around::Around;
use super::draft::{Draft, Edit, Known, Mark, Piece};
use super::layout::Page;
use super::narrowing::hides_a_default;
use super::precedence::{is_atom, is_condition};
use super::why::{Why, in_one_line};
use super::{rust, script};
use crate::language::Language;

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
    pub(super) around: &'a Around<'a>,
    pub(super) value: bool,
    pub(super) question: usize,
    /// The literal.
    pub(super) node: Node<'a>,
    pub(super) parent: Node<'a>,
}

/// Applies rules until none is left that applies; says of each question that is left why.
pub(super) fn reduce(draft: &mut Draft, around: &Around<'_>) -> Vec<(usize, Why)> {
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
            match step(page, around, mark, value) {
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

fn step<'a>(page: Page<'a>, around: &'a Around<'a>, mark: &Mark, value: bool) -> Step {
    let root = page.tree.root_node();
    let node = root.named_descendant_for_byte_range(mark.span.start, mark.span.end);
    let Some((node, parent)) = node.and_then(|node| Some((node, node.parent()?))) else {
        return Step::Stuck(Why::Unknown);
    };
    let place = Place {
        page,
        around,
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
        _ if around.language() == Language::Rust => rust::step(&place),
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
        // The right side of `&&` ends what it makes; in its place the statement would.
        if self.around.language() == Language::Rust
            && is_left
            && !is_condition(self.parent)
            && self
                .parent
                .parent()
                .is_some_and(|it| rust::outlives(&self.page, it, other))
        {
            return Step::Stuck(Why::Temporary(in_one_line(self.page.of(other))));
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
        if self.around.language() == Language::Rust || self.page.is_boolean(other) {
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
        if self.around.language() != Language::Rust {
            // Of anything but a boolean they make something else, whatever the answer is.
            let joins = matches!(self.page.of(operator), "&&=" | "||=");
            if !joins || !self.page.is_declared_boolean(left) {
                return Step::Stuck(Why::no_boolean(self.page.of(left)));
            }
        }
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
        if script::calls_with_this(whole, part) {
            return Step::Stuck(Why::Unknown);
        }
        if hides_a_default(&self.page, whole, part) {
            return Step::Stuck(Why::Narrowed(in_one_line(self.page.of(part))));
        }
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
