//! Documents and contexts to try: right more often than not, and wrong in every way.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tenantry_core::Attributes;

/// A few keys, so that flags, tenants and attributes meet.
pub(crate) fn tenant() -> impl Strategy<Value = String> {
    prop_oneof![12 => "[a-f]", 2 => ".{1,12}", 1 => Just(String::new())]
}

pub(crate) fn salt() -> impl Strategy<Value = String> {
    prop_oneof!["", "[a-c]", ".{0,20}"]
}

/// Any JSON, not too deep.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((".{0,8}", inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// What conditions and attributes hold: plausible values of every operator, and others.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-cA-C]{0,2}".prop_map(Value::from),
        (0..4).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "[0-2]\\.[0-2]\\.[0-2](-[a1]\\.[b2])?".prop_map(Value::from),
        "202[5-6]-0[1-3]-(0[1-9]|30)(T0[0-9]:00:00Z)?".prop_map(Value::from),
        "10\\.[0-2]\\.0\\.[0-2](/(8|16|33))?".prop_map(Value::from),
        "\\(?[a-b]\\)?[+*]?".prop_map(Value::from),
        any_json(),
    ]
}

const OPERATORS: [&str; 24] = [
    "in_segment",
    "not_in_segment",
    "in",
    "not_in",
    "contains",
    "starts_with",
    "ends_with",
    "number_eq",
    "number_gt",
    "number_gte",
    "number_lt",
    "number_lte",
    "semver_eq",
    "semver_gt",
    "semver_gte",
    "semver_lt",
    "semver_lte",
    "date_before",
    "date_after",
    "matches",
    "in_cidr",
    "exists",
    "does_not_exist",
    "from_the_future",
];

/// A value that an operator takes.
fn fitting_value(operator: &str) -> BoxedStrategy<Value> {
    let text = |pattern: &'static str| pattern.prop_map(Value::from).boxed();
    match operator.split('_').next() {
        Some("number") => (0..4).prop_map(Value::from).boxed(),
        Some("semver") => text("[0-2]\\.[0-2]\\.[0-2](-[a1]\\.[b2])?"),
        Some("date") => text("202[5-6]-0[1-3]-0[1-9](T0[0-9]:00:00Z)?"),
        Some("matches") => text("[a-b][+*?]?"),
        Some("in") if operator == "in_cidr" => text("10\\.[0-2]\\.0\\.[0-2](/(8|16))?"),
        Some("in" | "not") => prop_oneof![
            text("[a-cA-C]{0,2}"),
            (0..4).prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
        ]
        .boxed(),
        _ => text("[a-cA-C]{0,2}"),
    }
}

fn condition() -> impl Strategy<Value = Value> {
    let operator = prop::sample::select(OPERATORS.to_vec());
    operator.prop_flat_map(|operator| {
        let fitting = prop_oneof![19 => fitting_value(operator), 1 => value()];
        let parts = ("[a-c]", vec(fitting, 1..3), prop::bool::weighted(0.1));
        parts.prop_map(move |(name, values, ignore_case)| {
            let mut condition = Map::new();
            condition.insert("operator".into(), operator.into());
            let segment = operator.ends_with("in_segment");
            condition.insert(
                if segment { "segment" } else { "attribute" }.into(),
                name.into(),
            );
            if !segment && !operator.contains("exist") {
                condition.insert("values".into(), values.into());
            }
            if ignore_case {
                condition.insert("ignore_case".into(), true.into());
            }
            condition.into()
        })
    })
}

fn rollout() -> impl Strategy<Value = Value> {
    let threshold =
        prop_oneof![5 => Just(0), 5 => Just(100_000), 20 => 0..100_001_u32, 1 => any::<u32>()];
    (threshold, prop::option::of(salt())).prop_map(|(threshold, salt)| match salt {
        Some(salt) => json!({"threshold": threshold, "salt": salt}),
        None => json!({"threshold": threshold}),
    })
}

fn rule() -> impl Strategy<Value = Value> {
    let effect = prop_oneof![
        Just(json!("on")),
        Just(json!("off")),
        rollout().prop_map(|rollout| json!({"rollout": rollout})),
    ];
    (vec(condition(), 0..3), effect)
        .prop_map(|(conditions, effect)| json!({"conditions": conditions, "effect": effect}))
}

fn variant() -> impl Strategy<Value = Value> {
    ("[a-z]", 0..4_u32, any_json()).prop_map(
        |(name, weight, payload)| json!({"name": name, "weight": weight, "payload": payload}),
    )
}

fn prerequisite() -> impl Strategy<Value = Value> {
    ("[a-e]", any::<bool>(), vec("[a-c]", 0..2)).prop_map(|(flag, on, variants)| {
        let variants = if on { variants } else { Vec::new() };
        json!({"flag": flag, "on": on, "variants": variants})
    })
}

/// A flag's document: right more often than not.
pub(crate) fn definition() -> impl Strategy<Value = Value> {
    let targeting = (
        prop::bool::weighted(0.9),
        vec(prerequisite(), 0..3),
        vec(tenant(), 0..2),
        vec(tenant(), 0..2),
        vec(rule(), 0..3),
        rollout(),
        prop_oneof![1 => Just(Vec::new()), 2 => vec(variant(), 1..3)],
    );
    ("[a-e]", salt(), targeting).prop_map(|(key, salt, targeting)| {
        let (on, prerequisites, block, allow, rules, rollout, variants) = targeting;
        json!({"key": key, "salt": salt, "targeting": {
            "on": on, "prerequisites": prerequisites, "block": block, "allow": allow,
            "rules": rules, "rollout": rollout, "variants": variants,
        }})
    })
}

/// A document with any JSON in the place of one of its parts.
pub(crate) fn broken_definition() -> impl Strategy<Value = Value> {
    (definition(), any::<prop::sample::Index>(), any_json()).prop_map(
        |(mut document, index, junk)| {
            let mut places = Vec::new();
            pointers(&document, String::new(), &mut places);
            if let Some(place) = document.pointer_mut(&places[index.index(places.len())]) {
                *place = junk;
            }
            document
        },
    )
}

/// JSON pointers to every part of a document, itself included.
fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                pointers(
                    value,
                    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                pointers(value, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

pub(crate) fn attributes() -> impl Strategy<Value = Attributes> {
    vec(
        (
            "[a-c]",
            prop_oneof![value(), vec(value(), 0..3).prop_map(Value::from)],
        ),
        0..4,
    )
    .prop_map(|fields| Attributes::from(&fields.into_iter().collect::<Map<_, _>>()))
}

/// One change of a ruleset.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    Upsert(Value),
    Refuse(String),
    Remove(String),
    SetSegment(String, Vec<String>),
    RemoveSegment(String),
    Clear,
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        8 => definition().prop_map(Edit::Upsert),
        2 => "[a-e]".prop_map(Edit::Refuse),
        2 => "[a-e]".prop_map(Edit::Remove),
        2 => ("[a-c]", vec("[a-f]", 0..4)).prop_map(|(key, members)| Edit::SetSegment(key, members)),
        1 => "[a-c]".prop_map(Edit::RemoveSegment),
        1 => Just(Edit::Clear),
    ]
}
