//! Takes a flag out of the code, keeping what the program does with one of its answers.
//!
//! A flag's questions become the answer, and what that leaves is simplified until nothing of it is
//! to be seen: branches, conditions, variables, what cannot be reached, what nobody uses any more.
//!
//! # Map
//! - `plan`: a whole tree, with the constants of `keys`. `rewrite`: one file, from beginning to
//!   end; `around` asks the others; `draft` holds its text and the answers in it.
//! - `precedence`: an expression in the place of another, and its parentheses.
//! - `sites`: what a question is, in the code around it.
//! - `rules`, and for their languages `rust` with `arms`, and `script`: what becomes of an answer.
//! - `blocks`, `layout`, `lists`: how text goes and moves. `variables`, `names`, `effects`,
//!   `drops`, `inference`, `narrowing`, `truth`: what must be known for it.
//! - `tidy/`: what nothing needs any more afterwards; `reflow`: what fits on one line then.
//!
//! # How to add a rule
//! Find the kind of the node around the literal in `rules`, `rust` or `script`, and say what comes
//! in place of what. The loop applies it wherever an answer stands so; a case in
//! `tests/removal` shows what it does.
//!
//! **Invariants**
//! - What is not certain is refused, with the line and why; nothing is guessed.

mod arms;
mod around;
mod blocks;
mod draft;
mod drops;
mod effects;
mod inference;
mod keys;
mod layout;
mod lists;
mod names;
mod narrowing;
mod plan;
mod precedence;
mod reflow;
mod rewrite;
mod rules;
mod rust;
mod script;
mod sites;
mod tidy;
mod truth;
mod variables;
mod why;

pub use self::plan::{Change, Plan, Refusal, Remark, What, plan};
pub use self::why::Why;
use crate::questions::Answer;
use crate::syntax::Span;

/// A question to the flag, as far as removing it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The bytes of the whole call.
    pub span: Span,
    /// What is called.
    pub call: String,
    /// What it answers with.
    pub answer: Answer,
}
