//! Unleash: its engine, `unleash-yggdrasil`, and the SDK around it, `unleash-api-client`. The
//! contexts are made ahead, though most services would make one per request.

use std::sync::Arc;

use serde_json::json;
use unleash_api_client::client::{Client, ClientBuilder, FeatureKey};
use unleash_api_client::http::{Request, Response, Transport};
use unleash_types::client_features::ClientFeatures;
use unleash_yggdrasil::EngineState;

use crate::world::World;

fn features(world: &World) -> ClientFeatures {
    let features: Vec<_> = world
        .flags()
        .map(|(key, list)| {
            json!({"name": key, "enabled": true, "strategies": [
                {"name": "userWithId", "parameters": {"userIds": list.join(",")}},
                {"name": "flexibleRollout", "parameters": {
                    "rollout": "25", "stickiness": "userId", "groupId": key,
                }},
            ]})
        })
        .collect();
    let features = json!({"version": 2, "features": features});
    serde_json::from_value(features).expect("features")
}

pub(crate) struct Yggdrasil {
    engine: EngineState,
    contexts: Vec<unleash_yggdrasil::Context>,
}

impl Yggdrasil {
    pub(crate) fn new(world: &World) -> Self {
        let engine = EngineState::default();
        engine.apply_client_features(features(world));
        let context = |tenant: &String| unleash_yggdrasil::Context {
            user_id: Some(tenant.clone()),
            ..unleash_yggdrasil::Context::default()
        };
        Self {
            engine,
            contexts: world.tenants.iter().map(context).collect(),
        }
    }

    pub(crate) fn ask(&self, key: &str, tenant: usize) -> bool {
        self.engine.is_enabled(key, &self.contexts[tenant], &None)
    }
}

/// The SDK wants its flags in an enum; it is asked by text here, as the others are.
#[derive(Debug, Clone, Copy)]
enum NoKeys {}

impl FeatureKey for NoKeys {
    fn name(self) -> &'static str {
        match self {}
    }
}

struct Nowhere;

#[async_trait::async_trait]
impl Transport for Nowhere {
    async fn execute(&self, _: Request) -> Result<Response, anyhow::Error> {
        anyhow::bail!("there is no server")
    }
}

pub(crate) struct ApiClient {
    client: Client<NoKeys>,
    contexts: Vec<unleash_api_client::Context>,
}

impl ApiClient {
    pub(crate) fn new(world: &World) -> Self {
        let client = ClientBuilder::default()
            .enable_string_features()
            .into_client_with_transport(
                "http://127.0.0.1:1",
                "peers",
                "peers",
                None,
                Arc::new(Nowhere),
            )
            .expect("a client");
        client.memoize(features(world)).expect("features");
        let context = |tenant: &String| unleash_api_client::Context {
            user_id: Some(tenant.clone()),
            ..unleash_api_client::Context::default()
        };
        Self {
            client,
            contexts: world.tenants.iter().map(context).collect(),
        }
    }

    pub(crate) fn ask(&self, key: &str, tenant: usize) -> bool {
        self.client
            .is_enabled_str(key, Some(&self.contexts[tenant]), false)
    }
}
