//! Comparing what an SDK answers with what its server answers.
//!
//! Separate because a test does it in a small world and the benchmark in a large one.
//!
//! **Invariants**
//! - The server is asked over HTTP, as any other client would: in bulk over the `OpenFeature`
//!   protocol, or pair by pair for its explanation.

use serde_json::{Value, json};
use tenantry::{Client, Context, Evaluation};

use crate::caller::Caller;
use crate::world::{World, WorldTenant};

/// What was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compared {
    /// Pairs of a flag and a tenant.
    pub pairs: usize,
    /// Those whose answer is on.
    pub on: usize,
}

/// Compares all flags for so many tenants, spread over the whole world. The caller holds the same
/// token as the client.
pub async fn in_bulk(world: &World, client: &Client, caller: &Caller, tenants: usize) -> Compared {
    let mut compared = Compared::default();
    let step = world.tenants.len() / tenants;
    for tenant in world.tenants.iter().step_by(step).take(tenants) {
        let mut context = Value::Object(tenant.attributes.clone());
        context["targetingKey"] = json!(tenant.key);
        let request = caller.post("/ofrep/v1/evaluate/flags");
        let answer = request.json(&json!({"context": context})).await.ok(200);
        let flags = answer["flags"].as_array().expect("flags");
        assert_eq!(flags.len(), world.flags.len(), "every flag is answered");
        for flag in flags {
            let key = flag["key"].as_str().expect("a key");
            let ours = evaluate(client, key, tenant);
            assert_eq!(
                over_openfeature(key, &ours),
                *flag,
                "{key} for {:?}",
                tenant.key
            );
            compared.pairs += 1;
            compared.on += usize::from(ours.on);
        }
    }
    compared
}

/// Compares so many pairs with the server's explanations. The caller is below the project.
pub async fn one_by_one(world: &World, client: &Client, caller: &Caller, pairs: usize) {
    for (flag, tenant) in world.pairs(pairs) {
        let path = format!("/environments/production/flags/{}/evaluate", flag.key);
        let question = json!({"tenant": tenant.key, "attributes": tenant.attributes});
        let theirs = caller.post(path).json(&question).await.ok(200);
        let attributes = tenant.compiled_attributes();
        let context = Context::tenant(&tenant.key).with_attributes(&attributes);
        let ours = client.explain(&flag.key, &context);
        let ours = serde_json::to_value(ours).expect("an explanation is JSON");
        assert_eq!(ours, theirs, "{} for {:?}", flag.key, tenant.key);
    }
}

fn evaluate(client: &Client, flag: &str, tenant: &WorldTenant) -> Evaluation {
    let attributes = tenant.compiled_attributes();
    client.evaluate(
        flag,
        &Context::tenant(&tenant.key).with_attributes(&attributes),
    )
}

/// An answer as the `OpenFeature` protocol says it.
fn over_openfeature(key: &str, answer: &Evaluation) -> Value {
    let plain = if answer.on { "on" } else { "off" };
    let name = answer
        .variant
        .as_ref()
        .map_or(plain, |variant| &variant.name);
    let value = match &answer.variant {
        Some(variant) if variant.payload.is_null() => json!(variant.name),
        Some(variant) => variant.payload.clone(),
        None => json!(answer.on),
    };
    let reason = answer.reason.as_str();
    let mut said = json!({"key": key, "value": value, "variant": name, "reason": reason});
    if reason == "PREREQUISITE_FAILED" {
        said["reason"] = json!("TARGETING_MATCH");
        said["metadata"] = json!({"tenantry_reason": reason});
    }
    said
}
