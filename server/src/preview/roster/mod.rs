//! The roster in memory, as previews ask it.
//!
//! **Invariants**
//! - Immutable; a changed roster is another one, with another version.
//! - Each pair of an attribute and a value occurs once, however many tenants have it.

mod asked;
mod values;

use std::sync::Arc;

use serde_json::Value;
use tenantry_store::{RosterNews, RosterPart, RosterTenant as Stored, StoreError, TenantRequests};

pub(crate) use self::asked::{KnownAttribute, Matching};
use self::values::Values;

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

/// A tenant of the roster. Rosters share what stays as it is.
#[derive(Debug, Clone)]
pub(super) struct RosterTenant {
    pub(super) key: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) weight: u64,
    /// What it has of the roster's values, by index.
    pub(super) values: Arc<[u32]>,
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
#[derive(Debug, Clone)]
pub(super) struct RosterValue {
    pub(super) attribute: Arc<str>,
    /// As the database writes it.
    text: Box<str>,
    pub(super) value: Value,
    /// How many tenants have it.
    pub(super) tenants: u64,
}

impl Roster {
    /// The roster at a version: its tenants by key.
    ///
    /// # Errors
    /// [`StoreError`] if what is stored of a tenant is no JSON.
    pub fn new(version: u64, tenants: &[Stored]) -> Result<Self, StoreError> {
        let mut values = Values::default();
        let tenants: Result<Vec<_>, _> = tenants.iter().map(|it| values.read(it)).collect();
        Ok(Self::of(version, tenants?, values))
    }

    /// This roster after what has become of it.
    ///
    /// # Errors
    /// [`StoreError`] if what is stored of a tenant is no JSON.
    pub fn followed_by(&self, news: RosterNews) -> Result<Self, StoreError> {
        let RosterPart::Changed { present } = news.part else {
            return Self::new(news.version, &news.tenants);
        };
        let mut values = Values::of(&self.values);
        let mut present = present.map(|keys| keys.into_iter().peekable());
        let mut changed = news.tenants.iter().peekable();
        let mut tenants = Vec::with_capacity(self.tenants.len() + news.tenants.len());
        // All are sorted by the bytes of their keys.
        for tenant in self.tenants.iter() {
            while let Some(new) = changed.next_if(|new| *new.key < *tenant.key) {
                tenants.push(values.read(new)?);
            }
            if let Some(new) = changed.next_if(|new| *new.key == *tenant.key) {
                values.forget(tenant);
                tenants.push(values.read(new)?);
                continue;
            }
            let is_gone = present.as_mut().is_some_and(|keys| {
                while keys.next_if(|key| **key < *tenant.key).is_some() {}
                keys.peek().is_none_or(|key| **key != *tenant.key)
            });
            if is_gone {
                values.forget(tenant);
            } else {
                tenants.push(tenant.clone());
            }
        }
        for new in changed {
            tenants.push(values.read(new)?);
        }
        Ok(Self::of(news.version, tenants, values))
    }

    fn of(version: u64, tenants: Vec<RosterTenant>, values: Values) -> Self {
        Self {
            weight: tenants.iter().map(|tenant| tenant.weight).sum(),
            tenants: tenants.into(),
            values: values.all.into(),
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
            Some(requests) => requests.tenants.get(&*tenant.key).copied().unwrap_or(0),
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
        self.place(tenant).is_some()
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stored(key: &str, weight: u64, attributes: &Value) -> Stored {
        Stored {
            key: key.to_owned(),
            name: key.to_uppercase(),
            attributes: attributes.to_string(),
            weight,
        }
    }

    /// What can be asked of a roster, whatever way it was made.
    fn facts(roster: &Roster) -> Value {
        let tenants = roster.tenants.iter().map(|it| {
            let values = it.values.iter().map(|index| {
                let value = &roster.values[*index as usize];
                json!([value.attribute, value.value])
            });
            json!([it.key, it.name, it.weight, values.collect::<Vec<_>>()])
        });
        let tenants: Vec<Value> = tenants.collect();
        let mut values: Vec<_> = roster
            .values
            .iter()
            .filter(|value| value.tenants > 0)
            .map(|it| (it.attribute.to_string(), it.value.to_string(), it.tenants))
            .collect();
        values.sort();
        json!({"tenants": tenants, "values": values, "weight": roster.weight()})
    }

    #[test]
    fn what_follows_is_what_would_be_read_anew() {
        let regions = json!({"tier": "gold", "regions": ["eu", "us", "eu"]});
        let old = [
            stored("b", 2, &regions),
            stored("d", 3, &json!({"tier": "gold"})),
            stored("f", 4, &json!({"tier": "silver", "seats": 3})),
        ];
        let new = [
            stored("a", 1, &json!({})),
            stored("d", 9, &json!({"tier": "silver", "beta": true})),
            stored("e", 1, &json!({"tier": "tin"})),
            stored("g", 1, &json!({})),
        ];
        let before = Roster::new(1, &old).expect("a roster");
        let check = |changed: &[&Stored], present: Option<&[&str]>, whole: &[&Stored]| {
            let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
            let news = RosterNews {
                version: 2,
                tenants: changed.iter().copied().cloned().collect(),
                part: RosterPart::Changed {
                    present: present.map(keys),
                },
            };
            let after = before.followed_by(news).expect("a roster");
            let whole: Vec<Stored> = whole.iter().copied().cloned().collect();
            let anew = Roster::new(2, &whole).expect("a roster");
            assert_eq!(facts(&after), facts(&anew));
            assert_eq!(after.version(), 2);
            assert!(whole.iter().all(|it| after.knows(&it.key)) && !after.knows("x"));
        };
        let all: Vec<&Stored> = new.iter().collect();
        let whole = [&new[0], &old[0], &new[1], &new[2], &old[2], &new[3]];
        check(&all, None, &whole);
        check(&all[..1], Some(&["a", "f"]), &[&new[0], &old[2]]);
        check(&[], Some(&[]), &[]);
    }

    #[test]
    fn what_is_no_object_is_told() {
        let wrong = Stored {
            attributes: "[]".to_owned(),
            ..stored("acme", 1, &json!({}))
        };
        let error = Roster::new(1, &[wrong]).expect_err("no object");
        assert!(error.to_string().contains("acme"), "{error}");
    }
}
