//! Types of Rust that may have been told by what would go: those of variables, and those of what is
//! chosen.
//!
//! **Invariants**
//! - Nothing is reckoned. A variable's type counts as told by any use that is not known to tell
//!   nothing; a choice's, where its other side told more, only by a place that is known to tell it.

use tree_sitter::Node;

use super::blocks::diverges;
use super::keys::words;
use super::layout::{Page, parts};
use super::names::names;

/// Types that are made without saying what they hold.
const HOLDERS: &[&str] = &[
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "HashMap",
    "HashSet",
    "Vec",
    "VecDeque",
];

/// Methods that answer with whatever is expected of them.
const OPEN_METHODS: &[&str] = &[
    "collect", "default", "into", "parse", "product", "sum", "try_into",
];

/// Methods that say nothing of what something holds.
const SILENT: &[&str] = &[
    "clear",
    "clone",
    "first",
    "is_empty",
    "is_none",
    "is_some",
    "iter",
    "iter_mut",
    "into_iter",
    "last",
    "len",
    "pop",
    "reverse",
    "shrink_to_fit",
    "truncate",
];

/// The name of a variable whose type nothing tells any more; `is_rarer` says whether a name was
/// said more often before.
pub(super) fn untold(page: &Page<'_>, is_rarer: &dyn Fn(&str) -> bool) -> Option<String> {
    let mut waiting = vec![page.tree.root_node()];
    while let Some(node) = waiting.pop() {
        if node.kind() == "let_declaration"
            && node.child_by_field_name("type").is_none()
            && let Some(value) = node.child_by_field_name("value")
            && let Some(pattern) = node.child_by_field_name("pattern")
            && is_open(page, value)
            && is_rarer(page.of(pattern))
            && !is_told(page, node, pattern)
        {
            return Some(page.of(pattern).to_owned());
        }
        waiting.extend(parts(node).into_iter().rev());
    }
    None
}

/// Whether a value alone does not say its type.
fn is_open(page: &Page<'_>, value: Node<'_>) -> bool {
    match value.kind() {
        "identifier" => page.of(value) == "None",
        "try_expression" | "await_expression" => {
            value.named_child(0).is_some_and(|it| is_open(page, it))
        }
        "macro_invocation" => matches!(page.of(value), "vec![]" | "vec!()"),
        "call_expression" => {
            let Some(function) = value.child_by_field_name("function") else {
                return false;
            };
            match function.kind() {
                "field_expression" => {
                    let name = page.called(value).unwrap_or_default();
                    let receiver = function.child_by_field_name("value");
                    OPEN_METHODS.contains(&name)
                        || (matches!(name, "unwrap" | "expect" | "unwrap_or_default")
                            && receiver.is_some_and(|it| is_open(page, it)))
                }
                "scoped_identifier" => {
                    let path = function
                        .child_by_field_name("path")
                        .map_or("", |it| page.of(it));
                    let last = path.rsplit("::").next().unwrap_or(path);
                    HOLDERS.contains(&last) || last == "Default"
                }
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether a use of a variable may say its type.
fn is_told(page: &Page<'_>, declaration: Node<'_>, pattern: Node<'_>) -> bool {
    let Some(block) = declaration.parent() else {
        return true;
    };
    let name = page.of(pattern);
    names(block)
        .into_iter()
        .filter(|it| it.start_byte() > declaration.end_byte() && page.of(*it) == name)
        .any(|it| {
            let mut receiver = it;
            while let Some(around) = receiver
                .parent()
                .filter(|it| it.kind() == "reference_expression")
            {
                receiver = around;
            }
            let Some(parent) = receiver.parent() else {
                return true;
            };
            match parent.kind() {
                "field_expression" => parent
                    .child_by_field_name("field")
                    .is_none_or(|it| !SILENT.contains(&page.of(it))),
                "for_expression" | "token_tree" => false,
                _ => true,
            }
        })
}

/// What an expression says of its own type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// All of it, as far as can be seen.
    Told,
    /// A number without a suffix.
    Number,
    /// One side of a type, or a holder of nothing: `None`, `Ok(…)`, `Vec::new()`.
    Open(&'static str),
    /// A text or a slice, whose type other references are made into.
    Text,
    /// A reference, which is made into what is beside it.
    Reference,
}

/// Whether `kept` would have another type, or none that is known, if it stood in place of `whole`
/// without what it was chosen from.
pub(super) fn loses_type(
    page: &Page<'_>,
    whole: Node<'_>,
    kept: Node<'_>,
    others: &[Node<'_>],
) -> bool {
    let kept = shape(page, kept);
    let tells = |other: &Node<'_>| {
        let other = shape(page, *other);
        match (kept, other) {
            (Shape::Told | Shape::Text, _)
            | (Shape::Reference, Shape::Reference)
            | (Shape::Open("Some"), Shape::Open("None")) => false,
            (Shape::Reference, other) => other == Shape::Text,
            (kept, other) => kept != other,
        }
    };
    let alive = others.iter().filter(|it| !diverges(**it, page));
    alive.copied().any(|it| tells(&it)) && !is_told_around(page, whole, kept)
}

fn shape(page: &Page<'_>, node: Node<'_>) -> Shape {
    let inner = |node: Node<'_>| {
        parts(node)
            .last()
            .map_or(Shape::Told, |it| shape(page, *it))
    };
    match node.kind() {
        "parenthesized_expression" | "block" | "else_clause" => inner(node),
        "if_expression" => {
            let field = |name: &str| node.child_by_field_name(name).map(|it| shape(page, it));
            match (field("consequence"), field("alternative")) {
                (Some(one), Some(other)) if one == other => one,
                _ => Shape::Told,
            }
        }
        "unary_expression" if page.of(node).starts_with('-') => inner(node),
        "integer_literal" | "float_literal" => {
            let text = page.of(node);
            let is_hex = text.starts_with("0x");
            let has_suffix = text.contains(['u', 'i'])
                || (!is_hex && (text.contains("f32") || text.contains("f64")));
            if has_suffix {
                Shape::Told
            } else {
                Shape::Number
            }
        }
        "string_literal" | "raw_string_literal" => Shape::Text,
        "reference_expression" => match node.child_by_field_name("value") {
            Some(it) if it.kind() == "array_expression" && parts(it).is_empty() => {
                Shape::Open("[]")
            }
            // What a reference to a vector is made into.
            Some(it) if matches!(it.kind(), "array_expression" | "index_expression") => Shape::Text,
            _ => Shape::Reference,
        },
        "array_expression" if parts(node).is_empty() => Shape::Open("[]"),
        "index_expression" => match parts(node).first() {
            Some(it) if shape(page, *it) == Shape::Open("[]") => Shape::Open("[]"),
            _ => Shape::Told,
        },
        "call_expression" => {
            let name = page.called(node).unwrap_or_default();
            let argument = node
                .child_by_field_name("arguments")
                .and_then(|it| parts(it).first().copied());
            match name {
                "Ok" => Shape::Open("Ok"),
                "Err" => Shape::Open("Err"),
                "Some" => match argument.map(|it| shape(page, it)) {
                    Some(Shape::Number | Shape::Open(_)) => Shape::Open("Some"),
                    _ => Shape::Told,
                },
                _ if is_open(page, node) => Shape::Open("made"),
                _ => Shape::Told,
            }
        }
        "identifier" if page.of(node) == "None" => Shape::Open("None"),
        _ if is_open(page, node) => Shape::Open("made"),
        _ => Shape::Told,
    }
}

/// Methods of collections and options, whose receiver tells what they take.
const TAKING: &[&str] = &[
    "eq",
    "insert",
    "or",
    "push",
    "push_back",
    "push_front",
    "replace",
    "send",
    "unwrap_or",
];

/// Whether the place of an expression tells its type.
fn is_told_around(page: &Page<'_>, whole: Node<'_>, kept: Shape) -> bool {
    let mut child = whole;
    while let Some(parent) = child.parent() {
        match parent.kind() {
            "parenthesized_expression"
            | "array_expression"
            | "tuple_expression"
            | "match_arm"
            | "match_block"
            | "match_expression"
            | "else_clause" => {}
            "let_declaration" => {
                let kind = parent.child_by_field_name("type");
                return kind
                    .is_some_and(|it| kept == Shape::Number || words(page.of(it), "_") == 0);
            }
            "field_initializer" | "const_item" | "static_item" => return true,
            // What it is given to may be told by it alone.
            "assignment_expression" => {
                let left = parent.child_by_field_name("left");
                return kept == Shape::Number
                    || left.is_some_and(|it| it.kind() == "field_expression");
            }
            "compound_assignment_expr" | "binary_expression" => {
                return kept != Shape::Open("made");
            }
            "function_item" => return gives_one_type(page, parent),
            "return_expression" => return is_of_told_function(page, parent),
            "arguments" => {
                let Some(call) = parent.parent() else {
                    return false;
                };
                let name = page.called(call).unwrap_or_default();
                if !matches!(name, "Some" | "Ok" | "Err") {
                    let takes = TAKING.contains(&name) && kept != Shape::Open("made");
                    return kept == Shape::Number || takes;
                }
                child = call;
                continue;
            }
            // The last expression of a block is the block's.
            "expression_statement"
                if !page.of(parent).ends_with(';')
                    && parent
                        .parent()
                        .is_some_and(|it| parts(it).last() == Some(&parent)) => {}
            "expression_statement" => return kept == Shape::Number,
            "closure_expression" => return parent.child_by_field_name("return_type").is_some(),
            "block" if parts(parent).last() == Some(&child) => {}
            "if_expression" if parent.child_by_field_name("condition") != Some(child) => {}
            _ => return false,
        }
        child = parent;
    }
    false
}

/// Whether a function says all of what it gives.
fn gives_one_type(page: &Page<'_>, function: Node<'_>) -> bool {
    let gives = function.child_by_field_name("return_type");
    gives.is_none_or(|it| !page.of(it).contains("impl "))
}

/// Whether the function around a node says what it gives.
fn is_of_told_function(page: &Page<'_>, node: Node<'_>) -> bool {
    let around = std::iter::successors(node.parent(), Node::parent);
    for it in around {
        match it.kind() {
            "function_item" => return gives_one_type(page, it),
            "closure_expression" => return it.child_by_field_name("return_type").is_some(),
            "async_block" => return false,
            _ => {}
        }
    }
    true
}

/// Whether what is kept ends a closure or an async block that says nothing of its type, with a value
/// that says too little.
pub(super) fn gives_too_little(page: &Page<'_>, kept: Node<'_>) -> bool {
    if !diverges(kept, page) || is_of_told_function(page, kept) {
        return false;
    }
    let mut waiting = vec![kept];
    while let Some(node) = waiting.pop() {
        if node.kind() == "return_expression"
            && let Some(value) = parts(node).first()
            && !matches!(shape(page, *value), Shape::Told | Shape::Text)
        {
            return true;
        }
        waiting.extend(parts(node));
    }
    false
}

/// Whether what would go gives something back early from a closure or an async block that says
/// nothing of its type, and whose last expression says too little.
pub(super) fn told_by_return(page: &Page<'_>, gone: Node<'_>) -> bool {
    if !gives_back(gone) || is_of_told_function(page, gone) {
        return false;
    }
    let around = std::iter::successors(gone.parent(), Node::parent);
    let function = { around }.find(|it| matches!(it.kind(), "closure_expression" | "async_block"));
    let body = function.and_then(|it| {
        it.child_by_field_name("body")
            .or_else(|| parts(it).last().copied())
    });
    body.is_none_or(|it| !matches!(shape(page, it), Shape::Told | Shape::Text))
}

fn gives_back(node: Node<'_>) -> bool {
    match node.kind() {
        "return_expression" | "try_expression" => true,
        "closure_expression" | "async_block" | "function_item" => false,
        _ => parts(node).into_iter().any(gives_back),
    }
}

/// Whether `None` in place of an expression would have no known type.
pub(super) fn loses_all(page: &Page<'_>, whole: Node<'_>) -> bool {
    !is_told_around(page, whole, Shape::Open("None"))
}
