//! A file's text and tree, and whether it is worth either.
//!
//! **Invariants**
//! - Whatever a file holds, reading it ends: what is too large, too dense or no text is passed
//!   over, and a parse is given up that takes out of proportion.

use std::collections::HashSet;
use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use crate::language::Language;
use crate::syntax::{self, Facts};

/// The largest file that is read, in bytes. People write no larger ones.
pub(crate) const LARGEST: u64 = 2 * 1024 * 1024;

/// From which size on, in bytes, a file counts as packed by a machine if its lines are long.
const PACKED_SIZE: usize = 16 * 1024;

/// How long lines are then on average, in bytes.
const PACKED_LINE: usize = 400;

/// How much of a file is looked at to see whether it is text.
const HEAD: usize = 8 * 1024;

/// What marks code that `tenantry codegen` wrote; it stands in the first lines.
pub(crate) const GENERATED_MARK: &[u8] = b"written by `tenantry codegen ";

/// Whether a file's bytes are text that somebody wrote.
pub(crate) fn is_written(text: &[u8]) -> bool {
    if text[..text.len().min(HEAD)].contains(&0) {
        return false;
    }
    text.len() < PACKED_SIZE || text.len() / (lines(text) + 1) < PACKED_LINE
}

/// How many lines end in it.
#[expect(
    clippy::naive_bytecount,
    reason = "the compiler makes vectors of it; reading the file takes longer"
)]
pub(crate) fn lines(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}

/// Whether `tenantry codegen` wrote it.
pub(crate) fn is_generated(text: &[u8]) -> bool {
    let head = &text[..text.len().min(512)];
    head.windows(GENERATED_MARK.len())
        .any(|window| window == GENERATED_MARK)
}

/// The tree of a text; `None` if its grammar does not come to an end with it.
#[must_use]
pub fn parse(language: Language, text: &[u8]) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()).ok()?;
    // The parser asks now and then whether to go on. On code it asks less than once for ten bytes;
    // where it is lost among errors, a thousand times as often.
    let mut patience = 10_000 + 4 * text.len();
    let mut go_on = |_: &ParseState| {
        patience = patience.saturating_sub(1);
        if patience == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut go_on);
    parser.parse_with_options(
        &mut |at, _| text.get(at..).unwrap_or_default(),
        None,
        Some(options),
    )
}

/// What is known of a text, with the calls of what is called one of `names`.
pub(crate) fn facts(language: Language, text: &[u8], names: &HashSet<String>) -> Option<Facts> {
    let tree = parse(language, text)?;
    let mut facts = syntax::read(language, text, &tree, names);
    facts.generated = is_generated(text);
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_wrote_is_passed_over() {
        assert!(is_written(b"fn main() {}\n"));
        assert!(!is_written(b"\x7fELF\0\0"));
        assert!(is_written(&vec![b'a'; PACKED_SIZE - 1]));
        assert!(!is_written(&vec![b'a'; PACKED_SIZE]));
        assert!(is_written("a long line \n".repeat(100_000).as_bytes()));
    }
}
