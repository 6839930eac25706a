//! The evaluation context of an OFREP request, read as leniently as the specification asks.
//!
//! **Invariants**
//! - Whatever is wrong with the body is a 400 with an error code of OFREP, never a 422 or a 500.

use std::collections::HashMap;

use axum::body::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};
use tenantry_core::limits::MAX_TENANT_BYTES;
use tenantry_core::{Attributes, Context, Problems};
use utoipa::ToSchema;

use super::failure::{ErrorCode, OfrepFailure};
use crate::api::extract::json::deserialize;

/// What OFREP's evaluation requests send. Unknown fields are left to later versions of OFREP.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EvaluationRequest {
    /// Who asks: `targetingKey` is the tenant, everything else are attributes for rules.
    #[schema(value_type = EvaluationContext)]
    #[serde(default)]
    context: Value,
}

/// The tenant and the attributes of the call.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the context's form in the OpenAPI document"
)]
struct EvaluationContext {
    /// The tenant's key.
    #[serde(rename = "targetingKey")]
    #[schema(min_length = 1, max_length = 256, example = "acme")]
    targeting_key: String,
    /// What rules may test: strings, numbers, booleans and lists of them.
    #[schema(value_type = HashMap<String, Value>)]
    #[serde(flatten)]
    attributes: HashMap<String, Value>,
}

/// A context that has been checked.
#[derive(Debug)]
pub(crate) struct EvaluatedFor {
    tenant: String,
    attributes: Attributes,
    /// The context as it was sent, for the entity tag.
    sent: Map<String, Value>,
}

impl EvaluatedFor {
    /// Reads the body of a request.
    pub(crate) fn parse(body: &Bytes) -> Result<Self, OfrepFailure> {
        let request: EvaluationRequest = match deserialize(body, &mut Problems::default()) {
            Ok(Some(request)) => request,
            Ok(None) => return Err(invalid("the body must be an object with a \"context\"")),
            Err(error) => return Err(OfrepFailure::new(ErrorCode::ParseError, error.detail())),
        };
        let Value::Object(sent) = request.context else {
            return Err(invalid("\"context\" must be an object"));
        };
        let tenant = match sent.get("targetingKey") {
            Some(Value::String(key)) if !key.is_empty() => key.clone(),
            Some(Value::String(_)) | None => {
                let details = "\"context.targetingKey\" must name the tenant";
                return Err(OfrepFailure::new(ErrorCode::TargetingKeyMissing, details));
            }
            Some(_) => return Err(invalid("\"context.targetingKey\" must be a string")),
        };
        if tenant.len() > MAX_TENANT_BYTES {
            return Err(invalid(
                "\"context.targetingKey\" must be at most 256 bytes",
            ));
        }
        let mut attributes = sent.clone();
        attributes.remove("targetingKey");
        Ok(Self {
            tenant,
            attributes: Attributes::from(&attributes),
            sent,
        })
    }

    /// The context to evaluate for.
    pub(crate) fn context(&self) -> Context<'_> {
        Context::tenant(&self.tenant).with_attributes(&self.attributes)
    }

    /// The context as it was sent.
    pub(crate) fn as_sent(&self) -> &Map<String, Value> {
        &self.sent
    }
}

fn invalid(details: &'static str) -> OfrepFailure {
    OfrepFailure::new(ErrorCode::InvalidContext, details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: Result<&str, ErrorCode>) {
        let parsed = EvaluatedFor::parse(&Bytes::copy_from_slice(body.as_bytes()));
        let outcome = parsed
            .as_ref()
            .map(|it| it.context().tenant)
            .map_err(OfrepFailure::code);
        assert_eq!(outcome, expected, "{body}");
    }

    #[test]
    fn the_body_is_read_as_the_specification_says() {
        use ErrorCode::{InvalidContext, ParseError, TargetingKeyMissing};
        check(
            r#"{"context": {"targetingKey": "acme", "plan": {"deep": 1}}}"#,
            Ok("acme"),
        );
        check(
            r#"{"context": {"targetingKey": "acme"}, "later": true}"#,
            Ok("acme"),
        );
        check(
            r#"{"context": {"targetingKey": ""}}"#,
            Err(TargetingKeyMissing),
        );
        check(r#"{"context": {}}"#, Err(TargetingKeyMissing));
        check(r#"{"context": {"targetingKey": 1}}"#, Err(InvalidContext));
        check(
            r#"{"context": {"targetingKey": null}}"#,
            Err(InvalidContext),
        );
        check(r#"{"context": null}"#, Err(InvalidContext));
        check(r#"{"context": []}"#, Err(InvalidContext));
        check("{}", Err(InvalidContext));
        check("[1, 2]", Err(InvalidContext));
        check("{", Err(ParseError));
        check("", Err(ParseError));
        let long = format!(
            r#"{{"context": {{"targetingKey": "{}"}}}}"#,
            "k".repeat(257)
        );
        check(&long, Err(InvalidContext));
    }
}
