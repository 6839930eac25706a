//! Text that people wrote, made safe to stand in a comment.
//!
//! Separate because both languages need it, and because it is where somebody who may name a flag
//! must not come to write code.
//!
//! **Invariants**
//! - One line in, one line out: no control characters, nothing that turns text around, no end of a
//!   comment.

use super::flags::CodeFlag;

/// The lines that say what a flag is; `escape` does what the language's documentation needs.
pub(super) fn lines(flag: &CodeFlag, escape: impl Fn(&str) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    let name = one_line(&flag.name);
    lines.push(if name.is_empty() || name == flag.key {
        format!("`{}`", flag.key)
    } else {
        format!("`{}`: {}", flag.key, escape(&name))
    });
    let description = one_line(&flag.description);
    if !description.is_empty() {
        lines.push(String::new());
        lines.push(escape(&description));
    }
    lines.push(String::new());
    let owner = flag.owner.as_deref().map(one_line);
    let owner = owner.map_or_else(|| "nobody".to_owned(), |owner| escape(&owner));
    let expiry = flag
        .expires_on
        .map_or_else(|| "no expiry".to_owned(), |day| format!("expires on {day}"));
    let kind = escape(&one_line(&flag.kind));
    lines.push(format!("Kind {kind}, owner {owner}, {expiry}."));
    lines
}

/// Why an overdue flag should not be asked for any more. No day of today: it would change daily.
pub(super) fn overdue(flag: &CodeFlag) -> String {
    match flag.expires_on {
        Some(day) => format!(
            "the flag {} expired on {day} and is overdue: delete it",
            flag.key
        ),
        None => format!("the flag {} is overdue: delete it", flag.key),
    }
}

fn one_line(text: &str) -> String {
    let turns = |letter: &char| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let words: Vec<String> = text
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .map(|word| word.chars().filter(|letter| !turns(letter)).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays_in_its_line() {
        assert_eq!(
            one_line("  New\n\n billing\t\u{7}engine \u{202e}gnp.exe "),
            "New billing engine gnp.exe"
        );
        assert_eq!(one_line("\u{2028}\u{feff}"), "");
    }
}
