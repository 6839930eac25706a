//! Answers in OpenFeature's form, the same that the server gives over OFREP.
//!
//! **Invariants**
//! - A value is what the flag has, or an error; nothing is made up where there is none.

use open_feature::provider::ResolutionDetails;
use open_feature::{
    EvaluationError, EvaluationErrorCode as Code, EvaluationReason, EvaluationResult, FlagMetadata,
    StructValue, Value,
};
use tenantry_core::Reason;

use crate::{Evaluation, Status};

/// A type that can be asked for.
pub(super) trait Typed: Sized {
    /// What it is called in messages.
    const NAME: &'static str;

    /// The value, if it is of this type.
    fn of(value: &serde_json::Value) -> Option<Self>;
}

impl Typed for bool {
    const NAME: &'static str = "boolean";

    fn of(value: &serde_json::Value) -> Option<Self> {
        value.as_bool()
    }
}

impl Typed for i64 {
    const NAME: &'static str = "integer";

    fn of(value: &serde_json::Value) -> Option<Self> {
        // Up to here every whole float is one integer.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
        let whole =
            |number: f64| (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64);
        value.as_i64().or_else(|| value.as_f64().and_then(whole))
    }
}

impl Typed for f64 {
    const NAME: &'static str = "float";

    fn of(value: &serde_json::Value) -> Option<Self> {
        value.as_f64()
    }
}

impl Typed for String {
    const NAME: &'static str = "string";

    fn of(value: &serde_json::Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl Typed for StructValue {
    const NAME: &'static str = "structure";

    fn of(value: &serde_json::Value) -> Option<Self> {
        let mut structure = Self::default();
        for (name, field) in value.as_object()? {
            // There is no null here; a field that is not there says the same.
            if !field.is_null() {
                structure.add_field(name, value_of(field)?);
            }
        }
        Some(structure)
    }
}

fn value_of(json: &serde_json::Value) -> Option<Value> {
    Some(match json {
        serde_json::Value::Null => return None,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(integer) => Value::Int(integer),
            None => Value::Float(number.as_f64()?),
        },
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Array(list) => {
            Value::Array(list.iter().map(value_of).collect::<Option<_>>()?)
        }
        serde_json::Value::Object(_) => Value::Struct(StructValue::of(json)?),
    })
}

/// The answer to a question of this type.
pub(super) fn details<T: Typed>(
    evaluation: Evaluation,
    status: Status,
) -> EvaluationResult<ResolutionDetails<T>> {
    let reason = match evaluation.reason {
        Reason::NotReady => return fail(Code::ProviderNotReady, "there are no flags yet"),
        Reason::FlagNotFound => return fail(Code::FlagNotFound, "there is no such flag"),
        Reason::TargetingKeyMissing => {
            return fail(
                Code::TargetingKeyMissing,
                "the targeting key, which is the tenant, is missing or empty",
            );
        }
        Reason::ParseError => {
            return fail(
                Code::ParseError,
                "this version of the SDK cannot read the flag's targeting",
            );
        }
        Reason::TargetingMatch | Reason::PrerequisiteFailed => EvaluationReason::TargetingMatch,
        Reason::Split => EvaluationReason::Split,
        Reason::Disabled => EvaluationReason::Disabled,
        Reason::Default => EvaluationReason::Default,
        other => EvaluationReason::Other(other.as_str().to_owned()),
    };
    let metadata = metadata(&evaluation, status);
    let (value, variant) = match evaluation.variant {
        Some(variant) if variant.payload.is_null() => {
            (serde_json::Value::from(variant.name.as_str()), variant.name)
        }
        Some(variant) => (variant.payload, variant.name),
        None => (
            serde_json::Value::Bool(evaluation.on),
            if evaluation.on { "on" } else { "off" }.to_owned(),
        ),
    };
    let Some(value) = T::of(&value) else {
        let (kind, wanted) = (kind_of(&value), T::NAME);
        return fail(
            Code::TypeMismatch,
            format!(
                "the value is of type {kind}, not {wanted} (variant {variant:?}, reason {reason})"
            ),
        );
    };
    Ok(ResolutionDetails {
        value,
        variant: Some(variant),
        reason: Some(reason),
        flag_metadata: Some(metadata),
    })
}

fn metadata(evaluation: &Evaluation, status: Status) -> FlagMetadata {
    let mut metadata =
        FlagMetadata::default().with_value("tenantry_reason", evaluation.reason.as_str());
    if let Some(rule) = evaluation.rule.and_then(|rule| i64::try_from(rule).ok()) {
        metadata.add_value("rule", rule);
    }
    if status.revision > 0 {
        metadata.add_value("version", status.revision.to_string());
    }
    metadata
}

/// The type of a value, as OpenFeature calls it.
fn kind_of(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "boolean",
        serde_json::Value::Number(number) if number.is_f64() => "float",
        serde_json::Value::Number(_) => "integer",
        serde_json::Value::String(_) => "string",
        serde_json::Value::Array(_) => "list",
        serde_json::Value::Object(_) => "structure",
    }
}

pub(super) fn fail<T>(code: Code, message: impl Into<String>) -> EvaluationResult<T> {
    Err(EvaluationError {
        code,
        message: Some(message.into()),
    })
}
