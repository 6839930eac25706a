//! Lines, indentation and blank lines: how text goes, and how text moves out of a block, so that
//! what is left looks as if somebody had written it so.
//!
//! **Invariants**
//! - A line that begins inside of a string is never indented anew: it is part of a value.

use tree_sitter::{Node, Tree};

use super::draft::{Edit, Piece};
use crate::syntax::Span;

/// A text with its tree, as far as lines go.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) text: &'a str,
    pub(super) tree: &'a Tree,
}

impl<'a> Page<'a> {
    /// The text of a node.
    pub(super) fn of(&self, node: Node<'_>) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Where the line of a byte begins.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// Where the line of a byte ends, before its break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        self.text[at..]
            .find('\n')
            .map_or(self.text.len(), |end| at + end)
    }

    /// The white space that the line of a byte begins with.
    pub(super) fn indentation(&self, at: usize) -> &'a str {
        let line = &self.text[self.line_start(at)..self.line_end(at)];
        &line[..line.len() - line.trim_start().len()]
    }

    /// Whether nothing stands before a byte on its line.
    pub(super) fn is_first_on_line(&self, at: usize) -> bool {
        self.text[self.line_start(at)..at].trim().is_empty()
    }

    /// Whether nothing but a comment stands behind a byte on its line.
    fn is_last_on_line(&self, at: usize) -> bool {
        let rest = self.text[at..self.line_end(at)].trim();
        rest.is_empty() || rest.starts_with("//")
    }

    /// Text from one place for another, its further lines indented as those there.
    pub(super) fn moved(&self, span: Span, from: &str, to: &str) -> Vec<Piece> {
        if from == to {
            return vec![Piece::Keep(span)];
        }
        let mut pieces = Vec::new();
        let mut begin = span.start;
        while let Some(end) = self.text[begin..span.end].find('\n') {
            let next = begin + end + 1;
            pieces.push(Piece::Keep(begin..next));
            begin = next;
            let line = &self.text[next..self.line_end(next)];
            if line.starts_with(from) && !line.trim().is_empty() && !self.is_in_string(next) {
                pieces.push(Piece::Text(to.to_owned()));
                begin = (next + from.len()).min(span.end);
            }
        }
        pieces.push(Piece::Keep(begin..span.end));
        pieces
    }

    /// Whether a line begins inside of a string.
    fn is_in_string(&self, at: usize) -> bool {
        let mut node = self.tree.root_node().descendant_for_byte_range(at, at);
        while let Some(it) = node {
            let is_string = matches!(
                it.kind(),
                "string_literal" | "raw_string_literal" | "string" | "template_string"
            );
            if is_string && it.start_byte() < at && at < it.end_byte() {
                return true;
            }
            if it.kind() == "template_substitution" {
                return false;
            }
            node = it.parent();
        }
        false
    }

    /// Takes bytes out; where they are all of their lines, the lines too, and a blank line that
    /// would then be one too many.
    pub(super) fn without(&self, span: Span) -> Edit {
        Edit::removal(self.gap(span))
    }

    /// The bytes that go with `span` when nothing comes in its place.
    pub(super) fn gap(&self, span: Span) -> Span {
        let (is_first, is_last) = (
            self.is_first_on_line(span.start),
            self.is_last_on_line(span.end),
        );
        if !is_first {
            let before = self.text[..span.start].trim_end_matches([' ', '\t']).len();
            return before..span.end;
        }
        if !is_last {
            let behind = &self.text[span.end..];
            let space = behind.len() - behind.trim_start_matches([' ', '\t']).len();
            return span.start..span.end + space;
        }
        let start = self.line_start(span.start);
        let end = (self.line_end(span.end) + 1).min(self.text.len());
        self.with_a_blank_line(start..end)
    }

    /// Whole lines, and with them a blank line that would be one too many without them.
    fn with_a_blank_line(&self, lines: Span) -> Span {
        let before = self.text[..lines.start].lines().next_back();
        let behind = self.text[lines.end..].lines().next();
        let is_blank = |line: &str| line.trim().is_empty();
        let opens = before.is_none_or(|line| line.trim_end().ends_with(['{', '(', '[']));
        let closes = behind.is_none_or(|line| line.trim_start().starts_with(['}', ')', ']']));
        if behind.is_some_and(is_blank) && (opens || before.is_some_and(is_blank)) {
            let end = (self.line_end(lines.end) + 1).min(self.text.len());
            return lines.start..end;
        }
        if closes && before.is_some_and(is_blank) {
            return self.line_start(lines.start - 1)..lines.end;
        }
        lines
    }

    /// A node with the comments and attributes that stand directly above it.
    pub(super) fn with_what_is_above(&self, node: Node<'_>) -> Span {
        let mut first = node;
        while let Some(above) = first.prev_sibling() {
            let is_attached = matches!(
                above.kind(),
                "line_comment" | "block_comment" | "comment" | "attribute_item" | "decorator"
            );
            let text = self.of(above).trim_end();
            let end = above.start_byte() + text.len();
            let between = &self.text[end..first.start_byte()];
            let is_of_file = text.starts_with("//!")
                || (self.line_start(above.start_byte()) == 0 && above.kind() != "attribute_item");
            if !is_attached
                || is_of_file
                || between.matches('\n').count() > 1
                || !self.is_first_on_line(above.start_byte())
            {
                break;
            }
            first = above;
        }
        first.start_byte()..node.end_byte()
    }
}

/// What a node is made of: its named children, without comments.
pub(super) fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk())
        .filter(|it| !it.is_extra())
        .collect()
}

/// Pieces without some of the bytes that they keep, and with text in their place.
pub(super) fn with_holes(pieces: Vec<Piece>, holes: &[(Span, &str)]) -> Vec<Piece> {
    let mut result = Vec::new();
    for piece in pieces {
        let Piece::Keep(span) = piece else {
            result.push(piece);
            continue;
        };
        let mut at = span.start;
        for (hole, text) in holes {
            if hole.start < at || hole.start > span.end {
                continue;
            }
            result.push(Piece::Keep(at..hole.start));
            if !text.is_empty() {
                result.push(Piece::Text((*text).to_owned()));
            }
            at = hole.end.min(span.end);
        }
        result.push(Piece::Keep(at..span.end));
    }
    result
}
