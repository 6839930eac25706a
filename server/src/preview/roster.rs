//! The roster in memory, as previews ask it.
//!
//! **Invariants**
//! - Immutable; a changed roster is another one, with another version.
//! - Each pair of an attribute and a value occurs once, however many tenants have it.

use std::collections::HashMap;

use serde_json::Value;
use tenantry_store::Tenant;

/// A project's roster, ready to be asked about every tenant at once.
#[derive(Debug, Default)]
pub struct Roster {
    pub(super) tenants: Vec<RosterTenant>,
    pub(super) values: Vec<RosterValue>,
    pub(super) weight: u64,
    version: u64,
}

/// A tenant of the roster.
#[derive(Debug)]
pub(super) struct RosterTenant {
    pub(super) key: Box<str>,
    pub(super) name: Box<str>,
    pub(super) weight: u64,
    /// What it has of the roster's values, by index.
    pub(super) values: Box<[u32]>,
}

/// A value that tenants have of an attribute.
#[derive(Debug)]
pub(super) struct RosterValue {
    pub(super) attribute: String,
    pub(super) value: Value,
    /// How many tenants have it.
    pub(super) tenants: u64,
}

impl Roster {
    /// The roster at a version, in the order of its tenants' keys.
    #[must_use]
    pub fn new(version: u64, tenants: Vec<Tenant>) -> Self {
        let mut known: HashMap<(String, String), u32> = HashMap::new();
        let mut roster = Self {
            version,
            ..Self::default()
        };
        for tenant in tenants {
            let mut values = Vec::with_capacity(tenant.attributes.len());
            for (attribute, value) in tenant.attributes {
                // A tenant with a list has each of its elements.
                let elements = match value {
                    Value::Array(list) => list,
                    value => vec![value],
                };
                for value in elements {
                    let next = u32::try_from(roster.values.len()).unwrap_or(u32::MAX);
                    let name = (attribute.clone(), value.to_string());
                    let index = *known.entry(name).or_insert_with(|| {
                        roster.values.push(RosterValue {
                            attribute: attribute.clone(),
                            value,
                            tenants: 0,
                        });
                        next
                    });
                    if !values.contains(&index) {
                        values.push(index);
                        roster.values[index as usize].tenants += 1;
                    }
                }
            }
            roster.weight += tenant.weight;
            roster.tenants.push(RosterTenant {
                key: tenant.key.as_str().into(),
                name: tenant.name.into(),
                weight: tenant.weight,
                values: values.into(),
            });
        }
        roster
    }

    /// Every tenant's key and weight, by key.
    pub fn tenants(&self) -> impl Iterator<Item = (&str, u64)> {
        self.tenants.iter().map(|it| (&*it.key, it.weight))
    }

    /// The sum of all weights.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.weight
    }

    /// The number of the audit entry that last changed it.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }
}
