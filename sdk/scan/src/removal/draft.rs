//! A file's text while it is rewritten, and where in it the flag's answers stand.
//!
//! Separate from the rules, which only say what to put in place of what.
//!
//! **Invariants**
//! - An answer that stands in text which is kept stays known, wherever the text is moved; one in
//!   text that goes is gone.
//! - Every edit is of bytes between characters, and edits made together do not overlap.

use std::collections::HashSet;

use tree_sitter::Tree;

use super::blocks::is_list;
use crate::language::Language;
use crate::source;
use crate::syntax::Span;

/// What is put in place of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// New text.
    Text(String),
    /// Text that was there, from these bytes.
    Keep(Span),
    /// The flag's answer, as a literal that stands for the question of this number.
    Answer(bool, usize),
}

impl Piece {
    /// How many bytes of the new text it makes.
    fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Keep(span) => span.len(),
            Self::Answer(value, _) => literal(*value).len(),
        }
    }
}

/// Something in place of some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) span: Span,
    pub(super) pieces: Vec<Piece>,
}

impl Edit {
    /// Nothing in place of some bytes.
    pub(super) fn removal(span: Span) -> Self {
        Self {
            span,
            pieces: Vec::new(),
        }
    }

    /// Something in place of some bytes.
    pub(super) fn new(span: Span, pieces: Vec<Piece>) -> Self {
        Self { span, pieces }
    }
}

/// What is known of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// A literal is the flag's answer.
    Answer(bool),
    /// The flag's handle is made.
    Handle,
}

/// A place that has to do with the flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) known: Known,
    /// The number of the question that it stands for.
    pub(super) question: usize,
    /// Whether it may stay as the literal that it is.
    pub(super) settled: bool,
}

/// The text with its marks.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) language: Language,
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
}

impl Draft {
    /// The tree of the text.
    pub(super) fn parse(&self) -> Option<Tree> {
        source::parse(self.language, self.text.as_bytes())
    }

    /// Makes edits. They may come in any order. Of two that overlap the later one is left out, but
    /// where it only takes out: then what it takes out goes as well.
    pub(super) fn apply(&mut self, mut edits: Vec<Edit>) {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let mut whole = Vec::new();
        let mut at = 0;
        // Where in the new text what takes something's place begins.
        let mut placed: Vec<(usize, usize)> = Vec::new();
        let mut length = 0;
        for edit in edits {
            if edit.span.start < at {
                if edit.pieces.is_empty() {
                    at = at.max(edit.span.end);
                }
                continue;
            }
            length += edit.span.start - at;
            whole.push(Piece::Keep(at..edit.span.start));
            let new: usize = edit.pieces.iter().map(Piece::length).sum();
            if new > 0 {
                placed.push((edit.span.start, length));
            }
            length += new;
            whole.extend(edit.pieces);
            at = edit.span.end;
        }
        whole.push(Piece::Keep(at..self.text.len()));
        let statements = if self.language.is_script() {
            self.parse().map(|tree| statements(&tree))
        } else {
            None
        };
        let kept = self.build(whole);
        self.keep_apart(&statements.unwrap_or_default(), &kept, &placed);
    }

    /// Parts statements that had no semicolon between them, and now would be read as one: `a` on
    /// one line and `(b)` on the next, where something stood between them.
    fn keep_apart(
        &mut self,
        statements: &[usize],
        kept: &[(Span, usize)],
        placed: &[(usize, usize)],
    ) {
        let Some(tree) = self.parse().filter(|_| !statements.is_empty()) else {
            return;
        };
        let mut moved: Vec<usize> = statements
            .iter()
            .filter_map(|at| {
                // Where it does not begin with a word, it may be taken for more of what is before.
                let hazard = |begin: usize| {
                    let text = &self.text[begin..];
                    text.starts_with(['[', '(', '`', '+', '-', '/'])
                        && !text.starts_with("//")
                        && !text.starts_with("/*")
                };
                let placed = placed.iter().find(|(from, _)| from == at);
                if let Some((_, begin)) = placed.filter(|(_, begin)| hazard(*begin)) {
                    return Some(*begin);
                }
                let (span, begin) = kept.iter().find(|(span, _)| span.contains(at))?;
                Some(begin + at - span.start)
            })
            .collect();
        moved.sort_unstable();
        moved.dedup();
        let begins: HashSet<usize> = self::statements(&tree).into_iter().collect();
        let mut pieces = Vec::new();
        let mut from = 0;
        for at in moved.into_iter().filter(|at| !begins.contains(at)) {
            pieces.push(Piece::Keep(from..at));
            pieces.push(Piece::Text(";".to_owned()));
            from = at;
        }
        if !pieces.is_empty() {
            pieces.push(Piece::Keep(from..self.text.len()));
            self.build(pieces);
        }
    }

    /// Builds the text, and says where what is kept of it went.
    fn build(&mut self, pieces: Vec<Piece>) -> Vec<(Span, usize)> {
        let mut text = String::with_capacity(self.text.len());
        let mut marks = Vec::new();
        let mut kept = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(new) => text.push_str(&new),
                Piece::Keep(span) => {
                    let begin = text.len();
                    text.push_str(&self.text[span.clone()]);
                    kept.push((span.clone(), begin));
                    let inside = self.marks.iter().filter(|mark| {
                        mark.span.start >= span.start
                            && mark.span.end <= span.end
                            && !span.is_empty()
                    });
                    marks.extend(inside.map(|mark| Mark {
                        span: mark.span.start - span.start + begin
                            ..mark.span.end - span.start + begin,
                        ..mark.clone()
                    }));
                }
                Piece::Answer(value, question) => {
                    let begin = text.len();
                    text.push_str(literal(value));
                    marks.push(Mark {
                        span: begin..text.len(),
                        known: Known::Answer(value),
                        question,
                        settled: false,
                    });
                }
            }
        }
        self.text = text;
        self.marks = marks;
        kept
    }
}

/// Where a script's statements begin, in the order of the text.
fn statements(tree: &Tree) -> Vec<usize> {
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if node.is_named() && !node.is_extra() && node.parent().is_some_and(is_list) {
            found.push(node.start_byte());
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// How the languages that can be rewritten write an answer.
fn literal(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_moves_with_the_text_around_it() {
        let mut draft = Draft {
            language: Language::Rust,
            text: "if ask() { a } else { b }".to_owned(),
            marks: Vec::new(),
        };
        draft.apply(vec![Edit::new(3..8, vec![Piece::Answer(true, 7)])]);
        assert_eq!(draft.text, "if true { a } else { b }");
        let moved = vec![
            Piece::Keep(17..24),
            Piece::Text(" ".to_owned()),
            Piece::Keep(0..7),
        ];
        draft.apply(vec![Edit::new(0..24, moved)]);
        assert_eq!(draft.text, "e { b } if true");
        let [mark] = &draft.marks[..] else {
            panic!("one mark: {:?}", draft.marks)
        };
        assert_eq!((&draft.text[mark.span.clone()], mark.question), ("true", 7));
        draft.apply(vec![Edit::removal(8..15)]);
        assert!(draft.marks.is_empty());
    }
}
