//! The compiler: from a flag's document to its compiled form.
//!
//! Separate from the documents, which may be wrong, and from the evaluator, which may not fail:
//! this is the one place where a document is judged.
//!
//! **Invariants**
//! - Every problem of a document is reported with its exact path, the parts in document order.
//! - What compiles can be evaluated and explained for any context.
//! - Compiling costs time and memory in proportion to the document; the limits bound the rest.

mod path;

use std::collections::HashSet;
use std::sync::Arc;

pub(crate) use path::{Findings, Path};

use crate::bucket::{Bucket, Draw};
use crate::condition::{self, Parts};
use crate::flag::{CompiledEffect, CompiledFlag, CompiledRollout, CompiledRule};
use crate::limits::{
    MAX_CONDITIONS, MAX_DESCRIPTION_BYTES, MAX_PAYLOAD_BYTES, MAX_PREREQUISITES, MAX_RULES,
    MAX_SALT_BYTES, MAX_TENANT_BYTES, MAX_VARIANT_NAME_BYTES, MAX_VARIANTS, MAX_WEIGHT,
};
use crate::model::{
    Effect, FlagDefinition, FlagKey, Prerequisite, Problems, Rollout, Rule, Variant,
};
use crate::tenants::TenantSet;

/// Compiles a flag. Its key lists are those of the document; [`CompiledFlag::with_lists`] replaces
/// them.
///
/// Prerequisites and segments stay keys here: [`RulesetEdit::build`](crate::RulesetEdit::build)
/// links them, and [`check_links`](crate::check_links) tells a writer what cannot be linked.
///
/// ```
/// use tenantry_core::{FlagDefinition, compile};
///
/// let document = br#"{"key": "new-billing", "salt": "7d3f", "targeting": {
///     "on": true,
///     "rules": [{"conditions": [{"operator": "equals", "attribute": "plan", "values": ["pro"]}],
///                "effect": {"rollout": {"threshold": 100001}}}]}}"#;
/// let problems = compile(&FlagDefinition::from_json(document)?).expect_err("two mistakes");
/// let paths: Vec<&str> = problems.0.iter().map(|problem| problem.path.as_str()).collect();
/// assert_eq!(paths, ["rules[0].conditions[0].operator", "rules[0].effect.rollout.threshold"]);
/// # Ok::<(), tenantry_core::Problems>(())
/// ```
///
/// # Errors
/// All the document's problems at once, their paths relative to the targeting (and `salt`, which
/// lies beside it).
pub fn compile(definition: &FlagDefinition) -> Result<CompiledFlag, Problems> {
    let targeting = &definition.targeting;
    let mut findings = Findings::default();
    let mut parts = Parts::default();

    check_salt(&definition.salt, Path::Root.field("salt"), &mut findings);
    let salt: Arc<str> = definition.salt.as_str().into();
    check_prerequisites(&targeting.prerequisites, &mut findings);
    let block = tenants(&targeting.block, Path::Root.field("block"), &mut findings);
    let allow = tenants(&targeting.allow, Path::Root.field("allow"), &mut findings);
    let rules = rules(&targeting.rules, &salt, &mut parts, &mut findings);
    let rollout = rollout(
        &targeting.rollout,
        &salt,
        Path::Root.field("rollout"),
        &mut findings,
    );
    check_variants(&targeting.variants, &mut findings);
    if let Some(salt) = &targeting.variant_salt {
        check_salt(salt, Path::Root.field("variant_salt"), &mut findings);
    }
    let draw = Draw::new(
        targeting.variant_salt.as_deref().unwrap_or(&salt),
        &targeting.variants,
    );

    findings.into_problems().or(())?;
    Ok(CompiledFlag {
        key: definition.key.clone(),
        on: targeting.on,
        is_plain: false,
        prerequisites: targeting.prerequisites.clone().into(),
        block: block.into(),
        allow: allow.into(),
        rules: rules.into(),
        rollout,
        draw,
        segments: parts.segments.into(),
    }
    .settled())
}

fn check_salt(salt: &str, path: Path<'_>, findings: &mut Findings) {
    if salt.len() > MAX_SALT_BYTES {
        findings.push(
            path,
            format!("a salt must be at most {MAX_SALT_BYTES} bytes"),
        );
    }
}

fn check_prerequisites(prerequisites: &[Prerequisite], findings: &mut Findings) {
    let all = Path::Root.field("prerequisites");
    check_count(
        prerequisites.len(),
        MAX_PREREQUISITES,
        "prerequisites",
        all,
        findings,
    );
    let mut seen = HashSet::new();
    for (index, prerequisite) in prerequisites.iter().enumerate() {
        let path = all.index(index);
        if let Err(error) = FlagKey::new(prerequisite.flag.as_str()) {
            findings.push(path.field("flag"), error.to_string());
        } else if !seen.insert(&prerequisite.flag) {
            let message = format!("{} is a prerequisite already", prerequisite.flag);
            findings.push(path.field("flag"), message);
        }
        let variants = path.field("variants");
        check_count(
            prerequisite.variants.len(),
            MAX_VARIANTS,
            "variants",
            variants,
            findings,
        );
        if !prerequisite.on && !prerequisite.variants.is_empty() {
            findings.push(variants, "a flag that must be off gives no variant");
        }
        for (index, name) in prerequisite.variants.iter().enumerate() {
            check_variant_name(name, variants.index(index), findings);
        }
    }
}

fn tenants(keys: &[String], path: Path<'_>, findings: &mut Findings) -> TenantSet {
    for (index, key) in keys.iter().enumerate() {
        if !(1..=MAX_TENANT_BYTES).contains(&key.len()) {
            let message = format!("a tenant key must be 1 to {MAX_TENANT_BYTES} bytes of UTF-8");
            findings.push(path.index(index), message);
        }
    }
    keys.iter().collect()
}

fn rules(
    rules: &[Rule],
    salt: &Arc<str>,
    parts: &mut Parts,
    findings: &mut Findings,
) -> Vec<CompiledRule> {
    let all = Path::Root.field("rules");
    check_count(rules.len(), MAX_RULES, "rules", all, findings);
    let mut compiled = Vec::with_capacity(rules.len());
    for (index, rule) in rules.iter().enumerate() {
        let path = all.index(index);
        if rule.description.len() > MAX_DESCRIPTION_BYTES {
            let message = format!("a description must be at most {MAX_DESCRIPTION_BYTES} bytes");
            findings.push(path.field("description"), message);
        }
        let conditions = path.field("conditions");
        check_count(
            rule.conditions.len(),
            MAX_CONDITIONS,
            "conditions",
            conditions,
            findings,
        );
        compiled.push(CompiledRule {
            conditions: rule
                .conditions
                .iter()
                .enumerate()
                .filter_map(|(index, condition)| {
                    condition::compile(condition, conditions.index(index), parts, findings)
                })
                .collect(),
            effect: effect(&rule.effect, salt, path.field("effect"), findings),
            description: rule.description.as_str().into(),
        });
    }
    compiled
}

fn effect(
    effect: &Effect,
    salt: &Arc<str>,
    path: Path<'_>,
    findings: &mut Findings,
) -> CompiledEffect {
    match effect {
        Effect::On => CompiledEffect::On,
        Effect::Off => CompiledEffect::Off,
        Effect::Rollout(share) => {
            CompiledEffect::Rollout(rollout(share, salt, path.field("rollout"), findings))
        }
    }
}

fn rollout(
    rollout: &Rollout,
    salt: &Arc<str>,
    path: Path<'_>,
    findings: &mut Findings,
) -> CompiledRollout {
    if rollout.threshold > Bucket::COUNT {
        let message = format!(
            "a threshold must be 0 to {} (thousandths of a percent)",
            Bucket::COUNT
        );
        findings.push(path.field("threshold"), message);
    }
    let salt = match &rollout.salt {
        Some(own) => {
            check_salt(own, path.field("salt"), findings);
            own.as_str().into()
        }
        None => Arc::clone(salt),
    };
    CompiledRollout::new(rollout.threshold, salt)
}

fn check_variants(variants: &[Variant], findings: &mut Findings) {
    let all = Path::Root.field("variants");
    check_count(variants.len(), MAX_VARIANTS, "variants", all, findings);
    let mut names = HashSet::new();
    for (index, variant) in variants.iter().enumerate() {
        let path = all.index(index);
        check_variant_name(&variant.name, path.field("name"), findings);
        if !names.insert(&variant.name) {
            findings.push(
                path.field("name"),
                "a variant's name must be unique within its flag",
            );
        }
        if variant.weight > MAX_WEIGHT {
            findings.push(
                path.field("weight"),
                format!("a weight must be 0 to {MAX_WEIGHT}"),
            );
        }
        if variant.payload.to_string().len() > MAX_PAYLOAD_BYTES {
            let message = format!("a payload must be at most {MAX_PAYLOAD_BYTES} bytes of JSON");
            findings.push(path.field("payload"), message);
        }
    }
    if !variants.is_empty() && variants.iter().all(|variant| variant.weight == 0) {
        findings.push(all, "at least one variant must have a weight above 0");
    }
}

fn check_variant_name(name: &str, path: Path<'_>, findings: &mut Findings) {
    if !(1..=MAX_VARIANT_NAME_BYTES).contains(&name.len()) {
        let message = format!("a variant's name must be 1 to {MAX_VARIANT_NAME_BYTES} bytes");
        findings.push(path, message);
    }
}

fn check_count(count: usize, limit: usize, what: &str, path: Path<'_>, findings: &mut Findings) {
    if count > limit {
        findings.push(
            path,
            format!("there may be at most {limit} {what}, not {count}"),
        );
    }
}
