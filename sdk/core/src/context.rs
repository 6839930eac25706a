//! Context: what an evaluation is told about the caller.

use serde_json::{Map, Value};

/// Who asks, and what is known about the call.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The tenant's key.
    pub tenant: &'a str,
    /// Attributes that rules may test.
    pub attributes: &'a Attributes,
}

impl<'a> Context<'a> {
    /// A context of a tenant, without attributes.
    #[must_use]
    pub fn tenant(tenant: &'a str) -> Self {
        static NONE: Attributes = Attributes::new();
        Self {
            tenant,
            attributes: &NONE,
        }
    }

    /// The same context with `attributes`.
    #[must_use]
    pub fn with_attributes(self, attributes: &'a Attributes) -> Self {
        Self { attributes, ..self }
    }
}

/// Attributes by name, sorted once so that an evaluation finds them without hashing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes {
    entries: Vec<(Box<str>, AttributeValue)>,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeValue {
    /// A text.
    String(Box<str>),
    /// A number, as a 64-bit float.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// Several values; a list in a list has no value of its own and is never met.
    List(Vec<AttributeValue>),
}

impl Attributes {
    /// No attributes.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        let found = self
            .entries
            .binary_search_by(|(known, _)| (**known).cmp(name))
            .ok()?;
        Some(&self.entries[found].1)
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

impl<N: Into<Box<str>>, V: Into<AttributeValue>> FromIterator<(N, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let _ = entries.into_iter();
        unimplemented!()
    }
}

impl From<&Map<String, Value>> for Attributes {
    fn from(object: &Map<String, Value>) -> Self {
        let _ = object;
        unimplemented!()
    }
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for AttributeValue {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<f64> for AttributeValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for AttributeValue {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for AttributeValue {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for AttributeValue {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl<V: Into<AttributeValue>> From<Vec<V>> for AttributeValue {
    fn from(list: Vec<V>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}
