//! Conditions by themselves: what makes a tenant a member of a segment.
//!
//! Separate from rules because whoever resolves a segment knows a tenant's attributes and nothing of
//! flags. The operators are the same, so that a rule and a segment cannot disagree.

use crate::compile::{Findings, Path};
use crate::condition::{Condition, Parts, compile};
use crate::context::Attributes;
use crate::limits::MAX_CONDITIONS;
use crate::model::{self, Problems};

/// Conditions over attributes, compiled. All must hold; none at all always holds.
///
/// ```
/// use tenantry_core::{Attributes, Conditions, model::Condition};
///
/// let condition: Condition = serde_json::from_str(
///     r#"{"operator": "in", "attribute": "plan", "values": ["enterprise"]}"#,
/// )?;
/// let conditions = Conditions::compile(&[condition]).expect("they are fine");
/// assert!(conditions.hold(&Attributes::from_iter([("plan", "enterprise")])));
/// assert!(!conditions.hold(&Attributes::new()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Conditions(Box<[Condition]>);

impl Conditions {
    /// Compiles conditions.
    ///
    /// # Errors
    /// All problems at once, with paths such as `conditions[0].values`. Conditions that ask a segment
    /// are refused: segments are not made of segments.
    pub fn compile(conditions: &[model::Condition]) -> Result<Self, Problems> {
        let mut findings = Findings::default();
        let mut parts = Parts::default();
        let all = Path::Root.field("conditions");
        if conditions.len() > MAX_CONDITIONS {
            let message = format!("there may be at most {MAX_CONDITIONS} conditions");
            findings.push(all, message);
        }
        let mut compiled = Vec::with_capacity(conditions.len());
        for (index, condition) in conditions.iter().enumerate() {
            let path = all.index(index);
            if matches!(condition.operator.as_str(), "in_segment" | "not_in_segment") {
                findings.push(
                    path.field("operator"),
                    "a segment's conditions ask attributes, no other segment",
                );
                continue;
            }
            compiled.extend(compile(condition, path, &mut parts, &mut findings));
        }
        findings.into_problems().or(())?;
        Ok(Self(compiled.into()))
    }

    /// Whether all of them hold.
    #[must_use]
    pub fn hold(&self, attributes: &Attributes) -> bool {
        self.0
            .iter()
            .all(|condition| condition.holds(attributes, |_| false))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn compiled(conditions: Value) -> Result<Conditions, String> {
        let conditions: Vec<model::Condition> =
            serde_json::from_value(conditions).expect("conditions");
        Conditions::compile(&conditions).map_err(|problems| problems.to_string())
    }

    #[test]
    fn all_must_hold() {
        let conditions = compiled(json!([
            {"operator": "in", "attribute": "plan", "values": ["pro", "team"]},
            {"operator": "number_gte", "attribute": "seats", "values": [100]},
        ]))
        .expect("fine");
        let holds = |known: Value| {
            let attributes = Attributes::from(known.as_object().expect("an object"));
            conditions.hold(&attributes)
        };
        assert!(holds(json!({"plan": "pro", "seats": 100})));
        assert!(!holds(json!({"plan": "pro", "seats": 99})));
        assert!(!holds(json!({"seats": 100})));
        assert!(compiled(json!([])).expect("fine").hold(&Attributes::new()));
    }

    #[test]
    fn every_problem_is_reported_with_its_path() {
        let problems = compiled(json!([
            {"operator": "in_segment", "segment": "partners"},
            {"operator": "number_gt", "attribute": "seats", "values": ["many"]},
        ]))
        .expect_err("two are wrong");
        assert!(
            problems.contains("conditions[0].operator: a segment's conditions"),
            "{problems}"
        );
        assert!(problems.contains("conditions[1].values[0]"), "{problems}");
    }
}
