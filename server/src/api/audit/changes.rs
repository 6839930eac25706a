//! What an audit entry changed, field by field: from documents before and after to paths.

use serde::Serialize;
use serde_json::Value;
use tenantry_store::AuditDocument;
use utoipa::ToSchema;

/// One thing that was changed.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct AuditChange {
    /// Where: `targeting.rollout.threshold`, say. Below `environments.<key>` if the entry is about
    /// several environments, and below `items.<item>` if it is about several items.
    path: String,
    /// What was; null for nothing. For a key list (`allow`, `block`, `members`) the tenants that
    /// were taken off.
    before: Value,
    /// What is; null for nothing. For a key list the tenants that were added.
    after: Value,
}

/// What the documents of an entry changed. `target` and `environment` are the entry's own: what
/// belongs to them needs no prefix.
pub(super) fn changes(
    documents: Vec<AuditDocument>,
    target: &str,
    environment: Option<&str>,
) -> Vec<AuditChange> {
    let mut changes = Vec::new();
    for document in documents {
        let mut path = String::new();
        if let Some(item) = document.item.filter(|item| item != target) {
            path = format!("items.{item}.");
        }
        if let Some(key) = document
            .environment
            .filter(|key| Some(key.as_str()) != environment)
        {
            path = format!("{path}environments.{key}.");
        }
        path.push_str(&document.name);
        compare(path, document.before, document.after, &mut changes);
    }
    changes
}

/// Adds what differs between two values: the smallest parts that have a path.
fn compare(path: String, before: Value, after: Value, changes: &mut Vec<AuditChange>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Value::Object(mut before), Value::Object(after)) => {
            for (name, after) in after {
                let before = before.remove(&name).unwrap_or_default();
                compare(format!("{path}.{name}"), before, after, changes);
            }
            for (name, before) in before {
                compare(format!("{path}.{name}"), before, Value::Null, changes);
            }
        }
        // Elements of lists of different lengths cannot be told apart by their places.
        (Value::Array(before), Value::Array(after))
            if before.len() == after.len() && before.iter().chain(&after).all(Value::is_object) =>
        {
            for (index, (before, after)) in before.into_iter().zip(after).enumerate() {
                compare(format!("{path}[{index}]"), before, after, changes);
            }
        }
        (before, after) => changes.push(AuditChange {
            path,
            before,
            after,
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(name: &str, before: Value, after: Value) -> AuditDocument {
        AuditDocument {
            name: name.to_owned(),
            item: Some("flag/a".to_owned()),
            environment: Some("production".to_owned()),
            before,
            after,
        }
    }

    fn check(documents: Vec<AuditDocument>, expected: &[(&str, Value, Value)]) {
        let changes = changes(documents, "flag/a", Some("production"));
        let changes: Vec<_> = changes
            .iter()
            .map(|it| (it.path.as_str(), it.before.clone(), it.after.clone()))
            .collect();
        assert_eq!(changes, expected);
    }

    #[test]
    fn the_smallest_parts_that_differ_are_named() {
        let before = json!({"on": false, "rollout": {"threshold": 0}, "rules": [{"effect": "on"}]});
        let after = json!({
            "on": false,
            "rollout": {"threshold": 5000, "salt": "s"},
            "rules": [{"effect": "off"}],
        });
        check(
            vec![document("targeting", before, after)],
            &[
                ("targeting.rollout.salt", json!(null), json!("s")),
                ("targeting.rollout.threshold", json!(0), json!(5000)),
                ("targeting.rules[0].effect", json!("on"), json!("off")),
            ],
        );
        check(
            vec![document(
                "targeting",
                json!({"rules": []}),
                json!({"rules": [{"effect": "on"}]}),
            )],
            &[("targeting.rules", json!([]), json!([{"effect": "on"}]))],
        );
        check(
            vec![document("allow", json!(["acme"]), json!(["globex"]))],
            &[("allow", json!(["acme"]), json!(["globex"]))],
        );
        check(
            vec![document("flag", json!(null), json!({"key": "a"}))],
            &[("flag", json!(null), json!({"key": "a"}))],
        );
    }

    #[test]
    fn what_is_not_the_entrys_own_is_prefixed() {
        let other = AuditDocument {
            item: Some("flag/b".to_owned()),
            environment: Some("staging".to_owned()),
            ..document("targeting", json!({"on": true}), json!({"on": false}))
        };
        check(
            vec![other],
            &[(
                "items.flag/b.environments.staging.targeting.on",
                json!(true),
                json!(false),
            )],
        );
    }
}
