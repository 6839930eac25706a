//! The vectors: what `SPEC.md` says, as data, run against this implementation.
//!
//! They lie in `vectors/` as JSON that any language can read; `SPEC.md` tells their form. A vector
//! that has been released is never changed: whoever relies on it would see tenants change sides.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tenantry_core::model::{Prerequisite, Variant};
use tenantry_core::{
    Attributes, Checksum, Context, FlagDefinition, ItemId, Reason, Ruleset, SegmentKey, bucket,
    check_links, compile,
};

fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).expect("the file of vectors");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}.json: {error}"))
}

fn reference(seed: u32, text: &str) -> u32 {
    murmur3::murmur3_32(&mut text.as_bytes(), seed).expect("a slice can be read")
}

#[derive(Deserialize)]
struct HashVectors {
    hashes: Vec<HashCase>,
    buckets: Vec<BucketCase>,
    draws: Vec<DrawCase>,
}

#[derive(Deserialize)]
struct HashCase {
    seed: u32,
    text: String,
    hash: u32,
}

#[derive(Deserialize)]
struct BucketCase {
    salt: String,
    tenant: String,
    hash: u32,
    bucket: u32,
    percent: u32,
}

#[derive(Deserialize)]
struct DrawCase {
    salt: String,
    tenant: String,
    weights: Vec<u32>,
    ticket: u32,
    index: usize,
}

#[test]
fn hashes() {
    for case in read::<HashVectors>("hash").hashes {
        assert_eq!(
            reference(case.seed, &case.text),
            case.hash,
            "{:?}",
            case.text
        );
    }
}

#[test]
fn buckets() {
    for BucketCase {
        salt,
        tenant,
        hash,
        bucket: expected,
        percent,
    } in read::<HashVectors>("hash").buckets
    {
        let name = format!("{salt:?} {tenant:?}");
        assert_eq!(reference(0, &format!("{salt}:{tenant}")), hash, "{name}");
        assert_eq!(bucket(&salt, &tenant).number(), expected, "{name}");
        assert_eq!(hash % 100 + 1, percent, "{name}");
        for whole in 0..=100 {
            assert_eq!(
                expected < whole * 1_000,
                percent <= whole,
                "{name} at {whole} %"
            );
        }
    }
}

#[test]
fn draws() {
    for DrawCase {
        salt,
        tenant,
        weights,
        ticket,
        index,
    } in read::<HashVectors>("hash").draws
    {
        let name = format!("{salt:?} {tenant:?} {weights:?}");
        let sum: u32 = weights.iter().sum();
        let hash = reference(86_028_157, &format!("{salt}:{tenant}"));
        assert_eq!(hash % sum + 1, ticket, "{name}");
        let variants: Vec<Value> = weights
            .iter()
            .enumerate()
            .map(|(index, weight)| json!({"name": index.to_string(), "weight": weight}))
            .collect();
        let flag = json!({"key": "flag", "salt": "", "targeting": {
            "on": true, "rollout": {"threshold": 100_000}, "variants": variants, "variant_salt": salt,
        }});
        let ruleset = ruleset(&[flag], &BTreeMap::new());
        let drawn = ruleset.evaluate("flag", &Context::tenant(&tenant)).variant;
        assert_eq!(
            drawn.map(|variant| variant.name.as_str()),
            Some(&*index.to_string()),
            "{name}"
        );
    }
}

#[derive(Deserialize)]
struct Checksums {
    items: Vec<ItemCase>,
    members: Vec<MemberCase>,
    states: Vec<StateCase>,
}

#[derive(Deserialize)]
struct ItemCase {
    bytes: String,
    checksum: Checksum,
}

#[derive(Deserialize)]
struct MemberCase {
    owner: ItemId,
    list: String,
    tenant: String,
    checksum: Checksum,
}

#[derive(Deserialize)]
struct StateCase {
    items: Vec<usize>,
    members: Vec<usize>,
    checksum: Checksum,
}

#[test]
fn checksums() {
    let Checksums {
        items,
        members,
        states,
    } = read("checksum");
    for case in &items {
        assert_eq!(
            Checksum::of_item(case.bytes.as_bytes()),
            case.checksum,
            "{}",
            case.bytes
        );
    }
    for MemberCase {
        owner,
        list,
        tenant,
        checksum,
    } in &members
    {
        let found = Checksum::of_member(owner, list, tenant);
        assert_eq!(found, *checksum, "{owner} {list} {tenant}");
    }
    for state in states {
        let items = state.items.iter().map(|&index| items[index].checksum);
        let members = state.members.iter().map(|&index| members[index].checksum);
        let sum = items
            .chain(members)
            .fold(Checksum::ZERO, |sum, term| sum ^ term);
        assert_eq!(sum, state.checksum);
    }
}

#[derive(Deserialize)]
struct Conditions {
    groups: Vec<ConditionGroup>,
}

#[derive(Deserialize)]
struct ConditionGroup {
    name: String,
    condition: Value,
    cases: Vec<ConditionCase>,
}

#[derive(Deserialize)]
struct ConditionCase {
    #[serde(default, deserialize_with = "present")]
    value: Option<Value>,
    holds: bool,
}

/// Tells a value of null from no value.
fn present<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(input).map(Some)
}

#[test]
fn conditions() {
    for group in read::<Conditions>("conditions").groups {
        let rule = json!({"conditions": [group.condition], "effect": "on"});
        let flag = json!({"key": "flag", "salt": "", "targeting": {"on": true, "rules": [rule]}});
        let ruleset = ruleset(&[flag], &BTreeMap::new());
        for ConditionCase { value, holds } in group.cases {
            let name = format!("{}: {value:?}", group.name);
            let passed: Map<_, _> = value
                .map(|value| ("a".to_owned(), value))
                .into_iter()
                .collect();
            let attributes = Attributes::from(&passed);
            let context = Context::tenant("acme").with_attributes(&attributes);
            assert_eq!(ruleset.evaluate("flag", &context).on, holds, "{name}");
            assert_eq!(
                ruleset.explain("flag", &context).on,
                holds,
                "{name}, explained"
            );
        }
    }
}

#[derive(Deserialize)]
struct Evaluations {
    flags: Vec<Value>,
    segments: BTreeMap<SegmentKey, Vec<String>>,
    cases: Vec<EvaluationCase>,
}

#[derive(Deserialize)]
struct EvaluationCase {
    name: String,
    flag: String,
    tenant: String,
    #[serde(default)]
    attributes: Map<String, Value>,
    expect: Expected,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Expected {
    on: bool,
    reason: Reason,
    variant: Option<ExpectedVariant>,
    rule: Option<usize>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct ExpectedVariant {
    name: String,
    #[serde(default)]
    payload: Value,
}

impl From<&Variant> for ExpectedVariant {
    fn from(variant: &Variant) -> Self {
        Self {
            name: variant.name.clone(),
            payload: variant.payload.clone(),
        }
    }
}

#[test]
fn order() {
    check_evaluations("order");
}

#[test]
fn rollout() {
    check_evaluations("rollout");
}

#[test]
fn prerequisites() {
    check_evaluations("prerequisites");
}

#[test]
fn variants() {
    check_evaluations("variants");
}

fn check_evaluations(file: &str) {
    let Evaluations {
        flags,
        segments,
        cases,
    } = read(file);
    let ruleset = ruleset(&flags, &segments);
    for EvaluationCase {
        name,
        flag,
        tenant,
        attributes,
        expect,
    } in cases
    {
        let name = format!("{name}: {flag} for {tenant:?}");
        let attributes = Attributes::from(&attributes);
        let context = Context::tenant(&tenant).with_attributes(&attributes);
        let found = ruleset.evaluate(&flag, &context);
        let found = Expected {
            on: found.on,
            reason: found.reason,
            variant: found.variant.map(ExpectedVariant::from),
            rule: found.rule,
        };
        assert_eq!(found, expect, "{name}");
        let explained = ruleset.explain(&flag, &context);
        let explained = Expected {
            on: explained.on,
            reason: explained.reason,
            variant: explained.variant.as_ref().map(ExpectedVariant::from),
            rule: explained.rule,
        };
        assert_eq!(explained, expect, "{name}, explained");
        if attributes.is_empty() {
            let on = (!expect.reason.leaves_default()).then_some(expect.on);
            assert_eq!(ruleset.is_enabled(&flag, &tenant), on, "{name}, plainly");
        }
    }
}

#[derive(Deserialize)]
struct Refused {
    cases: Vec<RefusedCase>,
}

#[derive(Deserialize)]
struct RefusedCase {
    name: String,
    definition: Value,
    paths: Vec<String>,
}

#[test]
fn refused() {
    for RefusedCase {
        name,
        definition,
        mut paths,
    } in read::<Refused>("refused").cases
    {
        let json = serde_json::to_vec(&definition).expect("JSON");
        let result = FlagDefinition::from_json(&json).and_then(|definition| compile(&definition));
        let problems = result.map(|_| ()).expect_err(&name);
        let mut found: Vec<_> = problems
            .0
            .iter()
            .map(|problem| problem.path.clone())
            .collect();
        paths.sort();
        found.sort();
        assert_eq!(found, paths, "{name}: {problems}");
    }
}

#[derive(Deserialize)]
struct Accepted {
    cases: Vec<AcceptedCase>,
}

#[derive(Deserialize)]
struct AcceptedCase {
    name: String,
    definition: FlagDefinition,
}

#[test]
fn accepted() {
    for AcceptedCase { name, definition } in read::<Accepted>("accepted").cases {
        if let Err(problems) = compile(&definition) {
            panic!("{name}: {problems}");
        }
    }
}

#[derive(Deserialize)]
struct Links {
    cases: Vec<LinksCase>,
}

#[derive(Deserialize)]
struct LinksCase {
    name: String,
    flags: BTreeMap<String, Vec<String>>,
    paths: Vec<String>,
}

#[test]
fn links() {
    for LinksCase {
        name,
        flags,
        mut paths,
    } in read::<Links>("links").cases
    {
        let flags: Vec<(String, Vec<Prerequisite>)> = flags
            .into_iter()
            .map(|(key, others)| {
                let waits_for = |flag| Prerequisite {
                    flag,
                    on: true,
                    variants: Vec::new(),
                };
                (key, others.into_iter().map(waits_for).collect())
            })
            .collect();
        let result = check_links(
            flags
                .iter()
                .map(|(key, all)| (key.as_str(), all.as_slice())),
        );
        let problems = result.err().unwrap_or_default();
        let mut found: Vec<_> = problems
            .0
            .iter()
            .map(|problem| problem.path.clone())
            .collect();
        paths.sort();
        found.sort();
        assert_eq!(found, paths, "{name}: {problems}");
    }
}

fn ruleset(flags: &[Value], segments: &BTreeMap<SegmentKey, Vec<String>>) -> Ruleset {
    let mut edit = Ruleset::default().edit();
    for flag in flags {
        let json = serde_json::to_vec(flag).expect("JSON");
        let flag = FlagDefinition::from_json(&json).and_then(|definition| compile(&definition));
        edit.upsert(Arc::new(flag.expect("a good flag")));
    }
    for (key, members) in segments {
        edit.set_segment(key, Arc::new(members.iter().collect()));
    }
    edit.build()
}
