//! What a change adds: the places of a tree that were not there before it.
//!
//! Separate from git, which says what was there, and from the judgement, which says what is bad
//! about it.
//!
//! **Invariants**
//! - Pure. A change adds as many places of a flag as there are more of them afterwards: moving code
//!   to another line or another file adds nothing, and asking differently at the same place neither.

use std::collections::BTreeMap;

/// A question to a flag, with the text of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question<'a> {
    pub(super) flag: &'a str,
    pub(super) path: &'a str,
    /// The line without the white space around it.
    pub(super) text: &'a str,
}

/// Which of the questions `now` were added since `before`, in the order of `now`.
pub(super) fn added(before: &[Question<'_>], now: &[Question<'_>]) -> Vec<bool> {
    let mut added = vec![false; now.len()];
    let mut flags: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, question) in now.iter().enumerate() {
        flags.entry(question.flag).or_default().push(index);
    }
    for (flag, indexes) in flags {
        let were: Vec<&Question<'_>> = before.iter().filter(|it| it.flag == flag).collect();
        let Some(more) = indexes
            .len()
            .checked_sub(were.len())
            .filter(|more| *more > 0)
        else {
            continue;
        };
        for index in likeliest(&were, now, &indexes).into_iter().take(more) {
            added[index] = true;
        }
    }
    added
}

/// One flag's questions, those first that are least like any that there was: whose file has none
/// left to be matched with, then whose line is new to its file.
fn likeliest(were: &[&Question<'_>], now: &[Question<'_>], indexes: &[usize]) -> Vec<usize> {
    let mut same_line: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut same_file: BTreeMap<&str, usize> = BTreeMap::new();
    for question in were {
        *same_line.entry((question.path, question.text)).or_default() += 1;
        *same_file.entry(question.path).or_default() += 1;
    }
    let mut take = |map_line: bool, index: usize| {
        let question = &now[index];
        let left = if map_line {
            same_line.get_mut(&(question.path, question.text))
        } else {
            same_file.get_mut(question.path)
        };
        left.filter(|left| **left > 0)
            .map(|left| *left -= 1)
            .is_some()
    };
    // A line that stayed takes its file's share before one that did not.
    let (kept, others): (Vec<usize>, Vec<usize>) = indexes
        .iter()
        .copied()
        .partition(|index| take(true, *index));
    let kept: Vec<usize> = kept
        .into_iter()
        .filter(|index| !take(false, *index))
        .collect();
    let (edited, new): (Vec<usize>, Vec<usize>) =
        others.into_iter().partition(|index| take(false, *index));
    [new, edited, kept].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &'static str) -> Question<'static> {
        let mut parts = text.splitn(3, ' ');
        let mut part = || parts.next().expect("path, flag, line");
        let (path, flag) = (part(), part());
        Question {
            flag,
            path,
            text: part(),
        }
    }

    /// The added ones of `now`, since `before`.
    fn check(before: &[&'static str], now: &[&'static str]) -> Vec<&'static str> {
        let questions = |texts: &[&'static str]| -> Vec<Question<'static>> {
            texts.iter().copied().map(question).collect()
        };
        let added = added(&questions(before), &questions(now));
        let added = now.iter().zip(added).filter(|(_, added)| *added);
        added.map(|(text, _)| *text).collect()
    }

    #[test]
    fn what_was_there_is_not_added() {
        let lines = ["a.rs old if on(old) {", "a.rs old while on(old) {"];
        assert!(check(&lines, &lines).is_empty());
    }

    #[test]
    fn one_more_is_the_one_whose_line_is_new() {
        let was = ["a.rs old if on(old) {"];
        let is = ["a.rs old let x = on(old);", "a.rs old if on(old) {"];
        assert_eq!(check(&was, &is), ["a.rs old let x = on(old);"]);
        // The same line once more: one of the two, and only one.
        assert_eq!(check(&was, &[was[0], was[0]]).len(), 1);
    }

    #[test]
    fn moved_and_edited_code_adds_nothing() {
        assert!(check(&["a.rs old if on(old) {"], &["b.rs old if on(old) {"]).is_empty());
        assert!(check(&["a.rs old if on(old) {"], &["a.rs old if on(old) && x {"]).is_empty());
    }

    #[test]
    fn a_move_and_one_more_is_one_more() {
        let was = ["a.rs old if on(old) {", "c.rs old on(old)"];
        let is = [
            "b.rs old if on(old) {",
            "c.rs old on(old)",
            "d.rs old on(old)",
        ];
        assert_eq!(check(&was, &is).len(), 1);
        assert!(!check(&was, &is).contains(&"c.rs old on(old)"));
    }

    #[test]
    fn another_key_at_the_same_place_is_added() {
        let added = check(&["a.rs fine on(fine)"], &["a.rs old on(old)"]);
        assert_eq!(added, ["a.rs old on(old)"]);
    }

    #[test]
    fn a_flags_questions_do_not_pay_for_anothers() {
        let added = check(
            &["a.rs one on(one)"],
            &["a.rs one on(one)", "a.rs two on(two)"],
        );
        assert_eq!(added, ["a.rs two on(two)"]);
    }
}
