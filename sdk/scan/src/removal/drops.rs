//! When values of Rust end: what would end later if its block were opened, and what of an answer is
//! made and ended behind the function's variables.
//!
//! Separate from `blocks`, which moves statements: this is about types, of which only little can
//! be known here.
//!
//! **Invariants**
//! - A value that is not known to end without anybody noticing is taken to be noticed.

use tree_sitter::Node;

use super::around::Around;
use super::blocks::is_block_like;
use super::layout::{Page, parts};
use super::names::{declared_in, mentions};

/// Types whose end nobody notices.
const PLAIN: &[&str] = &[
    "bool",
    "char",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "str",
    "String",
    "Duration",
    "Instant",
    "SystemTime",
];

/// Types that are plain if all they hold is.
const HOLDING: &[&str] = &[
    "Option", "Vec", "HashMap", "HashSet", "BTreeMap", "BTreeSet", "VecDeque", "Box", "Result",
];

/// Methods of the language's own types that answer with a number, a truth or a text.
const PLAIN_METHODS: &[&str] = &[
    "abs",
    "as_str",
    "capacity",
    "chars",
    "contains",
    "contains_key",
    "count",
    "div_ceil",
    "ends_with",
    "eq",
    "is_empty",
    "len",
    "ne",
    "pow",
    "round",
    "saturating_add",
    "saturating_sub",
    "starts_with",
    "to_lowercase",
    "to_string",
    "to_uppercase",
    "to_owned",
    "trim",
    "wrapping_add",
    "wrapping_sub",
];

/// Whether the end of a value of this type is not to be noticed.
pub(super) fn is_plain_type(page: &Page<'_>, kind: Node<'_>) -> bool {
    match kind.kind() {
        // A reference ends without a trace, whatever it is to.
        "primitive_type" | "unit_type" | "never_type" | "reference_type" => true,
        "type_identifier" => PLAIN.contains(&page.of(kind)),
        "tuple_type" | "array_type" => parts(kind)
            .into_iter()
            .all(|it| it.kind() == "integer_literal" || is_plain_type(page, it)),
        "generic_type" => {
            let holder = kind.child_by_field_name("type").map(|it| page.of(it));
            let held = kind.child_by_field_name("type_arguments");
            holder.is_some_and(|it| HOLDING.contains(&it))
                && held.is_some_and(|it| parts(it).into_iter().all(|it| is_plain_type(page, it)))
        }
        _ => false,
    }
}

impl Page<'_> {
    /// Whether what a block declares would end later, to be noticed, if the block were opened.
    pub(super) fn ends_later(&self, block: Node<'_>, around: &Around<'_>) -> bool {
        parts(block).into_iter().any(|it| {
            if it.kind() != "let_declaration" {
                return false;
            }
            // A reference may be to what was made for it, and keeps that.
            if let Some(kind) = it
                .child_by_field_name("type")
                .filter(|it| it.kind() != "reference_type")
            {
                return !is_plain_type(self, kind);
            }
            it.child_by_field_name("value")
                .is_none_or(|value| !self.ends_unnoticed(value, around))
        })
    }

    fn ends_unnoticed(&self, value: Node<'_>, around: &Around<'_>) -> bool {
        let field = |name: &str| value.child_by_field_name(name);
        let is_plain = |it: Option<Node<'_>>| it.is_some_and(|it| self.ends_unnoticed(it, around));
        match value.kind() {
            kind if kind.ends_with("_literal") => true,
            "type_cast_expression" => true,
            "unary_expression" if self.of(value).starts_with('!') => true,
            "unary_expression" | "parenthesized_expression" => is_plain(value.named_child(0)),
            // What is compared is looked at; what is reckoned with are numbers on either side.
            "binary_expression" => {
                let operator = field("operator").map_or("", |it| self.of(it));
                matches!(
                    operator,
                    "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||"
                ) || is_plain(field("left"))
                    || is_plain(field("right"))
            }
            "reference_expression" => {
                let inner = field("value");
                inner.is_some_and(|it| {
                    matches!(
                        it.kind(),
                        "identifier" | "self" | "field_expression" | "index_expression"
                    ) || self.ends_unnoticed(it, around)
                })
            }
            "array_expression" | "tuple_expression" => parts(value)
                .into_iter()
                .all(|it| self.ends_unnoticed(it, around)),
            "macro_invocation" => {
                let name = field("macro").map(|it| self.of(it));
                matches!(
                    name,
                    Some("format" | "matches" | "concat" | "stringify" | "line")
                )
            }
            "if_expression" => {
                is_plain(field("consequence").and_then(last_part))
                    || is_plain(field("alternative").and_then(last_part).and_then(last_part))
            }
            "call_expression" => self.called(value).is_some_and(|name| {
                let path = field("function").map_or("", |it| self.of(it));
                let is_method = field("function").is_some_and(|it| it.kind() == "field_expression");
                (is_method && (PLAIN_METHODS.contains(&name) || name.starts_with("is_")))
                    || PLAIN
                        .iter()
                        .any(|it| path.strip_suffix(name) == Some(&format!("{it}::")))
                    || around.gives_plain(name)
            }),
            _ => false,
        }
    }

    /// Whether an answer that is given back by `return` means the same as the last expression of
    /// a function: what it makes on its way must not look at variables that end before it.
    pub(super) fn may_be_last(&self, value: Node<'_>, bodies: &[Node<'_>]) -> bool {
        let mut first = value;
        while let Some(inner) = first.named_child(0).filter(|it| {
            it.start_byte() == value.start_byte() && !matches!(it.kind(), "token_tree" | "label")
        }) {
            first = inner;
            // `return if a { 1 } else { 2 } + 3` would be two expressions.
            if first.end_byte() < value.end_byte() && is_block_like(first) {
                return false;
            }
        }
        let own = bodies
            .iter()
            .flat_map(|it| declared_in(self, *it))
            .collect();
        !self.makes_temporaries(value) || !mentions(self, value, &own)
    }
}

fn last_part(block: Node<'_>) -> Option<Node<'_>> {
    parts(block).last().copied()
}

/// Methods of texts, numbers, collections and their iterators that hold nothing but what they are
/// asked of.
const LOOKING_ON: &[&str] = &[
    "all",
    "any",
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_str",
    "bytes",
    "chars",
    "cloned",
    "collect",
    "copied",
    "count",
    "enumerate",
    "filter",
    "filter_map",
    "find",
    "first",
    "flat_map",
    "flatten",
    "fold",
    "get",
    "into_iter",
    "is_empty",
    "iter",
    "keys",
    "last",
    "len",
    "lines",
    "map",
    "max",
    "min",
    "nth",
    "ok",
    "parse",
    "position",
    "rev",
    "skip",
    "split",
    "split_once",
    "split_whitespace",
    "strip_prefix",
    "strip_suffix",
    "sum",
    "take",
    "to_lowercase",
    "to_owned",
    "to_string",
    "to_uppercase",
    "trim",
    "trim_end",
    "trim_start",
    "values",
    "zip",
];

impl Page<'_> {
    /// Whether working an expression out makes something on its way that lives to the end of the
    /// statement, and that may hold something: what a call gives and another is asked of, or is
    /// passed by reference.
    pub(super) fn makes_temporaries(&self, node: Node<'_>) -> bool {
        let is_passed = node.kind() == "reference_expression"
            && node
                .child_by_field_name("value")
                .is_some_and(|it| it.kind() == "call_expression" && !self.only_looks_on(it));
        let function = node
            .child_by_field_name("function")
            .filter(|it| node.kind() == "call_expression" && it.kind() == "field_expression");
        let receiver = function.and_then(|it| it.child_by_field_name("value"));
        receiver.is_some_and(|it| self.holds(it))
            || is_passed
            || parts(node).into_iter().any(|it| self.makes_temporaries(it))
    }

    fn holds(&self, node: Node<'_>) -> bool {
        node.kind() == "macro_invocation"
            || (node.kind() == "call_expression" && !self.only_looks_on(node))
            || parts(node).into_iter().any(|it| self.holds(it))
    }

    fn only_looks_on(&self, call: Node<'_>) -> bool {
        let is_method = call
            .child_by_field_name("function")
            .is_some_and(|it| it.kind() == "field_expression");
        is_method && self.called(call).is_some_and(|it| LOOKING_ON.contains(&it))
    }
}
