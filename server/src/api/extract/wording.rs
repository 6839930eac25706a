//! Wording: what the parsers say, in the words of somebody who writes JSON and has never seen Rust.
//!
//! Separate so that no `u32` and no sequence reaches a caller, whichever parser found it.
//!
//! **Invariants**
//! - A message that is not recognised is passed on as it is: a rough sentence is better than none.
//! - What the caller sent is repeated only in part.

use serde::Deserializer;
use serde::de::{DeserializeOwned, Error as _, Visitor, value};
use serde::forward_to_deserialize_any;
use tenantry_core::model::Problem;

/// Most that is repeated of what the caller sent, in characters.
const MAX_REPEATED: usize = 60;
/// What the parser of dates and times says, all of which means the same to a caller.
const NO_MOMENT: [&str; 6] = [
    "input is out of range",
    "no possible date and time matching input",
    "input is not enough for unique date and time",
    "input contains invalid characters",
    "premature end of input",
    "trailing input",
];

/// A problem that a parser found at `path`: where it is, and what would be right.
pub(super) fn problem(path: &str, message: &str) -> Problem {
    for (beginning, said) in [
        ("missing field `", "is missing"),
        ("duplicate field `", "is given twice"),
    ] {
        let field = message
            .strip_prefix(beginning)
            .and_then(|rest| rest.strip_suffix('`'));
        if let Some(field) = field {
            return Problem {
                path: field_of(path, field),
                message: said.to_owned(),
            };
        }
    }
    Problem {
        path: path.to_owned(),
        message: sentence(path, message),
    }
}

/// The path of a field of what is at `path`.
fn field_of(path: &str, field: &str) -> String {
    // A parser that knows the field already names it.
    if path.is_empty() || path == field {
        field.to_owned()
    } else if path.ends_with(&format!(".{field}")) {
        path.to_owned()
    } else {
        format!("{path}.{field}")
    }
}

fn sentence(path: &str, message: &str) -> String {
    for beginning in ["invalid type: ", "invalid value: ", "invalid length "] {
        if let Some(rest) = message.strip_prefix(beginning)
            && let Some((found, expected)) = rest.rsplit_once(", expected ")
        {
            return format!("must be {}, not {}", wanted(expected), shown(found));
        }
    }
    if let Some(rest) = message.strip_prefix("unknown variant `")
        && let Some((found, expected)) = rest.rsplit_once("`, expected ")
    {
        let found = shown(&format!("{found:?}"));
        return format!("must be {}, not {found}", alternatives(expected));
    }
    if message.starts_with("unknown field `")
        && let Some((_, expected)) = message.rsplit_once(", expected ")
    {
        return format!(
            "there is no such name; it may be {}",
            alternatives(expected)
        );
    }
    if NO_MOMENT.contains(&message) {
        return if path.ends_with("_on") {
            "must be a date, written YYYY-MM-DD".to_owned()
        } else {
            "must be a time, written like 2026-01-31T12:00:00Z".to_owned()
        };
    }
    let known = match message {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "must be a whole number"
        }
        "number too large to fit in target type" => "is too large a number",
        "number too small to fit in target type" => "is too small a number",
        "provided string was not `true` or `false`" => "must be true or false",
        other => other,
    };
    known.to_owned()
}

/// What a parser expects.
fn wanted(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number, 0 or more",
        "i32" | "i64" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        "string or map" => "a string",
        other if other.starts_with("struct ") || other.starts_with("internally tagged enum ") => {
            "an object"
        }
        other => other,
    }
}

/// What a parser found instead.
fn shown(found: &str) -> String {
    let text = match found {
        "map" => "an object",
        "sequence" => "a list",
        "unit value" => "null",
        other => {
            let kinds = ["integer ", "floating point ", "boolean ", "string "];
            let value = kinds.iter().find_map(|kind| other.strip_prefix(kind));
            value.unwrap_or(other).trim_matches('`')
        }
    };
    if text.chars().count() <= MAX_REPEATED {
        text.to_owned()
    } else {
        let start: String = text.chars().take(MAX_REPEATED).collect();
        format!("{start}…")
    }
}

/// Names out of a list such as "one of `a`, `b`".
fn alternatives(expected: &str) -> String {
    let names: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    match names.as_slice() {
        [] => "something else".to_owned(),
        [only] => (*only).to_owned(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}

/// What to say of a field that nobody reads at the top of a `T`.
pub(super) fn unknown_field<T: DeserializeOwned>() -> String {
    let known = fields::<T>();
    if known.is_empty() {
        return "unknown field".to_owned();
    }
    format!("unknown field; there are {}", known.join(", "))
}

/// The fields that a `T` is read from; none if it is no struct.
fn fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut fields: &'static [&'static str] = &[];
    // Always an error: this only listens to what is asked for.
    let _no_value = T::deserialize(Listener(&mut fields));
    fields
}

/// A source that has nothing, and notes which fields it is asked for.
struct Listener<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Listener<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(value::Error::custom("nothing here"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, message: &str, expected: &str) {
        assert_eq!(problem(path, message).to_string(), expected, "{message}");
    }

    #[test]
    fn parsers_are_put_into_the_callers_words() {
        check("", "missing field `key`", "key: is missing");
        check(
            "rules[0]",
            "missing field `effect`",
            "rules[0].effect: is missing",
        );
        check("", "duplicate field `key`", "key: is given twice");
        check("key", "duplicate field `key`", "key: is given twice");
        check(
            "size",
            "invalid type: string \"3\", expected u32",
            "size: must be a whole number from 0 to 4294967295, not \"3\"",
        );
        check(
            "size",
            "invalid value: integer `-1`, expected u32",
            "size: must be a whole number from 0 to 4294967295, not -1",
        );
        check(
            "on",
            "invalid type: integer `5`, expected a boolean",
            "on: must be true or false, not 5",
        );
        check(
            "rules",
            "invalid type: map, expected a sequence",
            "rules: must be a list, not an object",
        );
        check(
            "kind",
            "unknown variant `rel`, expected one of `release`, `ops`",
            "kind: must be release or ops, not \"rel\"",
        );
        check(
            "expires_on",
            "input is out of range",
            "expires_on: must be a date, written YYYY-MM-DD",
        );
        check(
            "expires_at",
            "premature end of input",
            "expires_at: must be a time, written like 2026-01-31T12:00:00Z",
        );
        check(
            "limit",
            "invalid digit found in string",
            "limit: must be a whole number",
        );
        check("x", "a sentence of ours", "x: a sentence of ours");
        let long = format!("invalid type: string {:?}, expected u32", "ü".repeat(500));
        assert!(problem("x", &long).message.len() < 250);
    }
}
