//! Texts: the values of string operators, with and without regard to case.
//!
//! Separate because ignoring case without allocating takes some care: both sides are compared as
//! sequences of lowercase characters, the attribute's being made as it is read.
//!
//! **Invariants**
//! - Values are sorted and distinct; if case is ignored they are lowercase already.
//! - Case is ignored by Unicode's lowercase mapping of each character by itself, without regard to
//!   its neighbours or to any language.

use std::cmp::Ordering;

use crate::limits::MAX_VALUE_BYTES;

/// The longest value in lowercase. No character's lowercase is more than twice as long as itself.
const LONGEST_LOWERCASE_BYTES: usize = 2 * MAX_VALUE_BYTES;

/// How much of a text is made lowercase at a time.
const WINDOW_BYTES: usize = 2 * LONGEST_LOWERCASE_BYTES;

/// The texts that a condition compares an attribute with.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    values: Box<[Box<str>]>,
    ignore_case: bool,
}

impl Texts {
    pub(super) fn new<'a>(values: impl Iterator<Item = &'a str>, ignore_case: bool) -> Self {
        let value = |text: &str| {
            if ignore_case {
                lowercase(text).collect::<String>().into()
            } else {
                text.into()
            }
        };
        let mut values: Vec<Box<str>> = values.map(value).collect();
        values.sort_unstable();
        values.dedup();
        Self {
            values: values.into(),
            ignore_case,
        }
    }

    /// Whether a value equals `text`.
    pub(super) fn equal(&self, text: &str) -> bool {
        // UTF-8 sorts as its characters do, so both comparisons fit the order of the values.
        let order = |value: &str| -> Ordering {
            if self.ignore_case {
                value.chars().cmp(lowercase(text))
            } else {
                value.cmp(text)
            }
        };
        self.values.binary_search_by(|value| order(value)).is_ok()
    }

    /// Whether a value occurs in `text`.
    pub(super) fn within(&self, text: &str) -> bool {
        if self.ignore_case {
            self.within_lowercase(text)
        } else {
            self.any(|value| text.contains(value))
        }
    }

    /// Whether a value occurs in the lowercase of `text`, which is made piece by piece, so that
    /// the search takes time in proportion to the text, whatever the values are.
    fn within_lowercase(&self, text: &str) -> bool {
        let mut window = [0; WINDOW_BYTES];
        let mut filled = 0;
        let mut characters = lowercase(text).peekable();
        loop {
            while let Some(&character) = characters.peek()
                && filled + character.len_utf8() <= WINDOW_BYTES
            {
                filled += character.encode_utf8(&mut window[filled..]).len();
                characters.next();
            }
            let piece = str::from_utf8(&window[..filled]).expect("whole characters are put in");
            if self.any(|value| piece.contains(value)) {
                return true;
            }
            if characters.peek().is_none() {
                return false;
            }
            // What is kept may be the beginning of a value that ends in the next piece.
            let kept = piece.floor_char_boundary(filled - LONGEST_LOWERCASE_BYTES);
            window.copy_within(kept..filled, 0);
            filled -= kept;
        }
    }

    /// Whether `text` starts with a value.
    pub(super) fn start(&self, text: &str) -> bool {
        self.any(|value| {
            if self.ignore_case {
                begins(lowercase(text), value.chars())
            } else {
                text.starts_with(value)
            }
        })
    }

    /// Whether `text` ends with a value.
    pub(super) fn end(&self, text: &str) -> bool {
        self.any(|value| {
            if self.ignore_case {
                begins(lowercase(text).rev(), value.chars().rev())
            } else {
                text.ends_with(value)
            }
        })
    }

    fn any(&self, test: impl Fn(&str) -> bool) -> bool {
        self.values.iter().any(|value| test(value))
    }
}

/// The characters of `text` in lowercase.
fn lowercase(text: &str) -> impl DoubleEndedIterator<Item = char> + Clone {
    text.chars().flat_map(char::to_lowercase)
}

/// Whether `text` begins with all of `value`.
fn begins(mut text: impl Iterator<Item = char>, mut value: impl Iterator<Item = char>) -> bool {
    value.all(|character| text.next() == Some(character))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(values: &[&str], ignore_case: bool) -> Texts {
        Texts::new(values.iter().copied(), ignore_case)
    }

    #[test]
    fn case_counts_unless_ignored() {
        let (exact, any) = (
            texts(&["Straße", "ΟΔΟΣ"], false),
            texts(&["Straße", "ΟΔΟΣ"], true),
        );
        assert!(exact.equal("Straße") && any.equal("STRAßE") && !exact.equal("straße"));
        assert!(any.equal("οδοσ"), "each sigma by itself, final or not");
        assert!(!any.equal("strasse"), "lowercase, not folded");
        assert!(any.start("straßenbahn") && !exact.start("straßenbahn"));
        assert!(any.end("HauptSTRAßE") && !exact.end("HauptSTRAßE"));
        assert!(any.within("die STRAßEN") && !exact.within("die STRAßEN"));
    }

    #[test]
    fn the_empty_text_is_in_every_text_and_equals_itself() {
        for ignore_case in [false, true] {
            let empty = texts(&[""], ignore_case);
            assert!(empty.equal("") && !empty.equal("a"));
            assert!(empty.within("a") && empty.within("") && empty.start("") && empty.end("a"));
        }
    }

    #[test]
    fn lowercase_is_at_most_twice_as_long() {
        for character in '\0'..=char::MAX {
            let lowercase: usize = character.to_lowercase().map(char::len_utf8).sum();
            assert!(lowercase <= 2 * character.len_utf8(), "{character:?}");
        }
    }

    #[test]
    fn a_value_is_found_wherever_it_lies_in_a_long_text() {
        for (filling, value) in [
            ("a", "Needle".to_owned()),
            ("é", "İ".repeat(512)),
            ("İ", "Éé".repeat(256)),
        ] {
            let any = texts(&[&value], true);
            for before in (0..9_000)
                .step_by(293)
                .chain(2_030..2_060)
                .chain(4_080..4_110)
            {
                let text = format!("{}{value}{}", filling.repeat(before), filling.repeat(5_000));
                assert!(any.within(&text), "{before} times {filling} before {value}");
                assert!(
                    !any.within(&filling.repeat(before)),
                    "{before} times {filling}"
                );
            }
        }
    }

    proptest! {
        /// `İ` becomes two characters in lowercase; a value may begin at the second.
        #[test]
        fn ignoring_case_compares_lowercase(text in "[aAbBİ\u{307}]{0,6}", value in "[aAbBİ\u{307}]{0,3}") {
            let lower = |text: &str| lowercase(text).collect::<String>();
            let (a, b, any) = (lower(&text), lower(&value), texts(&[&value], true));
            prop_assert_eq!(any.equal(&text), a == b);
            prop_assert_eq!(any.within(&text), a.contains(&b));
            prop_assert_eq!(any.start(&text), a.starts_with(&b));
            prop_assert_eq!(any.end(&text), a.ends_with(&b));
        }
    }
}
