//! What may be known about a tenant, and how one change of it follows another.
//!
//! **Invariants**
//! - Attributes have one of the types that conditions can test.

use serde_json::{Map, Value};
use tenantry_core::limits::{MAX_ATTRIBUTE_NAME_BYTES, MAX_VALUE_BYTES};
use tenantry_core::model::{Problems, TenantKey};

use crate::text::{LONG_NAME, check};

/// The largest weight of a tenant. Millions of them add up without overflow.
pub const MAX_WEIGHT: u64 = 1_000_000_000_000;
/// The weight of a tenant of which nobody has said any.
const USUAL_WEIGHT: u64 = 1;
const MAX_ATTRIBUTES: usize = 64;
const MAX_ELEMENTS: usize = 100;

/// What people may say about a tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantFacts {
    /// What people call it: 1 to 256 bytes.
    pub name: String,
    /// Up to 64 attributes with names of 1 to 256 bytes: texts of up to 1024 bytes, numbers, truth
    /// values, and lists of up to 100 such texts.
    pub attributes: Map<String, Value>,
    /// Its part of all requests, relative to the others': 0 to [`MAX_WEIGHT`].
    pub weight: u64,
    /// Whether somebody has said what the weight is. If not, it is learned from usage.
    pub weight_given: bool,
}

/// A field of a patch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Stays as it is.
    #[default]
    Keep,
    /// Goes back to what it is without anybody saying so.
    Reset,
    /// Becomes this.
    Set(T),
}

/// What to change about a tenant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TenantPatch {
    /// Its name; reset, its key.
    pub name: Patch<String>,
    /// Its weight, which is given from then on; reset, 1, until it is learned.
    pub weight: Patch<u64>,
    /// Its attributes, which are merged: null takes one away, those not named stay. Reset, none.
    pub attributes: Patch<Map<String, Value>>,
}

impl TenantFacts {
    /// What is known about a tenant of which nobody has said anything.
    #[must_use]
    pub fn of(key: &TenantKey) -> Self {
        Self::named(key.as_str())
    }

    fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            attributes: Map::new(),
            weight: USUAL_WEIGHT,
            weight_given: false,
        }
    }

    /// Reports everything that is wrong, below `path`, which is empty or ends with a dot.
    pub fn check(&self, path: &str, problems: &mut Problems) {
        check(problems, &format!("{path}name"), &self.name, &LONG_NAME);
        if self.weight > MAX_WEIGHT {
            let message = format!("must be 0 to {MAX_WEIGHT}");
            problems.push(format!("{path}weight"), message);
        }
        if self.attributes.len() > MAX_ATTRIBUTES {
            let message = format!("must be at most {MAX_ATTRIBUTES}");
            problems.push(format!("{path}attributes"), message);
        }
        for (name, value) in &self.attributes {
            let path = format!("{path}attributes.{name}");
            if !(1..=MAX_ATTRIBUTE_NAME_BYTES).contains(&name.len()) || name.contains('\0') {
                let message = format!(
                    "an attribute's name must be 1 to {MAX_ATTRIBUTE_NAME_BYTES} bytes, without NUL"
                );
                problems.push(&*path, message);
            }
            check_value(value, &path, problems);
        }
    }
}

impl TenantPatch {
    /// Reports everything that is wrong with what is set, whatever tenant it is for, below `path`.
    pub fn check(&self, path: &str, problems: &mut Problems) {
        let anybody = TenantFacts::named("anybody");
        self.clone()
            .merged("anybody", anybody)
            .check(path, problems);
    }

    /// What becomes of `facts`, which are those of the tenant `key`.
    #[must_use]
    pub fn applied_to(self, key: &TenantKey, facts: TenantFacts) -> TenantFacts {
        self.merged(key.as_str(), facts)
    }

    fn merged(self, key: &str, mut facts: TenantFacts) -> TenantFacts {
        match self.name {
            Patch::Keep => {}
            Patch::Reset => key.clone_into(&mut facts.name),
            Patch::Set(name) => facts.name = name,
        }
        match self.weight {
            Patch::Keep => {}
            Patch::Reset => (facts.weight, facts.weight_given) = (USUAL_WEIGHT, false),
            Patch::Set(weight) => (facts.weight, facts.weight_given) = (weight, true),
        }
        match self.attributes {
            Patch::Keep => {}
            Patch::Reset => facts.attributes.clear(),
            Patch::Set(attributes) => {
                for (name, value) in attributes {
                    if value.is_null() {
                        facts.attributes.remove(&name);
                    } else {
                        facts.attributes.insert(name, value);
                    }
                }
            }
        }
        facts
    }
}

/// Reports a key that the roster cannot hold. A dot and two dots are steps of a path, so no request
/// could name them.
pub fn check_key(key: &TenantKey, path: &str, problems: &mut Problems) {
    if key.as_str().contains('\0') {
        problems.push(path, "must not contain a NUL character");
    }
    if matches!(key.as_str(), "." | "..") {
        problems.push(path, "must not be \".\" or \"..\"");
    }
}

fn check_value(value: &Value, path: &str, problems: &mut Problems) {
    match value {
        Value::String(text) => check(problems, path, text, &(0..=MAX_VALUE_BYTES)),
        Value::Number(_) | Value::Bool(_) => {}
        Value::Array(list) => {
            if list.len() > MAX_ELEMENTS {
                let message = format!("must have at most {MAX_ELEMENTS} elements");
                problems.push(path, message);
            }
            for (index, element) in list.iter().enumerate() {
                let path = format!("{path}[{index}]");
                match element {
                    Value::String(text) => check(problems, &path, text, &(0..=MAX_VALUE_BYTES)),
                    _ => problems.push(path, "must be a string"),
                }
            }
        }
        Value::Null | Value::Object(_) => {
            problems.push(
                path,
                "must be a string, a number, a boolean or a list of strings",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts(attributes: &Value) -> TenantFacts {
        TenantFacts {
            name: "Acme".to_owned(),
            attributes: attributes.as_object().expect("an object").clone(),
            weight: 7,
            weight_given: true,
        }
    }

    #[test]
    fn everything_wrong_is_reported() {
        let mut problems = Problems::default();
        let wrong = TenantFacts {
            name: String::new(),
            weight: MAX_WEIGHT + 1,
            ..facts(&json!({"a": null, "b": {"c": 1}, "d": ["x", 1], "": "x", "e": "\0"}))
        };
        wrong.check("lines[3].", &mut problems);
        let paths: Vec<_> = problems.0.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "lines[3].name",
                "lines[3].weight",
                "lines[3].attributes.",
                "lines[3].attributes.a",
                "lines[3].attributes.b",
                "lines[3].attributes.d[1]",
                "lines[3].attributes.e",
            ]
        );
    }

    #[test]
    fn a_patch_merges_attributes_and_resets_what_it_nulls() {
        let key = TenantKey::new("acme").expect("a key");
        let before = facts(&json!({"plan": "pro", "seats": 3}));
        let patch = TenantPatch {
            name: Patch::Reset,
            weight: Patch::Keep,
            attributes: Patch::Set(
                json!({"plan": null, "beta": true})
                    .as_object()
                    .expect("an object")
                    .clone(),
            ),
        };
        let after = patch.applied_to(&key, before);
        assert_eq!((after.name.as_str(), after.weight), ("acme", 7));
        assert_eq!(
            Value::Object(after.attributes),
            json!({"beta": true, "seats": 3})
        );
    }
}
