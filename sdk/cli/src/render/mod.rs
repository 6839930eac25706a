//! What a person sees: percentages, dates, tables, changes. Pure functions from documents to text.
//!
//! Separate from the commands, which fetch, so that everything printed is tested without a server.
//!
//! **Invariants**
//! - Text from the server or from other people passes [`plain`] before it is styled.
//! - Nothing here knows whether there are colours: the console strips them.

mod change;
mod date;
mod share;
mod table;
mod targeting;

use std::borrow::Cow;

pub(crate) use change::{Change, changes};
pub(crate) use date::{ago, day, moment, span};
pub(crate) use share::Share;
pub(crate) use table::{Table, Tone};
pub(crate) use targeting::targeting;

/// `text` without anything that could steer a terminal: control characters are shown escaped.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        let visible = |c: char| {
            if c.is_control() {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        };
        Cow::Owned(text.chars().map(visible).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// "1 flag", "2 flags".
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(plain("Ärzte GmbH"), "Ärzte GmbH");
        assert_eq!(plain("a\u{1b}[2Jb\nc\u{9b}"), r"a\u{1b}[2Jb\nc\u{9b}");
    }
}
