//! A targeting as a body, whole or as a merge patch.
//!
//! What one document can be checked for by itself is reported with its unknown fields and its wrong
//! structure at once. What needs the other flags (prerequisites, segments) is checked where it is
//! written, under the transaction's lock.
//!
//! **Invariants**
//! - What is written has no field that nobody knows.

use axum::extract::{FromRequest, Request};
use serde_json::{Map, Value};
use tenantry_core::compile;
use tenantry_core::model::{FlagDefinition, FlagKey, Problems, Targeting};

use crate::api::error::ApiError;
use crate::api::extract::body::read;
use crate::api::extract::json::{deserialize, deserialize_value};
use crate::api::extract::{Check, MAX_LIST_TENANTS};

/// A JSON merge patch (RFC 7396) of a targeting.
#[derive(Debug, Clone)]
pub(super) struct TargetingPatch(Map<String, Value>);

impl Check for Targeting {
    type Checked = Self;

    fn check(self, problems: &mut Problems) -> Option<Self> {
        for (list, tenants) in [("allow", &self.allow), ("block", &self.block)] {
            if tenants.len() > MAX_LIST_TENANTS {
                problems.push(
                    list,
                    format!("must hold at most {MAX_LIST_TENANTS} tenants"),
                );
            }
        }
        if problems.0.is_empty() {
            // The rest is checked where it is written: compiling long lists twice takes time.
            return Some(self);
        }
        // It is refused anyway: say what else is wrong with it.
        let key = FlagKey::new("checked").expect("the name satisfies the grammar");
        let definition = FlagDefinition {
            key,
            salt: String::new(),
            targeting: self,
        };
        if let Err(more) = compile(&definition) {
            problems.0.extend(more.0);
        }
        None
    }
}

impl<S: Send + Sync> FromRequest<S> for TargetingPatch {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let mut problems = Problems::default();
        let object = deserialize(&read(request, state).await?, &mut problems)?;
        object
            .map(Self)
            .ok_or_else(|| ApiError::invalid_body(problems))
    }
}

impl From<Map<String, Value>> for TargetingPatch {
    fn from(fields: Map<String, Value>) -> Self {
        Self(fields)
    }
}

impl TargetingPatch {
    /// What becomes of `targeting`.
    pub(super) fn apply(self, targeting: &Targeting) -> Result<Targeting, ApiError> {
        let mut document = serde_json::to_value(targeting).map_err(ApiError::internal)?;
        merge(&mut document, Value::Object(self.0));
        let mut problems = Problems::default();
        let patched = deserialize_value::<Targeting>(&document, &mut problems);
        let patched = patched.and_then(|patched| patched.check(&mut problems));
        patched.ok_or_else(|| ApiError::invalid_body(problems))
    }
}

/// Applies a merge patch: null takes a field away, objects merge, everything else replaces.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(&name);
        } else {
            merge(fields.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::api::extract::body::parse;

    use super::*;

    fn check_problems(document: &Value, expected: &[&str]) {
        let problems = match parse::<Targeting>(document.to_string().as_bytes()) {
            Ok(_) => Vec::new(),
            Err(error) => error.problems().iter().map(ToString::to_string).collect(),
        };
        assert_eq!(problems, expected, "{document}");
    }

    #[test]
    fn everything_that_is_wrong_is_reported_at_once() {
        check_problems(&json!({"on": true, "rollout": {"threshold": 5000}}), &[]);
        check_problems(
            &json!({"colour": 1, "rules": [{"effect": "on", "prio": 1}], "rollout": {"threshold": 100_001}}),
            &[
                "colour: unknown field; there are on, prerequisites, block, allow, rules, rollout, \
                 variants, variant_salt",
                "rules[0].prio: unknown field",
                "rollout.threshold: a threshold must be 0 to 100000 (thousandths of a percent)",
            ],
        );
        check_problems(
            &json!({"rules": [[]]}),
            &["rules[0]: must be an object, not a list"],
        );
        check_problems(
            &json!({"on": "yes"}),
            &["on: must be true or false, not \"yes\""],
        );
    }

    #[test]
    fn a_patch_merges_as_rfc_7396_says() {
        let targeting = Targeting {
            on: true,
            ..Targeting::default()
        };
        let patch = |patch: Value| match patch {
            Value::Object(fields) => TargetingPatch(fields).apply(&targeting),
            _ => panic!("a patch is an object"),
        };
        let patched = patch(json!({"rollout": {"threshold": 25_000}})).expect("valid");
        assert!(patched.on);
        assert_eq!(patched.rollout.threshold, 25_000);
        let patched = patch(json!({"on": null, "allow": ["acme"]})).expect("valid");
        assert!(
            !patched.on,
            "null takes the field away, and absent means off"
        );
        assert_eq!(patched.allow, ["acme"]);
        let error = patch(json!({"rollout": {"treshold": 1}})).expect_err("a typing error");
        assert_eq!(error.problems()[0].path, "rollout.treshold");
    }
}
