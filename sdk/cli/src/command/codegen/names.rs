//! Names: what a flag's key is called in code.
//!
//! **Invariants**
//! - A name is an identifier in both languages, no word of either, and no name of generated code.
//! - No two flags share a name, nor has one the name of another's value. Where keys are too much
//!   alike, all of them get names with a suffix that depends on their own key alone.

use std::collections::HashMap;

use super::flags::CodeFlag;

/// How words are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// `new_billing`
    Snake,
    /// `newBilling`
    Camel,
}

/// A flag and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named<'a> {
    pub(super) flag: &'a CodeFlag,
    pub(super) name: String,
}

impl Named<'_> {
    /// What the flag's value is called.
    pub(super) fn value_name(&self, case: Case) -> String {
        value_name(&self.name, case)
    }
}

/// The flags with their names.
pub(super) fn named(flags: &[CodeFlag], case: Case) -> Vec<Named<'_>> {
    let mut claims: HashMap<String, usize> = HashMap::new();
    for flag in flags {
        let name = name(&flag.key, case);
        *claims.entry(value_name(&name, case)).or_default() += 1;
        *claims.entry(name).or_default() += 1;
    }
    let is_taken = |name: &String| claims[name] > 1;
    flags
        .iter()
        .map(|flag| {
            let plain = name(&flag.key, case);
            let name = if is_taken(&plain) || is_taken(&value_name(&plain, case)) {
                format!("{plain}_x{:08x}", fnv(&flag.key))
            } else {
                plain
            };
            Named { flag, name }
        })
        .collect()
}

fn value_name(name: &str, case: Case) -> String {
    match case {
        Case::Snake => format!("{name}_value"),
        Case::Camel => format!("{name}Value"),
    }
}

fn name(key: &str, case: Case) -> String {
    let words = words(key);
    let name = match case {
        Case::Snake => words.join("_"),
        Case::Camel => words
            .iter()
            .enumerate()
            .map(|(index, word)| {
                if index == 0 {
                    word.clone()
                } else {
                    capitalised(word)
                }
            })
            .collect(),
    };
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        // A key of nothing but signs has no words.
        let separator = if case == Case::Snake && !name.is_empty() {
            "_"
        } else {
            ""
        };
        format!("flag{separator}{name}")
    } else if RESERVED.contains(&name.as_str()) {
        match case {
            Case::Snake => format!("{name}_flag"),
            Case::Camel => format!("{name}Flag"),
        }
    } else {
        name
    }
}

/// The words of a key, in lower case: parted by signs, and where a small letter or a digit is
/// followed by a capital one.
fn words(key: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut previous = ' ';
    for letter in key.chars() {
        let begins = letter.is_ascii_uppercase() && !previous.is_ascii_uppercase();
        if (begins || !letter.is_ascii_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_ascii_alphanumeric() {
            word.push(letter.to_ascii_lowercase());
        }
        previous = letter;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}

/// FNV-1a, 32 bits: told apart must be only the few keys whose words are the same.
fn fnv(key: &str) -> u32 {
    key.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// Words of the languages, and names that generated code has for itself.
const RESERVED: &[&str] = &[
    // Rust
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    // TypeScript
    "any",
    "arguments",
    "boolean",
    "case",
    "catch",
    "class",
    "constructor",
    "debugger",
    "default",
    "delete",
    "eval",
    "export",
    "extends",
    "finally",
    "function",
    "get",
    "implements",
    "import",
    "instanceof",
    "interface",
    "never",
    "null",
    "number",
    "object",
    "package",
    "private",
    "protected",
    "prototype",
    "public",
    "set",
    "string",
    "switch",
    "symbol",
    "this",
    "throw",
    "undefined",
    "unknown",
    "var",
    "void",
    "with",
    // Ours
    "client",
    "clone",
    "fmt",
    "flags",
    "keys",
    "new",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[&str], case: Case, expected: &[&str]) {
        let flags: Vec<CodeFlag> = keys
            .iter()
            .map(|key| CodeFlag {
                key: (*key).to_owned(),
                ..CodeFlag::default()
            })
            .collect();
        let found: Vec<String> = named(&flags, case).into_iter().map(|it| it.name).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_become_identifiers() {
        let keys = [
            "new-billing",
            "Beta.2",
            "newUI",
            "HTTPServer",
            "2fa",
            "type",
            "new",
            "~",
        ];
        check(
            &keys,
            Case::Snake,
            &[
                "new_billing",
                "beta_2",
                "new_ui",
                "httpserver",
                "flag_2fa",
                "type_flag",
                "new_flag",
                "flag",
            ],
        );
        check(
            &keys,
            Case::Camel,
            &[
                "newBilling",
                "beta2",
                "newUi",
                "httpserver",
                "flag2fa",
                "typeFlag",
                "newFlag",
                "flag",
            ],
        );
    }

    #[test]
    fn keys_that_are_too_much_alike_all_get_another_name() {
        check(
            &["a-b", "a.b", "c"],
            Case::Snake,
            &["a_b_x2a89df63", "a_b_x108bf50c", "c"],
        );
        check(
            &["page", "page-value", "other"],
            Case::Camel,
            &["page_x815dfa76", "pageValue_x8f5858ae", "other"],
        );
    }
}
