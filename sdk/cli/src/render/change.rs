//! What changed between two configurations of a flag, for people (`rollout 5% → 25%`) and for
//! programs (path, before, after).
//!
//! **Invariants**
//! - No two different configurations give an empty list of changes.
//! - Members of key lists are compared as sets.

use std::collections::HashSet;
use std::fmt::Display;

use owo_colors::OwoColorize as _;
use serde::Serialize;
use serde_json::{Value, json};
use tenantry_core::model::{Rule, Targeting, Variant};

use super::targeting::{effect, members, prerequisite, rule};
use super::{Share, plain};

/// One change; serialises to `{path, before, after}` or, for a key list, `{path, add, remove}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Change {
    path: &'static str,
    #[serde(flatten)]
    detail: Detail,
    #[serde(skip)]
    text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
enum Detail {
    Value {
        before: Value,
        after: Value,
    },
    Members {
        add: Vec<String>,
        remove: Vec<String>,
    },
}

impl Change {
    /// A change of the key list `list`; `None` if there is none.
    pub(crate) fn of_members(
        list: &'static str,
        add: Vec<String>,
        remove: Vec<String>,
    ) -> Option<Self> {
        let mut text = list.to_owned();
        for (sign, names) in [("+", &add), ("−", &remove)] {
            if !names.is_empty() {
                let names = format!("{sign}{}", plain(&members(names)));
                text = if sign == "+" {
                    format!("{text} {}", names.green())
                } else {
                    format!("{text} {}", names.red())
                };
            }
        }
        (!add.is_empty() || !remove.is_empty()).then_some(Self {
            path: list,
            detail: Detail::Members { add, remove },
            text,
        })
    }

    /// The change in a person's words, styled.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// What leads from `before` to `after`, in the order of evaluation.
pub(crate) fn changes(before: &Targeting, after: &Targeting) -> Vec<Change> {
    let mut found = Vec::new();
    if before.on != after.on {
        let text = if after.on {
            "on".green().to_string()
        } else {
            "off".red().to_string()
        };
        found.push(value(
            "on",
            &before.on,
            &after.on,
            format!("switched {text}"),
        ));
    }
    if before.prerequisites != after.prerequisites {
        let text = keyed(
            &before.prerequisites,
            &after.prerequisites,
            |wanted| &wanted.flag,
            prerequisite,
        );
        found.push(value(
            "prerequisites",
            &before.prerequisites,
            &after.prerequisites,
            format!("requires {text}"),
        ));
    }
    for (list, old, new) in [
        ("block", &before.block, &after.block),
        ("allow", &before.allow, &after.allow),
    ] {
        found.extend(Change::of_members(
            list,
            missing_from(old, new),
            missing_from(new, old),
        ));
    }
    if before.rules != after.rules {
        found.push(value(
            "rules",
            &before.rules,
            &after.rules,
            rules(&before.rules, &after.rules),
        ));
    }
    let (old, new) = (&before.rollout, &after.rollout);
    if old.threshold != new.threshold {
        let text = step(
            Share::of_threshold(old.threshold),
            Share::of_threshold(new.threshold),
        );
        found.push(value(
            "rollout.threshold",
            &old.threshold,
            &new.threshold,
            format!("rollout {text}"),
        ));
    }
    if old.salt != new.salt {
        let text = "rollout salt changed: its tenants are drawn anew".to_owned();
        found.push(value("rollout.salt", &old.salt, &new.salt, text));
    }
    if before.variants != after.variants {
        let text = keyed(
            &before.variants,
            &after.variants,
            |variant| &variant.name,
            variant,
        );
        found.push(value(
            "variants",
            &before.variants,
            &after.variants,
            format!("variants {text}"),
        ));
    }
    if before.variant_salt != after.variant_salt {
        let text = "variant salt changed: variants are drawn anew".to_owned();
        found.push(value(
            "variant_salt",
            &before.variant_salt,
            &after.variant_salt,
            text,
        ));
    }
    found
}

fn value(
    path: &'static str,
    before: &impl Serialize,
    after: &impl Serialize,
    text: String,
) -> Change {
    Change {
        path,
        detail: Detail::Value {
            before: json!(before),
            after: json!(after),
        },
        text,
    }
}

/// The members of `other` that `list` lacks, in `other`'s order.
fn missing_from(list: &[String], other: &[String]) -> Vec<String> {
    let known: HashSet<&str> = list.iter().map(String::as_str).collect();
    other
        .iter()
        .filter(|name| !known.contains(name.as_str()))
        .cloned()
        .collect()
}

/// `5% → 25%`.
fn step(before: impl Display, after: impl Display) -> String {
    format!(
        "{} → {}",
        plain(&before.to_string()),
        plain(&after.to_string())
    )
}

/// The difference of two lists whose entries have names: `+new −gone changed (was → is)`.
fn keyed<T: PartialEq>(
    before: &[T],
    after: &[T],
    name: impl Fn(&T) -> &String,
    describe: impl Fn(&T) -> String,
) -> String {
    let find =
        |list: &'_ [T], wanted: &T| list.iter().position(|entry| name(entry) == name(wanted));
    let mut parts = Vec::new();
    for entry in after {
        match find(before, entry) {
            None => parts.push(format!("+{}", plain(&describe(entry))).green().to_string()),
            Some(at) if before[at] != *entry => {
                parts.push(step(describe(&before[at]), describe(entry)));
            }
            Some(_) => {}
        }
    }
    for entry in before.iter().filter(|entry| find(after, entry).is_none()) {
        parts.push(format!("−{}", plain(name(entry))).red().to_string());
    }
    if parts.is_empty() {
        "reordered".to_owned()
    } else {
        parts.join(", ")
    }
}

/// A variant in a change: its payload matters as much as its weight.
fn variant(variant: &Variant) -> String {
    match &variant.payload {
        Value::Null => format!("{} {}", variant.name, variant.weight),
        payload => format!("{} {} {payload}", variant.name, variant.weight),
    }
}

/// The difference of two lists of rules. Rules have no names, so those at either end that stayed
/// are set aside, and what lies between is compared one by one.
fn rules(before: &[Rule], after: &[Rule]) -> String {
    let head = before
        .iter()
        .zip(after)
        .take_while(|(old, new)| old == new)
        .count();
    let (before, after) = (&before[head..], &after[head..]);
    let tail = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    let (before, after) = (&before[..before.len() - tail], &after[..after.len() - tail]);

    if before.len() == after.len() && before.iter().all(|old| after.contains(old)) {
        return "rules reordered".to_owned();
    }
    let mut parts = Vec::new();
    for index in 0..before.len().max(after.len()) {
        let number = head + index + 1;
        parts.push(match (before.get(index), after.get(index)) {
            (Some(old), Some(new))
                if old.conditions == new.conditions && old.description == new.description =>
            {
                format!(
                    "rule {number} {}",
                    step(effect(&old.effect), effect(&new.effect))
                )
            }
            (Some(old), Some(new)) => format!(
                "rule {number} was {}; is {}",
                plain(&rule(old)),
                plain(&rule(new))
            ),
            (None, Some(new)) => format!("{} rule {number} {}", "+".green(), plain(&rule(new))),
            (Some(old), None) => format!("{} rule {number} {}", "−".red(), plain(&rule(old))),
            (None, None) => continue,
        });
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use insta::assert_snapshot;

    use super::*;

    fn check(before: Value, after: Value) -> String {
        let [before, after]: [Targeting; 2] = [before, after]
            .map(|document| serde_json::from_value(document).expect("a targeting document"));
        let found: Vec<String> = changes(&before, &after)
            .iter()
            .map(|change| strip_str(change.text()).to_string())
            .collect();
        found.join("\n")
    }

    #[test]
    fn nothing_changed() {
        assert_snapshot!(check(json!({"on": true, "allow": ["a", "b"]}), json!({"on": true, "allow": ["b", "a"]})), @"");
    }

    #[test]
    fn the_everyday_changes() {
        assert_snapshot!(
            check(
                json!({"on": false, "allow": ["globex"], "rollout": {"threshold": 500}}),
                json!({"on": true, "allow": ["acme-corp"], "block": ["initech"], "rollout": {"threshold": 25_000}})
            ),
            @r"
        switched on
        block +initech
        allow +acme-corp −globex
        rollout 0.5% → 25%
        "
        );
    }

    #[test]
    fn rules_are_compared_between_those_that_stayed() {
        let first =
            json!({"conditions": [{"operator": "exists", "attribute": "plan"}], "effect": "on"});
        let second = json!({"conditions": [{"operator": "in", "attribute": "plan", "values": ["pro"]}], "effect": {"rollout": {"threshold": 5_000}}});
        let wider = json!({"conditions": [{"operator": "in", "attribute": "plan", "values": ["pro"]}], "effect": {"rollout": {"threshold": 10_000}}});
        let last = json!({"effect": "off"});
        let rules = |list: &[&Value]| json!({"rules": list});
        assert_snapshot!(check(rules(&[&first, &second, &last]), rules(&[&first, &wider, &last])), @"rule 2 5% → 10%");
        assert_snapshot!(check(rules(&[&first, &last]), rules(&[&first, &second, &last])), @"+ rule 2 plan in pro → 5%");
        assert_snapshot!(check(rules(&[&first, &last]), rules(&[&last])), @"− rule 1 plan exists → on");
        assert_snapshot!(check(rules(&[&first, &last]), rules(&[&last, &first])), @"rules reordered");
        assert_snapshot!(check(rules(&[&first]), rules(&[&second])), @"rule 1 was plan exists → on; is plan in pro → 5%");
    }

    #[test]
    fn prerequisites_variants_and_salts() {
        assert_snapshot!(
            check(
                json!({"prerequisites": [{"flag": "a"}, {"flag": "b"}], "variants": [{"name": "blue", "weight": 1}, {"name": "red", "weight": 1}]}),
                json!({
                    "prerequisites": [{"flag": "b", "on": false}, {"flag": "c"}],
                    "variants": [{"name": "blue", "weight": 3}, {"name": "green", "weight": 1, "payload": "#0f0"}],
                    "rollout": {"salt": "x"}, "variant_salt": "y",
                })
            ),
            @r##"
        requires b on → b off, +c on, −a
        rollout salt changed: its tenants are drawn anew
        variants blue 1 → blue 3, +green 1 "#0f0", −red
        variant salt changed: variants are drawn anew
        "##
        );
    }

    #[test]
    fn long_lists_are_counted() {
        let many: Vec<String> = (1..=10).map(|number| format!("t{number}")).collect();
        assert_snapshot!(check(json!({}), json!({"allow": many})), @"allow +t1, t2, t3, t4, t5, t6, t7, t8 and 2 more");
    }

    #[test]
    fn programs_get_paths_and_values() {
        let mut after = Targeting {
            on: true,
            allow: vec!["acme-corp".to_owned()],
            ..Targeting::default()
        };
        after.rollout.threshold = 25_000;
        insta::assert_json_snapshot!(changes(&Targeting::default(), &after), @r#"
        [
          {
            "path": "on",
            "before": false,
            "after": true
          },
          {
            "path": "allow",
            "add": [
              "acme-corp"
            ],
            "remove": []
          },
          {
            "path": "rollout.threshold",
            "before": 0,
            "after": 25000
          }
        ]
        "#);
    }
}
