//! An evaluation allocates nothing: hit or miss, short or long, on or off, known or not.
//!
//! Alone in its binary, because counting takes the place of the global allocator.

use std::sync::Arc;

use allocation_counter::measure;
use serde_json::{Value, json};
use tenantry_core::{
    AttributeValue, Attributes, Context, FlagDefinition, Ruleset, SegmentKey, TenantSet, compile,
};

/// A ruleset with a flag of every kind.
fn ruleset() -> Ruleset {
    let operators = [
        json!({"operator": "in_segment", "segment": "friends"}),
        json!({"operator": "not_in_segment", "segment": "nowhere"}),
        json!({"operator": "in", "attribute": "a", "values": ["x", 1, true]}),
        json!({"operator": "in", "attribute": "a", "values": ["ÄX"], "ignore_case": true}),
        json!({"operator": "not_in", "attribute": "a", "values": ["x"]}),
        json!({"operator": "contains", "attribute": "a", "values": ["x"]}),
        json!({"operator": "contains", "attribute": "a", "values": ["İX"], "ignore_case": true}),
        json!({"operator": "starts_with", "attribute": "a", "values": ["x"], "ignore_case": true}),
        json!({"operator": "ends_with", "attribute": "a", "values": ["x"], "ignore_case": true}),
        json!({"operator": "number_gt", "attribute": "a", "values": [1e9]}),
        json!({"operator": "semver_gt", "attribute": "a", "values": ["9999.0.0-a.very.long.pre-release"]}),
        json!({"operator": "date_after", "attribute": "a", "values": ["9999-12-31T23:59:59+01:00"]}),
        json!({"operator": "in_cidr", "attribute": "a", "values": ["10.0.0.0/8", "2001:db8::/32"]}),
        json!({"operator": "exists", "attribute": "b"}),
    ];
    let rules: Vec<Value> = operators
        .iter()
        .map(
            |condition| json!({"conditions": [condition], "effect": {"rollout": {"threshold": 1}}}),
        )
        .collect();
    let allow: Vec<String> = (0..10_000)
        .map(|number| format!("tenant-{number:08}"))
        .collect();
    let flags = [
        ("off", json!({"on": false, "allow": allow})),
        (
            "plain",
            json!({"on": true, "allow": ["acme"], "rollout": {"threshold": 25_000}}),
        ),
        (
            "long-list",
            json!({"on": true, "allow": allow, "rollout": {"threshold": 25_000}}),
        ),
        (
            "blocking",
            json!({"on": true, "block": ["acme"], "allow": allow}),
        ),
        (
            "ruled",
            json!({"on": true, "rules": rules, "rollout": {"threshold": 50_000}}),
        ),
        (
            "waiting",
            json!({"on": true, "prerequisites": [
                {"flag": "coin", "variants": ["a", "b"]}, {"flag": "off", "on": false}, {"flag": "nowhere"},
            ]}),
        ),
        (
            "selfish",
            json!({"on": true, "prerequisites": [{"flag": "selfish"}]}),
        ),
        (
            "coin",
            json!({"on": true, "rollout": {"threshold": 100_000}, "variants": [
                {"name": "a", "weight": 1, "payload": {"text": "a payload"}}, {"name": "b", "weight": 1},
            ]}),
        ),
    ];
    let mut edit = Ruleset::default().edit();
    for (key, targeting) in flags {
        let definition = json!({"key": key, "salt": key, "targeting": targeting}).to_string();
        let definition = FlagDefinition::from_json(definition.as_bytes()).expect("a definition");
        edit.upsert(Arc::new(compile(&definition).expect("a good flag")));
    }
    let friends: TenantSet = allow.iter().step_by(2).collect();
    edit.set_segment(
        &SegmentKey::new("friends").expect("a key"),
        Arc::new(friends),
    );
    edit.build()
}

#[test]
fn an_evaluation_allocates_nothing() {
    let ruleset = ruleset();
    let long = "x".repeat(256);
    let tenants = ["", "acme", "tenant-00000042", "Ärzte GmbH & Söhne", &long];
    let texts = [
        "x",
        "Äx İX",
        "1.2.3-an.even.longer.pre-release+build",
        "2026-11-22T08:00:00.25+02:00",
    ];
    let mut values: Vec<AttributeValue> = texts.map(AttributeValue::from).into();
    values.extend(["2001:db8::1", "::ffff:10.0.0.1", &long].map(AttributeValue::from));
    values.extend([
        AttributeValue::Number(2e9),
        true.into(),
        vec!["y", "10.1.1.1"].into(),
    ]);
    let attributes: Vec<_> = values
        .into_iter()
        .map(|value| Attributes::from_iter([("a", value)]))
        .collect();
    let keys = [
        "off",
        "plain",
        "long-list",
        "blocking",
        "ruled",
        "waiting",
        "selfish",
        "coin",
        "no-such-flag",
    ];

    for key in keys {
        let slot = ruleset.slot(key);
        for tenant in tenants {
            let plain = measure(|| {
                std::hint::black_box(ruleset.is_enabled(key, tenant));
                std::hint::black_box(slot.map(|slot| ruleset.is_enabled_slot(slot, tenant)));
                std::hint::black_box(ruleset.evaluate(key, &Context::tenant(tenant)));
            });
            assert_eq!(plain.count_total, 0, "{key} for {tenant:?}");
            for attributes in &attributes {
                let context = Context::tenant(tenant).with_attributes(attributes);
                let known = measure(|| {
                    std::hint::black_box(ruleset.evaluate(key, &context));
                });
                assert_eq!(
                    known.count_total, 0,
                    "{key} for {tenant:?} with {attributes:?}"
                );
            }
        }
    }
}

#[test]
fn the_counter_counts() {
    let ruleset = ruleset();
    let info = measure(|| {
        std::hint::black_box(ruleset.explain("plain", &Context::tenant("acme")));
    });
    assert!(info.count_total > 0, "an explanation is owned");
}

#[test]
fn a_tenant_of_15_bytes_takes_34_at_most() {
    for count in [10_usize, 1_000, 10_000, 28_000, 29_000, 100_000] {
        let info = measure(|| {
            let set: TenantSet = (0..count)
                .map(|number| format!("tenant-{number:08}"))
                .collect();
            assert_eq!(set.len(), count);
            let bytes = set.size_bytes() / count;
            assert!(
                (21..=34).contains(&bytes),
                "{bytes} bytes a tenant for {count}"
            );
            std::hint::black_box(&set);
        });
        assert!(info.bytes_max > 0, "the set lives on the heap");
    }
}
