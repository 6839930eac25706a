//! The values of a roster's attributes, each once, while it is being made.
//!
//! Separate because it is most of the work of reading a roster: values are compared as the texts that
//! the database has, so that only those are parsed that nobody had before.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use tenantry_store::{RosterTenant as Stored, StoreError};

use super::{RosterTenant, RosterValue};

/// The values so far.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) all: Vec<RosterValue>,
    /// Where they are, by attribute and text.
    known: HashMap<Arc<str>, HashMap<Box<str>, u32>>,
}

impl Values {
    /// Those of another roster.
    pub(super) fn of(values: &[RosterValue]) -> Self {
        let mut known: HashMap<Arc<str>, HashMap<Box<str>, u32>> = HashMap::new();
        for (index, value) in (0..).zip(values) {
            let texts = known.entry(Arc::clone(&value.attribute)).or_default();
            texts.insert(value.text.clone(), index);
        }
        Self {
            all: values.to_vec(),
            known,
        }
    }

    /// A tenant, whose values count from now on.
    pub(super) fn read(&mut self, tenant: &Stored) -> Result<RosterTenant, StoreError> {
        let values = self.values(&tenant.attributes);
        Ok(RosterTenant {
            key: tenant.key.as_str().into(),
            name: tenant.name.as_str().into(),
            weight: tenant.weight,
            values: values.map_err(|why| tenant.corrupt(why))?.into(),
        })
    }

    /// A tenant's values don't count any more.
    pub(super) fn forget(&mut self, tenant: &RosterTenant) {
        for index in tenant.values.iter() {
            self.all[*index as usize].tenants -= 1;
        }
    }

    fn values(&mut self, attributes: &str) -> Result<Vec<u32>, serde_json::Error> {
        let attributes: Pairs<'_> = serde_json::from_str(attributes)?;
        let mut values = Vec::with_capacity(attributes.0.len());
        for (attribute, value) in attributes.0 {
            // A tenant with a list has each of its elements.
            let elements: Vec<&RawValue> = if value.get().starts_with('[') {
                let elements: Vec<_> = serde_json::from_str(value.get())?;
                // One without any has the attribute all the same.
                if elements.is_empty() {
                    vec![value]
                } else {
                    elements
                }
            } else {
                vec![value]
            };
            for element in elements {
                let index = self.index(&attribute, element.get())?;
                if !values.contains(&index) {
                    values.push(index);
                    self.all[index as usize].tenants += 1;
                }
            }
        }
        Ok(values)
    }

    /// Where a value is, which may be new.
    fn index(&mut self, attribute: &str, text: &str) -> Result<u32, serde_json::Error> {
        let texts = self.known.get(attribute);
        if let Some(index) = texts.and_then(|texts| texts.get(text)) {
            return Ok(*index);
        }
        let value = serde_json::from_str(text)?;
        let index = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let name = self.known.get_key_value(attribute);
        let name = name.map_or_else(|| attribute.into(), |(name, _)| Arc::clone(name));
        let texts = self.known.entry(Arc::clone(&name)).or_default();
        texts.insert(text.into(), index);
        self.all.push(RosterValue {
            attribute: name,
            text: text.into(),
            value,
            tenants: 0,
        });
        Ok(index)
    }
}

/// An object's fields, with their values as they are written.
struct Pairs<'t>(Vec<(Cow<'t, str>, &'t RawValue)>);

impl<'t> Deserialize<'t> for Pairs<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'t> Visitor<'t> for Fields {
            type Value = Pairs<'t>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Pairs<'t>, A::Error> {
                let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(8));
                while let Some(Name(name)) = map.next_key()? {
                    pairs.push((name, map.next_value()?));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// A field's name, borrowed where it is written without escapes.
#[derive(serde::Deserialize)]
struct Name<'t>(#[serde(borrow)] Cow<'t, str>);
