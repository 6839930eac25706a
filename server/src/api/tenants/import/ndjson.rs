//! Tenants as JSON, one object a line.

use serde::Deserialize;
use serde_json::{Map, Value};
use tenantry_core::model::Problems;

use super::file::Lines;
use crate::api::extract::json::deserialize;
use crate::api::extract::present;
use crate::api::tenants::{Field, patch};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A reader of lines.
#[derive(Debug, Default)]
pub(super) struct Ndjson {
    /// The part of a line that has come.
    rest: Vec<u8>,
    /// How many whole lines have come.
    number: u64,
}

#[derive(Debug, Deserialize)]
struct Line {
    key: String,
    #[serde(default, deserialize_with = "present")]
    name: Field<String>,
    #[serde(default, deserialize_with = "present")]
    weight: Field<u64>,
    #[serde(default, deserialize_with = "present")]
    attributes: Field<Map<String, Value>>,
}

impl Ndjson {
    pub(super) fn read(&mut self, piece: &[u8], lines: &mut Lines) {
        let mut parts = piece.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            self.rest.extend_from_slice(part);
            if parts.peek().is_some() {
                self.take_line(lines);
            }
        }
    }

    pub(super) fn end(&mut self, lines: &mut Lines) {
        self.take_line(lines);
    }

    fn take_line(&mut self, lines: &mut Lines) {
        self.number += 1;
        let line = self.rest.trim_ascii();
        let line = if self.number == 1 {
            line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)
        } else {
            line
        };
        if !line.is_empty() {
            add(self.number, line, lines);
        }
        self.rest.clear();
    }
}

fn add(number: u64, line: &[u8], lines: &mut Lines) {
    let mut problems = Problems::default();
    match deserialize::<Line>(line, &mut problems) {
        Ok(Some(line)) => {
            let patch = patch(line.name, line.weight, line.attributes);
            lines.add(number, line.key, patch);
        }
        Ok(None) => {}
        Err(error) => problems.push("", error.detail()),
    }
    lines.refuse(number, problems);
}

#[cfg(test)]
mod tests {
    use super::super::file::read_in_steps;

    fn check(text: &str, expected: &Result<&[&str], &[&str]>) {
        for step in [1, 7, 10_000] {
            let read = read_in_steps("application/x-ndjson", text.as_bytes(), step);
            let keys = read.map(|lines| {
                let keys = lines.iter();
                keys.map(|line| format!("{} {}", line.number, line.key))
                    .collect::<Vec<_>>()
            });
            match (&keys, expected) {
                (Ok(found), Ok(wanted)) | (Err(found), Err(wanted)) => assert_eq!(found, wanted),
                _ => panic!("{keys:?}, not {expected:?}"),
            }
        }
    }

    #[test]
    fn lines_are_found_wherever_the_pieces_end() {
        let text = "\u{feff}{\"key\": \"acme\", \"weight\": 3}\r\n\n  {\"key\": \"Müller\"}";
        check(text, &Ok(&["1 acme", "3 Müller"]));
        check("", &Ok(&[]));
    }

    #[test]
    fn every_wrong_line_is_named() {
        let text = concat!(
            "{\"key\": \"a\"}\n",
            "{\"key\": \"a\", \"wieght\": 1}\n",
            "{\"name\": \"x\"}\n",
            "[]\n",
            "{\"key\": \"b\", \"weight\": -1}\n",
            "{\"key\": \"..\", \"attributes\": {\"plan\": {}}}\n",
        );
        check(
            text,
            &Err(&[
                "lines[2].key: is on line 1 already",
                "lines[2].wieght: unknown field; there are key, name, weight, attributes",
                "lines[3].key: is missing",
                "lines[4]: the body must be an object",
                "lines[5].weight: must be a whole number, 0 or more, not -1",
                "lines[6].attributes.plan: must be a string, a number, a boolean or a list of strings",
                "lines[6].key: must not be \".\" or \"..\"",
            ]),
        );
    }
}
