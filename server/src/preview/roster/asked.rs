//! What lists and segments ask of the roster in memory: who meets conditions, which attributes there
//! are, and how many tenants match.
//!
//! Separate from how a roster is made and kept. Its answers are those of the database, without a walk
//! over a hundred thousand rows.
//!
//! **Invariants**
//! - Whoever meets conditions here is who becomes a member when a segment gets them: a tenant with one
//!   element in a list is one that has the value, for conditions hold for any element.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
use serde_json::Value;
use tenantry_core::model::{Condition, Problems};
use tenantry_core::{AttributeValue, Attributes};
use tenantry_store::compile_conditions;
use utoipa::ToSchema;

use super::{Known, Roster};

/// Most values of an attribute that are named.
const VALUES: usize = 20;

/// An attribute that tenants of the roster have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnownAttribute {
    /// Its name.
    name: String,
    /// The type of its values, or of the elements of its lists; `mixed` if tenants have several.
    #[serde(rename = "type")]
    value_type: ValueType,
    /// Whether a tenant has several values of it, or none of them: it is a list.
    list: bool,
    /// How many tenants have it.
    tenants: u64,
    /// How many different values there are.
    distinct: u64,
    /// The commonest of them: up to 20, the commonest first.
    values: Vec<KnownValue>,
}

/// A value that tenants have.
#[derive(Debug, Serialize, ToSchema)]
struct KnownValue {
    /// The value: a text, a number or a truth value.
    #[schema(value_type = Value)]
    value: Value,
    /// How many tenants have it.
    tenants: u64,
}

/// The type of an attribute's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ValueType {
    Text,
    Number,
    Boolean,
    Mixed,
}

/// Which tenants are counted, as the database finds them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Matching<'f> {
    /// Part of the key or the name; ASCII letters match in either case.
    pub(crate) q: Option<&'f str>,
    /// With this attribute.
    pub(crate) attribute: Option<&'f str>,
    /// With that attribute having this value, or a list that has it.
    pub(crate) value: Option<&'f str>,
}

impl Roster {
    /// The places of the tenants that meet all conditions.
    ///
    /// # Errors
    /// What is wrong with the conditions.
    pub(crate) fn meeting(&self, conditions: &[Condition]) -> Result<Vec<usize>, Problems> {
        let compiled = compile_conditions(conditions)?;
        let asked: HashSet<&str> = conditions
            .iter()
            .filter_map(|condition| condition.attribute.as_deref())
            .collect();
        // Each value is made what conditions ask of once, and only where one asks.
        let values: Vec<Option<Option<AttributeValue>>> = (self.values.iter())
            .map(|it| asked.contains(&*it.attribute).then(|| plain(&it.value)))
            .collect();
        let meets = |place: &usize| {
            let mut has: HashMap<&str, Vec<AttributeValue>> = HashMap::new();
            for index in self.tenants[*place].values.iter() {
                let index = *index as usize;
                if let Some(value) = &values[index] {
                    let list = has.entry(&*self.values[index].attribute).or_default();
                    list.extend(value.clone());
                }
            }
            let lists = has.into_iter();
            let lists = lists.map(|(name, list)| (name, AttributeValue::List(list)));
            compiled.hold(&lists.collect::<Attributes>())
        };
        Ok((0..self.tenants.len()).filter(meets).collect())
    }

    /// What is known of the tenant at a place.
    pub(crate) fn at(&self, place: usize) -> Known<'_> {
        let it = &self.tenants[place];
        Known {
            key: &it.key,
            name: &it.name,
            weight: it.weight,
        }
    }

    /// Where a tenant is, if it is on it.
    pub(crate) fn place(&self, tenant: &str) -> Option<usize> {
        // Their order is that of their bytes.
        let find = self.tenants.binary_search_by(|it| (*it.key).cmp(tenant));
        find.ok()
    }

    /// Every attribute that a tenant has, by name.
    pub(crate) fn attributes(&self) -> Vec<KnownAttribute> {
        let mut by_name: BTreeMap<&str, KnownAttribute> = BTreeMap::new();
        for it in self.values.iter().filter(|it| it.tenants > 0) {
            let known = by_name.entry(&*it.attribute);
            let known = known.or_insert_with(|| KnownAttribute::new(&it.attribute));
            let Some(value_type) = ValueType::of(&it.value) else {
                // What tenants have whose list is empty.
                known.list = true;
                continue;
            };
            if known.distinct == 0 {
                known.value_type = value_type;
            } else if known.value_type != value_type {
                known.value_type = ValueType::Mixed;
            }
            known.distinct += 1;
            known.values.push(KnownValue {
                value: it.value.clone(),
                tenants: it.tenants,
            });
        }
        for tenant in self.tenants.iter() {
            let mut names: Vec<&str> = (tenant.values.iter())
                .map(|index| &*self.values[*index as usize].attribute)
                .collect();
            names.sort_unstable();
            for same in names.chunk_by(|one, other| one == other) {
                if let Some(known) = by_name.get_mut(same[0]) {
                    known.tenants += 1;
                    known.list |= same.len() > 1;
                }
            }
        }
        let mut all: Vec<_> = by_name.into_values().collect();
        for known in &mut all {
            // Stable, so that those who are as common come in the order in which they were met.
            known.values.sort_by_key(|it| std::cmp::Reverse(it.tenants));
            known.values.truncate(VALUES);
        }
        all
    }

    /// How many tenants match.
    pub(crate) fn count(&self, matching: Matching<'_>) -> u64 {
        let has: Option<Vec<bool>> = matching.attribute.map(|name| {
            let values = self.values.iter();
            let is_it = |value: &Value| matching.value.is_none_or(|text| reads(value, text));
            let has = values.map(|it| *it.attribute == *name && is_it(&it.value));
            has.collect()
        });
        let q = matching.q.unwrap_or_default();
        let matches = self.tenants.iter().filter(|tenant| {
            let has = has.as_ref().is_none_or(|has| {
                let mut values = tenant.values.iter();
                values.any(|index| has[*index as usize])
            });
            has && (contains(&tenant.key, q) || contains(&tenant.name, q))
        });
        matches.count() as u64
    }
}

impl KnownAttribute {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            value_type: ValueType::Mixed,
            list: false,
            tenants: 0,
            distinct: 0,
            values: Vec::new(),
        }
    }
}

impl ValueType {
    const fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(_) => Some(Self::Text),
            Value::Number(_) => Some(Self::Number),
            Value::Bool(_) => Some(Self::Boolean),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// What conditions ask of a value; nothing of an empty list.
fn plain(value: &Value) -> Option<AttributeValue> {
    match value {
        Value::String(text) => Some(AttributeValue::from(text.as_str())),
        Value::Number(number) => number.as_f64().map(AttributeValue::Number),
        Value::Bool(truth) => Some(AttributeValue::Bool(*truth)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether somebody who writes `text` means the value.
fn reads(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value == text,
        Value::Number(number) => text
            .parse()
            .is_ok_and(|it: f64| number.as_f64() == Some(it)),
        Value::Bool(truth) => text.parse() == Ok(*truth),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Whether `part` is in the text; ASCII letters match in either case.
fn contains(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    part.is_empty() || (text.windows(part.len())).any(|window| window.eq_ignore_ascii_case(part))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenantry_store::RosterTenant as Stored;

    use super::*;

    fn tenants() -> [(&'static str, Value); 4] {
        [
            (
                "acme",
                json!({"plan": "pro", "seats": 3, "tags": ["a", "b"]}),
            ),
            ("globex", json!({"plan": "pro", "seats": 3.0, "tags": []})),
            ("initech", json!({"plan": 7, "beta": true, "tags": ["b"]})),
            ("none", json!({})),
        ]
    }

    fn roster() -> Roster {
        let stored = tenants().map(|(key, attributes)| Stored {
            key: key.to_owned(),
            name: format!("{} Inc.", key.to_uppercase()),
            attributes: attributes.to_string(),
            weight: 1,
        });
        Roster::new(1, &stored).expect("a roster")
    }

    #[test]
    fn whoever_meets_conditions_is_whose_attributes_do() {
        let check = |conditions: Value, wanted: &[&str]| {
            let conditions: Vec<Condition> =
                serde_json::from_value(conditions).expect("conditions");
            let roster = roster();
            let found = roster.meeting(&conditions).expect("fine conditions");
            let found: Vec<_> = found.into_iter().map(|it| roster.at(it).key).collect();
            assert_eq!(found, wanted, "{conditions:?}");
            let compiled = compile_conditions(&conditions).expect("fine conditions");
            let whole = tenants().into_iter().filter(|(_, attributes)| {
                let attributes = attributes.as_object().expect("an object");
                compiled.hold(&Attributes::from(attributes))
            });
            let whole: Vec<_> = whole.map(|(key, _)| key).collect();
            assert_eq!(found, whole, "{conditions:?}");
        };
        let tags =
            |operator: &str| json!([{"operator": operator, "attribute": "tags", "values": ["b"]}]);
        check(tags("in"), &["acme", "initech"]);
        check(tags("not_in"), &["globex", "none"]);
        let are = |operator: &str| json!([{"operator": operator, "attribute": "tags"}]);
        // A list without elements is there.
        check(are("exists"), &["acme", "globex", "initech"]);
        check(are("does_not_exist"), &["none"]);
        check(
            json!([
                {"operator": "in", "attribute": "plan", "values": ["pro"]},
                {"operator": "number_gte", "attribute": "seats", "values": [3]},
            ]),
            &["acme", "globex"],
        );
        let problems = roster().meeting(&[]).expect_err("no condition");
        assert_eq!(problems.0[0].path, "conditions");
    }

    #[test]
    fn attributes_say_who_has_them_and_what_is_common() {
        let found = serde_json::to_value(roster().attributes()).expect("JSON");
        assert_eq!(
            found,
            json!([
                {"name": "beta", "type": "boolean", "list": false, "tenants": 1, "distinct": 1,
                    "values": [{"value": true, "tenants": 1}]},
                {"name": "plan", "type": "mixed", "list": false, "tenants": 3, "distinct": 2,
                    "values": [{"value": "pro", "tenants": 2}, {"value": 7, "tenants": 1}]},
                {"name": "seats", "type": "number", "list": false, "tenants": 2, "distinct": 2,
                    "values": [{"value": 3, "tenants": 1}, {"value": 3.0, "tenants": 1}]},
                {"name": "tags", "type": "text", "list": true, "tenants": 3, "distinct": 2,
                    "values": [{"value": "b", "tenants": 2}, {"value": "a", "tenants": 1}]},
            ])
        );
    }

    #[test]
    fn those_that_match_are_counted() {
        let check = |q, attribute, value, wanted| {
            let matching = Matching {
                q,
                attribute,
                value,
            };
            assert_eq!(roster().count(matching), wanted, "{matching:?}");
        };
        check(None, None, None, 4);
        check(Some("ACME i"), None, None, 1);
        check(Some("inc."), Some("plan"), Some("pro"), 2);
        check(None, Some("tags"), None, 3);
        check(None, Some("tags"), Some("b"), 2);
        check(None, Some("seats"), Some("3"), 2);
        check(None, Some("beta"), Some("true"), 1);
        check(None, Some("beta"), Some("false"), 0);
    }
}
