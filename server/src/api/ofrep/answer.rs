//! Answers in OFREP's form, so that every published provider understands them.
//!
//! **Invariants**
//! - `key`, `value`, `variant` and `reason` are always there: some providers fail without them.
//! - `reason` is one that OFREP lists, or `DEFAULT`; what it cannot say is in the metadata.
//! - Rules, segments and other tenants' keys never appear: browsers read this.

use serde::Serialize;
use serde_json::Value;
use tenantry_core::{Evaluation, Reason};
use utoipa::ToSchema;

use super::failure::{ErrorCode, OfrepFailure};

/// The answer for one flag.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct OfrepAnswer {
    /// The flag's key.
    key: String,
    /// The variant's payload; its name if it has none; for a flag without variants, and for every
    /// flag that is off, whether it is on.
    value: Value,
    /// The variant's name; `on` or `off` if there is none.
    variant: String,
    /// Why.
    reason: OfrepReason,
    /// What OFREP's reasons cannot say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    metadata: Option<AnswerMetadata>,
}

/// What OFREP's reasons cannot say.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
struct AnswerMetadata {
    /// The reason in Tenantry's words, such as `PREREQUISITE_FAILED`.
    #[schema(value_type = String)]
    tenantry_reason: Reason,
}

/// The reasons that OFREP's clients know, as far as Tenantry has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum OfrepReason {
    /// A key list, a rule or a prerequisite decided.
    TargetingMatch,
    /// The tenant's bucket decided.
    Split,
    /// The flag is switched off.
    Disabled,
    /// The flag's rollout is at 0 or at 100 percent.
    Default,
}

impl OfrepAnswer {
    /// The answer for a flag that was evaluated.
    pub(crate) fn new(key: &str, evaluation: &Evaluation<'_>) -> Result<Self, OfrepFailure> {
        let fail = |code, details: &str| Err(OfrepFailure::new(code, details).of_flag(key));
        let reason = match evaluation.reason {
            Reason::FlagNotFound => return Err(OfrepFailure::flag_not_found(key)),
            Reason::TargetingKeyMissing => {
                return fail(ErrorCode::TargetingKeyMissing, "the tenant's key is empty");
            }
            Reason::ParseError => {
                return fail(
                    ErrorCode::ParseError,
                    "this server cannot read the flag's targeting",
                );
            }
            Reason::Disabled => OfrepReason::Disabled,
            Reason::TargetingMatch | Reason::PrerequisiteFailed => OfrepReason::TargetingMatch,
            Reason::Split => OfrepReason::Split,
            Reason::Default => OfrepReason::Default,
            _ => return fail(ErrorCode::General, "the flag cannot be evaluated now"),
        };
        let is_listed = evaluation.reason != Reason::PrerequisiteFailed;
        let metadata = AnswerMetadata {
            tenantry_reason: evaluation.reason,
        };
        let (value, variant) = match evaluation.variant {
            Some(variant) if variant.payload.is_null() => {
                (Value::from(variant.name.clone()), variant.name.clone())
            }
            Some(variant) => (variant.payload.clone(), variant.name.clone()),
            None => (
                Value::Bool(evaluation.on),
                if evaluation.on { "on" } else { "off" }.to_owned(),
            ),
        };
        let metadata = (!is_listed).then_some(metadata);
        Ok(Self {
            key: key.to_owned(),
            value,
            variant,
            reason,
            metadata,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenantry_core::model::Variant;

    use super::*;

    fn check(evaluation: Evaluation<'_>, expected: &Value) {
        let answer = match OfrepAnswer::new("f", &evaluation) {
            Ok(answer) => serde_json::to_value(answer),
            Err(failure) => serde_json::to_value(failure),
        };
        assert_eq!(&answer.expect("JSON"), expected, "{evaluation:?}");
    }

    fn plain(on: bool, reason: Reason) -> Evaluation<'static> {
        Evaluation {
            on,
            reason,
            variant: None,
            rule: None,
        }
    }

    #[test]
    fn a_plain_flag_answers_true_or_false() {
        for (on, reason, value) in [
            (
                true,
                Reason::Split,
                json!({"value": true, "variant": "on", "reason": "SPLIT"}),
            ),
            (
                false,
                Reason::Split,
                json!({"value": false, "variant": "off", "reason": "SPLIT"}),
            ),
            (
                false,
                Reason::Disabled,
                json!({"value": false, "variant": "off", "reason": "DISABLED"}),
            ),
            (
                true,
                Reason::Default,
                json!({"value": true, "variant": "on", "reason": "DEFAULT"}),
            ),
        ] {
            let mut expected = value;
            expected["key"] = json!("f");
            check(plain(on, reason), &expected);
        }
    }

    #[test]
    fn a_reason_that_is_not_listed_goes_into_the_metadata() {
        check(
            plain(false, Reason::PrerequisiteFailed),
            &json!({
                "key": "f", "value": false, "variant": "off", "reason": "TARGETING_MATCH",
                "metadata": {"tenantry_reason": "PREREQUISITE_FAILED"},
            }),
        );
    }

    #[test]
    fn a_variant_answers_its_payload_and_a_float_keeps_its_point() {
        let variant = |payload| Variant {
            name: "dark".to_owned(),
            weight: 1,
            payload,
        };
        for (payload, text) in [
            (json!("#000"), r##""#000""##),
            (json!(1.0), "1.0"),
            (json!(1), "1"),
            (json!({"a": [1.5, null]}), r#"{"a":[1.5,null]}"#),
            (Value::Null, r#""dark""#),
        ] {
            let variant = variant(payload);
            let evaluation = Evaluation {
                variant: Some(&variant),
                ..plain(true, Reason::Split)
            };
            let answer = OfrepAnswer::new("f", &evaluation).expect("an answer");
            assert_eq!(answer.variant, "dark");
            assert_eq!(serde_json::to_string(&answer.value).expect("JSON"), text);
        }
    }

    #[test]
    fn failures_have_code_and_details() {
        for (reason, code) in [
            (Reason::FlagNotFound, "FLAG_NOT_FOUND"),
            (Reason::TargetingKeyMissing, "TARGETING_KEY_MISSING"),
            (Reason::ParseError, "PARSE_ERROR"),
            (Reason::NotReady, "GENERAL"),
        ] {
            let failure = OfrepAnswer::new("f", &plain(false, reason)).expect_err("no answer");
            let json = serde_json::to_value(failure).expect("JSON");
            assert_eq!(
                (&json["key"], &json["errorCode"]),
                (&json!("f"), &json!(code))
            );
            assert!(
                json["errorDetails"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty())
            );
        }
    }
}
