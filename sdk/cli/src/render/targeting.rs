//! Targeting in sentences: a rule, an effect, a whole configuration.
//!
//! **Invariants**
//! - A sentence loses nothing that decides an answer, except the members of long lists.

use owo_colors::OwoColorize as _;
use serde_json::Value;
use tenantry_core::model::{Condition, Effect, Prerequisite, Rule, Targeting};

use super::{Share, count, plain};

/// How many members of a list are named before the rest is counted.
const NAMED_MEMBERS: usize = 8;

/// What an effect does: `on`, `off`, `25%`.
pub(crate) fn effect(effect: &Effect) -> String {
    match effect {
        Effect::On => "on".to_owned(),
        Effect::Off => "off".to_owned(),
        Effect::Rollout(rollout) => Share::of_threshold(rollout.threshold).to_string(),
    }
}

/// A rule in one sentence: `German pilots: country in DE, AT and seats ≥ 5 → 25%`.
pub(crate) fn rule(rule: &Rule) -> String {
    let conditions: Vec<String> = rule.conditions.iter().map(condition).collect();
    let who = if conditions.is_empty() {
        "everybody".to_owned()
    } else {
        conditions.join(" and ")
    };
    let label = if rule.description.is_empty() {
        String::new()
    } else {
        format!("{}: ", rule.description)
    };
    format!("{label}{who} → {}", effect(&rule.effect))
}

/// What a prerequisite asks for: `new-accounts on`, `theme on with blue or green`.
pub(crate) fn prerequisite(wanted: &Prerequisite) -> String {
    let answer = if wanted.on { "on" } else { "off" };
    if wanted.variants.is_empty() {
        format!("{} {answer}", wanted.flag)
    } else {
        format!(
            "{} {answer} with {}",
            wanted.flag,
            wanted.variants.join(" or ")
        )
    }
}

/// Some of many: `acme-corp, globex and 40 more`.
pub(crate) fn members(names: &[String]) -> String {
    let shown = names
        .iter()
        .take(NAMED_MEMBERS)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(NAMED_MEMBERS) {
        0 => shown,
        rest => format!("{shown} and {rest} more"),
    }
}

/// A whole configuration, one aspect a line, in the order in which it is evaluated.
pub(crate) fn targeting(targeting: &Targeting) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = |name: &str, text: String| {
        lines.push(format!(
            "{}  {}",
            format!("{name:<8}").dimmed(),
            plain(&text)
        ));
    };

    line(
        "switch",
        if targeting.on {
            "on".to_owned()
        } else {
            "off for everybody".to_owned()
        },
    );
    for wanted in &targeting.prerequisites {
        line("requires", prerequisite(wanted));
    }
    for (name, list) in [("block", &targeting.block), ("allow", &targeting.allow)] {
        if !list.is_empty() {
            line(
                name,
                format!(
                    "{} ({})",
                    members(list),
                    count(list.len(), "tenant", "tenants")
                ),
            );
        }
    }
    for (index, item) in targeting.rules.iter().enumerate() {
        line(&format!("rule {}", index + 1), rule(item));
    }
    line(
        "rollout",
        Share::of_threshold(targeting.rollout.threshold).to_string(),
    );
    for variant in &targeting.variants {
        let payload = match &variant.payload {
            Value::Null => String::new(),
            payload => format!(", gives {payload}"),
        };
        line(
            "variant",
            format!("{} weighs {}{payload}", variant.name, variant.weight),
        );
    }
    lines
}

fn condition(condition: &Condition) -> String {
    let subject = condition.attribute.as_deref().unwrap_or_default();
    let values = condition
        .values
        .iter()
        .map(value)
        .collect::<Vec<_>>()
        .join(", ");
    let operator = match condition.operator.as_str() {
        "in_segment" | "not_in_segment" => {
            let segment = condition.segment.as_deref().unwrap_or_default();
            return format!("{} {segment}", condition.operator.replace('_', " "));
        }
        "number_eq" => "=",
        "number_gt" => ">",
        "number_gte" => "≥",
        "number_lt" => "<",
        "number_lte" => "≤",
        "semver_eq" => "is version",
        "semver_gt" => "is a version >",
        "semver_gte" => "is a version ≥",
        "semver_lt" => "is a version <",
        "semver_lte" => "is a version ≤",
        "date_before" => "is before",
        "date_after" => "is after",
        other => &other.replace('_', " "),
    };
    let case = if condition.ignore_case {
        " (any case)"
    } else {
        ""
    };
    let space = if values.is_empty() { "" } else { " " };
    format!("{subject} {operator}{space}{values}{case}")
}

fn value(value: &Value) -> String {
    match value {
        // Quotes only where the bare text could be taken for something else.
        Value::String(text) if !text.is_empty() && !text.contains([',', ' ', '"']) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;

    fn check(document: serde_json::Value) -> String {
        let document: Targeting = serde_json::from_value(document).expect("a targeting document");
        strip_str(&targeting(&document).join("\n")).to_string()
    }

    #[test]
    fn an_empty_document_is_off() {
        assert_snapshot!(check(json!({})), @r"
        switch    off for everybody
        rollout   0%
        ");
    }

    #[test]
    fn every_aspect_has_its_line_in_order_of_evaluation() {
        let allow: Vec<String> = (1..=10).map(|number| format!("tenant-{number}")).collect();
        assert_snapshot!(check(json!({
            "on": true,
            "prerequisites": [{"flag": "new-accounts"}, {"flag": "theme", "variants": ["blue", "green"]}, {"flag": "legacy", "on": false}],
            "block": ["initech"],
            "allow": allow,
            "rules": [
                {"description": "Pilots", "conditions": [{"operator": "in_segment", "segment": "pilots"}], "effect": "on"},
                {"conditions": [
                    {"operator": "in", "attribute": "country", "values": ["DE", "New Zealand", true, 7]},
                    {"operator": "number_gte", "attribute": "seats", "values": [5]},
                    {"operator": "ends_with", "attribute": "host", "values": [".EXAMPLE"], "ignore_case": true},
                    {"operator": "exists", "attribute": "plan"},
                ], "effect": {"rollout": {"threshold": 12_500}}},
                {"effect": "off"},
            ],
            "rollout": {"threshold": 500},
            "variants": [{"name": "blue", "weight": 50, "payload": {"hex": "#00f"}}, {"name": "red", "weight": 50}],
        })), @r##"
        switch    on
        requires  new-accounts on
        requires  theme on with blue or green
        requires  legacy off
        block     initech (1 tenant)
        allow     tenant-1, tenant-2, tenant-3, tenant-4, tenant-5, tenant-6, tenant-7, tenant-8 and 2 more (10 tenants)
        rule 1    Pilots: in segment pilots → on
        rule 2    country in DE, "New Zealand", true, 7 and seats ≥ 5 and host ends with .EXAMPLE (any case) and plan exists → 12.5%
        rule 3    everybody → off
        rollout   0.5%
        variant   blue weighs 50, gives {"hex":"#00f"}
        variant   red weighs 50
        "##);
    }
}
