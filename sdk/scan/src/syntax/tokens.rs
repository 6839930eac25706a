//! What is called inside a macro of Rust, such as `assert!(flags.is_enabled("new-billing", "acme"))`.
//! The grammar knows only tokens there.
//!
//! **Invariants**
//! - A chain of names and calls is read the same as outside of a macro; what is no chain is nothing.

use tree_sitter::Node;

use super::collector::Collector;
use super::rust::{literal, rooted};
use super::{Argument, DEEPEST, Expression, Span};

/// Records the calls in a tree of tokens.
pub(super) fn read(tree: Node<'_>, c: &mut Collector<'_>) {
    let mut waiting = vec![(tree, 0)];
    while let Some((tree, depth)) = waiting.pop() {
        let tokens = tokens(tree);
        let mut next = 0;
        while next < tokens.len() {
            let end = chain(&tokens[next..], c, depth, true).map_or(1, |(_, length)| length);
            next += end.max(1);
        }
        if depth < DEEPEST {
            let inner = tokens
                .into_iter()
                .filter(|token| token.kind() == "token_tree");
            waiting.extend(inner.map(|inner| (inner, depth + 1)));
        }
    }
}

fn tokens(tree: Node<'_>) -> Vec<Node<'_>> {
    let all: Vec<_> = tree
        .children(&mut tree.walk())
        .filter(|token| !token.is_extra())
        .collect();
    // The first and the last are the brackets.
    let last = all.len().saturating_sub(1);
    all.get(1..last).map(<[_]>::to_vec).unwrap_or_default()
}

/// The longest chain of names and calls at the front of `tokens`, and how many of them it takes.
/// With `recording`, its calls are recorded.
fn chain(
    tokens: &[Node<'_>],
    c: &mut Collector<'_>,
    depth: usize,
    recording: bool,
) -> Option<(Expression, usize)> {
    let first = tokens.first()?;
    let begin = first.start_byte();
    let mut whole = match first.kind() {
        "identifier" | "self" | "crate" | "super" => Expression::Name(c.text(*first).to_owned()),
        "string_literal" | "raw_string_literal" => literal(*first, c),
        "integer_literal" | "float_literal" | "boolean_literal" | "char_literal" => {
            Expression::Plain
        }
        _ => return None,
    };
    let mut name: Option<(String, Span)> = Some((c.text(*first).to_owned(), first.byte_range()));
    let mut receiver = None;
    let mut taken = 1;
    // Longer chains are a machine's.
    while let Some(token) = tokens.get(taken).filter(|_| taken < 2 * DEEPEST) {
        match (token.kind(), tokens.get(taken + 1)) {
            ("." | "::", Some(next)) if next.kind() == "identifier" => {
                let text = c.text(*next).to_owned();
                name = Some((text.clone(), next.byte_range()));
                if token.kind() == "::" && taken == 1 {
                    whole = rooted(whole);
                }
                receiver = Some(whole.clone());
                // Waiting changes nothing of what it is.
                if text != "await" {
                    whole = Expression::Member(Box::new(whole), text);
                }
                taken += 2;
            }
            ("?", _) => taken += 1,
            ("token_tree", _) if name.is_some() && c.text(*token).starts_with('(') => {
                let arguments = arguments(*token, c, depth);
                let Some((called, span)) = name.take() else {
                    break;
                };
                if recording && c.wants(&called) {
                    c.call(
                        begin..token.end_byte(),
                        (&called, span),
                        || receiver.take(),
                        || arguments.clone(),
                    );
                }
                whole = Expression::Call(Box::new(whole), arguments);
                taken += 1;
            }
            _ => break,
        }
    }
    Some((whole, taken))
}

/// What stands between brackets, parted by commas.
fn arguments(tree: Node<'_>, c: &mut Collector<'_>, depth: usize) -> Vec<Argument> {
    if depth > DEEPEST {
        return Vec::new();
    }
    let tokens = tokens(tree);
    let parts = tokens.split(|token| token.kind() == ",");
    parts
        .filter(|part| !part.is_empty())
        .map(|part| {
            let prefix =
                |token: &&Node<'_>| matches!(token.kind(), "&" | "*" | "mutable_specifier");
            let bare = &part[part.iter().take_while(prefix).count()..];
            let value = match chain(bare, c, depth + 1, false) {
                Some((value, taken)) if taken == bare.len() => value,
                _ => Expression::Unknown,
            };
            Argument {
                name: None,
                value,
                span: part[0].start_byte()..part[part.len() - 1].end_byte(),
            }
        })
        .collect()
}
