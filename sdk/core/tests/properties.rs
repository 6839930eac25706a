//! Properties: what must hold of any document, any tenant and any attributes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tenantry_core::{
    Attributes, Bucket, CompiledFlag, Context, Explanation, FlagDefinition, FlagKey, Outcome,
    Ruleset, SegmentKey, StepKind, Targeting, TenantSet, bucket, compile,
};

/// A few keys, so that flags, tenants and attributes meet.
fn tenant() -> impl Strategy<Value = String> {
    prop_oneof![12 => "[a-f]", 2 => ".{1,12}", 1 => Just(String::new())]
}

fn salt() -> impl Strategy<Value = String> {
    prop_oneof!["", "[a-c]", ".{0,20}"]
}

/// Any JSON, not too deep.
fn any_json() -> impl Strategy<Value = Value> {
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
fn definition() -> impl Strategy<Value = Value> {
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
fn broken_definition() -> impl Strategy<Value = Value> {
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

fn attributes() -> impl Strategy<Value = Attributes> {
    vec(
        (
            "[a-c]",
            prop_oneof![value(), vec(value(), 0..3).prop_map(Value::from)],
        ),
        0..4,
    )
    .prop_map(|fields| Attributes::from(&fields.into_iter().collect::<Map<_, _>>()))
}

fn build(document: &Value) -> Result<CompiledFlag, tenantry_core::Problems> {
    compile(&FlagDefinition::from_json(document.to_string().as_bytes())?)
}

fn ruleset(flags: impl IntoIterator<Item = CompiledFlag>) -> Ruleset {
    let mut edit = Ruleset::default().edit();
    for flag in flags {
        edit.upsert(Arc::new(flag));
    }
    for (key, members) in [("a", "abc"), ("b", "cde")] {
        let members = members.chars().map(String::from).collect();
        edit.set_segment(&SegmentKey::new(key).expect("a key"), Arc::new(members));
    }
    edit.build()
}

/// A flag with one rollout, of which nothing else decides.
fn share(salt: &str, threshold: u32) -> Ruleset {
    let document = json!({"key": "flag", "salt": salt, "targeting": {
        "on": true, "rollout": {"threshold": threshold},
    }});
    ruleset([build(&document).expect("a good flag")])
}

/// Asks every way there is, and expects them to agree.
fn agree(ruleset: &Ruleset, key: &str, context: &Context<'_>) -> Explanation {
    let plain = ruleset.evaluate(key, context);
    let explained = ruleset.explain(key, context);
    assert_eq!(
        (plain.on, plain.reason, plain.rule, plain.variant),
        (
            explained.on,
            explained.reason,
            explained.rule,
            explained.variant.as_ref()
        ),
    );
    if let Some(slot) = ruleset.slot(key) {
        assert_eq!(ruleset.evaluate_slot(slot, context), plain);
    }
    if context.attributes.is_empty() {
        let enabled = (!plain.reason.leaves_default()).then_some(plain.on);
        assert_eq!(ruleset.is_enabled(key, context.tenant), enabled);
    }
    explained
}

proptest! {
    #[test]
    fn raising_a_threshold_turns_nobody_off(
        salt in salt(), tenants in vec(".{1,20}", 1..20), low in 0..=100_000_u32, high in 0..=100_000_u32,
    ) {
        let (low, high) = (share(&salt, low.min(high)), share(&salt, low.max(high)));
        for tenant in &tenants {
            prop_assert!(low.is_enabled("flag", tenant) <= high.is_enabled("flag", tenant));
        }
    }

    /// Going up step by step and down again, tenants leave in the opposite order.
    #[test]
    fn lowering_a_threshold_is_last_in_first_out(
        salt in salt(), tenants in prop::collection::btree_set(".{1,20}", 2..20),
    ) {
        let admitted = |threshold| -> BTreeSet<&str> {
            let share = share(&salt, threshold);
            tenants.iter().map(String::as_str).filter(|t| share.is_enabled("flag", t) == Some(true)).collect()
        };
        let steps: Vec<u32> = (0..=100_000).step_by(10_000).collect();
        let mut came: Vec<BTreeSet<&str>> = Vec::new();
        for pair in steps.windows(2) {
            came.push(admitted(pair[1]).difference(&admitted(pair[0])).copied().collect());
        }
        for pair in steps.windows(2).rev() {
            let left: BTreeSet<&str> = admitted(pair[1]).difference(&admitted(pair[0])).copied().collect();
            prop_assert_eq!(Some(left), came.pop());
        }
        prop_assert_eq!(admitted(100_000).len(), tenants.len());
    }

    #[test]
    fn whole_percents_are_those_of_unleash(salt in salt(), tenant in ".{1,20}", percent in 0..=100_u32) {
        let text = format!("{salt}:{tenant}");
        let hash = murmur3::murmur3_32(&mut text.as_bytes(), 0).expect("a slice can be read");
        let theirs = hash % 100 < percent;
        prop_assert_eq!(share(&salt, percent * 1_000).is_enabled("flag", &tenant), Some(theirs));
        prop_assert!(bucket(&salt, &tenant).number() < Bucket::COUNT);
    }

    /// Whatever is sent is refused, with paths, or can be evaluated and explained.
    #[test]
    fn any_document_is_refused_or_safe(
        document in prop_oneof![definition(), broken_definition(), any_json()],
        tenant in tenant(), attributes in attributes(),
    ) {
        match build(&document) {
            Ok(flag) => {
                let key = flag.key().to_string();
                let context = Context::tenant(&tenant).with_attributes(&attributes);
                agree(&ruleset([flag]), &key, &context);
            }
            Err(problems) => {
                prop_assert!(!problems.0.is_empty());
                let targeting = &document["targeting"];
                for problem in &problems.0 {
                    prop_assert!(!problem.message.is_empty() && !problem.message.ends_with('.'));
                    prop_assert!(exists(&document, targeting, &problem.path), "{}", problem);
                }
            }
        }
    }

    /// The same for bytes that are not even JSON.
    #[test]
    fn any_bytes_are_refused_or_read(bytes: Vec<u8>, cut in any::<prop::sample::Index>(), document in definition()) {
        for bytes in [&bytes[..], &document.to_string().as_bytes()[..cut.index(document.to_string().len())]] {
            if let Err(problems) = FlagDefinition::from_json(bytes) {
                prop_assert_eq!(problems.0.len(), 1);
            }
            if let Err(problems) = Targeting::from_json(bytes) {
                prop_assert_eq!(problems.0.len(), 1);
            }
        }
    }

    /// Evaluations, explanations and handles agree, among flags that wait for each other.
    #[test]
    fn all_ways_to_ask_agree(
        documents in vec(definition(), 1..6), tenant in tenant(), attributes in attributes(),
    ) {
        let ruleset = ruleset(documents.iter().filter_map(|document| build(document).ok()));
        for key in ["a", "b", "c", "d", "e", "nowhere"] {
            agree(&ruleset, key, &Context::tenant(&tenant));
            let context = Context::tenant(&tenant).with_attributes(&attributes);
            let explained = agree(&ruleset, key, &context);
            // The last step of the flag itself, but for the draw, is the one that decided.
            let last = explained.steps.iter().rfind(|s| s.depth == 0 && s.kind != StepKind::Variant);
            let expected = match last.expect("a step").outcome {
                Outcome::On => Some(true),
                Outcome::Off => Some(false),
                Outcome::LeftToDefault => None,
                other => return Err(TestCaseError::fail(format!("{other:?} decides nothing"))),
            };
            let answer = (!explained.reason.leaves_default()).then_some(explained.on);
            prop_assert_eq!(answer, expected);
        }
    }

    /// However a ruleset came about, it answers like one that was made at once.
    #[test]
    fn edits_equal_a_ruleset_made_afresh(edits in vec(edit(), 0..24), tenant in tenant()) {
        let mut ruleset = Ruleset::default();
        let mut flags: BTreeMap<String, Option<CompiledFlag>> = BTreeMap::new();
        let mut segments: BTreeMap<String, TenantSet> = BTreeMap::new();
        let handles: Vec<_> = {
            let mut edit = ruleset.edit();
            let handles = ["a", "b", "c", "d", "e"].map(|key| (key, edit.reserve(key))).into();
            ruleset = edit.build();
            handles
        };
        for change in edits {
            let mut edit = ruleset.edit();
            match change {
                Edit::Upsert(document) => {
                    if let Ok(flag) = build(&document) {
                        edit.upsert(Arc::new(flag.clone()));
                        flags.insert(flag.key().to_string(), Some(flag));
                    }
                }
                Edit::Refuse(key) => {
                    edit.refuse(&FlagKey::new(key.as_str()).expect("a key"));
                    flags.entry(key).or_insert(None);
                }
                Edit::Remove(key) => {
                    edit.remove(&FlagKey::new(key.as_str()).expect("a key"));
                    flags.remove(&key);
                }
                Edit::SetSegment(key, members) => {
                    let members: TenantSet = members.iter().collect();
                    edit.set_segment(&SegmentKey::new(key.as_str()).expect("a key"), Arc::new(members.clone()));
                    segments.insert(key, members);
                }
                Edit::RemoveSegment(key) => {
                    edit.remove_segment(&SegmentKey::new(key.as_str()).expect("a key"));
                    segments.remove(&key);
                }
                Edit::Clear => {
                    edit.clear();
                    flags.clear();
                    segments.clear();
                }
            }
            ruleset = edit.build();

            let mut afresh = Ruleset::default().edit();
            for (key, members) in &segments {
                afresh.set_segment(&SegmentKey::new(key.as_str()).expect("a key"), Arc::new(members.clone()));
            }
            for (key, flag) in flags.iter().rev() {
                match flag {
                    Some(flag) => afresh.upsert(Arc::new(flag.clone())),
                    None => afresh.refuse(&FlagKey::new(key.as_str()).expect("a key")),
                }
            }
            let afresh = afresh.build();
            prop_assert_eq!(ruleset.len(), afresh.len());
            let context = Context::tenant(&tenant);
            for (key, slot) in &handles {
                prop_assert_eq!(ruleset.explain(key, &context), afresh.explain(key, &context));
                prop_assert_eq!(ruleset.evaluate_slot(*slot, &context), afresh.evaluate(key, &context));
                prop_assert_eq!(ruleset.slot(key), Some(*slot), "slots stay");
            }
        }
    }

    #[test]
    fn a_tenant_set_is_a_set(changes in vec((any::<bool>(), "[a-d]{0,3}|.{250,260}"), 0..200)) {
        let (mut set, mut model) = (TenantSet::new(), BTreeSet::new());
        for (insert, tenant) in changes {
            let is_key = (1..=256).contains(&tenant.len());
            if insert {
                prop_assert_eq!(set.insert(&tenant), is_key && model.insert(tenant.clone()));
            } else {
                prop_assert_eq!(set.remove(&tenant), model.remove(&tenant));
            }
            prop_assert!(!is_key || set.contains(&tenant) == insert);
            prop_assert_eq!(set.len(), model.len());
        }
        prop_assert_eq!(set.iter().collect::<BTreeSet<_>>(), model.iter().map(String::as_str).collect());
        prop_assert_eq!(&set, &model.iter().collect::<TenantSet>());
        prop_assert_eq!(&set.clone(), &set);
    }
}

/// One change of a ruleset.
#[derive(Debug, Clone)]
enum Edit {
    Upsert(Value),
    Refuse(String),
    Remove(String),
    SetSegment(String, Vec<String>),
    RemoveSegment(String),
    Clear,
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        8 => definition().prop_map(Edit::Upsert),
        2 => "[a-e]".prop_map(Edit::Refuse),
        2 => "[a-e]".prop_map(Edit::Remove),
        2 => ("[a-c]", vec("[a-f]", 0..4)).prop_map(|(key, members)| Edit::SetSegment(key, members)),
        1 => "[a-c]".prop_map(Edit::RemoveSegment),
        1 => Just(Edit::Clear),
    ]
}

/// Whether a problem's path leads somewhere: up to its last step at least, which may be a field
/// that is missing.
fn exists(document: &Value, targeting: &Value, path: &str) -> bool {
    let steps: Vec<&str> = path
        .split(['.', '[', ']'])
        .filter(|step| !step.is_empty())
        .collect();
    let Some((_, parents)) = steps.split_last() else {
        return true;
    };
    let root = if steps[0] == "key" || steps[0] == "salt" {
        document
    } else {
        targeting
    };
    let step = |value: &Value, step: &&str| match value {
        Value::Array(list) => list.get(step.parse::<usize>().ok()?).cloned(),
        value => value.get(step).cloned(),
    };
    parents
        .iter()
        .try_fold(root.clone(), |value, name| step(&value, name))
        .is_some()
}
