//! A file's text while it is rewritten, and where in it the flag's answers stand.
//!
//! Separate from the rules, which only say what to put in place of what.
//!
//! **Invariants**
//! - An answer that stands in text which is kept stays known, wherever the text is moved; one in
//!   text that goes is gone.
//! - Every edit is of bytes between characters, and edits made together do not overlap.

use tree_sitter::Tree;

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
        for edit in edits {
            if edit.span.start < at {
                if edit.pieces.is_empty() {
                    at = at.max(edit.span.end);
                }
                continue;
            }
            whole.push(Piece::Keep(at..edit.span.start));
            whole.extend(edit.pieces);
            at = edit.span.end;
        }
        whole.push(Piece::Keep(at..self.text.len()));
        self.build(whole);
    }

    fn build(&mut self, pieces: Vec<Piece>) {
        let mut text = String::with_capacity(self.text.len());
        let mut marks = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(new) => text.push_str(&new),
                Piece::Keep(span) => {
                    let begin = text.len();
                    text.push_str(&self.text[span.clone()]);
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
