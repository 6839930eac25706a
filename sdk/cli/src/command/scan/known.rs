//! Which flags exist: by the server, or by a file.
//!
//! **Invariants**
//! - A file is read whatever wrote it: keys a line each, a list of the API, an SDK's bootstrap file.

use std::collections::BTreeMap;
use std::path::Path;

use reqwest::Method;
use serde_json::Value;
use tenantry_core::model::FlagKey;

use super::ScanFailure;
use crate::api::{Client, Flag, Page};
use crate::command::input;
use crate::failure::Failure;

/// The most flags that the server gives at once.
const PAGE_SIZE: &str = "200";

/// The flags that exist, and whether each is archived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Known(BTreeMap<String, bool>);

/// What is known of a flag that code asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Exists,
    Archived,
    /// There is no such flag.
    Unknown,
}

impl Known {
    pub(super) fn standing(&self, flag: &str) -> Standing {
        match self.0.get(flag) {
            Some(false) => Standing::Exists,
            Some(true) => Standing::Archived,
            None => Standing::Unknown,
        }
    }

    /// The flags of the server, archived ones too.
    pub(super) async fn of_server(client: &Client<'_>) -> Result<Self, Failure> {
        let mut known = BTreeMap::new();
        let mut cursor: Option<String> = None;
        loop {
            let request = client
                .project(Method::GET, &["flags"])
                .query("state", Some("all"))
                .query("limit", Some(PAGE_SIZE))
                .query("cursor", cursor.as_deref());
            let page: Page<Flag> = request.send().await?.body;
            let flags = page.items.into_iter();
            known.extend(flags.map(|flag| (flag.key, flag.archived_at.is_some())));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(Self(known));
            }
        }
    }

    /// The flags of a file.
    pub(super) fn of_file(path: &Path) -> Result<Self, Failure> {
        let bytes = input::read(path)?;
        let known = Self::parse(&bytes).ok_or_else(|| ScanFailure::NoFlags {
            path: path.to_owned(),
        })?;
        Ok(known)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        if let Ok(document) = serde_json::from_str::<Value>(text) {
            return Self::of_document(&document).map(Self);
        }
        let keys = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        keys.map(|key| Some((String::from(FlagKey::new(key).ok()?), false)))
            .collect::<Option<BTreeMap<_, _>>>()
            .map(Self)
    }

    /// The flags of a list, or of what holds one as `items` or `flags`.
    fn of_document(document: &Value) -> Option<BTreeMap<String, bool>> {
        let list = match document {
            Value::Array(list) => list,
            Value::Object(parts) => {
                let inner = parts.get("items").or_else(|| parts.get("flags"))?;
                return match inner {
                    Value::Object(flags) => {
                        Some(flags.keys().map(|key| (key.clone(), false)).collect())
                    }
                    inner => Self::of_document(inner),
                };
            }
            _ => return None,
        };
        let mut known = BTreeMap::new();
        for item in list {
            // A snapshot's items say what they are; some are segments.
            let item = match item {
                Value::Object(parts) if parts.len() == 1 && !parts.contains_key("key") => {
                    match parts.get("flag") {
                        Some(flag) => flag,
                        None => continue,
                    }
                }
                item => item,
            };
            let key = item.as_str().or_else(|| item["key"].as_str())?;
            known.insert(key.to_owned(), item["archived_at"].is_string());
        }
        Some(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[(&str, bool)]>) {
        let expected = expected.map(|flags| {
            let flags = flags.iter().map(|(key, gone)| ((*key).to_owned(), *gone));
            Known(flags.collect())
        });
        assert_eq!(Known::parse(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn a_file_is_read_whatever_wrote_it() {
        check("# ours\na\n\n b \n", Some(&[("a", false), ("b", false)]));
        check(r#"["a","b"]"#, Some(&[("a", false), ("b", false)]));
        check(
            r#"{"items":[{"key":"a","archived_at":"2026-01-01T00:00:00Z"},{"key":"b","archived_at":null}]}"#,
            Some(&[("a", true), ("b", false)]),
        );
        check(
            r#"{"type":"snapshot","items":[{"flag":{"key":"a"}},{"segment":{"key":"friends"}}]}"#,
            Some(&[("a", false)]),
        );
        check(r#"{"flags":{"a":{}}}"#, Some(&[("a", false)]));
        check("two words", None);
        check(r#"{"rows":[]}"#, None);
        check("[1]", None);
    }
}
