//! Rulesets: what edits keep, what they let go, and what handles are good for.

use std::sync::Arc;

use serde_json::{Value, json};
use tenantry_core::{
    CompiledFlag, Context, FlagDefinition, FlagKey, Reason, Ruleset, SegmentKey, TenantSet, compile,
};

fn flag(key: &str, targeting: &Value) -> Arc<CompiledFlag> {
    let json = json!({"key": key, "salt": "7d3f", "targeting": targeting}).to_string();
    let definition = FlagDefinition::from_json(json.as_bytes()).expect("a definition");
    Arc::new(compile(&definition).expect("a good flag"))
}

fn on(key: &str) -> Arc<CompiledFlag> {
    flag(key, &json!({"on": true, "rollout": {"threshold": 100_000}}))
}

fn flag_key(key: &str) -> FlagKey {
    FlagKey::new(key).expect("a key")
}

fn reason(ruleset: &Ruleset, key: &str) -> Reason {
    ruleset.evaluate(key, &Context::tenant("acme")).reason
}

#[test]
fn an_edit_leaves_the_ruleset_it_came_from_alone() {
    let mut edit = Ruleset::default().edit();
    edit.upsert(on("a"));
    let before = edit.build();
    let mut edit = before.edit();
    edit.remove(&flag_key("a"));
    edit.upsert(on("b"));
    let after = edit.build();
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_eq!(before.is_enabled("a", "acme"), Some(true));
    assert_eq!(after.is_enabled("a", "acme"), None);
    assert_eq!(before.is_enabled("b", "acme"), None);
    assert_eq!(
        after
            .flags()
            .map(|flag| flag.key().as_str())
            .collect::<Vec<_>>(),
        ["b"]
    );
}

#[test]
fn a_handle_outlives_its_flag_and_is_good_again_when_it_returns() {
    let mut edit = Ruleset::default().edit();
    let slot = edit.reserve("a");
    assert_eq!(edit.reserve("a"), slot);
    let empty = edit.build();
    assert!(empty.is_empty() && empty.flag("a").is_none());

    let mut edit = empty.edit();
    edit.upsert(on("z"));
    edit.upsert(on("a"));
    let full = edit.build();
    let mut edit = full.edit();
    edit.clear();
    let cleared = edit.build();
    let mut edit = cleared.edit();
    edit.upsert(on("a"));
    let again = edit.build();

    let answers = [&empty, &full, &cleared, &again].map(|ruleset| {
        assert_eq!(ruleset.slot("a"), Some(slot));
        ruleset.is_enabled_slot(slot, "acme")
    });
    assert_eq!(answers, [None, Some(true), None, Some(true)]);
}

#[test]
fn a_slot_younger_than_the_ruleset_holds_nothing() {
    let old = Ruleset::default();
    let mut edit = old.edit();
    let slot = edit.reserve("a");
    edit.upsert(on("a"));
    assert_eq!(edit.build().is_enabled_slot(slot, "acme"), Some(true));
    assert_eq!(old.is_enabled_slot(slot, "acme"), None);
    let answer = old.evaluate_slot(slot, &Context::tenant("acme"));
    assert_eq!(answer.reason, Reason::FlagNotFound);
}

#[test]
fn a_refused_document_keeps_the_last_good_version() {
    let mut edit = Ruleset::default().edit();
    edit.upsert(on("good"));
    edit.refuse(&flag_key("good"));
    edit.refuse(&flag_key("never-good"));
    let ruleset = edit.build();
    assert_eq!(reason(&ruleset, "good"), Reason::Default);
    assert_eq!(reason(&ruleset, "never-good"), Reason::ParseError);
    assert_eq!(ruleset.is_enabled("never-good", "acme"), None);
    assert_eq!(ruleset.len(), 1);

    let mut edit = ruleset.edit();
    edit.upsert(on("never-good"));
    edit.remove(&flag_key("good"));
    let ruleset = edit.build();
    assert_eq!(reason(&ruleset, "never-good"), Reason::Default);
    assert_eq!(reason(&ruleset, "good"), Reason::FlagNotFound);
}

#[test]
fn segments_come_and_go_without_their_flags() {
    let friends = SegmentKey::new("friends").expect("a key");
    let members = |tenants: &[&str]| Arc::new(tenants.iter().collect::<TenantSet>());
    let rule =
        json!({"conditions": [{"operator": "in_segment", "segment": "friends"}], "effect": "on"});
    let mut edit = Ruleset::default().edit();
    edit.upsert(flag("a", &json!({"on": true, "rules": [rule]})));
    let without = edit.build();
    let mut edit = without.edit();
    edit.set_segment(&friends, members(&["acme"]));
    let with = edit.build();
    let mut edit = with.edit();
    edit.set_segment(&friends, members(&["globex"]));
    let other = edit.build();
    let mut edit = with.edit();
    edit.remove_segment(&friends);
    let removed = edit.build();
    let mut edit = with.edit();
    let a = with.flag("a").expect("the flag").clone();
    edit.clear();
    edit.upsert(Arc::new(a));
    let cleared = edit.build();
    let answers = [without, with, other, removed, cleared]
        .map(|ruleset| ruleset.is_enabled("a", "acme").expect("the flag"));
    assert_eq!(answers, [false, true, false, false, false]);
}

#[test]
fn lists_can_be_put_in_the_place_of_the_documents() {
    let plain = flag(
        "a",
        &json!({"on": true, "allow": ["acme"], "block": ["globex"]}),
    );
    assert!(plain.allow().contains("acme") && plain.block().contains("globex"));
    let list = |tenant: &str| Arc::new([tenant].into_iter().collect::<TenantSet>());
    let swapped = (*plain).clone().with_lists(list("globex"), list("acme"));
    let emptied = (*plain).clone().with_lists(Arc::default(), Arc::default());
    let answers = [(*plain).clone(), swapped, emptied].map(|flag| {
        let mut edit = Ruleset::default().edit();
        edit.upsert(Arc::new(flag));
        let ruleset = edit.build();
        ["acme", "globex"].map(|tenant| ruleset.is_enabled("a", tenant) == Some(true))
    });
    assert_eq!(answers, [[true, false], [false, true], [false, false]]);
}

#[test]
fn a_flag_tells_what_it_knows_by_key() {
    let segment = |key| json!({"operator": "in_segment", "segment": key});
    let flag = flag(
        "a",
        &json!({
            "prerequisites": [{"flag": "b"}, {"flag": "c", "on": false}],
            "rules": [
                {"conditions": [segment("x"), segment("y")], "effect": "on"},
                {"conditions": [segment("x")], "effect": "off"},
            ],
            "variants": [{"name": "only", "weight": 1}],
        }),
    );
    assert_eq!(flag.prerequisites().collect::<Vec<_>>(), ["b", "c"]);
    assert_eq!(flag.segments().collect::<Vec<_>>(), ["x", "y"]);
    assert!(flag.has_variants() && !on("b").has_variants());
}

#[test]
fn a_cycle_ends_when_one_of_its_flags_goes() {
    let waits_for = |key: &str, other: &str| {
        let prerequisites = json!([{"flag": other}]);
        flag(
            key,
            &json!({"on": true, "prerequisites": prerequisites, "rollout": {"threshold": 100_000}}),
        )
    };
    let mut edit = Ruleset::default().edit();
    edit.upsert(waits_for("a", "b"));
    edit.upsert(waits_for("b", "a"));
    let cycle = edit.build();
    assert_eq!(reason(&cycle, "a"), Reason::PrerequisiteFailed);
    let mut edit = cycle.edit();
    edit.upsert(on("b"));
    let open = edit.build();
    assert_eq!(
        [reason(&open, "a"), reason(&open, "b")],
        [Reason::Default; 2]
    );
    let mut edit = open.edit();
    edit.upsert(waits_for("b", "a"));
    assert_eq!(reason(&edit.build(), "b"), Reason::PrerequisiteFailed);
}
