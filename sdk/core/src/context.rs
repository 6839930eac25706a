//! Context: what an evaluation is told about the call.
//!
//! Separate from the documents because it never leaves the caller's process: it is built anew for
//! each request, so building it is cheap and asking it allocates nothing.
//!
//! **Invariants**
//! - Attributes are sorted by name and each name occurs once.
//! - An attribute has a text, a number, a truth value or a list of these. What JSON has beyond
//!   that (null, objects, lists in lists) is left out, as if it had not been passed.

use std::fmt;

use serde_json::{Map, Value};

/// Who asks, and what is known about the call.
///
/// ```
/// use tenantry_core::{Attributes, Context};
///
/// let plain = Context::tenant("acme");
/// let attributes = Attributes::from_iter([("plan", "enterprise"), ("region", "eu")]);
/// let known = Context::tenant("acme").with_attributes(&attributes);
/// assert!(plain.attributes.is_empty());
/// assert_eq!(known.attributes.len(), 2);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The tenant's key. Empty means that nobody knows whom the call is for: every flag is off.
    pub tenant: &'a str,
    /// What rules may test.
    pub attributes: &'a Attributes,
}

impl<'a> Context<'a> {
    /// The context of a tenant of whom nothing else is known.
    #[must_use]
    pub fn tenant(tenant: &'a str) -> Self {
        static NONE: Attributes = Attributes::new();
        Self {
            tenant,
            attributes: &NONE,
        }
    }

    /// The same tenant, with attributes.
    #[must_use]
    pub fn with_attributes(self, attributes: &'a Attributes) -> Self {
        Self { attributes, ..self }
    }
}

/// Attributes by name, sorted once so that an evaluation finds them without hashing.
///
/// ```
/// use tenantry_core::{AttributeValue, Attributes};
///
/// let attributes: Attributes =
///     [("plan", AttributeValue::from("enterprise")), ("seats", 250.into()), ("beta", true.into())]
///         .into_iter()
///         .collect();
/// assert_eq!(attributes.get("seats"), Some(&AttributeValue::Number(250.0)));
///
/// let json = serde_json::json!({"plan": "enterprise", "nothing": null, "nested": {"a": 1}});
/// let attributes = Attributes::from(json.as_object().expect("an object"));
/// assert_eq!(attributes.len(), 1, "what cannot be an attribute is left out");
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes {
    entries: Vec<(Box<str>, AttributeValue)>,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeValue {
    /// A text.
    String(Box<str>),
    /// A number, held as a 64-bit float: integers beyond 2^53 are rounded, here and in conditions.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// Several values, any of which may meet a condition. A list in a list meets none.
    List(Vec<AttributeValue>),
}

impl fmt::Display for AttributeValue {
    /// As JSON writes it, long texts and lists cut short.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 60;
        match self {
            Self::String(text) => match text.char_indices().nth(SHOWN) {
                Some((end, _)) => write!(f, "{}", Value::from(format!("{}…", &text[..end]))),
                None => write!(f, "{}", Value::from(&**text)),
            },
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::List(list) => {
                f.write_str("[")?;
                for (index, element) in list.iter().take(5).enumerate() {
                    write!(f, "{}{element}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(if list.len() > 5 { ", …]" } else { "]" })
            }
        }
    }
}

impl Attributes {
    /// No attributes. Allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    /// The value of an attribute, if it was passed.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        let place = self
            .entries
            .binary_search_by(|(known, _)| (**known).cmp(name))
            .ok()?;
        Some(&self.entries[place].1)
    }

    /// The number of attributes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// If a name occurs twice, the later value counts.
impl<N: Into<Box<str>>, V: Into<AttributeValue>> FromIterator<(N, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let mut entries: Vec<(Box<str>, AttributeValue)> = entries
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        // Reversed and stably sorted, the later of two equal names comes first and is kept.
        entries.reverse();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        entries.dedup_by(|(a, _), (b, _)| a == b);
        Self { entries }
    }
}

/// Takes what can be an attribute; the rest is left out.
impl From<&Map<String, Value>> for Attributes {
    fn from(object: &Map<String, Value>) -> Self {
        let value_of = |value: &Value| match value {
            Value::Array(list) => Some(AttributeValue::List(
                list.iter().filter_map(plain).collect(),
            )),
            value => plain(value),
        };
        object
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value_of(value)?)))
            .collect()
    }
}

fn plain(value: &Value) -> Option<AttributeValue> {
    match value {
        Value::String(text) => Some(AttributeValue::from(text.as_str())),
        Value::Number(number) => number.as_f64().map(AttributeValue::Number),
        Value::Bool(truth) => Some(AttributeValue::Bool(*truth)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Declares how plain Rust values become attribute values.
macro_rules! from {
    ($($type:ty => |$value:ident| $result:expr),* $(,)?) => {$(
        impl From<$type> for AttributeValue {
            fn from($value: $type) -> Self {
                $result
            }
        }
    )*};
}

from! {
    &str => |text| Self::String(text.into()),
    String => |text| Self::String(text.into()),
    Box<str> => |text| Self::String(text),
    f64 => |number| Self::Number(number),
    f32 => |number| Self::Number(number.into()),
    i32 => |number| Self::Number(number.into()),
    u32 => |number| Self::Number(number.into()),
    bool => |truth| Self::Bool(truth),
}

/// Rounded to the nearest 64-bit float beyond 2^53.
impl From<i64> for AttributeValue {
    #[expect(clippy::cast_precision_loss, reason = "the documented rounding")]
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

/// Rounded to the nearest 64-bit float beyond 2^53.
impl From<u64> for AttributeValue {
    #[expect(clippy::cast_precision_loss, reason = "the documented rounding")]
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl<V: Into<AttributeValue>> From<Vec<V>> for AttributeValue {
    fn from(list: Vec<V>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_of_two_values_counts() {
        let attributes = Attributes::from_iter([("b", 1), ("a", 2), ("b", 3)]);
        assert_eq!(attributes.len(), 2);
        assert_eq!(attributes.get("b"), Some(&AttributeValue::Number(3.0)));
        assert_eq!(attributes.get("c"), None);
    }

    #[test]
    fn json_beyond_attributes_is_left_out() {
        let json = serde_json::json!({
            "list": ["a", null, {"b": 1}, ["c"], 2, true], "object": {}, "null": null, "empty": [],
        });
        let attributes = Attributes::from(json.as_object().expect("an object"));
        let list = ["a".into(), 2.into(), true.into()].to_vec();
        assert_eq!(attributes.get("list"), Some(&AttributeValue::List(list)));
        assert_eq!(
            attributes.get("empty"),
            Some(&AttributeValue::List(Vec::new()))
        );
        assert_eq!(attributes.len(), 2);
    }
}
