//! The context of a question, in Tenantry's words.
//!
//! **Invariants**
//! - What cannot be an attribute is left out; it never becomes another value.

use open_feature::{EvaluationContext, EvaluationContextFieldValue as Field, Value};
use tenantry_core::{AttributeValue, Attributes};

/// The attributes that the context's fields are.
pub(super) fn attributes(context: &EvaluationContext) -> Attributes {
    context
        .custom_fields
        .iter()
        .filter_map(|(name, field)| Some((name.as_str(), attribute(field)?)))
        .collect()
}

fn attribute(field: &Field) -> Option<AttributeValue> {
    match field {
        Field::Bool(truth) => Some((*truth).into()),
        Field::Int(number) => Some(number_of(*number)),
        Field::Float(number) => Some((*number).into()),
        Field::String(text) => Some(text.as_str().into()),
        Field::DateTime(moment) => {
            let (hours, minutes, _) = moment.offset().as_hms();
            let sign = if moment.offset().is_negative() {
                '-'
            } else {
                '+'
            };
            // Years beyond these have no such form, and no flag asks for them.
            (0..=9999).contains(&moment.year()).then(|| {
                let text = format!(
                    "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}{sign}{:02}:{:02}",
                    moment.year(),
                    u8::from(moment.month()),
                    moment.day(),
                    moment.hour(),
                    moment.minute(),
                    moment.second(),
                    moment.nanosecond(),
                    hours.unsigned_abs(),
                    minutes.unsigned_abs(),
                );
                AttributeValue::from(text.as_str())
            })
        }
        Field::Struct(any) => {
            if let Some(value) = any.downcast_ref::<Value>() {
                value_of(value)
            } else {
                let json = any.downcast_ref::<serde_json::Value>()?;
                let object = [(String::new(), json.clone())].into_iter().collect();
                Attributes::from(&object).get("").cloned()
            }
        }
    }
}

fn value_of(value: &Value) -> Option<AttributeValue> {
    match value {
        Value::Bool(truth) => Some((*truth).into()),
        Value::Int(number) => Some(number_of(*number)),
        Value::Float(number) => Some((*number).into()),
        Value::String(text) => Some(text.as_str().into()),
        Value::Array(list) => Some(AttributeValue::List(
            list.iter()
                .filter(|element| !element.is_array())
                .filter_map(value_of)
                .collect(),
        )),
        Value::Struct(_) => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "attributes are floats: integers beyond 2^53 are rounded, as their documentation says"
)]
fn number_of(number: i64) -> AttributeValue {
    AttributeValue::Number(number as f64)
}
