//! The roster in memory, as previews ask it.
//!
//! **Invariants**
//! - Immutable; a changed roster is another one, with another version.
//! - Each pair of an attribute and a value occurs once, however many tenants have it.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use tenantry_store::{Tenant, TenantRequests};

/// A project's roster, ready to be asked about every tenant at once.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    pub(super) tenants: Arc<[RosterTenant]>,
    pub(super) values: Arc<[RosterValue]>,
    pub(super) weight: u64,
    /// What is known of how much each tenant asks; absent where nobody has told.
    requests: Option<Arc<TenantRequests>>,
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

/// What is known of a tenant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'r> {
    pub(crate) key: &'r str,
    /// What people call it.
    pub(crate) name: &'r str,
    pub(crate) weight: u64,
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
        let mut roster_values: Vec<RosterValue> = Vec::new();
        let mut roster_tenants = Vec::with_capacity(tenants.len());
        let mut weight = 0;
        for tenant in tenants {
            let mut values = Vec::with_capacity(tenant.attributes.len());
            for (attribute, value) in tenant.attributes {
                // A tenant with a list has each of its elements.
                let elements = match value {
                    Value::Array(list) => list,
                    value => vec![value],
                };
                for value in elements {
                    let next = u32::try_from(roster_values.len()).unwrap_or(u32::MAX);
                    let name = (attribute.clone(), value.to_string());
                    let index = *known.entry(name).or_insert_with(|| {
                        roster_values.push(RosterValue {
                            attribute: attribute.clone(),
                            value,
                            tenants: 0,
                        });
                        next
                    });
                    if !values.contains(&index) {
                        values.push(index);
                        roster_values[index as usize].tenants += 1;
                    }
                }
            }
            weight += tenant.weight;
            roster_tenants.push(RosterTenant {
                key: tenant.key.as_str().into(),
                name: tenant.name.into(),
                weight: tenant.weight,
                values: values.into(),
            });
        }
        Self {
            tenants: roster_tenants.into(),
            values: roster_values.into(),
            weight,
            requests: None,
            version,
        }
    }

    /// The same roster, whose tenants' shares of requests are those that were counted. Counts of
    /// nothing say nothing: then weights stay what shares are made of.
    #[must_use]
    pub fn counted(&self, requests: Arc<TenantRequests>) -> Self {
        Self {
            requests: Some(requests).filter(|requests| requests.total > 0),
            ..self.clone()
        }
    }

    /// Whether shares of requests are of requests that were counted.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.requests.is_some()
    }

    /// How much a tenant asks: requests, or its weight where nobody has told.
    pub(super) fn asks(&self, place: usize) -> u64 {
        let tenant = &self.tenants[place];
        match &self.requests {
            Some(requests) => requests.tenants.get(&tenant.key).copied().unwrap_or(0),
            None => tenant.weight,
        }
    }

    /// How much all ask: also those that are not on the roster, where that is told.
    pub(super) fn asked(&self) -> u64 {
        self.requests
            .as_ref()
            .map_or(self.weight, |requests| requests.total)
    }

    /// How many tenants there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tenants.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tenants.is_empty()
    }

    /// Every tenant's key and weight, by key.
    pub fn tenants(&self) -> impl Iterator<Item = (&str, u64)> {
        self.tenants.iter().map(|it| (&*it.key, it.weight))
    }

    /// What is known of every tenant, by key.
    pub(crate) fn facts(&self) -> impl Iterator<Item = Known<'_>> {
        self.tenants.iter().map(|it| Known {
            key: &it.key,
            name: &it.name,
            weight: it.weight,
        })
    }

    /// Whether a tenant is on it.
    pub(crate) fn knows(&self, tenant: &str) -> bool {
        // Their order is that of their bytes.
        let find = self.tenants.binary_search_by(|it| (*it.key).cmp(tenant));
        find.is_ok()
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
