//! JSON: how documents are read from it, more strictly than serde would by itself.
//!
//! Separate from the documents, which only say what they consist of.
//!
//! **Invariants**
//! - A document is an object. Serde would take a list of its fields' values as well, which no
//!   schema allows and nobody means.
//! - A problem of form has the path of the first place that does not fit.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::Problems;

/// Reads a document; the path of a problem is relative to the targeting.
pub(super) fn read<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, Problems> {
    let mut input = serde_json::Deserializer::from_slice(json);
    let found = serde_path_to_error::deserialize(&mut input);
    let (path, error) = match found.map(|document| (document, input.end())) {
        Ok((document, Ok(()))) => return Ok(document),
        Ok((_, Err(trailing))) => (String::new(), trailing),
        Err(error) => (error.path().to_string(), error.into_inner()),
    };
    // The document itself is called ".", and what lies beyond a broken text "?".
    let path = path.strip_prefix("targeting").unwrap_or(&path);
    let path = path.trim_end_matches('?').trim_matches('.');
    let mut problems = Problems::default();
    problems.push(path, error.to_string());
    Err(problems)
}

/// Implements serde's traits for documents that derive them with `#[serde(remote = "Self")]`,
/// reading them from objects alone.
macro_rules! objects {
    ($($document:ident),* $(,)?) => {$(
        impl<'de> serde::Deserialize<'de> for $document {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                // The function that is derived, not the one that is being defined.
                $document::deserialize(crate::model::json::Object(input))
            }
        }

        impl serde::Serialize for $document {
            fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                $document::serialize(self, output)
            }
        }
    )*};
}

pub(super) use objects;

/// An input of which a struct can be read from an object only.
pub(super) struct Object<D>(pub(super) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Object<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        // Told the fields, an input can say which there are.
        self.0.deserialize_struct(name, fields, FromMap(visitor))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// What makes a document of a map, and of nothing else.
struct FromMap<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for FromMap<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(map)
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{FlagDefinition, Targeting};

    fn path_of(json: &str) -> String {
        let problems = FlagDefinition::from_json(json.as_bytes()).expect_err(json);
        problems.0[0].path.clone()
    }

    #[test]
    fn a_document_of_another_form_is_refused_at_its_place() {
        assert_eq!(path_of("{"), "");
        assert_eq!(
            path_of(r#"{"key": "a", "salt": "", "targeting": {}} more"#),
            ""
        );
        assert_eq!(path_of(r#"{"key": "a", "salt": "", "targeting": {"#), "");
        assert_eq!(
            path_of(r#"{"key": "a", "salt": 5, "targeting": {}}"#),
            "salt"
        );
        assert_eq!(
            path_of(r#"{"key": "a", "salt": "", "targeting": {"on": 1}}"#),
            "on"
        );
        assert_eq!(path_of("\u{feff}{}"), "", "a byte order mark is no JSON");
        let twice = r#"{"key": "a", "salt": "", "targeting": {"on": true, "on": false}}"#;
        assert_eq!(path_of(twice), "");
    }

    #[test]
    fn a_list_is_no_document() {
        assert_eq!(path_of(r#"["a", "", {}]"#), "");
        assert_eq!(
            path_of(r#"{"key": "a", "salt": "", "targeting": [true]}"#),
            ""
        );
        for (path, targeting) in [
            ("", "[]"),
            ("rollout", r#"{"rollout": [5]}"#),
            ("rules[0]", r#"{"rules": [[[], "on"]]}"#),
            (
                "rules[0].conditions[0]",
                r#"{"rules": [{"effect": "on", "conditions": [["exists"]]}]}"#,
            ),
            (
                "rules[0].effect.rollout",
                r#"{"rules": [{"effect": {"rollout": [5]}}]}"#,
            ),
            ("variants[0]", r#"{"variants": [["a", 1]]}"#),
            ("prerequisites[0]", r#"{"prerequisites": [["a"]]}"#),
        ] {
            let problems = Targeting::from_json(targeting.as_bytes()).expect_err(targeting);
            assert_eq!(problems.0[0].path, path, "{targeting}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "[".repeat(1_000_000);
        let json = format!(r#"{{"variants": [{{"name": "a", "weight": 1, "payload": {deep}"#);
        let problems = Targeting::from_json(json.as_bytes()).expect_err("too deep");
        assert!(
            problems.0[0].path.starts_with("variants[0].payload"),
            "{problems}"
        );
    }

    #[test]
    fn what_says_nothing_is_not_written() {
        let targeting = Targeting {
            on: true,
            ..Targeting::default()
        };
        let json = serde_json::to_string(&targeting).expect("JSON");
        assert_eq!(json, r#"{"on":true,"rollout":{"threshold":0}}"#);
        assert_eq!(Targeting::from_json(json.as_bytes()), Ok(targeting));
    }
}
