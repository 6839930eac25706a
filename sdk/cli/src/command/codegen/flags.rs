//! What the code is made from: the flags in use, sorted by key, and what their variants carry.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use reqwest::Method;
use serde_json::Value;
use tenantry_core::model::Targeting;
use tenantry_protocol::report::{Report, State};

use crate::api::{Client, Flag, Page};
use crate::failure::Failure;

/// The most flags that the server gives at once.
const PAGE_SIZE: &str = "200";

/// A flag, as far as code cares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CodeFlag {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) kind: String,
    pub(super) owner: Option<String>,
    pub(super) expires_on: Option<NaiveDate>,
    pub(super) overdue: bool,
    pub(super) payload: Payload,
}

/// What the variants of a flag carry, in all environments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Payload {
    /// There are no variants.
    #[default]
    None,
    Boolean,
    Integer,
    Number,
    String,
    /// Objects or lists.
    Json,
    /// Not all the same.
    Mixed,
    /// There are variants, and nobody looked at them.
    Unknown,
}

impl Payload {
    /// What these payloads have in common.
    fn of<'a>(payloads: impl IntoIterator<Item = &'a Value>) -> Self {
        let of_one = |payload: &Value| match payload {
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(number) if number.is_i64() => Self::Integer,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) | Value::Object(_) => Self::Json,
            Value::Null => Self::Mixed,
        };
        payloads
            .into_iter()
            .map(of_one)
            .fold(Self::None, |all, one| match (all, one) {
                (Self::None, one) => one,
                (all, one) if all == one => all,
                (Self::Integer | Self::Number, Self::Integer | Self::Number) => Self::Number,
                _ => Self::Mixed,
            })
    }
}

/// All flags in use, sorted by key.
pub(super) async fn read(
    client: &Client<'_>,
    with_payloads: bool,
) -> Result<Vec<CodeFlag>, Failure> {
    let overdue = overdue(client).await?;
    let mut flags = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let request = client
            .project(Method::GET, &["flags"])
            .query("state", Some("active"))
            .query("limit", Some(PAGE_SIZE))
            .query("cursor", cursor.as_deref());
        let page: Page<Flag> = request.send().await?.body;
        for flag in page.items {
            let has_variants = flag.environments.iter().any(|state| state.variants > 0);
            let payload = match (has_variants, with_payloads) {
                (false, _) => Payload::None,
                (true, false) => Payload::Unknown,
                (true, true) => payload(client, &flag).await?,
            };
            flags.push(CodeFlag {
                overdue: overdue.contains(&flag.key),
                payload,
                key: flag.key,
                name: flag.name,
                description: flag.description,
                kind: flag.kind,
                owner: flag.owner,
                expires_on: flag.expires_on,
            });
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            flags.sort_by(|a, b| a.key.cmp(&b.key));
            return Ok(flags);
        }
    }
}

async fn overdue(client: &Client<'_>) -> Result<BTreeSet<String>, Failure> {
    let report: Report = client.project(Method::GET, &["debt"]).send().await?.body;
    let overdue = report
        .flags
        .into_iter()
        .filter(|flag| flag.states.contains(&State::Overdue));
    Ok(overdue.map(|flag| flag.key).collect())
}

/// What a flag's variants carry. Asks only the environments where it has some.
async fn payload(client: &Client<'_>, flag: &Flag) -> Result<Payload, Failure> {
    let mut payloads = Vec::new();
    for state in flag.environments.iter().filter(|state| state.variants > 0) {
        let path = [
            "environments",
            &state.environment,
            "flags",
            &flag.key,
            "targeting",
        ];
        let targeting: Targeting = client.project(Method::GET, &path).send().await?.body;
        payloads.extend(
            targeting
                .variants
                .into_iter()
                .map(|variant| variant.payload),
        );
    }
    Ok(Payload::of(&payloads))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn payloads_have_a_type_where_all_agree() {
        for (payloads, expected) in [
            (json!([]), Payload::None),
            (json!([true, false]), Payload::Boolean),
            (json!([1, -2]), Payload::Integer),
            (json!([1, 2.5]), Payload::Number),
            (json!([2.5, 1]), Payload::Number),
            (json!([18_446_744_073_709_551_615_u64]), Payload::Number),
            (json!(["a", ""]), Payload::String),
            (json!([{"a": 1}, []]), Payload::Json),
            (json!(["a", 1]), Payload::Mixed),
            (json!(["a", null]), Payload::Mixed),
            (json!([1, "a", 1]), Payload::Mixed),
        ] {
            let list = payloads.as_array().expect("a list");
            assert_eq!(Payload::of(list), expected, "{payloads}");
        }
    }
}
