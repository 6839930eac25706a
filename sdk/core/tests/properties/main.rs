//! Properties: what must hold of any document, any tenant and any attributes.

mod documents;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use tenantry_core::{
    Bucket, CompiledFlag, Context, Explanation, FlagDefinition, FlagKey, Outcome, Ruleset,
    SegmentKey, StepKind, Targeting, TenantSet, bucket, compile,
};

use self::documents::{
    Edit, any_json, attributes, broken_definition, definition, edit, salt, tenant,
};

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
