//! Which answers a targeting can give at all, whoever asks.
//!
//! Read from the document and not tried out: what holds for every tenant must hold for tenants that
//! nobody has seen yet.

use tenantry_core::Bucket;
use tenantry_core::model::{Effect, Targeting};
use tenantry_protocol::report::Keep;

/// Which answers are possible.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    /// Some tenant may be answered with on.
    pub on: bool,
    /// Some tenant may be answered with off.
    pub off: bool,
}

impl Answers {
    /// The answers that a targeting can give, beside key lists of that length. It never misses one
    /// that can be given; it may name one that never is, where conditions exclude each other.
    #[must_use]
    pub fn of(targeting: &Targeting, allow: u64, block: u64) -> Self {
        let mut answers = Self::default();
        if !targeting.on {
            answers.off = true;
            return answers;
        }
        answers.off = block > 0 || !targeting.prerequisites.is_empty();
        answers.on = allow > 0;
        for rule in &targeting.rules {
            let is_for_all = rule.conditions.is_empty();
            match &rule.effect {
                Effect::On => answers.on = true,
                Effect::Off => answers.off = true,
                Effect::Rollout(rollout) => {
                    answers.on |= rollout.threshold > 0;
                    if rollout.threshold < Bucket::COUNT {
                        continue;
                    }
                }
            }
            if is_for_all {
                return answers;
            }
        }
        answers.on |= targeting.rollout.threshold > 0;
        answers.off |= targeting.rollout.threshold < Bucket::COUNT;
        answers
    }

    /// The only answer that is possible; `None` if both are.
    #[must_use]
    pub fn only(self) -> Option<Keep> {
        match (self.on, self.off) {
            (true, false) => Some(Keep::On),
            (false, true) => Some(Keep::Off),
            (true, true) | (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn only(targeting: Value, allow: u64, block: u64) -> Option<Keep> {
        let targeting = serde_json::from_value(targeting).expect("a targeting");
        Answers::of(&targeting, allow, block).only()
    }

    fn rule(effect: &Value, is_for_all: bool) -> Value {
        let condition = json!({"operator": "in_segment", "segment": "friends"});
        let conditions = if is_for_all {
            json!([])
        } else {
            json!([condition])
        };
        json!({"conditions": conditions, "effect": effect})
    }

    #[test]
    fn what_is_off_or_given_to_nobody_answers_off() {
        let all = json!({"threshold": 100_000});
        assert_eq!(
            only(json!({"on": false, "rollout": all}), 3, 0),
            Some(Keep::Off)
        );
        assert_eq!(
            only(json!({"on": true, "rollout": {"threshold": 0}}), 0, 9),
            Some(Keep::Off)
        );
        assert_eq!(
            only(json!({"on": true, "rollout": {"threshold": 0}}), 1, 0),
            None
        );
    }

    #[test]
    fn what_is_given_to_all_answers_on_unless_something_stands_before() {
        let all = json!({"threshold": 100_000});
        let waits = json!([{"flag": "other", "on": true}]);
        assert_eq!(
            only(json!({"on": true, "rollout": all}), 5, 0),
            Some(Keep::On)
        );
        assert_eq!(only(json!({"on": true, "rollout": all}), 0, 1), None);
        assert_eq!(
            only(
                json!({"on": true, "rollout": all, "prerequisites": waits}),
                0,
                0
            ),
            None
        );
        assert_eq!(
            only(json!({"on": true, "rollout": {"threshold": 99_999}}), 0, 0),
            None
        );
    }

    #[test]
    fn a_rule_for_some_is_no_obstacle_where_it_agrees_and_one_for_all_ends_it() {
        let all = json!({"threshold": 100_000});
        let with = |rules: Value, rollout: &Value| {
            only(
                json!({"on": true, "rules": rules, "rollout": rollout}),
                0,
                0,
            )
        };
        assert_eq!(
            with(json!([rule(&json!("on"), false)]), &all),
            Some(Keep::On)
        );
        assert_eq!(with(json!([rule(&json!("off"), false)]), &all), None);
        let none = json!({"threshold": 0});
        assert_eq!(
            with(json!([rule(&json!("on"), true)]), &none),
            Some(Keep::On)
        );
        assert_eq!(
            with(
                json!([rule(&json!("off"), true), rule(&json!("on"), false)]),
                &all
            ),
            Some(Keep::Off)
        );
        let share = json!({"rollout": {"threshold": 50_000}});
        assert_eq!(with(json!([rule(&share, false)]), &all), Some(Keep::On));
        assert_eq!(with(json!([rule(&share, true)]), &none), None);
        let whole = json!({"rollout": {"threshold": 100_000}});
        assert_eq!(with(json!([rule(&whole, true)]), &none), Some(Keep::On));
    }
}
